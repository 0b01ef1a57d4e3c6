"""Findings of the offline model about single columns."""

import math

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import listed, name, number, share, size_of
from agents.offline.planning.columns import aggregate, is_flag
from agents.outputs import Severity
from agents.outputs.claims import Claim, NumberClaim, RowFilter, SpanClaim, TopShareClaim
from analytics.results import ColumnProfile, Statistics

_FEW_ROWS = 30
"""Values below which it is not told how much of the total the largest hold."""
_MOST_COLUMNS = 3
_CONCENTRATED = 0.4
"""Part of the total in the largest tenth of the values from which it is told."""
_MANY_ZEROS = 0.2
"""Share of zeros from which they are told."""
_MANY_MISSING, _SOME_MISSING = 0.2, 0.05
_FEW_REPEATED = 0.005
"""Share of repeated rows below which they are no news."""
_ROOM = 10
"""Possible combinations of values for each row, below which repeated rows are no news."""


def write_distributions(draft: Draft) -> None:
    """Add mean, median and tail of the main columns; of a column of zeros and ones its share."""
    flags = {column.name for column in draft.profile.columns if is_flag(column)}
    columns = {column.name: column for column in draft.profile.columns}
    for evidence_id, result in draft.results(Statistics)[:_MOST_COLUMNS]:
        what = name(result.column)
        if result.minimum is not None and result.minimum == result.maximum:
            statement = f"{what} is {number(result.mean)} in {_rows(result.count)}."
            claims = [
                NumberClaim(aggregate="minimum", column=result.column, value=result.minimum),
                NumberClaim(aggregate="maximum", column=result.column, value=result.minimum),
                NumberClaim(aggregate="values", column=result.column, value=result.count),
            ]
        elif result.column in flags:
            one = RowFilter(column=result.column, equals=1)
            ones = result.count * result.mean
            statement = f"{what} is 1 in {number(ones)} of {_rows(result.count)} ({share(ones, result.count)})."
            claims = [
                NumberClaim(aggregate="values", column=result.column, where=[one], value=ones),
                NumberClaim(aggregate="values", column=result.column, value=result.count),
                NumberClaim(aggregate="mean", column=result.column, value=result.mean),
            ]
        else:
            statement, claims = _spread(result, columns.get(result.column))
        draft.say(
            statement,
            [evidence_id],
            "info",
            claims=claims,
            reason="It describes a column; nothing about it is unusual in itself.",
            topic=[result.column],
        )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{number(count)} rows"


def _spread(result: Statistics, profile: ColumnProfile | None) -> tuple[str, list[Claim]]:
    what, column = name(result.column), result.column
    unit = profile.unit if profile else ""
    what += f" (in {name(unit)})" if unit else ""
    statement = f"The mean of {what} is {number(result.mean)}, the median {number(result.median)}"
    claims: list[Claim] = [
        NumberClaim(aggregate="mean", column=column, value=result.mean),
        NumberClaim(aggregate="median", column=column, value=result.median),
    ]
    # Where many rows share the largest values, the percentile is one of them and says nothing about a tail.
    high = result.maximum
    if result.above_p95 and (high is None or number(result.p95) != number(high)):
        statement += (
            f"; {share(result.above_p95, result.count)} of the {number(result.count)} values are above "
            f"{number(result.p95)}"
        ) + ("" if high is None else f", and the largest is {number(high)}")
        claims.append(
            NumberClaim(
                aggregate="values",
                column=column,
                where=[RowFilter(column=column, above=result.p95)],
                share_of=[],
                value=result.above_p95 / result.count,
            )
        )
    elif result.minimum is not None and high is not None:
        statement += f", the smallest value {number(result.minimum)} and the largest {number(high)}"
        claims.append(NumberClaim(aggregate="minimum", column=column, value=result.minimum))
    if high is not None:
        claims.append(NumberClaim(aggregate="maximum", column=column, value=high))
    claims.append(NumberClaim(aggregate="values", column=column, value=result.count))
    statement += "."
    held = result.largest_tenth_share or 0.0
    adds_up = (profile is not None and aggregate(profile) == "sum") or bool(profile and profile.adds_up)
    # Where most values are 0, it is no news that few hold the total.
    if (
        result.largest_tenth
        and adds_up
        and result.count >= _FEW_ROWS
        and held >= _CONCENTRATED
        and 2 * result.zeros < result.count
    ):
        statement += f" The {number(result.largest_tenth)} largest values make up {share(held, 1)} of the total."
        claims.append(TopShareClaim(column=column, largest=result.largest_tenth, value=held))
    if result.weighted_by and result.weighted_mean is not None:
        statement += f" Weighted by {name(result.weighted_by)}, the mean of {what} is {number(result.weighted_mean)}."
        claims.append(
            NumberClaim(aggregate="mean", column=column, weight=result.weighted_by, value=result.weighted_mean)
        )
    if result.zeros >= _MANY_ZEROS * result.count:
        statement += f" {share(result.zeros, result.count)} of the values are 0."
        zero = RowFilter(column=column, equals=0)
        claims.append(
            NumberClaim(aggregate="values", column=column, where=[zero], share_of=[], value=result.zeros / result.count)
        )
    return statement, claims


def write_quality(draft: Draft) -> None:
    """Add gaps and repeated rows."""
    profile = draft.profile
    gaps = sorted((c for c in profile.columns if c.missing), key=lambda column: -column.missing)
    if gaps and profile.rows:
        told = [f"{name(column.name)} ({share(column.missing, profile.rows)})" for column in gaps[:3]]
        worst = gaps[0].missing / profile.rows
        severity: Severity = "medium" if worst >= _MANY_MISSING else "low" if worst >= _SOME_MISSING else "info"
        more = "" if len(gaps) <= 3 else ", and in another column" if len(gaps) == 4 else ", and in other columns"
        draft.say(
            f"Values are missing in {listed(told)}{more}.",
            [draft.profile_id],
            severity,
            claims=[
                NumberClaim(aggregate="missing", column=column.name, share_of=[], value=column.missing / profile.rows)
                for column in gaps[:3]
            ],
            reason=f"At most {share(gaps[0].missing, profile.rows)} of a column's values are missing.",
            topic=[column.name for column in gaps[:3]],
            rank=-1.0,
            advice=f"Find out why {name(gaps[0].name)} is missing in so many rows" if worst >= _SOME_MISSING else "",
        )
    if profile.duplicate_rows:
        part = f"{share(profile.duplicate_rows, profile.rows)} of the rows are concerned"
        # Where the columns have few different values, rows cannot but repeat.
        bound = math.prod(max(column.distinct, 1) for column in profile.columns) < _ROOM * profile.rows
        few = profile.duplicate_rows < _FEW_REPEATED * profile.rows
        many = profile.duplicate_rows >= _SOME_MISSING * profile.rows
        draft.say(
            f"{number(profile.duplicate_rows)} of {number(profile.rows)} rows "
            f"{'repeats' if profile.duplicate_rows == 1 else 'repeat'} an earlier row.",
            [draft.profile_id],
            "info" if bound or few else "medium" if many else "low",
            claims=[
                NumberClaim(aggregate="repeated", value=profile.duplicate_rows),
                NumberClaim(aggregate="rows", value=profile.rows),
            ],
            reason=f"{part}; the columns have few different values." if bound else f"{part}.",
            topic=["(rows)"],
            rank=-1.0,
            advice="" if bound else "Check whether repeated rows are real or were loaded twice",
        )


def write_places(draft: Draft) -> None:
    """Add the span of latitude and longitude, which are no measures."""
    ends: list[tuple[ColumnProfile, float, float]] = []
    for quantity in ("latitude", "longitude"):
        column = next((each for each in draft.profile.columns if each.quantity == quantity), None)
        if column is None or not isinstance(column.minimum, int | float) or not isinstance(column.maximum, int | float):
            return
        ends.append((column, float(column.minimum), float(column.maximum)))
    spans = [f"{name(column.name)} goes from {number(low)} to {number(high)}" for column, low, high in ends]
    draft.say(
        f"The places lie between these ends: {listed(spans)}.",
        [draft.profile_id],
        "info",
        claims=[
            claim
            for column, low, high in ends
            for claim in (
                NumberClaim(aggregate="minimum", column=column.name, value=low),
                NumberClaim(aggregate="maximum", column=column.name, value=high),
            )
        ],
        reason="Coordinates say where the rows are; a mean of them would say nothing.",
        topic=[column.name for column, _, _ in ends],
        rank=-2.5,
    )


def _span(draft: Draft) -> list[SpanClaim]:
    profile = draft.profile
    if not (profile.time_column and profile.period_start and profile.period_end):
        return []
    first, last = profile.period_start.isoformat(), profile.period_end.isoformat()
    return [SpanClaim(column=profile.time_column, first=first, last=last)]


def write_columns(draft: Draft) -> None:
    """Describe data about which nothing else can be said."""
    profile = draft.profile
    draft.say(
        f"The data set has {size_of(profile)}.",
        [draft.profile_id],
        "info",
        claims=[
            NumberClaim(aggregate="rows", value=profile.rows),
            NumberClaim(aggregate="columns", value=len(profile.columns)),
            *_span(draft),
        ],
        reason="It describes the data set.",
        topic=["(rows)"],
    )
    for column in profile.columns[:_MOST_COLUMNS]:
        if not column.top:
            continue
        # The value is not quoted: texts may hold numbers of their own, which would be read as the analysis's.
        present = profile.rows - column.missing
        often = share(column.top[0].count, present)
        statement = (
            f"{name(column.name)} has the same value in every row that has one."
            if column.distinct == 1
            else f"{name(column.name)} has {number(column.distinct)} different values; the most frequent one is in "
            f"{often} of the rows that have one."
        )
        draft.say(
            statement,
            [draft.profile_id],
            "info",
            claims=[
                NumberClaim(aggregate="distinct", column=column.name, value=column.distinct),
                NumberClaim(
                    aggregate="values",
                    column=column.name,
                    where=[RowFilter(column=column.name, equals=column.top[0].value)],
                    share_of=[],
                    value=column.top[0].count / present,
                ),
            ],
            reason="It describes a column.",
            topic=[column.name],
            rank=-2.0,
        )
