"""Claims that nothing moved: `unchanged in 2013`, `flat from 2012 to 2013`, `back at the level of 2019`."""

import re
from collections.abc import Iterator

from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import Series, plain
from agents.grounding.claims.over_time.from_before import IN, step_to
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import DENIED, Judged, decided, scope_of, series_at
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence

_UNCHANGED = re.compile(
    r"\b(?:unchanged|unver\u00e4ndert|(?:at|on|to)\s+the\s+(?:same\s+)?level\s+of"
    r"|(?P<about>stagnated|(?:was|were|remain(?:ed|s)|stay(?:ed|s)|held)\s+flat))\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\b(?:from|between|since|of|von|zwischen)\s+(?:the\s+)?$", re.IGNORECASE)
"""Words before the first of two times that are compared; a list of times says something of each."""
_HARDLY = re.compile(
    r"\b(?:nearly|almost|virtually|practically|broadly|largely|roughly|relatively|more\s+or\s+less|fast)\s+$",
    re.IGNORECASE,
)
_ROUNDED, _ABOUT = 0.03, 0.1
"""Part of a value by which one that is called unchanged, or flat, may differ."""


def unchanged(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence: of two times, or of one and the time before it."""
    for match in _UNCHANGED.finditer(sentence.text):
        start, end = clause_span(sentence.text, match.start())
        times = [m for m in sentence.times if start <= m.start < end and m not in sentence.left_out]
        if _HARDLY.search(sentence.text[: match.start()]) or DENIED.search(sentence.text, start, end):
            continue
        found: list[Judged] = []
        for one in series_at(sentence, match.start(), match.end(), vocabulary) if not vocabulary.of_changes else ():
            values, told = _values(sentence, one, times, match.start(), vocabulary)
            if values:
                same = abs(values[0] - values[1]) <= (_ABOUT if match["about"] else _ROUNDED) * max(map(abs, values))
                told = f"{one.name}: {told}"
                found.append(Judged(match[0], match.start(), same, told, one.table.evidence, tuple(times)))
        yield from decided(found)


def _values(
    sentence: Sentence, one: Series, times: list[Mention], position: int, vocabulary: Vocabulary
) -> tuple[list[float], str]:
    """The two values that are said to be equal, and what they are of; none if they are not known."""
    scope = scope_of(sentence, times, position)
    rows = [rows_named(one.table, time, vocabulary, scope) for time in times]
    if any(len(some) != 1 for some in rows):
        return [], ""
    if len(times) == 2 and any(_ENDS.search(sentence.text[: time.start]) for time in times):
        ends = [some[0] for some in rows]
        values = one.values(ends)
        told = ", ".join(f"{row.title} {plain(value)}" for row, value in zip(ends, values, strict=False))
        return (values, told) if len(values) == 2 else ([], "")
    if len(times) != 1 or not IN.search(sentence.text[: times[0].start]):
        return [], ""
    step, told = step_to(one, times[0], scope, vocabulary)
    now = one.held(rows[0][0])
    return ([now - step, now], told) if step is not None else ([], "")
