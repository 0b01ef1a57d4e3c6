"""Panels whose things join late: what follows from who is there is told with a caution."""

import numpy as np
import pandas as pd

from agents.outputs import DataAnalysis
from analytics import detect_anomalies
from analytics.panels import FILLED, entity_column
from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims
from tests.agents.offline.test_analyst import analyse

DAYS = pd.date_range("2021-01-04", periods=500, freq="B")


def prices(joins: int, alone: str | None = None) -> pd.DataFrame:
    """Closing prices of four shares, of which the dearest joins late; on one day only that one has a price."""
    random = np.random.default_rng(1)
    parts = []
    for symbol, (base, start) in {"AAA": (50, 0), "BBB": (60, 0), "CCC": (220, 0), "DDD": (400, joins)}.items():
        days = DAYS[start:]
        close = (base * (1 + 0.01 * random.normal(size=len(days)))).round(2)
        parts.append(pd.DataFrame({"day": days, "symbol": symbol, "close": close}))
    frame = pd.concat(parts)
    kept = (frame["day"] != alone) | (frame["symbol"] == "DDD")
    return frame[kept].sort_values(["day", "symbol"], ignore_index=True)


async def told(frame: pd.DataFrame, tmp_path: object) -> tuple[str, DataAnalysis]:
    found = (await analyse(dataset(frame, tmp_path))).output
    assert false_claims(found, frame) == []
    assert [each.unverified for each in [*found.key_findings, *found.anomalies] if each.unverified] == []
    return " ".join(each.statement for each in [*found.key_findings, *found.anomalies]), found


async def test_a_mean_that_follows_from_who_is_there_has_a_caution(tmp_path):
    """A new level, a single day and an order of months say how many shares there are; all of it passes both checks."""
    text, _ = await told(prices(260, alone="2022-03-07"), tmp_path)
    assert "On that level symbol has 4 different values, and 3 on the level before, which may be the reason." in text
    assert "Only 1 of the 4 values of symbol is there at that time, which may be the reason." in text
    assert (
        "The number of different values of symbol is 3 in February 2021 and 4 in January 2022, which may be the reason."
        in text
    )


async def test_things_are_counted_by_their_values(tmp_path):
    """A share that is there without a price is not counted among those there, and the sentence says of what."""
    frame = prices(260)
    frame.loc[(frame["day"] == "2022-03-07") & (frame["symbol"] != "DDD"), "close"] = np.nan
    text, _ = await told(frame, tmp_path)
    assert "Only 1 of the 4 values of symbol is there with a value of close at that time" in text
    assert "On that level symbol has 4 different values with a value of close, and 3 on the level before" in text


async def test_growth_to_which_a_new_thing_may_lead_has_a_caution(tmp_path):
    """Where a dear share joins, the mean of all grows without any that did: it is said, and matters less."""
    years = pd.date_range("2000-01-01", periods=120, freq="MS")
    parts = [
        pd.DataFrame({"date": years[start:], "symbol": name, "price": price + np.arange(120)[start:] / 40})
        for name, price, start in [("AAA", 30.0, 0), ("BBB", 50.0, 0), ("CCC", 90.0, 0), ("DDD", 500.0, 60)]
    ]
    frame = pd.concat(parts, ignore_index=True)
    _, found = await told(frame, tmp_path)
    growth = next(each for each in found.key_findings if each.statement.startswith("From 2000 to 2009"))
    assert (
        "The number of different values of symbol is 3 in 2000 and 4 in 2009, which may be the reason."
        in growth.statement
    )
    assert growth.severity == "medium"


async def test_a_panel_of_the_same_things_has_no_caution(tmp_path):
    """Where all shares are there all the time, nothing is said about their number."""
    text, _ = await told(prices(0), tmp_path)
    assert "may be the reason" not in text


async def test_sorts_that_come_and_go_are_no_things(tmp_path):
    """Two places with a row a day each have no fixed number of sorts of weather, which are the reason for nothing."""
    random = np.random.default_rng(5)
    days = pd.date_range("2019-01-01", periods=400)
    weather = np.where(days.month.isin([6, 7]), "sun", random.choice(["sun", "rain", "fog", "snow"], 400))
    frame = pd.DataFrame({"day": days.repeat(2), "place": ["A", "B"] * 400, "weather": weather.repeat(2)})
    frame["heat"] = 20 - 10 * np.cos(2 * np.pi * frame["day"].dt.dayofyear / 365) + random.normal(0, 1, 800)
    text, _ = await told(frame, tmp_path)
    assert "By month, the mean of heat was highest in" in text
    assert "may be the reason" not in text


def test_the_things_of_a_panel_have_one_row_at_each_time():
    """Shares by day are; shops of many orders a day, and directors without a film on most days, are none."""
    frame = prices(0)
    assert entity_column(frame, "day") == "symbol"
    orders = frame.assign(symbol=np.random.default_rng(2).choice(["North", "South", "West"], len(frame)))
    assert entity_column(orders, "day") is None
    assert entity_column(frame.drop(columns="day")) is None
    films = pd.DataFrame([{"day": DAYS[n % 200], "director": f"D{n % 150}"} for n in range(500)])
    assert (entity_column(films, "day"), entity_column(films, "day", FILLED)) == ("director", None)
    assert detect_anomalies(orders, "close", "day").summary.entity is None
