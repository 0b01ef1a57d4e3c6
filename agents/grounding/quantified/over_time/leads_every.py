"""Claims that one entry is the first each time: `Hamilton had the most rain in every year except 2001`."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.directions import HIGHEST, LOWEST
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import Series, plain
from agents.grounding.names.better import is_turned
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.every import in_range
from agents.grounding.quantified.judged import Judged, decided, series_at, words_for
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY, Row

IN_EVERY = re.compile(
    r"[^.;,:()\d]{0,40}?\bin\s+(?:each|every|all)\s+(?:of\s+the\s+)?(?:years?|quarters?|months?|weeks?|days?|seasons?)\b"
)
"""Words after a superlative that is said of each time."""


def leads_every(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence that names one entry alone."""
    for match, sign in words_for(sentence, HIGHEST, LOWEST):
        before = [m for m in sentence.names if m.end <= match.start()]
        if len(before) == len(sentence.names) == 1 and IN_EVERY.match(sentence.text, match.end()):
            every = series_at(sentence, match.start(), match.end(), vocabulary)
            claims = [_judged(sentence, match, before[0], one, sign, vocabulary) for one in every]
            yield from decided([claim for claim in claims if claim])


def _judged(
    sentence: Sentence, match: re.Match[str], subject: Mention, one: Series, sign: int, vocabulary: Vocabulary
) -> Judged | None:
    table = one.table
    own = rows_named(table, subject, vocabulary)
    if not table.timed or not table.complete or len(table.columns) != 1 or not own or len(own) == len(table.rows):
        return None
    gone = [r for m in sentence.left_out for r in rows_named(table, m, vocabulary)]
    sign = -sign if is_turned(match[0], one.measure) else sign
    lost: list[str] = []
    times = 0
    ranged = in_range(sentence, table, vocabulary) if not gone else table.rows
    for row, value in one.valued(own):
        if row in gone or row not in ranged or not row.moments:
            continue
        others = _at(table.rows, row, own)
        times += bool(others)
        better = [f"{o.title} {plain(other)}" for o, other in one.valued(others) if (other - value) * sign > 0]
        lost += [f"{told}, {row.title} {plain(value)}" for told in better[:1]]
    if times < _FEWEST:
        return None
    told = f"{one.name}: {'; '.join(lost[:2])}" if lost else f"{one.name}: {subject.text} is first at {times} times"
    return Judged(match[0], match.start(), not lost, told, table.evidence, (subject,))


_FEWEST = 2
"""Times of which such a claim is made."""


def _at(rows: Sequence[Row], row: Row, own: Sequence[Row]) -> list[Row]:
    """The other entries at the time of a row."""
    return [o for o in rows if o.order == row.order and o not in own and not o.whole and not o.called & NO_ENTRY]
