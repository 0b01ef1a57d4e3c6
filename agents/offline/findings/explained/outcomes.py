"""Findings of the offline model about an outcome: which columns go with it, strongest first."""

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import listed, name, number, share
from agents.outputs import Severity
from agents.outputs.claims import Claim, NumberClaim, RowFilter
from analytics.results import Cell, Outcome, OutcomeColumn

_LARGE, _MEDIUM = 0.3, 0.2
"""Effects that matter much and some; 0.3 is medium for Cramér's V of two-valued columns (Cohen 1988)."""
_MOST_TOLD = 6


def write_outcomes(draft: Draft) -> None:
    """Add the columns that go with the outcome, each with its shares or medians."""
    for evidence_id, result in draft.results(Outcome):
        outcome = RowFilter(column=result.outcome, equals=typed(draft, result.outcome, result.value))
        other = RowFilter(column=result.outcome, equals=typed(draft, result.outcome, result.other))
        happens = _named(result.outcome, result.value)
        there = {column.column for column in result.columns}
        again = {each.column for each in draft.profile.repeats if each.of in there}
        told = [one for one in result.columns if one.like is None and one.column not in again and _has_figures(one)]
        told = told[:_MOST_TOLD]
        for place, column in enumerate(told):
            statement, claims = _numbers(column, happens, outcome, other, result)
            effect = abs(column.effect_size)
            severity: Severity = "high" if effect >= _LARGE else "medium" if effect >= _MEDIUM else "low"
            draft.say(
                f"{_overall(result, happens)} {statement}" if not place else statement,
                [evidence_id],
                severity,
                claims=[*(_overall_claims(result, outcome) if not place else ()), *claims],
                reason=f"{column.test} test, p {_p(column.p_value)} after Holm; effect size {effect:.2f}, of "
                f"{result.tested} columns tested.",
                topic=[result.outcome, column.column],
                rank=1 + effect,
                advice=f"Find out why {name(result.outcome)} differs by {name(column.column)}" if place < 2 else "",
            )
        caution = f"Columns that go with {name(result.outcome)} need not cause it, and may stand for each other."
        if told:
            draft.limitations.append(caution)
        alike = [f"{name(one.column)} (like {name(one.like)})" for one in result.columns if one.like]
        if alike:
            draft.limitations.append(f"Columns that part the rows like another one are told once: {listed(alike)}.")


def _has_figures(column: OutcomeColumn) -> bool:
    """Return whether there are shares or medians to tell: a text that seldom repeats has neither."""
    shares, medians = (column.highest, column.lowest), (column.median_with, column.median_without)
    return None not in shares or None not in medians


def _overall(result: Outcome, happens: str) -> str:
    return (
        f"{number(result.happened)} of {number(result.rows)} rows have {happens} "
        f"({share(result.happened, result.rows)})."
    )


def _overall_claims(result: Outcome, outcome: RowFilter) -> list[Claim]:
    rows = result.happened
    return [
        NumberClaim(aggregate="rows", where=[outcome], value=rows),
        NumberClaim(aggregate="values", column=result.outcome, value=result.rows),
        NumberClaim(aggregate="values", column=result.outcome, where=[outcome], share_of=[], value=rows / result.rows),
    ]


def _numbers(
    column: OutcomeColumn, happens: str, outcome: RowFilter, other: RowFilter, result: Outcome
) -> tuple[str, list[Claim]]:
    if column.highest is None or column.lowest is None:
        with_, without = column.median_with or 0.0, column.median_without or 0.0
        statement = (
            f"In rows with {happens}, the median of {name(column.column)} is {number(with_)}; in rows with "
            f"{_named(result.outcome, result.other)}, the median is {number(without)}."
        )
        return statement, [
            NumberClaim(aggregate="median", column=column.column, where=[outcome], value=with_),
            NumberClaim(aggregate="median", column=column.column, where=[other], value=without),
        ]
    ends = [
        (column.highest, column.highest_share or 0.0, column.highest_rows or 0),
        (column.lowest, column.lowest_share or 0.0, column.lowest_rows or 0),
    ]
    parts: list[str] = []
    claims: list[Claim] = []
    for value, part, rows in ends:
        where = _where(column, value)
        said = value if column.cut is not None else f"for {name(value)}"
        parts.append(f"{share(part, 1)} {said} ({number(rows)} rows)")
        with_value = NumberClaim(aggregate="values", column=result.outcome, where=[where], value=rows)
        claims += [
            NumberClaim(
                aggregate="values", column=result.outcome, where=[where, outcome], share_of=[where], value=part
            ),
            with_value,
        ]
    return f"By {name(column.column)}, the share of rows with {happens} is {parts[0]}, and {parts[1]}.", claims


def _where(column: OutcomeColumn, value: str) -> RowFilter:
    if column.cut is None:
        return RowFilter(column=column.column, equals=value)
    if value.startswith("above"):
        return RowFilter(column=column.column, above=column.cut)
    return RowFilter(column=column.column, at_most=column.cut)


def _named(column: str, value: str) -> str:
    return f"{name(column)} {value if value.isdecimal() else name(value)}"


def typed(draft: Draft, outcome: str, value: str) -> Cell:
    """A value as the data holds it: a number of a number column, else its text."""
    column = next(one for one in draft.profile.columns if one.name == outcome)
    return float(value) if column.role == "number" else value


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
