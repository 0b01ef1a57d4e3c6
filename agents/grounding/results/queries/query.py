"""Tables of the rows of a query."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from agents.grounding.reading.words import stems_of_name, words_of
from agents.grounding.results.measures import moments_by_column
from agents.grounding.results.queries.sql_columns import SqlColumn, conditions, sql_columns
from agents.grounding.tables.cells import NAMELESS, Measure, Row, Table, plain_words, scale_in
from agents.grounding.tables.moments import Moment, moment_in
from analytics.results import QueryResult

_NO_MEASURE = re.compile(
    r"(?:^|_|\b)(year|month|week|weekday|dow|day|hour|quarter|id|code|zip|jahr|monat|quartal|woche|tag|stunde|plz)s?$",
    re.IGNORECASE,
)
_NUMBER_TEXT = re.compile(r"[-+\u2212]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\s?%?")


def query_tables(evidence: str, result: QueryResult) -> Iterator[Table]:
    """The rows of a query, with what its conditions keep."""
    known = sql_columns(result.sql, result.columns)
    kept = conditions(result.sql)
    names_rows = [_names_rows(result, index, known[index]) for index in range(len(result.columns))]
    measures: dict[str, Measure] = {}
    for index, column in enumerate(result.columns):
        if not names_rows[index] and any(_cell_number(row[index]) is not None for row in result.rows):
            measures[column] = _with_side(_query_measure(column, known[index]), result.columns)
    fixed = {column: text for column, text in kept.equal if not re.search(r"\d", text) or not moment_in(text, column)}
    fixed = {column: text for column, text in fixed.items() if column not in result.columns}
    fixed_moments = {column: moment for column, text in kept.equal if (moment := moment_in(text, column))}
    dimensions = [(index, column) for index, column in enumerate(result.columns) if names_rows[index]]
    rows: list[Row] = []
    for cells in result.rows:
        texts = {column: _text(cells[index]) for index, column in dimensions if cells[index] is not None}
        if not texts and dimensions:
            texts = {column: NAMELESS for _, column in dimensions}  # a group of rows without a name is not all of them
        moments = moments_by_column(texts)
        # The number of an hour is a name as well: sentences say `hour 5` and `5 a.m.`; so is a year of two digits.
        called = {column for column, moment in moments.items() if moment == Moment(hour=moment.hour)}
        called |= {column for column, moment in moments.items() if moment.year and len(texts[column]) <= 2}
        names = {column: text for column, text in texts.items() if column not in moments or column in called}
        values = {
            column: number
            for index, column in enumerate(result.columns)
            if column in measures and (number := _cell_number(cells[index])) is not None
        }
        rows.append(Row({**fixed, **names}, _together({**fixed_moments, **moments}), values))
    table = Table(
        evidence,
        measures,
        rows,
        complete=not result.truncated and not _limited(result),
        row_words=frozenset[str]().union(
            words_of("rows groups entries records"),
            *(stems_of_name(column) | _spans(rows, column) for _, column in dimensions),
            *(words_of("days") for _, column in dimensions if "weekday" in stems_of_name(column)),
        ),
        filters=frozenset(text.casefold() for text in fixed.values()),
        kept=tuple(moment for text in kept.texts if (moment := moment_in(text))),
    )
    periods = list(_by_period(evidence, table))
    if periods:  # a number of a year is not one of any year
        held = {word for one in periods for word in one.measures}
        measures = {name: m for name, m in table.measures.items() if not _is_of_year(name, held)}
        table = replace(table, measures=measures, rows=[_without(row, measures) for row in table.rows])
    yield table
    yield from periods


def _is_of_year(name: str, kinds: Collection[str]) -> bool:
    """Return whether a column is one of several that are called by their years."""
    match = _OF_YEAR.fullmatch(name)
    return bool(moment_in(name, "year")) or (match is not None and match["before"] + match["after"] in kinds)


def _without(row: Row, measures: Mapping[str, Measure]) -> Row:
    return Row(row.names, row.moments, {name: value for name, value in row.values.items() if name in measures})


_OF_YEAR = re.compile(r"(?P<before>\D*?)[\s_-]*(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)[\s_-]*(?P<after>\D*)")


def _by_period(evidence: str, table: Table) -> Iterator[Table]:
    """The same numbers by row and period, where columns are called by periods: `2021`, `sales_2021`, `sales_2022`."""
    periods = {name: ("value", moment) for name in table.measures if (moment := moment_in(name, "year"))}
    if not periods:
        parts = {name: match for name in table.measures if (match := _OF_YEAR.fullmatch(name))}
        periods = {
            name: (match["before"] + match["after"], Moment(int(match["year"]))) for name, match in parts.items()
        }
    called = [kind for kind, _ in periods.values()]
    periods = {name: (kind, moment) for name, (kind, moment) in periods.items() if called.count(kind) > 1}
    if not periods or table.timed:
        return
    measures: dict[str, Measure] = {}
    for name, (kind, _) in periods.items():
        words = frozenset(word for word in table.measures[name].words if not word.isdigit())
        one = replace(table.measures[name], name=kind, words=words or frozenset({"value"}))
        measures[kind] = Measure("value", frozenset({"value"}), sure=False) if kind == "value" else one
    kept: dict[tuple[int, Moment], Row] = {}
    for place, row in enumerate(table.rows):
        for name, (kind, moment) in periods.items():
            if name in row.values:
                own = kept.get((place, moment), Row(row.names, {"period": moment}))
                kept[place, moment] = replace(own, values={**own.values, kind: row.values[name]})
    words = table.row_words | words_of("years periods")
    yield Table(evidence, measures, list(kept.values()), complete=table.complete, row_words=words)


def _limited(result: QueryResult) -> bool:
    limit = re.search(r"\bLIMIT\s+(\d+)\s*$", result.sql, re.IGNORECASE)
    return bool(limit) and len(result.rows) >= int(limit[1]) if limit else False


def _spans(rows: list[Row], column: str) -> frozenset[str]:
    """Words for the moments of a column: days, months, quarters or years."""
    moment = next((row.moments[column] for row in rows if column in row.moments), None)
    if moment is None:
        return frozenset()
    parts = (("day", "days dates"), ("month", "months"), ("quarter", "quarters"), ("year", "years"), ("hour", "hours"))
    kind = next((words for part, words in parts if getattr(moment, part) is not None), "")
    return words_of(kind)


def _names_rows(result: QueryResult, index: int, known: SqlColumn) -> bool:
    """Return whether a column says what a row is, not how much."""
    cells = [row[index] for row in result.rows if row[index] is not None]
    column = result.columns[index]
    if not cells or (known.aggregate is not None and known.computed):
        return not any(_cell_number(cell) is not None for cell in cells)
    if any(isinstance(cell, str | bool | datetime) and _cell_number(cell) is None for cell in cells):
        return True
    integers = all(_is_whole(cell) for cell in cells)
    return integers and (_is_part_of_time(column, cells) or _grouped_by(result.sql, index, column, known))


def _is_whole(cell: object) -> bool:
    if isinstance(cell, str):
        return cell.isdigit()
    return isinstance(cell, int) or (isinstance(cell, float) and cell.is_integer())


_MOST = {
    "month": 12, "week": 53, "weekday": 7, "dow": 7, "day": 366, "hour": 24, "quarter": 4, "monat": 12, "woche": 53,
    "tag": 366, "stunde": 24, "quartal": 4,
}  # fmt: skip
"""Largest number of each part of time; a column of hours with 1,668 in it measures a length."""


def _is_part_of_time(column: str, cells: Sequence[Any]) -> bool:
    """Return whether a column of whole numbers is a part of a date, or a code."""
    match = _NO_MEASURE.search(column)
    if match is None:
        return False
    most = _MOST.get(match[1].casefold())
    return most is None or all((_cell_number(cell) or 0) <= most for cell in cells)


def _grouped_by(sql: str, index: int, column: str, known: SqlColumn) -> bool:
    match = re.search(r"\bGROUP\s+BY\b(.*?)(?=\bORDER\s+BY\b|\bHAVING\b|\bLIMIT\b|$)", sql, re.IGNORECASE | re.DOTALL)
    if not match or (known.computed and known.aggregate):
        return False
    parts = {part.strip().strip('"').casefold() for part in match[1].split(",")}
    sources = {source.casefold() for source in known.sources} if len(known.sources) == 1 else set[str]()
    return str(index + 1) in parts or column.casefold() in parts or bool(sources & parts) or "all" in parts


def _query_measure(column: str, known: SqlColumn) -> Measure:
    words = stems_of_name(column)
    sources = [source for source in known.sources if source.casefold() != column.casefold()]
    if known.aggregate == "count" and not sources:
        counted = {"n", "count", "rows", "num", "number", "cnt", "total"} >= set(
            re.findall(r"[a-z]+", column.casefold())
        )
        named = words | words_of("rows records entries count number")
        return Measure(column, named, "count", sure=not counted, of_rows=True)
    measured = plain_words(column, *sources)
    sure = bool(sources) or len(column) > 2
    return Measure(column, measured, known.aggregate, known.percent, sure=sure, unit=scale_in(column, *sources))


_SIDES = {"for": ("against", "scored scoring"), "against": ("for", "conceded conceding allowed")}
"""Last words of two columns that count what one side did and what was done to it, with verbs for each."""


def _with_side(measure: Measure, columns: Sequence[str]) -> Measure:
    """A measure with the verbs that tell it from the column of the other side: `goals_for` and `goals_against`."""
    *first, last = re.split(r"[\s_]+", measure.name.casefold())
    other, verbs = _SIDES.get(last, ("", ""))
    beside = {re.sub(r"\s+", "_", column.casefold()) for column in columns}
    if not first or "_".join([*first, other]) not in beside:
        return measure
    return replace(measure, words=measure.words | words_of(verbs))


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # a rating of 5 is said of 5.0
    return cell.isoformat() if isinstance(cell, datetime) else str(cell)


def _cell_number(cell: Any) -> float | None:
    """The number in a cell, also where it is text such as `1,234` or `5 %`."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return float(cell)
    text = str(cell).strip()
    if not _NUMBER_TEXT.fullmatch(text):
        return None
    return float(text.rstrip("% ").replace(",", "").replace("\u2212", "-"))


def _together(moments: dict[str, Moment]) -> dict[str, Moment]:
    """Year, month and day from columns of their own are one moment."""
    if len(moments) < 2:
        return moments
    parts: dict[str, int] = {}
    for moment in moments.values():
        for part in ("year", "quarter", "month", "day", "hour", "minute"):
            value = getattr(moment, part)
            if value is not None:
                if parts.get(part, value) != value:
                    return moments  # a start and an end: two moments
                parts[part] = value
    return {" ".join(moments): Moment(**parts)}
