"""What the offline model says about periods, groups, pairs of columns and distributions."""

from datetime import datetime
from itertools import pairwise

from agents.offline.draft import Draft
from agents.offline.phrasing import listed, name, number, share
from agents.offline.plan import aggregate
from agents.outputs import Severity
from analytics.results import Correlations, GroupComparison, QueryResult, Statistics

# Effect sizes of a grouping, as shares of variance (Cohen 1988 for eta squared), and of a correlation.
_LARGE_EFFECT, _MEDIUM_EFFECT = 0.14, 0.06
_STRONG, _WORTH_TELLING, _SAME_THING = 0.6, 0.3, 0.97
_SIGNIFICANT = 0.05


def write_over_time(draft: Draft) -> None:
    """Add the best and worst months or years of the main columns."""
    for evidence_id, result in draft.results(QueryResult):
        if not result.columns or not result.columns[0].startswith("period_") or len(result.rows) < 3:
            continue
        unit = result.columns[0].removeprefix("period_")
        peaks: list[str] = []
        for index, column in enumerate(result.columns[1:3], start=1):
            measure = next((m for m in draft.choice.measures if m.name == column), None)
            cells = [(str(row[0]), row[index]) for row in result.rows]
            values = [(when, float(v)) for when, v in cells if isinstance(v, int | float)]
            if measure is None or len(values) < 3:
                continue
            ranked = sorted(values, key=lambda pair: -pair[1])
            what = "total" if aggregate(measure) == "sum" else "mean"
            top = [f"{_period(when)} ({number(value)})" for when, value in ranked[:3]]
            lowest = f"{_period(ranked[-1][0])} ({number(ranked[-1][1])})"
            statement = f"By {unit}, the {what} of {name(column)} was highest in {listed(top)} and lowest in {lowest}."
            severity: Severity = "medium" if ranked[-1][1] <= 0 or ranked[0][1] >= 2 * ranked[-1][1] else "low"
            draft.say(statement, [evidence_id], severity)
            peaks.append(f"the {what} of {name(column)} peaked in {top[0]}")
            trend = [value for _, value in values]
            if len(trend) >= 6 and all(b > a for a, b in pairwise(trend)):
                draft.say(f"{name(column)} rose in every {unit}.", [evidence_id], "medium")
        if peaks:
            draft.headlines.append(f"By {unit}, {listed(peaks)}.")
        return


def _period(text: str) -> str:
    if len(text) == 7:
        return f"{datetime.strptime(text, '%Y-%m'):%B %Y}"  # noqa: DTZ007 - a month has no time zone
    return text


def write_groups(draft: Draft) -> None:
    """Add which groups are highest and lowest, and whether that may be chance."""
    aliases = _aliases(draft)
    for evidence_id, result in draft.results(GroupComparison):
        if len(result.groups) < 2:
            continue
        by_total = result.sorted_by == "total"
        ranked = [(group, group.total if by_total else group.mean) for group in result.groups]
        whole = sum(group.total for group in result.groups) if result.groups_in_all == len(result.groups) else 0
        cited = [evidence_id]

        def told(group_name: str, value: float, by: str = result.by, cited: list[str] = cited) -> str:
            full = aliases.get(by, {}).get(group_name)
            if full:
                cited.append(full[1])
            return f"{name(group_name)} ({full[0] + ', ' if full else ''}{number(value)})"

        count = 3 if len(ranked) > 6 else 2 if len(ranked) > 3 else 1
        high = [told(group.name, value) for group, value in ranked[:count]]
        low = told(ranked[-1][0].name, ranked[-1][1])
        what = f"{'total' if by_total else 'mean'} of {name(result.column)}"
        statement = f"By {name(result.by)}, the {what} is highest for {listed(high)} and lowest for {low}"
        if by_total and whole > 0 and ranked[0][1] >= 0:
            first = ranked[0][0]
            statement += f"; {name(first.name)} alone has {share(first.total, whole)} of the total"
            statement += f" and a mean of {number(first.mean)} a row, against {number(result.overall_mean)} overall"
        elif not by_total:
            statement += f"; over all rows it is {number(result.overall_mean)}"
        effect, certain = (
            result.effect_size or 0.0,
            (result.p_value if result.p_value is not None else 1) < _SIGNIFICANT,
        )
        if not certain:
            statement += ". The difference may be chance"
        severity: Severity = "low"
        if certain and effect >= _MEDIUM_EFFECT:
            severity = "high" if effect >= _LARGE_EFFECT else "medium"
        elif not certain:
            severity = "info"
        draft.say(statement + ".", cited, severity)
        if certain and len(draft.recommendations) < 4:
            worst = listed([name(group.name) for group, _ in ranked[:2]]) if count > 1 else name(ranked[0][0].name)
            draft.recommendations.append(
                f"Compare {worst} with {name(ranked[-1][0].name)}: why does {name(result.column)} differ so much?"
            )
        if certain and not by_total and not any("highest for" in headline for headline in draft.headlines):
            draft.headlines.append(f"By {name(result.by)}, the {what} is highest for {high[0]} and lowest for {low}.")


def _aliases(draft: Draft) -> dict[str, dict[str, tuple[str, str]]]:
    """Full names of groups by column, with the evidence that holds them."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for evidence_id, result in draft.results(QueryResult):
        if len(result.columns) == 2 and draft.choice.aliases.get(result.columns[0]) == result.columns[1]:
            pairs = [(str(row[0]), str(row[1])) for row in result.rows]
            if len({code for code, _ in pairs}) == len(pairs):  # one name a code, or it is no name
                found[result.columns[0]] = {
                    code: (name(full).strip("\u201c\u201d"), evidence_id) for code, full in pairs
                }
    return found


def write_correlations(draft: Draft) -> None:
    """Add the strongest pairs of columns."""
    for evidence_id, result in draft.results(Correlations):
        chosen = {measure.name for measure in draft.choice.measures[:3]}
        certain = [pair for pair in result.pairs if pair.p_value < _SIGNIFICANT]
        telling = [p for p in certain if abs(p.coefficient) >= _WORTH_TELLING and {p.left, p.right} & chosen]
        same = [pair for pair in telling if abs(pair.coefficient) >= _SAME_THING]
        telling = [pair for pair in telling if pair not in same][:2]
        for pair in telling:
            way = "rise and fall together" if pair.coefficient > 0 else "move in opposite directions"
            draft.say(
                f"{name(pair.left)} and {name(pair.right)} {way} (rank correlation {pair.coefficient:.2f} over "
                f"{number(pair.count)} rows).",
                [evidence_id],
                "medium" if abs(pair.coefficient) >= _STRONG else "low",
            )
        if telling:
            draft.limitations.append("Columns that move together need not cause each other.")
        if same:
            draft.limitations.append(
                f"{name(same[0].left)} and {name(same[0].right)} hold nearly the same information; read them as one."
            )


def write_distributions(draft: Draft) -> None:
    """Add mean, median and tail of the main columns."""
    for evidence_id, result in draft.results(Statistics)[: 3 if len(draft.findings) < 5 else 1]:
        what = name(result.column)
        if result.count < 2:
            draft.say(f"{what} has a single value, {number(result.mean)}.", [evidence_id], "info")
            continue
        spread = (
            f"The mean of {what} is {number(result.mean)} and the median {number(result.median)}; "
            f"5\u00a0% of the values are above {number(result.p95)}, up to {number(result.maximum)}."
        )
        if result.zeros and result.zeros >= 0.2 * result.count:
            spread += f" {share(result.zeros, result.count)} of the values are 0."
        draft.say(spread, [evidence_id], "info")
        if not draft.headlines:
            draft.headlines.append(spread)
