"""Findings of the offline model about pairs of categories that go together."""

from agents.offline.findings.draft import Draft
from agents.offline.findings.explained.outcomes import typed
from agents.offline.phrasing import name, number, share
from agents.outputs import Severity
from agents.outputs.claims import AssociationClaim, Claim, NumberClaim, RowFilter
from analytics.results import RelatedColumns, RelatedPair

_STRONG, _WORTH_TELLING = 0.3, 0.15
"""Cramér's V: medium for columns of two values (Cohen 1988), and so small that it is not told."""
_RECODING = 0.9
"""Cramér's V from which a column whose value always has one value of another all but recodes it."""
_MOST_TOLD = 3


def write_category_pairs(draft: Draft) -> None:
    """Add the pairs of categories that go together most, each with the two values that do so most."""
    outcome = draft.choice.outcome.name if draft.choice.outcome else None
    parts = draft.choice.parts_of_time
    for evidence_id, result in draft.results(RelatedColumns):
        pairs = [
            pair
            for pair in result.pairs
            if pair.of == "categories"
            and pair.effect_size >= _WORTH_TELLING
            and pair.p_value <= draft.told_p
            and outcome not in (pair.left, pair.right)
            and not {pair.left, pair.right} <= parts
            and not (pair.effect_size >= _RECODING and pair.share == 1)
        ]
        for place, pair in enumerate(pairs[:_MOST_TOLD]):
            _say(draft, evidence_id, pair, place)


def _say(draft: Draft, evidence_id: str, pair: RelatedPair, place: int) -> None:
    if pair.left_value is None or pair.right_value is None:
        return
    part, rows, overall = pair.share or 0.0, pair.rows_there or 0, pair.overall or 0.0
    left, right = name(pair.left), name(pair.right)
    severity: Severity = "medium" if pair.effect_size >= _STRONG else "low"
    draft.say(
        f"{left} and {right} go together (Cramér's V {pair.effect_size:.2f}): {share(part, 1)} of the rows with {left} "
        f"{_value(pair.left_value)} ({number(rows)} rows) have {right} {_value(pair.right_value)}, against "
        f"{share(overall, 1)} of all rows.",
        [evidence_id],
        severity,
        claims=_claims(draft, pair, part, rows, overall),
        reason=f"{pair.test} test, p {_p(pair.p_value)} after Holm, over {number(pair.count)} rows.",
        topic=[pair.left, pair.right],
        rank=pair.effect_size - 0.01 * place,
    )


def _claims(draft: Draft, pair: RelatedPair, part: float, rows: int, overall: float) -> list[Claim]:
    first = RowFilter(column=pair.left, equals=typed(draft, pair.left, pair.left_value or ""))
    second = RowFilter(column=pair.right, equals=typed(draft, pair.right, pair.right_value or ""))
    return [
        AssociationClaim(left=pair.left, right=pair.right, value=pair.effect_size),
        NumberClaim(aggregate="values", column=pair.right, where=[first], value=rows),
        NumberClaim(aggregate="values", column=pair.right, where=[first, second], share_of=[first], value=part),
        NumberClaim(aggregate="values", column=pair.right, where=[second], share_of=[], value=overall),
    ]


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"{value:.3f}"


def _value(text: str) -> str:
    return text if text.isdecimal() else name(text)
