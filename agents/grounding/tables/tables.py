"""Tables of cells, taken from the typed results of the analyst's tools."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from agents.grounding.reading.words import stem, stems_of_name
from agents.grounding.tables.cells import Aggregate, Measure, Row, Table, aggregate_in, plain_words
from agents.grounding.tables.described_tables import described_tables
from agents.grounding.tables.moments import Moment, moment_in, moment_of
from agents.grounding.tables.sql_columns import SqlColumn, conditions, sql_columns
from agents.outputs import Evidence
from analytics.results import (
    Anomalies,
    Correlations,
    DatasetProfile,
    GroupComparison,
    QueryResult,
    Statistics,
)

_NO_MEASURE = re.compile(r"(?:^|_|\b)(?:year|month|week|weekday|dow|day|hour|quarter|id|code|zip)s?$", re.IGNORECASE)
_NUMBER_TEXT = re.compile(r"[-+\u2212]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\s?%?")
_HIGH_PERCENTILE = "percentile quartile above higher more exceed larger greater over top"
_LOW_PERCENTILE = "percentile quartile below lower less smaller fewer under bottom"
_SHARE_OF_VALUES = "percentile above below higher lower larger smaller exceed most half middle under over top bottom"
_PERCENTILES = {"p05": "5th", "p25": "25th", "p75": "75th", "p95": "95th"}


def tables_of(evidence: Iterable[Evidence]) -> list[Table]:
    """Every table that results hold. Arguments, limits and lengths of lists are not in them."""
    return [table for item in evidence for table in _tables(item)]


def names_in(evidence: Iterable[Evidence]) -> set[str]:
    """Names of entries and columns that results hold."""
    found: set[str] = set()
    for table in tables_of(evidence):
        found |= {measure.name for measure in table.measures.values()} | table.columns
        found |= {name for row in table.rows for name in row.names.values()}
    return found


def _tables(item: Evidence) -> Iterator[Table]:
    match item.result:
        case DatasetProfile() as profile:
            yield from _profile(item.id, profile)
        case Statistics() as statistics:
            yield from _statistics(item.id, statistics)
        case Anomalies() as anomalies:
            yield from _anomalies(item.id, anomalies)
        case Correlations() as pairs:
            yield from _correlations(item.id, pairs)
        case GroupComparison() as groups:
            yield from _groups(item.id, groups)
        case QueryResult() as query:
            yield from _query(item.id, query)
        case other:
            yield from described_tables(item.id, other)


def _words(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


@lru_cache(maxsize=500)
def _of_result(name: str, words: str, aggregate: Aggregate = "count") -> Measure:
    return Measure(name, _words(words), aggregate, of_result=True)


def _measures(*measures: Measure) -> dict[str, Measure]:
    return {measure.name: measure for measure in measures}


def _whole(evidence: str, values: Iterable[tuple[Measure, float | None]]) -> Table:
    """A table with one row that stands for everything."""
    there = [(measure, float(value)) for measure, value in values if value is not None]
    return Table(evidence, _measures(*(m for m, _ in there)), [Row(values={m.name: value for m, value in there})])


def _profile(evidence: str, profile: DatasetProfile) -> Iterator[Table]:
    rows = profile.rows
    roles = [column.role for column in profile.columns]
    yield _whole(
        evidence,
        [
            (_of_result("rows", "rows records entries observations lines cases zeilen datensätze"), rows),
            (_of_result("duplicate rows", "duplicate repeated repeat identical rows copies"), profile.duplicate_rows),
            (
                _of_result("share of duplicate rows", "duplicate repeated repeat rows", "share"),
                profile.duplicate_rows / max(rows, 1),
            ),
            (_of_result("columns", "columns fields variables features attributes"), len(profile.columns)),
            (
                _of_result("columns with gaps", "columns gaps missing incomplete"),
                sum(c.missing > 0 for c in profile.columns),
            ),
            (_of_result("missing values", "missing values cells gaps"), sum(c.missing for c in profile.columns)),
            *(
                (_of_result(f"{role} columns", f"{role} columns numeric"), roles.count(role))
                for role in dict.fromkeys(roles)
            ),
            *_period(profile),
        ],
    )
    for column in profile.columns:
        words = plain_words(column.name)
        values: list[tuple[Measure, float | None]] = [
            (Measure("missing", words, "count", needs=_words("missing gaps empty blank lack without")), column.missing),
            (
                Measure("share missing", words, "share", needs=_words("missing gaps empty blank lack without")),
                column.missing / max(rows, 1),
            ),
            (
                Measure("present", words, "count", needs=_words("present filled known values rows")),
                rows - column.missing,
            ),
            (
                Measure("share present", words, "share", needs=_words("present filled known values rows")),
                1 - column.missing / max(rows, 1),
            ),
            (
                Measure("distinct", words, "count", needs=_words("distinct different unique values categories")),
                column.distinct,
            ),
            (Measure("mean", words, "mean"), column.mean),
            (Measure("median", words, "median"), column.median),
            (Measure("std", words, "spread", needs=_words("standard deviation")), column.std),
            (Measure("minimum", words, "lowest"), _number(column.minimum)),
            (Measure("maximum", words, "highest"), _number(column.maximum)),
            (
                Measure("range", words, "spread", needs=_words("range span")),
                _difference(column.maximum, column.minimum),
            ),
        ]
        yield _whole(evidence, values)
        if column.top:
            counts = Measure("count", _words("rows records times occurrences count frequency"), "count", sure=False)
            shares = Measure("share", _words("rows records share"), "share", sure=False)
            present = Measure("share of those present", _words("rows records share values"), "share", sure=False)
            yield Table(
                evidence,
                _measures(counts, shares, present),
                [
                    Row(
                        {column.name: top.value},
                        _moments({column.name: top.value}),
                        {
                            "count": float(top.count),
                            "share": top.count / max(rows, 1),
                            "share of those present": top.count / max(rows - column.missing, 1),
                        },
                    )
                    for top in column.top
                ],
                complete=column.distinct == len(column.top),
                row_words=stems_of_name(column.name) | _words("values categories"),
            )


def _period(profile: DatasetProfile) -> Iterator[tuple[Measure, float | None]]:
    if profile.period_start and profile.period_end:
        start, end = profile.period_start, profile.period_end
        days = (end - start).days
        months = 12 * (end.year - start.year) + end.month - start.month
        for name, count in (("days", days), ("months", months), ("years", end.year - start.year), ("weeks", days // 7)):
            yield _of_result(f"{name} (apart)", name), count
            yield _of_result(f"{name} (in all)", name), count + 1


def _difference(high: object, low: object) -> float | None:
    left, right = _number(high), _number(low)
    return None if left is None or right is None else left - right


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _statistics(evidence: str, result: Statistics) -> Iterator[Table]:
    words = plain_words(result.column)
    count, in_all = max(result.count, 1), max(result.count + result.missing, 1)

    def needing(name: str, aggregate: Aggregate, needs: str) -> Measure:
        return Measure(name, words, aggregate, needs=_words(needs))

    values: list[tuple[Measure, float | None]] = [
        (_of_result("count", "values rows records entries observations count zeilen werte"), result.count),
        (_of_result("rows", "rows records entries observations in all"), result.count + result.missing),
        (needing("missing", "count", "missing gaps"), result.missing),
        (needing("share missing", "share", "missing gaps"), result.missing / in_all),
        (Measure("total", words, "total"), result.total),
        (Measure("mean", words, "mean"), result.mean),
        (needing("standard deviation", "spread", "standard deviation spread"), result.std),
        (Measure("minimum", words, "lowest"), result.minimum),
        (Measure("median", words, "median"), result.median),
        (Measure("maximum", words, "highest"), result.maximum),
        (needing("range", "spread", "range span"), result.maximum - result.minimum),
        (needing("interquartile range", "spread", "interquartile range middle"), result.p75 - result.p25),
        (needing("skewness", "other", "skewness skew skewed"), result.skewness),
        (needing("zeros", "count", "zero zeros 0"), result.zeros),
        (needing("share of zeros", "share", "zero zeros 0"), result.zeros / count),
        (needing("share not zero", "share", "zero nonzero above positive not"), 1 - result.zeros / count),
        (needing("above the 95th percentile", "count", "above values"), result.above_p95),
        (needing("share above the 95th percentile", "share", "above values"), result.above_p95 / count),
        (needing("mean less median", "other", "difference above below less more gap"), result.mean - result.median),
    ]
    for key, name in _PERCENTILES.items():
        needs = _LOW_PERCENTILE if key < "p5" else _HIGH_PERCENTILE
        values.append((needing(f"{name} percentile", "other", needs), float(getattr(result, key))))
        values.append((_of_result(f"percentile {name}", "percentile", "other"), float(name[:-2])))
    values += [
        (_of_result(f"share {percent}", _SHARE_OF_VALUES, "share"), percent / 100) for percent in (5, 25, 50, 75, 95)
    ]
    for high, low in (("maximum", "mean"), ("maximum", "median"), ("p95", "median"), ("mean", "median")):
        if base := getattr(result, low):
            values.append((needing(f"{high} over {low}", "other", "times"), getattr(result, high) / base))
    yield _whole(evidence, values)


def _anomalies(evidence: str, result: Anomalies) -> Iterator[Table]:
    words = plain_words(result.column)
    aggregate: Aggregate | None = "total" if result.aggregate == "sum" else result.aggregate
    value = Measure("value", words, aggregate)
    expected = Measure("expected", words, aggregate, needs=_words("expected usual normal typical forecast"))
    score = Measure("score", _words("score deviation deviations z robust spread"), "other", of_result=True)
    count = Measure("count", _words("values rows count"), "count", of_result=True)
    rows: list[Row] = []
    for anomaly in result.worst:
        moments = {result.time or "time": moment_of(anomaly.time)} if anomaly.time else {}
        names = {
            key: str(label) for key, label in anomaly.labels.items() if isinstance(label, str) and not moment_in(label)
        }
        moments |= {} if moments else _moments({key: str(label) for key, label in anomaly.labels.items()})
        if anomaly.row is not None:
            names["row"] = f"row {anomaly.row}"
        values = {"value": anomaly.value, "expected": anomaly.expected, "score": anomaly.score}
        if anomaly.count is not None:
            values["count"] = float(anomaly.count)
        rows.append(Row(names, moments, values))
    yield Table(
        evidence,
        _measures(value, expected, score, count),
        rows,
        complete=False,
        row_words=_words("days dates points values rows times") | _words(result.step or ""),
    )
    labels = {key: [a.labels.get(key) for a in result.worst] for a in result.worst[:1] for key in a.labels}
    more = {key: cells for key, cells in labels.items() if any(_number(cell) is not None for cell in cells)}
    if more:
        yield Table(
            evidence,
            _measures(*(Measure(key, plain_words(key), aggregate_in(key)) for key in more)),
            [
                Row(
                    row.names,
                    row.moments,
                    {key: number for key, cells in more.items() if (number := _number(cells[place])) is not None},
                )
                for place, row in enumerate(rows)
            ],
            complete=False,
        )
    yield _whole(
        evidence,
        [
            (_of_result("checked", f"checked values rows points time {result.step or 'days'}"), result.checked),
            (
                _of_result("flagged", "flagged unusual anomalies outliers anomalous values rows points days far"),
                result.flagged,
            ),
            (
                _of_result("share flagged", "flagged unusual anomalies outliers values rows points days", "share"),
                result.flagged / max(result.checked, 1),
            ),
            (_of_result("threshold", "threshold score z deviations limit least", "other"), result.threshold),
        ],
    )


def _correlations(evidence: str, result: Correlations) -> Iterator[Table]:
    coefficient = Measure(
        "coefficient",
        _words("correlation correlate correlated coefficient spearman rho association relation"),
        "other",
        sure=False,
    )
    p_value = Measure("p_value", _words("p significance significant"), "other", of_result=True)
    count = Measure("count", _words("rows values pairs observations"), "count", of_result=True)
    yield Table(
        evidence,
        _measures(coefficient, p_value, count),
        [
            Row(
                {"left": pair.left, "right": pair.right},
                {},
                {"coefficient": pair.coefficient, "p_value": pair.p_value, "count": float(pair.count)},
            )
            for pair in result.pairs
        ],
        complete=result.pairs_checked == len(result.pairs),
        row_words=_words("pairs"),
    )
    yield _whole(evidence, [(_of_result("pairs checked", "pairs checked compared combinations"), result.pairs_checked)])


def _groups(evidence: str, result: GroupComparison) -> Iterator[Table]:
    words = plain_words(result.column)
    complete = result.groups_in_all == len(result.groups)
    rows_words = _words("rows records values entries observations count")
    measures = _measures(
        Measure("mean", words, "mean"),
        Measure("median", words, "median"),
        Measure("total", words, "total"),
        Measure("count", frozenset({"n"}), "count", needs=rows_words),
    )
    yield Table(
        evidence,
        measures,
        [
            Row(
                {result.by: g.name},
                _moments({result.by: g.name}),
                {"mean": g.mean, "median": g.median, "total": g.total, "count": float(g.count)},
            )
            for g in result.groups
        ],
        complete=complete,
        row_words=stems_of_name(result.by) | _words("groups categories"),
    )
    group_words = stems_of_name(result.by) | _words("groups categories values")
    yield _whole(
        evidence,
        [
            (Measure("overall mean", words, "mean"), result.overall_mean),
            (Measure("number of groups", frozenset(group_words), "count", of_result=True), result.groups_in_all),
            (_of_result("p_value", "p significance significant difference", "other"), result.p_value),
            (
                _of_result("effect size", "effect size epsilon variance rank differences explains explained", "share"),
                result.effect_size,
            ),
            *(
                [
                    (Measure("overall total", words, "total"), sum(g.total for g in result.groups)),
                    (
                        Measure("overall count", frozenset({"n"}), "count", needs=rows_words),
                        sum(g.count for g in result.groups),
                    ),
                ]
                if complete
                else []
            ),
        ],
    )


def _query(evidence: str, result: QueryResult) -> Iterator[Table]:
    known = sql_columns(result.sql, result.columns)
    kept = conditions(result.sql)
    names_rows = [_names_rows(result, index, known[index]) for index in range(len(result.columns))]
    measures: dict[str, Measure] = {}
    for index, column in enumerate(result.columns):
        if not names_rows[index] and any(_cell_number(row[index]) is not None for row in result.rows):
            measures[column] = _query_measure(column, known[index], result.sql)
    fixed = {column: text for column, text in kept.equal if not re.search(r"\d", text) or not moment_in(text, column)}
    fixed = {column: text for column, text in fixed.items() if column not in result.columns}
    fixed_moments = {column: moment for column, text in kept.equal if (moment := moment_in(text, column))}
    dimensions = [(index, column) for index, column in enumerate(result.columns) if names_rows[index]]
    rows: list[Row] = []
    for cells in result.rows:
        texts = {column: _text(cells[index]) for index, column in dimensions if cells[index] is not None}
        moments = _moments(texts)
        names = {column: text for column, text in texts.items() if column not in moments}
        # A month's or weekday's name is a name as well, so that it can be counted and ranked.
        values = {
            column: number
            for index, column in enumerate(result.columns)
            if column in measures and (number := _cell_number(cells[index])) is not None
        }
        rows.append(Row({**fixed, **names}, _together({**fixed_moments, **moments}), values))
    yield Table(
        evidence,
        measures,
        rows,
        complete=not result.truncated and not _limited(result),
        row_words=frozenset[str]().union(
            _words("rows groups entries records"),
            *(stems_of_name(column) | _spans(rows, column) for _, column in dimensions),
        ),
        filters=frozenset(text.casefold() for text in fixed.values()),
        kept=tuple(moment for text in kept.texts if (moment := moment_in(text))),
    )


def _limited(result: QueryResult) -> bool:
    limit = re.search(r"\bLIMIT\s+(\d+)\s*$", result.sql, re.IGNORECASE)
    return bool(limit) and len(result.rows) >= int(limit[1]) if limit else False


def _spans(rows: list[Row], column: str) -> frozenset[str]:
    """What the moments of a column are: days, months, quarters or years."""
    moment = next((row.moments[column] for row in rows if column in row.moments), None)
    if moment is None:
        return frozenset()
    kind = "days dates" if moment.day else "months" if moment.month else "quarters" if moment.quarter else "years"
    return _words(kind)


def _names_rows(result: QueryResult, index: int, known: SqlColumn) -> bool:
    """Return whether a column says what a row is, not how much."""
    cells = [row[index] for row in result.rows if row[index] is not None]
    column = result.columns[index]
    if not cells or (known.aggregate is not None and known.computed):
        return not any(_cell_number(cell) is not None for cell in cells)
    if any(isinstance(cell, str | bool | datetime) and _cell_number(cell) is None for cell in cells):
        return True
    if all(isinstance(cell, int | float | str) for cell in cells):
        integers = all(isinstance(cell, int) or (isinstance(cell, str) and cell.isdigit()) for cell in cells)
        return integers and (bool(_NO_MEASURE.search(column)) or _grouped_by(result.sql, index, column, known))
    return False


def _grouped_by(sql: str, index: int, column: str, known: SqlColumn) -> bool:
    match = re.search(r"\bGROUP\s+BY\b(.*?)(?=\bORDER\s+BY\b|\bHAVING\b|\bLIMIT\b|$)", sql, re.IGNORECASE | re.DOTALL)
    if not match or (known.computed and known.aggregate):
        return False
    parts = {part.strip().strip('"').casefold() for part in match[1].split(",")}
    return str(index + 1) in parts or column.casefold() in parts or "all" in parts


def _query_measure(column: str, known: SqlColumn, sql: str) -> Measure:
    words = stems_of_name(column)
    sources = [source for source in known.sources if source.casefold() != column.casefold()]
    if known.aggregate == "count" and not sources:
        counted = {"n", "count", "rows", "num", "number", "cnt", "total"} >= set(
            re.findall(r"[a-z]+", column.casefold())
        )
        return Measure(column, words | _words("rows records times entries count number"), "count", sure=not counted)
    measured = plain_words(column, *sources)
    del sql
    return Measure(column, measured, known.aggregate, known.percent, sure=bool(sources) or len(column) > 2)


def _text(cell: Any) -> str:
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


def _moments(texts: dict[str, str]) -> dict[str, Moment]:
    return {column: moment for column, text in texts.items() if (moment := moment_in(text, column))}


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
