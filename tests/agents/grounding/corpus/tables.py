"""Tables of the corpus: results of the real tools over example data and over small made-up frames."""

# ruff: noqa: E501 - a phrasing, a query and a table stand on one line each, to be read beside each other

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import analytics
from agents.outputs import Evidence

EXAMPLES = Path(__file__).parents[4] / "examples" / "data"


@dataclass(frozen=True)
class Measured:
    """A column of a table as sentences speak of it.

    Attributes:
        column: Column of the result.
        noun: Its name in the plural for counts (`flights`), in the singular for means (`departure delay`).
        aggregate: total or mean.
        unit: What follows a value: `minutes`; empty for counts.
    """

    column: str
    noun: str
    aggregate: str = "total"
    unit: str = ""


@dataclass(frozen=True)
class Subject:
    """A result with one row an entry.

    Attributes:
        evidence: The result that statements cite.
        frame: The same rows, to compute what is true.
        key: Column of the entries.
        entry: What an entry is: `carrier`.
        entries: The same in the plural.
        measures: The columns spoken of.
        time: Entries are months or years.
        say: How a sentence writes an entry.
    """

    evidence: Evidence
    frame: pd.DataFrame
    key: str
    entry: str
    entries: str
    measures: tuple[Measured, ...]
    time: bool = False
    say: Callable[[str], str] = str


def _evidence(number: int, tool: str, result: Any, **arguments: Any) -> Evidence:
    return Evidence(id=f"E{number}", tool=tool, arguments=arguments, result=result)


def _query(number: int, frame: pd.DataFrame, sql: str) -> tuple[Evidence, pd.DataFrame]:
    result = analytics.query(frame, sql, row_limit=60)
    return _evidence(number, "query", result, sql=sql), pd.DataFrame(result.rows, columns=result.columns)


@cache
def nyc() -> pd.DataFrame:
    return pd.read_parquet(EXAMPLES / "nyc_departures_2013.parquet")


def shop() -> pd.DataFrame:
    """Orders of a made-up shop over three years."""
    chance = np.random.default_rng(7)
    days = pd.date_range("2021-01-01", "2023-12-31", freq="D")
    frame = pd.DataFrame({"ordered_at": chance.choice(days, 6000)})
    frame["segment"] = chance.choice(
        ["Consumer", "Corporate", "Home Office", "Public"], 6000, p=[0.5, 0.27, 0.15, 0.08]
    )
    frame["state"] = chance.choice(
        ["California", "New York", "Texas", "Ohio", "Nevada", "Maine"], 6000, p=[0.3, 0.25, 0.2, 0.12, 0.09, 0.04]
    )
    frame["quantity"] = chance.integers(1, 9, 6000)
    frame["sales"] = (chance.lognormal(4, 0.8, 6000) * frame["quantity"]).round(2)
    frame["returned"] = (chance.random(6000) < 0.07).astype(int)
    return frame


def voyage() -> pd.DataFrame:
    """Passengers of a made-up ship that sank."""
    chance = np.random.default_rng(11)
    frame = pd.DataFrame({"sex": chance.choice(["male", "female"], 900, p=[0.64, 0.36])})
    frame["class"] = chance.choice(["First", "Second", "Third"], 900, p=[0.24, 0.21, 0.55])
    odds = frame["sex"].map({"male": 0.17, "female": 0.7}) + frame["class"].map(
        {"First": 0.2, "Second": 0.05, "Third": -0.07}
    )
    frame["survived"] = (chance.random(900) < odds).astype(int)
    frame["fare"] = (chance.lognormal(2.2, 0.5, 900) * frame["class"].map({"First": 6, "Second": 2, "Third": 1})).round(
        2
    )
    frame["age"] = chance.normal(30, 13, 900).clip(0.5, 80).round(0)
    return frame


def births() -> pd.DataFrame:
    """Births by year and weekday, made up."""
    chance = np.random.default_rng(3)
    days = pd.date_range("2003-01-01", "2012-12-31", freq="D")
    level = 11000 + 900 * np.sin((days.year - 2003) * 0.7)
    weekday = np.array([0, 900, 700, 650, 400, -2900, -4100])[days.dayofweek]
    return pd.DataFrame(
        {"day": days, "births": (level + weekday + chance.normal(0, 300, len(days))).round().astype(int)}
    )


def month(text: str) -> str:
    return pd.Timestamp(text + "-01").strftime("%B %Y")


@cache
def subjects() -> tuple[Subject, ...]:
    """Every table with one row an entry."""
    found: list[Subject] = []
    delay = Measured("delay", "departure delay", "mean", "minutes")
    flights, cancelled = Measured("flights", "flights"), Measured("cancelled", "cancellations")
    sql = "SELECT carrier, sum(flights) AS flights, sum(cancelled) AS cancelled, avg(dep_delay_mean) AS delay FROM data GROUP BY carrier ORDER BY flights DESC"
    evidence, frame = _query(1, nyc(), sql)
    found.append(Subject(evidence, frame, "carrier", "carrier", "carriers", (flights, cancelled, delay)))
    sql = "SELECT strftime(date, '%Y-%m') AS month, sum(flights) AS flights, sum(cancelled) AS cancelled, avg(dep_delay_mean) AS delay FROM data GROUP BY 1 ORDER BY 1"
    evidence, frame = _query(2, nyc(), sql)
    found.append(Subject(evidence, frame, "month", "month", "months", (flights, cancelled, delay), True, month))
    sql = (
        "SELECT origin, sum(cancelled) AS cancelled, sum(flights) AS flights FROM data GROUP BY origin ORDER BY origin"
    )
    evidence, frame = _query(3, nyc(), sql)
    found.append(Subject(evidence, frame, "origin", "airport", "origins", (flights, cancelled)))
    groups = analytics.compare_groups(nyc(), "dep_delay_mean", "carrier")
    frame = pd.DataFrame([group.model_dump() for group in groups.groups])
    found.append(
        Subject(
            _evidence(4, "compare_groups", groups),
            frame,
            "name",
            "carrier",
            "carriers",
            (Measured("mean", "departure delay", "mean", "minutes"),),
        )
    )
    sales, units, orders = (
        Measured("sales", "sales", "total", "dollars"),
        Measured("units", "units"),
        Measured("orders", "orders"),
    )
    sql = "SELECT segment, count(*) AS orders, sum(quantity) AS units, sum(sales) AS sales FROM data GROUP BY segment ORDER BY units"
    evidence, frame = _query(5, shop(), sql)
    found.append(Subject(evidence, frame, "segment", "segment", "segments", (orders, units, sales)))
    sql = "SELECT state, sum(sales) AS sales, sum(returned) AS returns, count(*) AS orders FROM data GROUP BY state ORDER BY sales DESC"
    evidence, frame = _query(6, shop(), sql)
    found.append(Subject(evidence, frame, "state", "state", "states", (orders, Measured("returns", "returns"), sales)))
    sql = "SELECT year(ordered_at) AS year, count(*) AS orders, sum(quantity) AS units, avg(sales) AS mean_sales FROM data GROUP BY 1 ORDER BY 1"
    evidence, frame = _query(7, shop(), sql)
    found.append(Subject(evidence, frame, "year", "year", "years", (orders, units), True))
    groups = analytics.compare_groups(shop(), "sales", "segment", "total")
    frame = pd.DataFrame([group.model_dump() for group in groups.groups])
    found.append(
        Subject(
            _evidence(8, "compare_groups", groups),
            frame,
            "name",
            "segment",
            "segments",
            (Measured("total", "sales", "total", "dollars"), Measured("mean", "sales", "mean", "dollars")),
        )
    )
    sql = "SELECT class, count(*) AS passengers, sum(survived) AS survivors, avg(fare) AS fare FROM data GROUP BY class ORDER BY class"
    evidence, frame = _query(9, voyage(), sql)
    found.append(
        Subject(
            evidence,
            frame,
            "class",
            "class",
            "classes",
            (
                Measured("passengers", "passengers"),
                Measured("survivors", "survivors"),
                Measured("fare", "fare", "mean", "pounds"),
            ),
            say=lambda name: f"{name} class",
        )
    )
    sql = "SELECT year(day) AS year, sum(births) AS births, max(births) AS busiest_day FROM data GROUP BY 1 ORDER BY 1"
    evidence, frame = _query(10, births(), sql)
    found.append(Subject(evidence, frame, "year", "year", "years", (Measured("births", "births"),), True))
    sql = "SELECT dayname(day) AS weekday, avg(births) AS births FROM data GROUP BY 1 ORDER BY births"
    evidence, frame = _query(11, births(), sql)
    found.append(
        Subject(evidence, frame, "weekday", "weekday", "weekdays", (Measured("births", "births", "mean", "a day"),))
    )
    return tuple(found)


@cache
def others() -> dict[str, Evidence]:
    """Results that are not one row an entry."""
    return {
        "profile": _evidence(20, "profile_dataset", analytics.profile_dataset(nyc())),
        "statistics": _evidence(21, "calculate_statistics", analytics.calculate_statistics(nyc(), "cancelled")),
        "anomalies": _evidence(
            22, "detect_anomalies", analytics.detect_anomalies(nyc(), "cancelled", time="date", aggregate="sum").summary
        ),
        "correlations": _evidence(23, "correlations", analytics.correlations(nyc())),
        "fares": _evidence(24, "calculate_statistics", analytics.calculate_statistics(voyage(), "fare")),
        "ship": _evidence(25, "profile_dataset", analytics.profile_dataset(voyage())),
    }
