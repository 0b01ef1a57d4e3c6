"""A summary without the sentences that the evidence contradicts."""

import re
from collections.abc import Sequence

from agents.grounding.sentences.sentence import spans_of
from agents.outputs import Check


def without_contradicted(text: str, checks: Sequence[Check]) -> tuple[str, int]:
    """Leave out each sentence that holds something that the evidence contradicts.

    A summary is read alone, also in mails, where a mark beside it is overlooked.

    Args:
        text: A summary.
        checks: What was checked in it.

    Returns:
        The rest, and the number of sentences left out.
    """
    wrong = [re.escape(check.text) for check in checks if check.verdict == "contradicted"]
    if not wrong:
        return text, 0
    holds = re.compile(rf"(?<!\w)(?:{'|'.join(wrong)})(?!\w)")
    spans = _sentences(text)
    left_out = [(start, end) for start, end in spans if holds.search(text, start, end)]
    for start, end in reversed(left_out):
        text = text[:start] + text[end:].lstrip(" ")
    return text.strip(), len(left_out)


def _sentences(text: str) -> list[tuple[int, int]]:
    # Without one of its clauses a sentence can mean something else.
    spans: list[tuple[int, int]] = []
    for start, end in spans_of(text):
        if spans and ";" in text[spans[-1][1] - 1 : start]:
            start = spans.pop()[0]
        spans.append((start, end))
    return spans
