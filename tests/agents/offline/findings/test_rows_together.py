"""Rules of findings about rows that are unusual in several columns together."""

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims
from tests.agents.offline.test_analyst import analyse, problems_of
from tests.analytics.anomalies.test_unusual_rows import people


async def test_a_row_is_told_with_the_columns_that_make_it_unusual(tmp_path):
    """Without a time, a row whose values do not go together is told with these values, all of it computed."""
    frame = people(1)
    frame.loc[40, ["height", "weight"]] = [190.0, 45.0]
    result = await analyse(dataset(frame, tmp_path))
    [told] = [each for each in result.output.anomalies if "together" in each.statement]
    assert told.statement.startswith("Row 41 is unusual in weight and height together: weight is 45 (median ")
    assert false_claims(result.output, frame) == []
    assert problems_of(result.output, collect_evidence(result.all_messages())) == []
