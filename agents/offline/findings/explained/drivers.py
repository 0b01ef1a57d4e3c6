"""Findings of the offline model about the segments that explain a change or a difference."""

from collections.abc import Sequence

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import listed, name, number, share
from agents.offline.planning.calls import quoted
from agents.outputs.claims import Claim, NumberClaim, QueryClaim, RowFilter
from analytics.drivers.dimensions import MISSING, MONTH_OF
from analytics.results import ColumnProfile, Driver, Drivers

_MOST_TOLD = 3
_LONGEST = 80
"""Characters from which a value may be cut, so that no query finds it."""


def write_drivers(draft: Draft) -> None:
    """Add what made up each change or difference that was looked into."""
    columns = {column.name: column for column in draft.profile.columns}
    for evidence_id, result in draft.results(Drivers):
        if result.column not in columns or not (result.periods or result.by):
            continue
        conditions = _Conditions(result, columns)
        statement, claims = _whole(result, conditions)
        named = [one for one in result.segments if conditions.can_be_written(one)][:_MOST_TOLD]
        largest = [one for one in result.largest if conditions.can_be_written(one)][:1]
        for one in named or largest:
            sentence, claim = _told(result, one, conditions, apart=bool(named))
            statement += sentence
            claims.append(claim)
        if not result.segments and not largest:
            statement += f" No segment of {listed([name(each) for each in result.columns_searched])} explains it."
        draft.say(
            statement,
            [evidence_id],
            "high" if named else "medium",
            claims=claims,
            reason=_reason(result),
            topic=[result.column, *([result.by] if result.by else [])],
            rank=5.0,
        )
        draft.limitations.insert(0, "Segments tell where a change sits in the data, not what caused it.")


def _reason(result: Drivers) -> str:
    if not result.quiet_pairs:
        return "There were too few comparisons in which nothing happened to say how far this may be chance."
    return (
        f"The same search named a segment in {result.false_pairs} of {result.quiet_pairs} comparisons in which nothing "
        "happened."
    )


class _Conditions:
    """Conditions in SQL for the sides and segments of a result."""

    def __init__(self, result: Drivers, columns: dict[str, ColumnProfile]) -> None:
        self._columns = columns
        self._how = {"sum": "coalesce(sum({}), 0)", "mean": "avg({})", "count": "count({})"}[result.aggregate]
        self._column = quoted(result.column)
        if result.time:
            when = f"TRY_CAST({quoted(result.time)} AS TIMESTAMP)"
            self.sides = [f"{when} >= TIMESTAMP '{a}' AND {when} < TIMESTAMP '{b}'" for a, b in result.periods]
        else:
            inside = self._equals(result.by or "", result.group or "")
            self.sides = [f"({inside}) IS DISTINCT FROM true", inside]

    def value(self, condition: str) -> str:
        """The SQL of the measure over the rows that fulfil a condition."""
        return self._how.format(f"CASE WHEN {condition} THEN {self._column} END")

    def can_be_written(self, one: Driver) -> bool:
        """Check that a query finds the segment by its values."""
        return all(len(value) < _LONGEST for value in one.where.values())

    def of(self, one: Driver) -> str:
        """The condition of a segment."""
        return " AND ".join(self._one(one, column, value) for column, value in one.where.items())

    def _one(self, one: Driver, column: str, value: str) -> str:
        if column in one.ranges:
            low, high = one.ranges[column]
            return f"{quoted(column)} BETWEEN {low!r} AND {high!r}"
        return self._equals(column, value)

    def _equals(self, column: str, value: str) -> str:
        profile = self._columns.get(column)
        if profile is None and column.startswith(MONTH_OF):
            when = f"TRY_CAST({quoted(column.removeprefix(MONTH_OF))} AS TIMESTAMP)"
            return f"strftime({when}, '%B') = {_text(value)}"
        if value == MISSING:
            return f"{quoted(column)} IS NULL"
        kind = profile.dtype.lower() if profile else ""
        if kind.startswith("bool"):
            return quoted(column) if value == "True" else f"NOT {quoted(column)}"
        return f"{quoted(column)} = {value if kind.startswith(('int', 'uint', 'float')) else _text(value)}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _whole(result: Drivers, conditions: _Conditions) -> tuple[str, list[Claim]]:
    how = "mean" if result.aggregate == "mean" else "total"
    what = f"the {how} of {name(result.column)}"
    before, after = number(result.before), number(result.after)
    if result.by:
        said = f"{what[0].upper()}{what[1:]} is {after} for {_value(result.by, result.group or '')}"
        said += f", against {before} for other rows."
        return said, [_claim([conditions.value(side) for side in conditions.sides], [result.before, result.after])]
    way = "rose" if result.change > 0 else "fell" if result.change < 0 else "stayed"
    moved = f"{way} from {before} to {after}" if result.change else f"stayed at {after}"
    claims: list[Claim] = [
        NumberClaim(
            aggregate="sum" if result.aggregate == "sum" else "mean",
            column=result.column,
            where=[RowFilter(column=result.time, start=start.isoformat(), end=end.isoformat())],
            value=value,
        )
        for (start, end), value in zip(result.periods, (result.before, result.after), strict=True)
    ]
    return f"From {result.before_label} to {result.after_label}, {what} {moved}.", claims


def _told(result: Drivers, one: Driver, conditions: _Conditions, *, apart: bool) -> tuple[str, QueryClaim]:
    """A sentence on a segment, and the query for its figures."""
    inside, (first, second) = conditions.of(one), conditions.sides
    segment = _named(one)
    values = [conditions.value(f"{side} AND {inside}") for side in (first, second)]
    if one.cause == "mix":
        values += [
            f"count({quoted(result.column)}) FILTER (WHERE {side} AND {inside}) / "
            f"count({quoted(result.column)}) FILTER (WHERE {side})::DOUBLE"
            for side in (first, second)
        ]
        shares = [one.rows_before / result.rows_before, one.rows_after / result.rows_after]
        was, now = (share(each, 1) for each in shares)
        there = one.after if one.rows_after else one.before
        sides = (
            f"{now} of the rows {_of(result)}, against {was} of other rows"
            if result.by
            else f"{now} of the rows, after {was}"
        )
        said = f" {_capital(segment)} has {sides}; its mean there is {number(there)}."
        return said, _claim(
            values, [one.before if one.rows_before else None, one.after if one.rows_after else None, *shares]
        )
    if result.by:
        said = (
            f" With {segment}, the mean is {number(one.after)} {_for(result)} and {number(one.before)} for other rows."
        )
        return said, _claim(values, [one.before, one.after])
    part = one.share if one.share is not None and 0 < one.share <= 1 and one.cause == "amount" else None
    rows = [one.before, one.after]
    if part is not None:
        change = f"({conditions.value(second)} - {conditions.value(first)})"
        values.append(f"({values[1]} - {values[0]}) / {change}::DOUBLE")
        rows.append(part)
    told = f"from {number(one.before)} to {number(one.after)}" + (f", {share(part, 1)} of the change" if part else "")
    if apart:
        return f" {_capital(segment)} moved apart from the rest: {told}.", _claim(values, rows)
    searched = listed([name(each) for each in result.columns_searched])
    said = f" No segment of {searched} moved apart from the rest; the largest part is that of {segment}: {told}."
    return said, _claim(values, rows)


def _claim(values: Sequence[str], row: Sequence[float | None]) -> QueryClaim:
    return QueryClaim(sql=f"SELECT {', '.join(values)} FROM data", rows=[list(row)])  # noqa: S608 - quoted


def _of(result: Drivers) -> str:
    return f"of {_value(result.by or '', result.group or '')}"


def _for(result: Drivers) -> str:
    return f"for {_value(result.by or '', result.group or '')}"


def _named(one: Driver) -> str:
    """`origin EWR with carrier EV`."""
    return " with ".join(f"{name(column)} {_range(one, column, value)}" for column, value in one.where.items())


def _range(one: Driver, column: str, value: str) -> str:
    if column in one.ranges:
        low, high = one.ranges[column]
        return f"from {low:g} to {high:g}"
    return value if value.replace(".", "", 1).isdecimal() else name(value)


def _value(column: str, value: str) -> str:
    return f"{name(column)} {value}" if value.replace(".", "", 1).isdecimal() else name(value)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
