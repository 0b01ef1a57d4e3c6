"""Findings of the offline model about a measure that several columns explain together."""

from collections.abc import Sequence

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import name, number, share
from agents.outputs.claims import RegressionClaim
from analytics.results import Regression, RegressionTerm

_WORTH_TELLING, _SAME_THING = 0.3, 0.98
"""Parts of the variance: enough to be told, and so much that the measure is computed from the others."""
_SURE, _LARGE, _INFLATED = 0.001, 0.1, 10.0
"""p-value and standardized coefficient of a term that is told, and variance inflation that no term may have."""
_MOST_TERMS = 3


def write_regression(draft: Draft) -> None:
    """Add what explains a measure together, with the coefficients that are sure."""
    for evidence_id, result in draft.results(Regression):
        if any(term.vif > _INFLATED for term in result.terms):
            continue  # with a total among its own parts, "other things equal" says nothing
        told = [term for term in result.terms if term.p_value < _SURE and abs(term.beta) >= _LARGE][:_MOST_TERMS]
        explained = result.r_squared
        if len(told) < 2 or not _WORTH_TELLING <= explained <= _SAME_THING or result.p_value > draft.told_p:
            continue
        if result.sampled_rows is not None:
            continue
        what = name(result.outcome)
        draft.say(
            f"A linear regression over {number(result.rows)} rows explains {share(explained, 1)} of the variance of "
            f"{what} by other columns. Other things equal, {_told(told, what)}.",
            [evidence_id],
            "medium" if explained >= 0.5 else "low",
            claims=[_claim(result, told)],
            reason="The coefficients are far beyond chance; they tell what goes together, not what causes it.",
            topic=[result.outcome, "(regression)"],
            rank=explained,
        )
        draft.limitations += [caution for caution in result.cautions if caution not in draft.limitations]


def _told(terms: Sequence[RegressionTerm], what: str) -> str:
    told: list[str] = []
    for place, term in enumerate(terms):
        column, outcome = name(term.column), "it" if place else what
        if term.value is None:
            step = f"for each additional unit of {column}"
        else:
            step = f"for {column} {_value(term.value)} instead of {_value(term.reference or '')}"
        way = "higher" if term.coefficient > 0 else "lower"
        told.append(f"{step}, {outcome} is {number(abs(term.coefficient))} {way}")
    return "; ".join(told)


def _value(text: str) -> str:
    return text if text.isdecimal() else name(text)


def _claim(result: Regression, told: Sequence[RegressionTerm]) -> RegressionClaim:
    return RegressionClaim(
        outcome=result.outcome,
        numbers=[term.column for term in result.terms if term.value is None],
        categories={term.column: term.reference or "" for term in result.terms if term.value is not None},
        coefficients={
            term.column if term.value is None else f"{term.column} = {term.value}": term.coefficient for term in told
        },
        rows=result.rows,
        r_squared=result.r_squared,
    )
