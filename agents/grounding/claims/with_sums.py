"""Comparisons of an entry with several taken together: `Corv has as many voters as Ahrn and Brix together`."""

import re
from collections.abc import Iterator

from agents.grounding.binding.beside import lists_of
from agents.grounding.binding.owners import dimensions
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import ADDITIVE, plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import NOT, Judged, decided, series_at
from agents.grounding.sentences.sentence import Sentence

_THAN = re.compile(
    r"\b(?:as\s+(?P<same>many|much)\b|(?P<more>more)\b|(?P<less>fewer|less)\b)[^.;,()]{0,40}?\s(?:as|than)\s+(?:(?:those|that)\s+(?:of|in|from)\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
TOGETHER = re.compile(r"\s+(?:put\s+)?(?:together|combined|zusammen)\b", re.IGNORECASE)
"""Words after names that are taken together."""
_NEAR = 0.02
"""Part of a sum by which what is said to be as many may miss it."""
_TIMES = re.compile(r"\b(?:twice|half|times|double|nearly|almost|about|roughly)\s+$|\d\s*$", re.IGNORECASE)


def with_sums(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence without a number of its own."""
    for kind in dimensions(sentence.names):
        for group in lists_of(sentence, kind):
            match = _THAN.search(sentence.text[: group[0].start])
            before = [m for m in kind if match and m.end <= match.start()]
            if match is None or len(group) < 2 or len(before) != 1 or sentence.numbers or sentence.times:
                continue
            ahead = sentence.text[: match.start()]
            if not TOGETHER.match(sentence.text, group[-1].end) or _TIMES.search(ahead) or NOT.search(ahead):
                continue
            found: list[Judged] = []
            for one in series_at(sentence, match.start(), match.start() + len(match[0].split()[0]), vocabulary):
                rows = [rows_named(one.table, m, vocabulary) for m in (*before, *group)]
                values = [one.value(some[0]) for some in rows if len(some) == 1]
                left, *parts = [value for value in values if value is not None] or [0.0]
                if len(parts) != len(group) or one.measure.aggregate not in ADDITIVE or one.rate:
                    continue
                right = sum(parts)
                true = (
                    abs(left - right) <= _NEAR * abs(right) if match["same"] else (left > right) == bool(match["more"])
                )
                told = f"{one.name} of {before[0].text} is {plain(left)}, that of the others {plain(right)}"
                found.append(Judged(match[0].strip(), match.start(), true, told, one.table.evidence))
            yield from decided(found)
