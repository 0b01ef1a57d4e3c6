"""The short form of a tool result under its evidence id. The whole result stays in the evidence."""

from typing import Any

from analytics.results import AnalysisResult

MOST_CHARACTERS = 9_000
"""Room for one answer: about 3,000 tokens, so that small context windows hold a whole analysis."""

_ROOM_FOR_THE_ID = 30
"""Characters of the evidence id as JSON."""


def compact(evidence_id: str, result: AnalysisResult) -> dict[str, Any]:
    """Return the form of `result` that the model sees: plain JSON with numbers of six digits and at most 20 entries."""
    return {"evidence": evidence_id, **result.compact(MOST_CHARACTERS - _ROOM_FOR_THE_ID)}
