"""The query for a question that is read word by word, and the finding that it gives."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from agents.claims import Aggregate, ChangeClaim, Claim, CorrelationClaim, NumberClaim, RowFilter
from agents.offline.findings.periods import partial_periods
from agents.offline.phrasing import listed, name, number, share
from agents.offline.plan import PlannedCall, aggregate, is_year, quoted
from agents.offline.questions.grammar import DirectQuestion
from agents.outputs import Finding
from analytics.results import Correlations, DatasetProfile, QueryResult

_Told = tuple[str, list[Claim]]
"""A statement with its claims."""
_SIGNIFICANT = 0.05
"""Largest p-value of a correlation that is told as more than chance."""
_AGGREGATES: dict[str, Aggregate] = {
    "sum": "sum",
    "mean": "mean",
    "median": "median",
    "maximum": "maximum",
    "minimum": "minimum",
}
_FUNCTIONS = {"sum": "sum", "mean": "avg", "median": "median", "maximum": "max", "minimum": "min"}
_WORDS = {
    "sum": "the total of",
    "mean": "the mean of",
    "median": "the median of",
    "maximum": "the highest value of",
    "minimum": "the lowest value of",
}


def call_for(asked: DirectQuestion, profile: DatasetProfile) -> PlannedCall | None:
    """The tool call that answers a question; None for one that would compare incomplete years."""
    if asked.by and asked.measure:
        sort_by = "total" if asked.kind == "sum" else "mean"
        return PlannedCall("compare_groups", {"column": asked.measure.name, "by": asked.by.name, "sort_by": sort_by})
    if asked.kind == "correlation":
        return PlannedCall("correlations", {"columns": [column.name for column in asked.pair]})
    if asked.kind == "change" and not _years(asked, profile):
        return None
    return PlannedCall("query", {"sql": _sql(asked, profile)})


def _sql(asked: DirectQuestion, profile: DatasetProfile) -> str:
    column = quoted(asked.measure.name) if asked.measure else ""
    where = _conditions(asked.where)
    if asked.measure and asked.measure.dtype.lower().startswith("float"):
        where.append(f"isfinite({column})")
    whole = f" FROM data WHERE {' AND '.join(where)}" if where else " FROM data"
    match asked.kind:
        case "rows":
            return f"SELECT count(*) AS rows_found, (SELECT count(*) FROM data) AS rows_in_all{whole}"  # noqa: S608 - quoted names
        case "share":
            part = " AND ".join(_conditions(asked.part))
            return f"SELECT count(*) FILTER (WHERE {part}) AS rows_found, count(*) AS rows_in_all{whole}"
        case "missing":
            return f"SELECT count(*) - count({column}) AS missing, count(*) AS rows_in_all FROM data"  # noqa: S608 - as above
        case "distinct":
            return f"SELECT count(DISTINCT {column}) AS different_values, count({column}) AS rows_found FROM data"  # noqa: S608 - as above
        case "change":
            value = f"{_FUNCTIONS[_together(asked)]}({column}) AS {column}"
            parts = [
                f"SELECT {year} AS in_year, {value} FROM data WHERE {' AND '.join([*where, *_conditions([condition])])}"  # noqa: S608 - as above
                for year, condition in zip(asked.years, _years(asked, profile), strict=True)
            ]
            return " UNION ALL ".join(parts) + " ORDER BY 1"
        case _:
            return f"SELECT {_FUNCTIONS[asked.kind]}({column}) AS {column}, count({column}) AS rows_found{whole}"


def _conditions(filters: Sequence[RowFilter]) -> list[str]:
    found: list[str] = []
    for each in filters:
        column = quoted(each.column or "")
        if each.start and each.end:
            when = f"TRY_CAST({column} AS TIMESTAMP)"
            start, end = (datetime.fromisoformat(text) for text in (each.start, each.end))
            found.append(f"{when} >= TIMESTAMP '{start}' AND {when} < TIMESTAMP '{end}'")
        elif isinstance(each.equals, str):
            value = each.equals.replace("'", "''")
            found.append(f"{column} = '{value}'")
        else:
            found.append(f"{column} = {each.equals}")
    return found


def _together(asked: DirectQuestion) -> str:
    return "sum" if asked.measure and aggregate(asked.measure) == "sum" else "mean"


def _years(asked: DirectQuestion, profile: DatasetProfile) -> list[RowFilter]:
    """The conditions of two complete years; none if one of them is not complete."""
    column = next((column for column in profile.columns if is_year(column)), None)
    if column is not None:
        return [RowFilter(column=column.name, equals=year) for year in asked.years]
    start, end = profile.period_start, profile.period_end
    if not (profile.time_column and start and end) or start.tzinfo is not None:
        return []
    if any(not start.year <= year <= end.year for year in asked.years):
        return []
    if {str(year) for year in asked.years} & partial_periods(profile, "year"):
        return []
    return [
        RowFilter(column=profile.time_column, start=f"{year}-01-01T00:00:00", end=f"{year + 1}-01-01T00:00:00")
        for year in asked.years
    ]


def finding_for(
    asked: DirectQuestion, profile: DatasetProfile, result: QueryResult | Correlations, evidence_id: str
) -> Finding | None:
    """The finding that a query's row, its two years, or a pair of columns, gives; None if it holds no number."""
    if isinstance(result, Correlations):
        told = _correlation(asked, result)
        return _finding(told, evidence_id) if told else None
    first = [row[1] for row in result.rows] if asked.kind == "change" else next(iter(result.rows), [])
    cells = [float(cell) for cell in first if isinstance(cell, int | float)]
    if len(cells) != 2 or not all(map(math.isfinite, cells)):
        return None
    told = _told(asked, profile, *cells)
    return _finding(told, evidence_id) if told else None


def _correlation(asked: DirectQuestion, result: Correlations) -> _Told | None:
    names = [column.name for column in asked.pair]
    for pair in result.pairs:
        if sorted((pair.left, pair.right)) == sorted(names):
            statement = (
                f"The rank correlation of {name(pair.left)} and {name(pair.right)} is {pair.coefficient:.2f}, over "
                f"{number(pair.count)} rows."
            )
            chance = " It may be chance." if pair.p_value >= _SIGNIFICANT else ""
            claim = CorrelationClaim(left=pair.left, right=pair.right, value=pair.coefficient, rows=pair.count)
            return statement + chance, [claim]
    return None


def _finding(told: _Told, evidence_id: str) -> Finding:
    statement, claims = told
    return Finding(
        statement=statement,
        evidence=[evidence_id],
        severity="info",
        reason="It answers the question.",
        claims=list(claims),
    )


def _told(asked: DirectQuestion, profile: DatasetProfile, first: float, second: float) -> _Told | None:
    where, column = list(asked.where), asked.measure.name if asked.measure else None
    rows = NumberClaim(aggregate="rows", value=profile.rows)
    if asked.kind == "rows":
        if not where:
            return f"The data set has {number(first)} rows.", [rows]
        statement = f"{number(first)} of the {number(second)} rows {_have(where)}."
        return statement, [NumberClaim(aggregate="rows", where=where, value=first), rows]
    if asked.kind == "missing":
        claim = NumberClaim(aggregate="missing", column=column, value=first)
        return f"{name(column or '')} is missing in {number(first)} of the {number(second)} rows.", [claim, rows]
    if asked.kind == "distinct":
        claims: list[Claim] = [
            NumberClaim(aggregate="distinct", column=column, value=first),
            NumberClaim(aggregate="values", column=column, value=second),
        ]
        return f"{name(column or '')} has {number(first)} different values in {number(second)} rows.", claims
    if asked.kind == "share":
        return None if second <= 0 else _share(asked, first, second)
    if asked.kind == "change":
        return None if first <= 0 else _change(asked, profile, first, second)
    if second <= 0:
        return None
    over = f"{number(second)} rows" if second != 1 else "1 row"
    over = f"the {over} that {_have(where, second)}" if where else over
    what = _WORDS[asked.kind]
    claims = [
        NumberClaim(aggregate=_AGGREGATES[asked.kind], column=column, where=where, value=first),
        NumberClaim(aggregate="values", column=column, where=where, value=second),
    ]
    return f"{what[0].upper()}{what[1:]} {name(column or '')} is {number(first)}, over {over}.", claims


def _have(where: Sequence[RowFilter], count: float = 2) -> str:
    times = [each for each in where if each.start]
    parts = [f"{name(each.column or '')} {_value(each)}" for each in where if not each.start]
    said = [f"{'have' if count != 1 else 'has'} {listed(parts)}"] if parts else []
    for each in times:
        start, end = datetime.fromisoformat(each.start or ""), datetime.fromisoformat(each.end or "")
        whole_year = (start.month, end - start > timedelta(days=300)) == (1, True)
        said.append(f"{'are' if count != 1 else 'is'} from {f'{start:%Y}' if whole_year else f'{start:%B %Y}'}")
    return listed(said)


def _value(condition: RowFilter) -> str:
    return name(condition.equals) if isinstance(condition.equals, str) else str(condition.equals)


def _share(asked: DirectQuestion, first: float, second: float) -> _Told:
    where, part = list(asked.where), list(asked.part)
    whole = f"rows that {_have(where)}" if where else "rows"
    statement = f"{number(first)} of the {number(second)} {whole} {_have(part, first)}: that is {share(first, second)}."
    return statement, [
        NumberClaim(aggregate="rows", where=[*where, *part], value=first),
        NumberClaim(aggregate="rows", where=where, value=second),
        NumberClaim(aggregate="rows", where=[*where, *part], share_of=where, value=first / second),
    ]


def _change(asked: DirectQuestion, profile: DatasetProfile, first: float, second: float) -> _Told:
    how = "sum" if _together(asked) == "sum" else "mean"
    column = asked.measure.name if asked.measure else ""
    before, after = ([year] for year in _years(asked, profile))
    what = f"{_WORDS[how][0].upper()}{_WORDS[how][1:]} {name(column)}"
    start, end = (f"{number(value)} in {year}" for value, year in zip((first, second), asked.years, strict=True))
    change = second / first - 1
    if number(first) == number(second):
        statement = f"{what} was {start} and {end}."
    else:
        way = "rose" if change > 0 else "fell"
        statement = f"{what} {way} by {share(abs(change), 1)}, from {start} to {end}."
    return statement, [
        NumberClaim(aggregate=how, column=column, where=before, value=first),
        NumberClaim(aggregate=how, column=column, where=after, value=second),
        ChangeClaim(aggregate=how, column=column, before=before, after=after, value=change),
    ]
