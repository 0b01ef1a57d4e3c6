"""Facts that were known before a run are in its report, with their source."""

import pandas as pd
import pytest

from flows import analyze_and_report
from runtime.memory.writing import add
from tests.runtime.memory.test_facts import ADMIN, day, fact

pytestmark = [pytest.mark.usefixtures("own_home", "prefect_server"), pytest.mark.scale]


async def test_a_known_event_is_reported_as_known(tmp_path):
    """The report of the offline model tells a known event as such, cites its fact, and has its source."""
    days = {"kind": "event", "valid_from": day("2024-01-20"), "valid_until": day("2024-01-21")}
    known = add(ADMIN, fact("A sale for one day.", **{**days, "dataset": None}))
    frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=40), "sales": [10.0, 11.0] * 20})
    frame.loc[19, "sales"] = 410.0
    outcome = await analyze_and_report(frame, model="offline", out=tmp_path)
    (finding,) = [one for one in outcome.analysis.anomalies if "410" in one.statement]
    assert (finding.severity, finding.evidence[-1]) == ("low", known.name)
    markdown = outcome.report.md.read_text()
    assert "This is known: A sale for one day." in markdown
    assert "| A sale for one day. | 20 Jan 2024 | 20 Jan 2024 | ana |" in markdown
