"""Panels whose things join late: what follows from who is there is told with a caution."""

import numpy as np
import pandas as pd

from agents.outputs import DataAnalysis
from analytics import detect_anomalies
from analytics.panels import entity_column
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
    assert not any(each.unverified for each in [*found.key_findings, *found.anomalies])
    return " ".join(each.statement for each in [*found.key_findings, *found.anomalies]), found


async def test_a_mean_that_follows_from_who_is_there_has_a_caution(tmp_path):
    """A new level, a single day and an order of months say how many shares there are; all of it passes both checks."""
    text, _ = await told(prices(260, alone="2022-03-07"), tmp_path)
    assert "On that level symbol has 4 different values, and 3 on the level before, which may be the reason." in text
    assert "Only 1 of the 4 values of symbol is there at that time, which may be the reason." in text
    assert "symbol has 3 different values in February 2021 and 4 in January 2022, which may be the reason." in text


async def test_a_panel_of_the_same_things_has_no_caution(tmp_path):
    """Where all shares are there all the time, nothing is said about their number."""
    text, _ = await told(prices(0), tmp_path)
    assert "may be the reason" not in text


def test_the_things_of_a_panel_have_one_row_at_each_time():
    """Shares by day and firms by year are things; a shop of many orders a day and a table without time have none."""
    frame = prices(0)
    assert entity_column(frame, "day") == "symbol"
    orders = frame.assign(symbol=np.random.default_rng(2).choice(["North", "South", "West"], len(frame)))
    assert entity_column(orders, "day") is None
    assert entity_column(frame.drop(columns="day")) is None
    assert detect_anomalies(orders, "close", "day").summary.entity is None
