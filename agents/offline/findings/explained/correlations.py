"""Findings of the offline model about number columns that rise and fall together."""

from collections.abc import Sequence

from agents.offline.findings.chance import SIGNIFICANT
from agents.offline.findings.draft import Draft
from agents.offline.phrasing import name, number
from agents.offline.planning.columns import is_flag
from agents.outputs.claims import CorrelationClaim
from analytics.results import Correlation, Correlations, GroupComparison, RelatedColumns

_VERY_STRONG, _STRONG, _WORTH_TELLING, _SAME_THING = 0.8, 0.6, 0.3, 0.97
"""Absolute rank correlations: very strong, strong, worth telling, and where one column all but repeats the other."""
_FEW_ROWS = 30
"""Rows below which a relation is told as less certain."""
_MOST_PAIRS = 2


def write_correlations(draft: Draft) -> None:
    """Add the strongest pairs of columns."""
    for evidence_id, result in draft.results(Correlations):
        chosen = {measure.name for measure in draft.choice.measures[:3]}
        certain = [pair for pair in result.pairs if pair.p_value < SIGNIFICANT and pair.p_value <= draft.told_p]
        telling = [p for p in certain if abs(p.coefficient) >= _WORTH_TELLING and {p.left, p.right} & chosen]
        same = [pair for pair in telling if abs(pair.coefficient) >= _SAME_THING]
        main = draft.choice.measures[0].name if draft.choice.measures else ""
        pairs = [pair for pair in telling if pair not in same and not _is_obvious(draft, pair)]
        pairs = [pair for pair in pairs if not _is_comparison(draft, pair)]
        pairs.sort(key=lambda pair: main not in (pair.left, pair.right))  # they are in order of their strength
        for pair in _without_twins(pairs, result)[:_MOST_PAIRS]:
            way = "rise and fall together" if pair.coefficient > 0 else "move in opposite directions"
            strength, few = abs(pair.coefficient), pair.count < _FEW_ROWS
            of_main = main in (pair.left, pair.right)
            high = strength >= _VERY_STRONG and of_main
            draft.say(
                f"{name(pair.left)} and {name(pair.right)} {way}: their rank correlation is {pair.coefficient:.2f} "
                f"over {number(pair.count)} rows.",
                [evidence_id],
                "low" if few or strength < _STRONG else "high" if high else "medium",
                claims=[
                    CorrelationClaim(left=pair.left, right=pair.right, value=pair.coefficient, rows=pair.count),
                ],
                reason=f"It is {'strong' if strength >= _STRONG else 'weak to moderate'} and more than chance, over "
                f"{'only ' if few else ''}{number(pair.count)} rows.",
                topic=[pair.left, pair.right],
                rank=strength + of_main,
            )
            caution = "Columns that move together need not cause each other."
            if caution not in draft.limitations:
                draft.limitations.append(caution)
        if same:
            draft.limitations.append(
                f"{name(same[0].left)} and {name(same[0].right)} put the rows in almost the same order: one may follow "
                "from the other."
            )


def _is_obvious(draft: Draft, pair: Correlation) -> bool:
    """A column and one of the parts that it is the sum of."""
    wholes = [each for _, result in draft.results(RelatedColumns) for each in result.wholes]
    two = {pair.left, pair.right}
    return any(each.column in two and two <= {each.column, *each.parts} for each in wholes)


def _is_comparison(draft: Draft, pair: Correlation) -> bool:
    """A column of zeros and ones with another: groups that are compared by their means or counts already."""
    flags = {column.name for column in draft.profile.columns if is_flag(column)}
    compared = [{result.column, result.by} for _, result in draft.results(GroupComparison)]
    related = [each for _, result in draft.results(RelatedColumns) for each in result.pairs if each.of == "categories"]
    counted = [{each.left, each.right} for each in related]
    return any(two == {pair.left, pair.right} and two & flags for two in [*compared, *counted])


def _without_twins(pairs: Sequence[Correlation], result: Correlations) -> list[Correlation]:
    """Leave out pairs that differ from an earlier one only by a column that all but repeats its own."""
    same = [{p.left, p.right} for p in result.pairs if abs(p.coefficient) >= _SAME_THING]
    kept: list[Correlation] = []
    for pair in pairs:
        if not any({pair.left, pair.right} ^ {other.left, other.right} in same for other in kept):
            kept.append(pair)
    return kept
