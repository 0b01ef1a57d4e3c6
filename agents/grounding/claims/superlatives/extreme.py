"""An entry or a time held against the highest or lowest of its kind."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.checks.series import Series, plain, rank_of
from agents.grounding.claims.superlatives.alone import equal_rows
from agents.grounding.claims.superlatives.of_a_number import ordered
from agents.grounding.claims.superlatives.subjects import as_large, later_than
from agents.grounding.claims.superlatives.within import is_within, value_told
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY, Row

OPEN = Judged("", 0, True, "", "")
"""A claim that holds for the rows that there are, and that others may break: no other measure contradicts it."""
_RESTRICTED = re.compile(
    r"\s+(?:frequent\s+|common\s+)?(?!(?:record|observ|measur|report|combin|weight|averag|aggregat)ed\b)"
    r"[a-z]{3,}(?:ed|ing)\s+[a-z]{3,}"
)
"""Words after a superlative of some rows that no column tells: `the most frequent identified bird`."""
_AHEAD = re.compile(r"[^.;,()]{0,40}\b(?:after|behind|second\s+only\s+to|next\s+to)\s+(?:the\s+)?")
"""Between a superlative and the entry that comes before it: `the sharpest rise after Arizona`."""


def extreme(
    word: str,
    start: int,
    series: Series,
    subjects: Sequence[Mention],
    scope: tuple[Mention, ...],
    joint: Sequence[Mention],
    highest: bool,
    vocabulary: Vocabulary,
    sentence: Sentence,
) -> Iterator[Judged]:
    """The claim that its subjects are the highest or lowest by a measure.

    Args:
        word: The superlative.
        start: Where it stands.
        series: The measure.
        subjects: What it is said of.
        scope: Names and times within which it is said.
        joint: Those of the scope that belong to the subject.
        highest: The highest is meant, else the lowest.
        vocabulary: Names of the evidence.
        sentence: The sentence.
    """
    table, left_out = series.table, sentence.left_out
    every = rows_of(table, Owner(tuple(m for m in scope if m not in joint), frozenset()), vocabulary)
    ahead = [
        m for m in sentence.names if m not in subjects and _AHEAD.fullmatch(sentence.text[start + len(word) : m.start])
    ]
    gone = [row for m in (*left_out, *ahead) for row in rows_named(table, m, vocabulary)]
    every = [row for row in every or () if row not in gone and not (row.called & NO_ENTRY)]
    limit = later_than(sentence, sentence.times) if subjects[0].date else None
    if limit and (at := rows_of(table, Owner((limit,), frozenset({limit})), vocabulary)):
        first = max(row.order for row in at)
        every = [row for row in every if row.order > first]
    if sentence.large_only:
        every = as_large(every, subjects, table, vocabulary)
    if len(every) < 2 or len({series.value(row) for row in every}) < 2:
        return  # where all are equal, none is the highest
    for subject in subjects:
        own = rows_of(table, Owner((subject, *scope), frozenset({subject})), vocabulary)
        if own and len(own) < len(every):
            kept = [row for row in own if row not in gone]
            told = value_told(sentence, start, start + len(word), subject, series, kept)
            if told is not None:
                extreme = (max if highest else min)(series.values(kept))
                detail = f"the {'highest' if highest else 'lowest'} {series.name} of {subject.text} is {plain(extreme)}"
                yield Judged(word, start, told == extreme, detail, table.evidence, (subject,))
                return
        if not own or len(own) == len(every) or is_within(sentence, series, own, highest):
            return
        ranks = [rank for row in own if (rank := rank_of(series, row, every, ascending=not highest)) is not None]
        if not ranks:
            return
        best = min(ranks)
        in_order = ordered(series, every, highest)
        true = best <= len(subjects) and (
            len(subjects) == 1 or _all_lead(series, subjects, every, scope, highest, vocabulary)
        )
        if true and not table.complete and not highest and len(every) == len(table.rows):
            yield OPEN  # rows that are not there may be lower
            return
        leader = in_order[0]
        equal = equal_rows(sentence, word, subject, series, own[0], every, vocabulary) if len(own) == 1 else []
        if true and equal:
            told = f"{equal[0].title} has {plain(series.held(equal[0]))} as well, by {series.name}"
            yield Judged(word, start, False, told, table.evidence, (subject,))
            continue
        told = f"{leader.title} is {'highest' if highest else 'lowest'} by {series.name}"
        told += f" with {plain(series.held(leader))}"
        told += f"; {subject.text} is number {best}"
        certain = not _RESTRICTED.match(sentence.text, start + len(word))
        yield Judged(word, start, true, told, table.evidence, (subject,), certain=certain)


def _all_lead(
    series: Series,
    subjects: Sequence[Mention],
    every: Sequence[Row],
    scope: tuple[Mention, ...],
    highest: bool,
    vocabulary: Vocabulary,
) -> bool:
    """Return whether all that are listed are before all others: `the top three are A, B and C`."""
    for subject in subjects:
        own = rows_named(series.table, subject, vocabulary, scope)
        own = [row for row in own if row in every] or own
        ranks = [rank for row in own if (rank := rank_of(series, row, every, ascending=not highest)) is not None]
        if ranks and min(ranks) > len(subjects):
            return False
    return True
