"""Claims of a majority: `Greens have an absolute majority`, which is more than half of all."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.beside import lists_of
from agents.grounding.binding.owners import dimensions
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import ADDITIVE, Series, plain
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import NOT, Judged, decided, series_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row

_MAJORITY = re.compile(
    r"\b(?:have|has|had|got|holds?|held|won|wins?|hatten?|haben|hat)\s+(?:an?|the|eine|die)\s+(?:\w+\s+)?"
    r"(?:majority|(?:absolute\s+)?Mehrheit)\b",
    re.IGNORECASE,
)
_HALF = 50.0


def majority(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence that says of which entries it is."""
    for match in _MAJORITY.finditer(sentence.text):
        groups = [group for kind in dimensions(sentence.names) for group in lists_of(sentence, kind)]
        subjects = next((g for g in groups if sentence.text[g[-1].end : match.start()].strip() in {"", "together"}), [])
        if subjects and not NOT.search(sentence.text[: match.start()]):
            found = series_at(sentence, match.start(), match.end(), vocabulary)
            yield from decided(list(_judged(sentence, match, subjects, found, vocabulary)))


def _judged(
    sentence: Sentence,
    match: re.Match[str],
    subjects: Sequence[Mention],
    series: Sequence[Series],
    vocabulary: Vocabulary,
) -> Iterator[Judged]:
    scope = [m for m in sentence.mentions if m not in subjects]
    for one in series:
        own = [rows_named(one.table, m, vocabulary) for m in subjects]
        if scope or any(len(rows) != 1 for rows in own):
            continue
        share = _share(one, [row for rows in own for row in rows])
        if share is not None:
            told = f"{one.name} of {', '.join(m.text for m in subjects)} is {plain(share)} % of all"
            yield Judged(match[0], match.start(), share > _HALF, told, one.table.evidence, tuple(subjects))


def _share(one: Series, rows: Sequence[Row]) -> float | None:
    """The part of the whole that some rows have, in percent."""
    values = one.values(rows)
    every = [value for row in one.table.rows if not row.whole and (value := one.value(row)) is not None]
    if not values or not one.table.complete or min(every) < 0:
        return None
    if one.measure.percent or one.measure.aggregate == "share":
        return (1 if one.measure.percent else 100) * sum(values)
    return 100 * sum(values) / sum(every) if one.measure.aggregate in ADDITIVE and sum(every) else None
