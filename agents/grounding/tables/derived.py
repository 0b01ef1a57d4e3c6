"""Tables that follow from a table: its columns as entries, its steps in time, its gaps and its sums.

A sentence that speaks of a difference of two entries, of the growth from one period to the next, of the votes of one
column beside those of another or of all entries of one kind together says about one of these what other sentences say
about a table itself, so that the same checks read it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from agents.grounding.reading.words import words_of
from agents.grounding.tables.cells import Measure, Row, Table

ENTRY = "\x00column"
"""Column of the names of columns that are entries."""

CHANGED = words_of(
    "change changes growth grew grow difference differences differ gap gaps lead leads led margin margins spread "
    "advantage distance increase increased decrease decreased drop dropped decline declined fall fell rise rose gain "
    "gained loss lost jump jumped jumps advance step steps ahead behind above below more less fewer higher lower "
    "apart separated narrowed widened added cost costs cooled warmed plus minus heavier lighter longer shorter older "
    "younger larger smaller better worse shrank swing premium edge surplus deficit increment net exceed exceeds "
    "exceeded "
    "abstand unterschied differenz vorsprung rückstand überschuss mehr weniger höher niedriger netto"
)
"""Stems of words for a difference."""

DIFFERENCE = re.compile(
    r"\b(?:gaps?|differences?|leads?(?=\s+(?:over|of|was|is|in|grew|shrank|fell|rose|narrowed|widened|to)\b)|margins?|spread"
    r"|advantage|(?:surplus|excess|shortfall)(?=\s+of\b)|growth|increases?|decreases?|drops?(?=\s+(?:in|of|was|is|came)\b)|declines?(?=\s+(?:in|of|was|is|came)\b)"
    r"|falls?(?=\s+(?:in\s+\w+\s+)?(?:was|is|came)\b)|rises?(?=\s+(?:in|of|was|is|came|after|since|between|from)\b)"
    r"|gains?|jumps?|change|abst[aä]nde?|unterschiede?|differenz|vorsprung|rückstand|überschuss)\b",
    re.IGNORECASE,
)
"""Nouns for a difference."""

SURPLUS = re.compile(r"\b(?:surplus|excess|shortfall)\s+of\b", re.IGNORECASE)
"""Words for what one column has more than another one of the same row."""

GAP = re.compile(
    r"\b(?:gaps?|differences?|disparit(?:y|ies)|divides?|abst[aä]nde?|unterschiede?|differenz(?:en)?)\b", re.IGNORECASE
)
"""Nouns for the size of a difference, whose sign says nothing."""

_MOST_ROWS = 200
_MOST_COLUMNS = 12
_PARTS = 0.8
"""Part of a whole that columns have to make up together at least to be taken for its parts."""


Part = TypeVar("Part")


def once(table: Table, work: Callable[..., Iterator[Part]], *arguments: object) -> list[Part]:
    """Return the result of a function of this file for a table, worked out once."""
    key = (work, *arguments)
    if key not in table.memo:
        table.memo[key] = list(work(table, *arguments))
    return table.memo[key]


def long_form(table: Table) -> Iterator[Table]:
    """The table with one row for each of its columns that measure the same in the same way: `beef`, `pork`."""
    if "coefficient" in table.measures or len(table.rows) > _MOST_ROWS or len(table.measures) > _MOST_COLUMNS:
        return
    kinds: dict[object, list[Measure]] = defaultdict(list)
    for measure in table.measures.values():
        if not (measure.of_result or measure.needs or measure.of_rows):
            kinds[measure.aggregate, measure.percent, measure.scale].append(measure)
    for every in kinds.values():
        alike = [m for m in every if not _is_whole(m, every, table)]
        if len(alike) < 2:
            continue
        shared = frozenset[str].intersection(*(m.words for m in alike)) or frozenset({"value"})
        one = alike[0]
        value = Measure("value", shared, one.aggregate, one.percent, sure=False, unit=one.scale)
        rows = [
            Row({**row.names, ENTRY: m.name.replace("_", " ")}, row.moments, {"value": row.values[m.name]})
            for row in table.rows
            for m in alike
            if m.name in row.values
        ]
        yield Table(table.evidence, {"value": value}, rows, table.complete, table.row_words, table.filters, table.kept)


def _is_whole(measure: Measure, measures: Sequence[Measure], table: Table) -> bool:
    """Return whether a column is what the others are parts of: all voters beside the votes of each candidate."""
    others = [m.name for m in measures if m is not measure]
    if len(others) < 2:
        return False
    return all(
        (whole := row.values.get(measure.name, 0.0)) > 0
        and _PARTS <= sum(row.values.get(name, 0.0) for name in others) / whole <= 1
        for row in table.rows
    )


def steps(table: Table) -> Iterator[Table]:
    """Yield a table of the differences from each period to the next, as numbers and in percent."""
    if not table.timed or len(table.rows) > _MOST_ROWS or "coefficient" in table.measures:
        return
    measures = [m for m in table.measures.values() if not (m.of_result or m.needs)][:_MOST_COLUMNS]
    kinds: dict[object, list[Row]] = defaultdict(list)
    for row in table.rows:
        if row.moments:
            kinds[tuple(sorted(row.names.items()))].append(row)
    rows: list[Row] = []
    for own in kinds.values():
        own.sort(key=lambda row: row.order)
        for before, row in pairwise(own):
            rows.append(Row(row.names, row.moments, _differences(measures, row, before)))
    if len(rows) > 1:
        yield _differing(table, measures, rows, table.filters)


def gaps(table: Table, column: str, left: frozenset[str], right: frozenset[str]) -> Iterator[Table]:
    """Yield a table of the differences between two entries of a column, for each name and time of the other columns.

    Args:
        table: The table.
        column: The column that names both.
        left: Names of the entry, in lower case.
        right: Names of the one that it is compared with.
    """
    if len(table.rows) > _MOST_ROWS:
        return
    measures = [m for m in table.measures.values() if not (m.of_result or m.needs)][:_MOST_COLUMNS]
    sides: dict[object, dict[str, Row]] = defaultdict(dict)
    for row in table.rows:
        name = row.names.get(column, "").casefold()
        side = "left" if name in left else "right" if name in right else ""
        if side:
            rest = tuple(sorted((c, n) for c, n in row.names.items() if c != column))
            sides[rest, row.order].setdefault(side, row)
    rows = [
        Row(
            {c: n for c, n in both["left"].names.items() if c != column},
            both["left"].moments,
            _differences(measures, both["left"], both["right"]),
        )
        for both in sides.values()
        if len(both) == 2
    ]
    if rows:
        yield _differing(table, measures, rows, table.filters | left | right)


def sizes(table: Table) -> Iterator[Table]:
    """Yield a table of differences without their signs: a gap is as large, whichever side is ahead."""
    rows = [replace(row, values={name: abs(value) for name, value in row.values.items()}) for row in table.rows]
    yield replace(table, rows=rows)


def two_sided(table: Table) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """Columns that name just two entries, with these: the sexes."""
    for column in sorted(table.columns):
        names = sorted({row.names[column].casefold() for row in table.rows if column in row.names})
        if len(names) == 2 < len(table.rows):
            yield column, frozenset(names[:1]), frozenset(names[1:])


def margins(table: Table) -> Iterator[Table]:
    """The sums over all other columns and times, by each column that names rows, by time, and over everything."""
    added = [m for m in table.measures.values() if m.aggregate in {"total", "count"} and not (m.of_result or m.needs)]
    added += [m for m in table.measures.values() if m.aggregate is None and m.name == "value"]
    if not added or not table.complete or len(table.rows) > _MOST_ROWS:
        return
    kinds: list[Callable[[Row], Row]] = [lambda _: Row()]
    if len(table.columns) + table.timed > 1:
        kinds += [_by_column(column) for column in sorted(table.columns)]
        kinds += [_by_time] if table.timed else []
    for kind in kinds:
        sums: dict[object, tuple[Row, dict[str, float]]] = {}
        for row in table.rows:
            key = kind(row)
            names = (tuple(sorted(key.names.items())), key.order)
            values = sums.setdefault(names, (key, defaultdict(float)))[1]
            for measure in added:
                values[measure.name] += row.values.get(measure.name, 0.0)
        rows = [Row(key.names, key.moments, values) for key, values in sums.values()]
        if len(rows) < len(table.rows):
            measures = {m.name: m for m in added}
            yield Table(table.evidence, measures, rows, True, table.row_words, table.filters, table.kept)


def put_together(table: Table, column: str, names: frozenset[str], text: str) -> Iterator[Table]:
    """Yield the table with some entries of a column as one, whose numbers are sums: `Greens and Liberals`.

    Args:
        table: The table.
        column: The column that names them.
        names: Their names, in lower case.
        text: How a sentence calls all of them.
    """
    added = {m.name for m in table.measures.values() if m.aggregate in {"total", "count", None} and not m.percent}
    left: list[Row] = []
    sums: dict[object, tuple[Row, dict[str, float]]] = {}
    for row in table.rows:
        if row.names.get(column, "").casefold() not in names:
            left.append(row)
            continue
        rest = tuple(sorted((c, n) for c, n in row.names.items() if c != column))
        values = sums.setdefault((rest, row.order), (row, defaultdict(float)))[1]
        for name in added & row.values.keys():
            values[name] += row.values[name]
    if sums:
        rows = [Row({**row.names, column: text}, row.moments, values) for row, values in sums.values()]
        yield replace(table, rows=[*left, *rows])


def _by_time(row: Row) -> Row:
    return Row({}, row.moments)


def _by_column(column: str) -> Callable[[Row], Row]:
    return lambda row: Row({column: row.names[column]} if column in row.names else {})


def _differences(measures: Sequence[Measure], row: Row, other: Row) -> dict[str, float]:
    found: dict[str, float] = {}
    for measure in measures:
        left, right = row.values.get(measure.name), other.values.get(measure.name)
        if left is None or right is None:
            continue
        found[f"change of {measure.name}"] = left - right
        if right and not measure.percent:
            found[f"growth of {measure.name}"] = 100 * (left - right) / abs(right)
    return found


def _differing(table: Table, measures: Sequence[Measure], rows: Sequence[Row], filters: frozenset[str]) -> Table:
    held: dict[str, Measure] = {}
    there = frozenset[str]().union(*(row.values.keys() for row in rows))
    for m in measures:
        change = f"change of {m.name}"
        held[change] = Measure(change, m.words, None, m.percent, needs=CHANGED, sure=m.sure, unit=m.scale)
        growth = f"growth of {m.name}"
        if growth in there:
            held[growth] = Measure(growth, m.words, "share", percent=True, needs=CHANGED, sure=m.sure)
    return Table(table.evidence, held, rows, table.complete, table.row_words, filters, table.kept)
