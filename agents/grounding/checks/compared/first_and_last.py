"""The last value there is, compared with the first one, or with that of a time that a sentence names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.grounding.binding.owners import Owner, owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import Series, plain
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import in_time

WHAT_IT_WAS = re.compile(
    r"\b(?:what|(?:times|as\s+\w+|twice|half)\s+(?:as|that|those|the\s+\w+))\b[^.;,()]{0,20}\b(?:in|on|of)\s+$"
)
"""Words before the time with which the last one is compared: `three times what it was in 2020`."""


def first_and_last(
    sentence: Sentence,
    number: WrittenNumber,
    every: Sequence[Series],
    vocabulary: Vocabulary,
    since: Mention | None = None,
) -> Iterator[tuple[Series, float, float, str, bool]]:
    """The last and the first value there are, where no time is named: `it grew by 104.8 million in forty years`.

    With `since`, the last value and that of this time.
    """
    for owner in owners(replace(sentence, times=[]) if since else sentence, number, sentence.numbers):
        for one in every if not any(m.date for m in owner.mentions) else ():
            rows = in_time(rows_of(one.table, owner, vocabulary) or ())
            if since:
                at = rows_of(one.table, Owner((*owner.mentions, since), frozenset({since})), vocabulary) or rows[:1]
                rows = [row for row in rows if row.order >= at[0].order]
            if len(rows) > 2 and rows[0].names == rows[-1].names and one.table.complete:
                left, right = one.value(rows[-1]), one.value(rows[0])
                if left is not None and right is not None:
                    told = f"{one.name}: {rows[-1].title} {plain(left)}, {rows[0].title} {plain(right)}"
                    yield one, left, right, told, True
