"""Rules of findings about new levels, and of what is told at all."""

import numpy as np
import pandas as pd

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.offline.findings.chance import told_p
from agents.offline.phrasing import number
from agents.outputs import Evidence
from analytics import detect_anomalies
from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims
from tests.agents.offline.test_analyst import analyse, problems_of


async def test_a_new_level_is_told_with_both_averages(tmp_path):
    """A level shift is one sentence with its day and the averages of a day before and after, all of it computed."""
    random = np.random.default_rng(1)
    days = np.repeat(pd.date_range("2024-01-01", periods=200), 3)
    orders = random.poisson(60, 600) - 30 * (np.arange(600) // 3 >= 80)
    result = await analyse(dataset(pd.DataFrame({"day": days, "orders": orders}), tmp_path))
    analysis = result.output
    [told] = [finding for finding in analysis.anomalies if "level" in finding.statement]
    by_day = pd.Series(orders).groupby(days).sum()
    was, now = by_day[:"2024-03-20"].mean(), by_day["2024-03-21":].mean()
    assert told.statement == (
        "From 21 March 2024 on, orders is on a lower level: "
        f"it averaged {number(now)} a day, against {number(was)} on the level before."
    )
    assert false_claims(analysis, pd.DataFrame({"day": days, "orders": orders})) == []
    assert problems_of(analysis, collect_evidence(result.all_messages())) == []


def test_an_event_of_one_series_is_held_against_all_of_them():
    """An event that would be told of one series alone is not told beside many without any."""
    days = pd.date_range("2024-01-01", periods=60)
    values = np.random.default_rng(0).normal(size=60)
    quiet = detect_anomalies(pd.DataFrame({"day": days, "x": values}), "x", "day").summary
    values[30] = 6.5
    event = detect_anomalies(pd.DataFrame({"day": days, "x": values}), "x", "day").summary
    [p] = [each.p_value for each in event.events]
    evidence = [Evidence(id=f"E{place}", tool="detect_anomalies", arguments={}, result=quiet) for place in range(2, 60)]
    alone = Evidence(id="E1", tool="detect_anomalies", arguments={}, result=event)
    assert quiet.events == []
    assert told_p([alone]) == p
    assert told_p([alone, *evidence]) < 0
