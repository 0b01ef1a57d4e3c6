"""A second reading of sentences whose first one leaves something open or wrong, over what follows from the tables.

What a sentence leaves open may be read in any way that holds: its columns as entries, its numbers as differences of two
entries, as steps from one period to the next or as sums over the entries of one kind.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from agents.grounding.binding.directions import EXTREMES, is_reference
from agents.grounding.binding.owners import dimensions
from agents.grounding.binding.taken_together import lists_named
from agents.grounding.names.mentions import Mention
from agents.grounding.reading.words import stem, stems_of_name
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Table
from agents.grounding.tables.derived import (
    CHANGED,
    ENTRY,
    GAP,
    SURPLUS,
    gaps,
    long_form,
    margins,
    once,
    put_together,
    sizes,
    steps,
    two_sided,
)
from agents.grounding.verdicts.readings import Reading

_MOST = 24
"""Tables of differences that are read at most."""

_WON_BY = re.compile(r"\b(?:won|wins?|carried|lost|leads?|led)\b[^.;]{0,40}\bby\b", re.IGNORECASE)


def second_readings(sentence: Sentence, tables: Sequence[Table]) -> Iterator[Reading]:
    """The tables that a sentence can be about besides those that it cites; the last ones decide its comparisons."""
    yield from _derived(sentence, tables)
    yield from _together(sentence, tables)


def _derived(sentence: Sentence, tables: Sequence[Table]) -> Iterator[Reading]:
    changes = any(word.stem in CHANGED for word in sentence.words) or bool(_WON_BY.search(sentence.text))
    long = [one for table in tables for one in once(table, long_form)]
    if long:
        yield Reading("columns", long)
    if summed := [one for table in tables for one in once(table, margins) if one.timed or not _several_times(table)]:
        yield Reading("sums", summed)
    if summed := [one for table in tables for one in once(table, margins) if not one.timed and _several_times(table)]:
        yield Reading("sums", summed, over_time=True)
    if added := [one for table in long for one in once(table, margins)]:
        yield Reading("columns added", added, long)
    if not changes:
        return
    stepped = [one for table in tables for one in once(table, steps)]
    if stepped and not SURPLUS.search(sentence.text):  # it is no step in time
        yield Reading("steps", stepped[:_MOST])
    found: list[Table] = []
    named = list(_pairs(sentence.names))
    for table in tables:
        sides = [*named, *(two for two in once(table, two_sided) if two[0] not in {column for column, _, _ in named})]
        for column, left, right in sides:
            for one, other in _oriented(sentence, left, right):
                found += once(table, gaps, column, one, other)
    yield from _differences(sentence, found, ())
    yield from _between_columns(sentence, long)


def _between_columns(sentence: Sentence, long: Sequence[Table]) -> Iterator[Reading]:
    """The differences of the columns that a sentence names, or of both where it speaks of the two."""
    between: list[Table] = []
    for table in long:
        columns = list(_columns_named(sentence, table))
        view = replace(sentence, names=sorted([*sentence.names, *columns], key=lambda m: m.start))
        both = once(table, two_sided) if _BOTH.search(sentence.text) else ()
        for column, left, right in list(_pairs(columns)) or both:
            if column == ENTRY:
                for one, other in _oriented(view, left, right):
                    between += once(table, gaps, column, one, other)
    yield from _differences(sentence, between, long)


_BOTH = re.compile(
    r"\b(?:the\s+two|both|net|netto|die\s+beiden|den\s+beiden|beiden|(?:surplus|excess|shortfall)\s+of)\b",
    re.IGNORECASE,
)
"""Words for two columns that need no name, or only one."""


def _differences(sentence: Sentence, tables: list[Table], known: Sequence[Table]) -> Iterator[Reading]:
    """The differences; where a sentence says which is the largest, that of their sizes, the numbers by their signs."""
    if not tables:
        return
    if not (GAP.search(sentence.text) and any(way.search(sentence.text) for way in EXTREMES)):
        yield Reading("differences", tables[:_MOST], known)
        return
    yield Reading("signed differences", tables[:_MOST], known)
    yield Reading("sizes", [one for table in tables[:_MOST] for one in once(table, sizes)], known)


def _several_times(table: Table) -> bool:
    return len({row.order for row in table.rows if row.moments}) > 1


def _oriented(
    sentence: Sentence, left: frozenset[str], right: frozenset[str]
) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Return the entry that a sentence speaks of and the one it is compared with; both orders if it names neither."""
    for one, other in ((left, right), (right, left)):
        own = [m for m in sentence.names if m.names & one]
        others = [m for m in sentence.names if m.names & other]
        if own and others and own[0].start > others[0].start:
            continue
        if (
            bool(own) == bool(others)
            or (own and not is_reference(sentence, own[0]))
            or (others and is_reference(sentence, others[0]))
        ):
            yield one, other


def _pairs(mentions: Sequence[Mention]) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """Two names of one column each, with the column."""
    for kind in dimensions(mentions):
        distinct = list({mention.names: mention for mention in kind}.values())[:4]
        for left, right in combinations(distinct, 2):
            for column in left.columns & right.columns:
                yield column, left.names, right.names


TAKEN_TOGETHER = re.compile(r"\b(?:together|combined|zusammen)\b", re.IGNORECASE)
_ALL_OF_THEM = re.compile(rf"[^,;()\d]{{0,25}}{TAKEN_TOGETHER.pattern}", re.IGNORECASE)
_THAN = re.compile(r"\s+(?:than|als)\s+(?:the\s+|in\s+|von\s+|f[o\u00fc]r\s+)*$", re.IGNORECASE)


def _together(sentence: Sentence, tables: Sequence[Table]) -> Iterator[Reading]:
    """The tables with the entries as one that a sentence takes together: `Greens and Liberals together hold 10`."""
    for group in lists_named(sentence):
        columns = frozenset[str].intersection(*(m.columns for m in group))
        said = _ALL_OF_THEM.match(sentence.text, group[-1].end)
        if said is None or not columns:
            continue
        names = frozenset[str]().union(*(m.names for m in group))
        text = sentence.text[group[0].start : group[-1].end]
        found = [one for table in tables for c in sorted(columns) for one in once(table, put_together, c, names, text)]
        others = [m for m in sentence.names if m not in group]
        compared = len(others) == 1 and _THAN.search(sentence.text, said.end(), others[0].start)
        if found:
            yield Reading("together", found, decided=(said.end(), others[0].start) if compared else (0, 0))


_HYPHENED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")


def _columns_named(sentence: Sentence, table: Table) -> Iterator[Mention]:
    """Columns that a sentence names by all the words that the others have not: solar for `solar_mwh` and `wind_mwh`."""
    parts = {name: stems_of_name(name) for name in dict.fromkeys(row.names[ENTRY] for row in table.rows)}
    words = [(word.stem, word.start, word.end) for word in sentence.words]
    words += [(stem(match[0].replace("-", "")), *match.span()) for match in _HYPHENED.finditer(sentence.text)]
    shared = frozenset[str].intersection(*parts.values())
    for name, stems in parts.items():
        said = [(word, start, end) for word, start, end in words if word in stems - shared]
        if stems - shared and not (stems - shared).difference(word for word, _, _ in said):
            start, end = said[0][1], said[-1][2]
            yield Mention(start, end, sentence.text[start:end], frozenset({name.casefold()}), frozenset({ENTRY}))
