"""Patterns of missing values: together, in a group, before or after a point in time."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.associations.outcomes import cramers_v
from analytics.columns import Series, label, parse_times
from analytics.engine.relation import Relation
from analytics.false_discoveries import holm
from analytics.profile.roles import infer_role
from analytics.results import MissingPattern, MissingPatterns

_FEWEST = 10
"""Missing values of a column, and rows of a group or a stretch of time, without which nothing is told."""
_TOGETHER = 0.95
"""Part of the rows in which either of two columns is missing in which both are."""
_MOST_COLUMNS, _MOST_VALUES, _MOST_PATTERNS = 40, 50, 12
_SIGNIFICANT, _NEGLIGIBLE = 0.05, 0.2
"""p-value after Holm and Cramér's V from which a column is missing more in one group."""
_TWICE = 1.5
"""Share of missing values of a group for each of all rows, from which it is told."""
_PRESENT = 0.5
"""Largest share of missing values in the time in which the column has values."""
_METHOD = (
    "Together: both columns are missing in 95 % or more of the rows in which either is. Group: chi-square test, "
    "p-values corrected after Holm, Cramér's V of 0.2 or more. Before and after: no row before (after) a point in time "
    "has a value, and most rows on the other side have one."
)

Flags = NDArray[np.bool_]


def missing_patterns(frame: pd.DataFrame | Relation, time: str | None = None) -> MissingPatterns:
    """Find where the missing values of columns lie: missing values that follow a pattern bias what leaves them out.

    The groups are tested as in Little and Rubin (2019): whether a value is missing may depend on other columns.

    Args:
        frame: The rows; not changed. Of a relation, patterns are looked for in a sample of 50,000 rows and counted over
            all rows.
        time: The column that orders the rows in time, if there is one.
    """
    sample = frame.sample() if isinstance(frame, Relation) else frame
    gaps = {
        str(name): flags
        for name in sample.columns
        if _FEWEST <= (flags := sample[name].isna().to_numpy(dtype=np.bool_)).sum() < len(sample)
    }
    columns = sorted(gaps, key=lambda name: -int(gaps[name].sum()))[:_MOST_COLUMNS]
    found = _together(columns, gaps)
    told = {column for _, column, _, _ in found}
    for column in columns:
        if time is not None and column != time and column not in told:
            found += _in_time(column, gaps[column], sample[time], time)
    told |= {column for _, column, _, _ in found}
    rest = [column for column in columns if column not in told]
    p_values: dict[tuple[str, str], float] = {}
    for pattern in _in_groups(rest, gaps, sample, p_values):
        found.append(pattern)
    counted = (_counted(frame, *each, p_values.get((each[1], each[2]))) for each in found)
    patterns = [one for one in counted if one is not None]
    patterns.sort(key=lambda one: -one.missing)
    return MissingPatterns(patterns=patterns[:_MOST_PATTERNS], gaps=len(gaps), method=_METHOD)


_Found = tuple[str, str, str, Any]
"""Pattern, column, other column, and the value or point in time."""


def _together(columns: list[str], gaps: dict[str, Flags]) -> list[_Found]:
    """Each column beside the first one that is missing with it."""
    found: list[_Found] = []
    for first, second in combinations(columns, 2):
        both, either = gaps[first] & gaps[second], gaps[first] | gaps[second]
        if both.sum() >= _TOGETHER * either.sum() and not any(second == column for _, column, _, _ in found):
            found.append(("together", second, first, None))
    return found


def _in_time(column: str, missing: Flags, stamps: Series, time: str) -> list[_Found]:
    parsed = parse_times(stamps)
    if parsed is None or missing.all():
        return []
    moments = parsed.reset_index(drop=True)
    known = moments[~missing].dropna()
    if known.empty:
        return []
    first, last = known.min(), known.max()
    inside = ((moments >= first) & (moments <= last)).to_numpy(dtype=np.bool_)
    if missing[inside].mean() > _PRESENT:
        return []
    found: list[_Found] = []
    for pattern, at, outside in (("before", first, moments < first), ("after", last, moments > last)):
        if int(outside.sum()) >= _FEWEST:
            found.append((pattern, column, time, at))
    return found


def _in_groups(
    columns: list[str], gaps: dict[str, Flags], sample: pd.DataFrame, p_values: dict[tuple[str, str], float]
) -> list[_Found]:
    """The group in which a column is missing most, by the category that tells most."""
    from scipy.stats import chi2_contingency

    tests: list[tuple[str, str, float, float, Any]] = []
    for by in map(str, sample.columns):
        distinct = int(sample[by].nunique())
        if not 2 <= distinct <= _MOST_VALUES or infer_role(sample[by], distinct) not in ("category", "boolean"):
            continue
        for column in columns:
            if column == by:
                continue
            table: pd.DataFrame = pd.crosstab(sample[by].to_numpy(), gaps[column])
            counts = table.to_numpy(dtype=np.int64)
            if table.shape[0] < 2 or table.shape[1] < 2:
                continue
            tested: Any = chi2_contingency(counts, correction=False)
            shares: Series = (table[True] / table.sum(axis=1))[table.sum(axis=1) >= _FEWEST]
            if (tested.expected_freq < 5).mean() > 0.2 or shares.empty:
                continue
            tests.append((column, by, float(tested.pvalue), cramers_v(counts), shares.idxmax()))
            if shares.max() < _TWICE * gaps[column].mean():
                tests[-1] = (column, by, float(tested.pvalue), 0.0, None)
    corrected = holm(p for _, _, p, _, _ in tests)
    best: dict[str, tuple[float, str, Any]] = {}
    for (column, by, _, effect, value), p in zip(tests, corrected, strict=True):
        if p < _SIGNIFICANT and effect >= _NEGLIGIBLE and effect > best.get(column, (0.0,))[0]:
            best[column] = (effect, by, value)
            p_values[column, by] = p
    return [("group", column, by, value) for column, (_, by, value) in best.items()]


def _counted(
    frame: pd.DataFrame | Relation, pattern: str, column: str, other: str, at: Any, p_value: float | None
) -> MissingPattern | None:
    """The figures of a pattern over all rows; None where the whole table has no such rows."""
    if isinstance(frame, Relation):
        there, missing, rows, gone, at = _counts_by_sql(frame, pattern, column, other, at)
    else:
        flags, moments = frame[column].isna().to_numpy(), frame[other]
        if pattern == "together":
            chosen = moments.isna().to_numpy()
        elif pattern == "group":
            chosen = (moments == at).fillna(value=False).to_numpy(dtype=np.bool_)
        else:
            parsed = parse_times(moments)
            assert parsed is not None  # noqa: S101 - it was parsed before
            chosen = (parsed < at if pattern == "before" else parsed > at).to_numpy(dtype=np.bool_)
        there, missing, rows, gone = int(chosen.sum()), int(flags[chosen].sum()), len(frame), int(flags.sum())
    if not there:
        return None
    value = None if at is None else at.isoformat() if pattern in ("before", "after") else label(at)
    return MissingPattern.model_validate(
        {
            "column": column,
            "pattern": pattern,
            "other": other,
            "value": value,
            "missing": missing,
            "rows": there,
            "share": missing / there,
            "overall": gone / rows,
            "p_value": p_value,
        }
    )


def _counts_by_sql(
    relation: Relation, pattern: str, column: str, other: str, at: Any
) -> tuple[int, int, int, int, Any]:
    """Rows there, missing ones, all rows, all missing ones, and the point in time of the whole table."""
    by, what = relation.sql(other), relation.sql(column)
    with relation.connected() as connection:
        if pattern in ("before", "after"):
            end = "min" if pattern == "before" else "max"
            chosen = f"SELECT {end}({by}) FROM data WHERE {what} IS NOT NULL"  # noqa: S608 - our own names of columns
            at = connection.execute(chosen).fetchall()[0][0]
        condition = {
            "together": f"{by} IS NULL",
            "group": f"coalesce({by} = ?, false)",
            "before": f"{by} < ?",
            "after": f"{by} > ?",
        }[pattern]
        sql = (
            f"SELECT count(*) FILTER ({condition}), count(*) FILTER ({condition} AND {what} IS NULL), count(*), "  # noqa: S608
            f"count(*) FILTER ({what} IS NULL) FROM data"
        )
        wanted = [] if pattern == "together" else [at.item() if isinstance(at, np.generic) else at] * 2
        return (*connection.execute(sql, wanted).fetchall()[0], at)
