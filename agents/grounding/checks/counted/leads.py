"""Groups in which an entry is before the others: the districts that a candidate won, the months that an airport led."""

import re
from collections import defaultdict
from collections.abc import Iterator

from agents.grounding.binding.directions import HIGHEST, LESS, LOWEST, MORE
from agents.grounding.binding.owners import dimensions
from agents.grounding.checks.series import Computed, Series, series_for
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row

LEADS = re.compile(
    rf"{MORE.pattern}|\b(?:leads?|led|leading|won|wins?|carried|carries|dominat\w+|tops?|topped|outweighs?|came\s+first|ahead)\b",
    re.IGNORECASE,
)
TRAILS = re.compile(rf"{LESS.pattern}|\b(?:last|lost|loses?)\b", re.IGNORECASE)
"""Words by which an entry is before or behind the others."""


def led(series: Series, subject: Mention, reference: Mention | None, *, up: bool) -> tuple[list[Row], int]:
    """The subject's rows that are before those of all others, or of the reference, in their group; and all groups."""
    groups: dict[object, list[Row]] = defaultdict(list)
    column = next(iter(sorted(subject.columns & series.table.columns)), "")
    for row in series.table.rows if column else ():
        rest = tuple(sorted((c, n) for c, n in row.names.items() if c != column))
        groups[rest, row.order].append(row)
    found: list[Row] = []
    compared = 0
    for rows in groups.values():
        own = [row for row in rows if row.called & subject.names]
        others = [row for row in rows if row not in own and (reference is None or row.called & reference.names)]
        values = series.values(others)
        value = series.value(own[0]) if len(own) == 1 else None
        if value is None or not values:
            continue
        compared += 1
        if value > max(values) if up else value < min(values):
            found += own
    return found, compared


def subjects_at(sentence: Sentence, position: int) -> Iterator[tuple[Mention, Mention | None]]:
    """Yield each entry said to lead, with the entry it is compared with, or `None` if that is not named."""
    for kind in dimensions(sentence.names):
        before = [m for m in kind if m.end <= position]
        if before:
            after = [m for m in kind if m.start >= position and m.names != before[-1].names]
            yield before[-1], after[0] if after else None


def leads(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Counts of the groups in which an entry is before all others: `carried five of the eight districts`."""
    if number.percent or number.form != "plain" or not float(number.values[0]).is_integer():
        return
    ways = ((LEADS, True), (HIGHEST, True), (TRAILS, False), (LOWEST, False))
    matches = [(m, up) for way, up in ways for m in way.finditer(sentence.text[: number.start])]
    match, up = max(matches, key=lambda one: one[0].start(), default=(None, True))
    if match is None:
        return
    for one in series_for(sentence, number, vocabulary, rates=False):
        later = [m for m in sentence.names if match.end() <= m.start and m.end <= number.start]
        gapped = [(m, None) for m in later[-1:] if not sentence.text[m.end : number.start].count(",")]
        for subject, reference in gapped or subjects_at(sentence, match.start()):
            rows, compared = led(one, subject, reference, up=up)
            if compared > 1:
                told = f"{len(rows)} of {compared} led by {subject.text} in {one.name}"
                yield Computed(float(len(rows)), told, one.table.evidence, "count")
