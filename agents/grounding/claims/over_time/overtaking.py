"""Claims that one entry overtook another: `renewables overtook nuclear energy in 2009`."""

import re
from collections.abc import Iterator
from dataclasses import replace

from agents.grounding.binding.directions import OVERTOOK
from agents.grounding.binding.owners import dimensions
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import Series, plain
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import NOT, Judged, decided, series_at
from agents.grounding.sentences.sentence import Sentence


def overtaking(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim: at the time that is named, or else at the last one, the order of the two is another one."""
    for match in OVERTOOK.finditer(sentence.text):
        if NOT.search(sentence.text[: match.start()]) or len(sentence.times) > 1:
            continue
        found: list[Judged] = []
        for kind in dimensions(sentence.names):
            before, after = [m for m in kind if m.end <= match.start()], [m for m in kind if m.start >= match.end()]
            if not before or not after or before[-1].names == after[0].names:
                continue
            sides = (after[0], before[-1]) if match["passive"] else (before[-1], after[0])
            for one in series_at(sentence, match.start(), match.end(), vocabulary):
                found += _overtook(sentence, match, one, sides, vocabulary)
        found = [replace(one, sides=tuple(sorted(one.sides, key=lambda m: m.start))) for one in found]
        yield from decided(found)


def _overtook(
    sentence: Sentence, match: re.Match[str], one: Series, sides: tuple[Mention, Mention], vocabulary: Vocabulary
) -> Iterator[Judged]:
    values: list[dict[tuple[int, ...], float]] = []
    for side in sides:
        rows = rows_named(one.table, side, vocabulary)
        values.append({row.order: value for row, value in one.valued(rows) if row.moments})
        if len(values[-1]) != len(rows):
            return
    moments = sorted(values[0].keys() & values[1].keys())
    now = moments[-1:]
    for time in sentence.times:
        there = rows_named(one.table, time, vocabulary)
        now = [order for order in moments if any(row.order == order for row in there)]
    if len(now) != 1 or now[0] == moments[0]:
        return
    then = moments[moments.index(now[0]) - 1] if sentence.times else moments[0]
    (a, b), (c, d) = ((side[then], side[now[0]]) for side in values)
    told = f"{one.name}: {sides[0].text} {plain(a)} and then {plain(b)}, {sides[1].text} {plain(c)} and then {plain(d)}"
    yield Judged(match[0], match.start(), a <= c and b > d, told, one.table.evidence, sides)
