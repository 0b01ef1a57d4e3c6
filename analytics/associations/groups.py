"""Comparison of a number column between groups."""

from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.columns import Floats, Series, find_column, is_number, kind_of, label, numbers
from analytics.engine.facts import facts_of
from analytics.engine.figures import finite
from analytics.engine.relation import COLUMN_ROWS, Relation
from analytics.errors import AnalysisInputError
from analytics.profile.quantities import check_sum, is_never_summed
from analytics.results import Group, GroupComparison

SortBy = Literal["mean", "median", "total"]

_MOST_SHOWN = 30
"""Groups in a result."""
_MOST_NUMBER_GROUPS = 50
"""Different numbers up to which a number column may group the rows."""
_MOST_COUNTED = 1_000_000
"""Groups of a relation."""
_MEDIAN_ROWS = 4_000_000
"""Rows, about, of the sample that medians of a relation with more than 4,000,000 rows are taken from."""
_MOST_TESTED = 1000
"""Groups up to which the test is made; of more, it only says that some differ, and takes long."""


def compare_groups(frame: pd.DataFrame | Relation, column: str, by: str, sort_by: SortBy = "mean") -> GroupComparison:
    """Compare a number column between the values of a category.

    The test is Kruskal and Wallis (1952), which needs no normal distribution; the effect size is epsilon squared,
    H / (n - 1) (Kelley 1935; Tomczak and Tomczak 2014).

    Args:
        frame: The rows; not changed. Rows without a number are left out. Of a relation, the test is made on a sample
            of 50,000 rows, and medians are those of a sample above 4,000,000 rows; both are named as such.
        column: The number column.
        by: The grouping column: text, category, true/false, or numbers with at most 50 different values. Rows without
            a group are the group `(missing)`.
        sort_by: What to sort the groups by, highest first.

    Returns:
        The first 30 groups and the test over all of them.

    Raises:
        AnalysisInputError: Unknown columns, totals of what is never added up, no numbers, a grouping column
            with too many numbers or with times.
    """
    name, by_name = find_column(frame, column), find_column(frame, by)
    if sort_by not in ("mean", "median", "total"):
        raise AnalysisInputError(f"cannot sort by {sort_by!r}: use mean, median or total")
    if name == by_name:
        raise AnalysisInputError(f"column and by are both {name!r}: group by another column")
    summed = not is_never_summed(frame, name)
    if sort_by == "total":
        check_sum(frame, name)
    if isinstance(frame, Relation):
        return _compared_by_sql(frame, name, by_name, sort_by, summed=summed)
    values = numbers(frame, name)
    _check_grouping(frame[by_name], by_name, int(frame[by_name].nunique()))
    keep = ~np.isnan(values)
    if not keep.any():
        raise AnalysisInputError(f"column {name!r} has no values to compare")
    codes, unique = pd.factorize(frame[by_name], use_na_sentinel=True)
    codes, values = codes[keep], values[keep]
    labels = [label(value) for value in unique]
    codes = np.where(codes < 0, len(labels), codes)
    labels.append("(missing)")
    table = pd.DataFrame({"code": codes, "value": values}).groupby("code")["value"]
    measured: Any = table.agg(["size", "mean", "median", "sum"])
    ordered = measured.sort_values({"total": "sum"}.get(sort_by, sort_by), ascending=False, kind="stable")
    # A loop over very many groups would take minutes.
    tested = [part.to_numpy() for _, part in table] if len(measured) <= _MOST_TESTED else []
    p_value, effect = _kruskal(tested, values.size)
    return GroupComparison(
        column=name,
        by=by_name,
        sorted_by=sort_by,
        groups_in_all=len(measured),
        groups=[
            Group(
                name=labels[int(code)],
                count=int(size),
                mean=float(mean),
                median=float(median),
                total=float(total) if summed else None,
            )
            for code, size, mean, median, total in ordered.head(_MOST_SHOWN).itertuples()
        ],
        overall_mean=float(values.mean()),
        test="Kruskal-Wallis",
        p_value=p_value,
        effect_size=effect,
    )


def _compared_by_sql(relation: Relation, name: str, by: str, sort_by: SortBy, *, summed: bool) -> GroupComparison:
    sample = relation.sample()
    numbers(relation.empty(), name)
    distinct = facts_of(relation, [by])[by].distinct
    _check_grouping(sample[by], by, distinct)
    if distinct > _MOST_COUNTED:
        raise AnalysisInputError(
            f"column {by!r} has {distinct:,} different values, too many groups to compare: group by another column, or "
            "by a part of it with the query tool"
        )
    share = relation.rows // _MEDIAN_ROWS + 1 if relation.rows > COLUMN_ROWS else 1
    some = f" FILTER (hash(row_number) % {share} = 0)" if share > 1 else ""
    rows = relation.ask(
        "SELECT g, n, mean, median, total, count(*) OVER (), sum(total) OVER () / sum(n) OVER () FROM (SELECT "
        f"{relation.sql(by)} AS g, count(v) AS n, avg(v) AS mean, coalesce(median(v){some}, avg(v)) AS median, "
        f"sum(v)::DOUBLE AS total, min(row_number) AS f FROM (SELECT *, {finite(relation, name)} AS v FROM data) "
        f"WHERE v IS NOT NULL GROUP BY g) ORDER BY {sort_by} DESC, g IS NULL, f LIMIT {_MOST_SHOWN}"
    )
    if not rows:
        raise AnalysisInputError(f"column {name!r} has no values to compare")
    tested = compare_groups(sample, name, by)
    return GroupComparison(
        column=name,
        by=by,
        sorted_by=sort_by,
        groups_in_all=rows[0][5],
        groups=[
            Group(name=label(group), count=count, mean=mean, median=median, total=total if summed else None)
            for group, count, mean, median, total, *_ in rows
        ],
        overall_mean=rows[0][6],
        test=tested.test + (f" on a sample of {len(sample):,} rows" if relation.has_sample() else ""),
        p_value=tested.p_value,
        effect_size=tested.effect_size,
        medians_sampled=share > 1,
    )


def _check_grouping(series: Series, name: str, distinct: int) -> None:
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        raise AnalysisInputError(
            f"column {name!r} holds {kind_of(series)}: group by month or weekday with the query tool, "
            "or use detect_anomalies over time"
        )
    if is_number(series) and distinct > _MOST_NUMBER_GROUPS:
        raise AnalysisInputError(
            f"column {name!r} is a number column with {distinct} different values, not a category: "
            "use correlations, or group ranges of it with the query tool"
        )


def _kruskal(groups: list[Floats], size: int) -> tuple[float | None, float | None]:
    from scipy.stats import kruskal

    # Of equal values alone the statistic is 0/0, of which SciPy would warn.
    if len(groups) < 2 or min(map(np.min, groups)) == max(map(np.max, groups)):
        return None, None
    statistic, p_value = kruskal(*groups)
    if not np.isfinite(p_value):
        return None, None
    return float(p_value), float(min(max(statistic / (size - 1), 0.0), 1.0))
