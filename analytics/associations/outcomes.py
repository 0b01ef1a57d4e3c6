"""A yes/no column against every other column: which go with it, by the test and effect size that fit."""

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import Series, find_column, is_number, label
from analytics.engine.relation import Relation
from analytics.errors import AnalysisInputError
from analytics.false_discoveries import holm
from analytics.profile.roles import infer_role
from analytics.results import Outcome, OutcomeColumn

_NEGLIGIBLE = 0.1
"""Effect below which a relation is not told (Cohen 1988: small for w and r)."""
_SIGNIFICANT = 0.05
"""Corrected p-value below which a column goes with the outcome."""
_MOST_GROUPS = 50
"""Most different values of a column that is compared by its values."""
_MOST_TOLD = 12
"""Most columns told."""
_FEWEST_ROWS = 5
"""Rows of a value without which its share is not told."""
_POSITIVE = ("1", "true", "yes", "y", "t")
_MOST_LIKE = 0.9
"""Cramér's V from which two columns part the rows alike."""
_NEARLY = 0.8
"""Part of the largest effect among columns that are alike from which the one that stands first is told."""
_CUTS = 9
"""Places at which a number column is cut in two: its deciles."""
_METHOD = (
    "Categories: chi-square test, Fisher's exact test for small two-by-two tables, Cramér's V corrected for bias. "
    "Numbers: Mann-Whitney U, rank-biserial correlation; where that shows nothing, chi-square at the best of nine "
    "deciles, p-value times ten. p-values corrected after Holm; effects below 0.1 are left out. Rows without a value "
    "in a column are left out of its test. Rows are taken to be independent of each other."
)

Flags = NDArray[np.bool_]


def relate_outcome(frame: pd.DataFrame | Relation, outcome: str, value: str | None = None) -> Outcome:
    """Test every column against a column of two values, and rank those that go with it.

    Args:
        frame: The rows; not changed. Rows without an outcome are left out. Of a relation, a sample of 50,000 rows.
        outcome: A column of two values: 0 and 1, true and false, yes and no, or any two.
        value: The value that counts as the outcome; by default 1, true or yes, else the rarer one.

    Raises:
        AnalysisInputError: No such column or value, or not two values.
    """
    table = frame.sample() if isinstance(frame, Relation) else frame
    name = find_column(table, outcome)
    known = table[table[name].notna()]
    labels: Series = known[name].map(label).astype("str")
    counts: Series = labels.value_counts()
    if len(counts) != 2:
        raise AnalysisInputError(f"column {name!r} has {len(counts)} different values, not two: compare groups instead")
    wanted = _wanted([str(each) for each in counts.index], value)
    happened = (labels == wanted).to_numpy(dtype=np.bool_)
    found: list[OutcomeColumn] = []
    repeats: list[str] = []
    for column in map(str, known.columns):
        if column == name:
            continue
        one = _tested(known[column], happened)
        if one is not None:
            (repeats.append(column) if _repeats(known[column], happened) else found.append(one))
    corrected = holm([one.p_value for one in found])
    told = [
        one.model_copy(update={"p_value": p})
        for one, p in zip(found, corrected, strict=True)
        if p < _SIGNIFICANT and abs(one.effect_size) >= _NEGLIGIBLE
    ]
    told.sort(key=lambda one: -abs(one.effect_size))
    told = _without_alike(told, known)
    return Outcome(
        outcome=name,
        value=wanted,
        other=next(str(each) for each in counts.index if str(each) != wanted),
        rows=len(known),
        happened=int(happened.sum()),
        share=float(happened.mean()),
        columns=told[:_MOST_TOLD],
        related=len(told),
        tested=len(found),
        repeats=repeats,
        method=_METHOD,
    )


def cramers_v(table: NDArray[np.int64]) -> float:
    """Cramér's V of a table of counts, corrected for bias (Bergsma 2013): 0 for no relation, 1 for a complete one."""
    from scipy.stats import chi2_contingency

    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    size, (rows, columns) = int(table.sum()), table.shape
    if min(rows, columns) < 2 or size < 2:
        return 0.0
    tested: Any = chi2_contingency(table, correction=False)
    above = max(0.0, tested.statistic / size - (rows - 1) * (columns - 1) / (size - 1))
    least = min(rows - (rows - 1) ** 2 / (size - 1), columns - (columns - 1) ** 2 / (size - 1)) - 1
    return math.sqrt(above / least) if least > 0 else 0.0


def _wanted(values: list[str], value: str | None) -> str:
    """The value that counts; `values` are the two, the frequent one first."""
    named = [each for each in values if each.casefold() == str(value).strip().casefold()]
    if value is not None and not named:
        raise AnalysisInputError(f"{value!r} is none of the two values: {' and '.join(values)}")
    positive = [each for each in values if each.casefold() in _POSITIVE]
    return (named or positive or values[::-1])[0]


def _tested(series: Series, happened: Flags) -> OutcomeColumn | None:
    distinct = int(series.nunique())
    role = infer_role(series, distinct)
    present = series.notna().to_numpy(dtype=np.bool_)
    if distinct < 2 or not happened[present].any() or happened[present].all():
        return None
    if role in ("category", "boolean") or (role == "number" and distinct == 2):
        known = series[present] if distinct <= _MOST_GROUPS else None
        return None if known is None else _category(known, happened[present])
    return _number(series[present], happened[present]) if role == "number" and is_number(series) else None


def _category(series: Series, happened: Flags) -> OutcomeColumn:
    from scipy.stats import chi2_contingency, fisher_exact

    table: pd.DataFrame = pd.crosstab(series.map(label).astype("str"), happened)
    counts = table.to_numpy(dtype=np.int64)
    tested: Any = chi2_contingency(counts, correction=False)
    exact = counts.shape == (2, 2) and tested.expected_freq.min() < _FEWEST_ROWS
    fisher: Any = fisher_exact(counts) if exact else None
    rows = table.sum(axis=1)
    enough: Series = (table[True] / rows)[rows >= _FEWEST_ROWS].sort_values(kind="stable")
    ends: dict[str, Any] = {}
    if len(enough) > 1:
        for end, name in (("highest", enough.index[-1]), ("lowest", enough.index[0])):
            ends |= {end: str(name), f"{end}_share": float(enough[name]), f"{end}_rows": int(rows[name])}
    return OutcomeColumn(
        column=str(series.name),
        effect_size=cramers_v(counts),
        p_value=float(fisher.pvalue if exact else tested.pvalue),
        test="Fisher's exact" if exact else "chi-square",
        **ends,
    )


def _number(series: Series, happened: Flags) -> OutcomeColumn | None:
    from scipy.stats import mannwhitneyu

    values = series.to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(values)
    inside, outside = values[known & happened], values[known & ~happened]
    if not (inside.size and outside.size):
        return None
    tested: Any = mannwhitneyu(inside, outside)
    effect = float(2 * tested.statistic / (inside.size * outside.size) - 1)
    if abs(effect) < _NEGLIGIBLE and (cut := _cut(str(series.name), values[known], happened[known])):
        return cut
    return OutcomeColumn(
        column=str(series.name),
        effect_size=effect,
        p_value=float(tested.pvalue),
        test="Mann-Whitney U",
        median_with=float(np.median(inside)),
        median_without=float(np.median(outside)),
    )


def _cut(column: str, values: NDArray[np.float64], happened: Flags) -> OutcomeColumn | None:
    """The decile at which a column parts the outcome best: what goes up and down again, or holds for the young alone.

    The best of several cuts is better than chance would have it, so its p-value is multiplied by their number and one
    for the test before (Bonferroni).
    """
    from scipy.stats import chi2_contingency

    best: tuple[float, float, NDArray[np.int64]] | None = None
    for place in np.unique(np.quantile(values, np.arange(1, _CUTS + 1) / (_CUTS + 1))):
        above = values > place
        counts = np.array([[int((above & happened).sum()), int((above & ~happened).sum())],
                           [int((~above & happened).sum()), int((~above & ~happened).sum())]])  # fmt: skip
        if counts.sum(axis=1).min() < _FEWEST_ROWS:
            continue
        tested: Any = chi2_contingency(counts, correction=False)
        if best is None or tested.pvalue < best[0]:
            best = (float(tested.pvalue), float(place), counts)
    if best is None:
        return None
    p_value, place, counts = best
    rows = counts.sum(axis=1)
    sides = sorted(zip((f"above {place:g}", f"up to {place:g}"), counts[:, 0] / rows, rows, strict=True), key=_share)
    (lowest, lowest_share, lowest_rows), (highest, highest_share, highest_rows) = sides
    return OutcomeColumn(
        column=column,
        effect_size=cramers_v(counts),
        p_value=min(1.0, (_CUTS + 1) * p_value),
        test="chi-square (best cut at a decile)",
        cut=place,
        highest=highest,
        highest_share=float(highest_share),
        highest_rows=int(highest_rows),
        lowest=lowest,
        lowest_share=float(lowest_share),
        lowest_rows=int(lowest_rows),
    )


def _share(side: tuple[str, Any, Any]) -> float:
    return float(side[1])


def _without_alike(told: list[OutcomeColumn], known: pd.DataFrame) -> list[OutcomeColumn]:
    """Mark columns that part the rows like another one: of those the one of fewest values is told, if as strong."""
    order = {str(name): (int(known[name].nunique()), place) for place, name in enumerate(known.columns)}
    kept: list[OutcomeColumn] = []
    marked: list[OutcomeColumn] = []
    categories = [one for one in told if one.highest is not None and one.cut is None]
    leaders = sorted(categories, key=lambda one: order[one.column])
    for one in told:
        group = [
            other
            for other in leaders
            if other is not one
            and one in categories
            and abs(other.effect_size) >= _NEARLY * abs(one.effect_size)
            and (order[other.column] < order[one.column] or abs(one.effect_size) < _NEARLY * abs(other.effect_size))
            and _alike(known[one.column], known[other.column])
        ]
        (marked.append(one.model_copy(update={"like": group[0].column})) if group else kept.append(one))
    return [*kept, *marked]


def _alike(one: Series, other: Series) -> bool:
    table: Any = pd.crosstab(one.map(label).astype("str"), other.map(label).astype("str"))
    return cramers_v(table.to_numpy(dtype=np.int64)) >= _MOST_LIKE


def _repeats(series: Series, happened: Flags) -> bool:
    """Check that each value of a column has the outcome always or never, and is no code of single rows."""
    codes: Any = pd.factorize(series, use_na_sentinel=False)[0]
    rows = np.bincount(codes)
    shares = np.bincount(codes, weights=happened.astype(np.float64)) / rows
    return len(rows) <= _FEWEST_ROWS and bool(np.isin(shares, (0.0, 1.0)).all())
