"""Numbers that stand for a part of another one, and sizes of samples: `233 of 314`, `n = 314`."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.grounding.reading.written_numbers import WrittenNumber

_OF = re.compile(
    r"\)?\s+(?:[a-z-]+\s+){0,2}?(?:(?:out\s+)?of|von)\s+"
    r"(?:(?:the|all|its|their|those|these|a\s+total\s+of|insgesamt|(?:year|month|quarter|week|day)['\u2019]s)\s+){0,2}",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\bn\s*[=:\u2248]\s*$", re.IGNORECASE)


def pairs_of(text: str, numbers: Sequence[WrittenNumber]) -> Iterator[tuple[WrittenNumber, WrittenNumber]]:
    """Pairs of a part and its whole, both in digits: `233 of 314`, `177 of the 891 rows`, `90.6 % of 2,999`."""
    for part, whole in pairwise(numbers):
        if whole.form != "plain" or whole.percent or whole.hedge or whole.values[0] <= 1:
            continue
        told = _OF.fullmatch(text, part.end, whole.start)
        if (part.form in {"plain", "fraction"} and told) or (part.form == "plain" and _slash(text, part, whole)):
            yield part, whole


def _slash(text: str, part: WrittenNumber, whole: WrittenNumber) -> bool:
    """Return whether two counts in brackets are a part and its whole: `96.8 % (91/94)`."""
    around = text[: part.start].endswith("(") and text[whole.end :].startswith(")")
    counts = part.values[0] <= whole.values[0] and all(float(n.values[0]).is_integer() for n in (part, whole))
    return around and counts and bool(re.fullmatch(r"\s?/\s?", text[part.end : whole.start]))


def is_size(text: str, number: WrittenNumber) -> bool:
    """Return whether a number is the number of rows behind another one: `n = 314`."""
    return bool(_SIZE.search(text[: number.start]))
