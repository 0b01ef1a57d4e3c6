"""Linear regression of a number column on others: what goes with it, all else equal."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.associations.correlations import measures
from analytics.columns import Floats, find_column, label, numbers
from analytics.engine.relation import Relation
from analytics.errors import AnalysisInputError
from analytics.panels import entity_column
from analytics.profile.roles import infer_role
from analytics.results import Regression, RegressionTerm
from analytics.shape import normality

_MOST_COLUMNS, _MOST_VALUES = 10, 8
"""Columns that are taken by default, and values of a category among them."""
_ROWS_A_TERM = 10
"""Rows that each term needs."""
_SAME = 0.97
"""Absolute correlation from which one of two columns all but repeats the other."""
_MISSING = 0.2
"""Share of missing values from which a column is left out by default: a row needs all values."""
_GROUPED = ("category", "boolean")
_INFLATED, _SIGNIFICANT = 10.0, 0.01
_METHOD = (
    "Ordinary least squares; standard errors robust to a spread that is not constant (HC3). Rows without a value are "
    "left out. Coefficients describe what goes together in these rows; they are no causes."
)
_FEWEST_CLUSTERS = 10
"""Things of a panel from which standard errors are clustered by them: with fewer they are too small."""
_CLUSTERED = _METHOD.replace(
    "robust to a spread that is not constant (HC3)", "clustered by the things that have several rows (Liang and Zeger)"
)


def regress(frame: pd.DataFrame | Relation, outcome: str, columns: Sequence[str] | None = None) -> Regression:
    """Explain a number column by other columns with a linear regression.

    Categories are compared with their most frequent value. Coefficients, tests and diagnostics are those of
    statsmodels: White's HC3 errors, variance inflation, the test of Breusch and Pagan (1979).

    Args:
        frame: The rows; not changed. Of a large table, a sample of 50,000.
        outcome: Number column to explain.
        columns: Columns that may explain it. By default up to 10 measures and categories of 2 to 8 values, without
            those that mostly lack a value or say the same as an earlier one or as the outcome.

    Raises:
        AnalysisInputError: No such column, an outcome or a column that does not vary, a category of more than 50
            values, or fewer than 10 rows for each term.
    """
    table = frame.sample() if isinstance(frame, Relation) else frame
    name = find_column(table, outcome)
    target = pd.Series(numbers(table, name))
    chosen = _usual(table, name) if columns is None else [find_column(table, each) for each in columns]
    chosen = [each for each in dict.fromkeys(chosen) if each != name]
    design, parts = _design(table, chosen)
    known = (design.notna().all(axis=1) & target.notna()).to_numpy(dtype=np.bool_)
    design, target = design[known], target[known]
    kept = [place for place in range(len(parts)) if design.iloc[:, place].nunique() > 1]
    design, parts = design.iloc[:, kept], [parts[place] for place in kept]
    if not parts or target.nunique() < 2:
        raise AnalysisInputError(f"{name!r} cannot be explained: it, or every other column, has one value in all rows")
    if len(target) < _ROWS_A_TERM * (len(parts) + 1):
        raise AnalysisInputError(
            f"{len(target)} rows with all values are too few for {len(parts)} terms: name fewer columns"
        )
    entity = entity_column(table)
    things = None if entity is None else table[entity][known].astype("str")
    return _fitted(name, target, design, parts, len(table) if len(table) < _rows(frame) else None, things)


def _rows(frame: pd.DataFrame | Relation) -> int:
    return frame.rows if isinstance(frame, Relation) else len(frame)


def _usual(table: pd.DataFrame, outcome: str) -> list[str]:
    """Columns that are taken by default, in their order."""
    number_like = set(measures(table))
    values = {outcome: numbers(table, outcome)}
    found: list[str] = []
    for name in map(str, table.columns):
        series = table[name]
        if name == outcome or series.isna().mean() > _MISSING:
            continue
        if name in number_like:
            values[name] = numbers(table, name)
            others = [outcome, *(each for each in found if each in values)]
            if all(abs(_correlation(values[name], values[each])) < _SAME for each in others):
                found.append(name)
        elif 2 <= (distinct := int(series.nunique())) <= _MOST_VALUES and infer_role(series, distinct) in _GROUPED:
            found.append(name)
    return found[:_MOST_COLUMNS]


def _correlation(left: Floats, right: Floats) -> float:
    pair = pd.DataFrame({"left": left, "right": right}).rank()
    return float(np.nan_to_num(pair["left"].corr(pair["right"])))


Part = tuple[str, str | None, str | None]
"""Column, value and reference of a term."""


def _design(table: pd.DataFrame, columns: Sequence[str]) -> tuple[pd.DataFrame, list[Part]]:
    """A column of numbers for each number column, and one of zeros and ones for each value of a category but one."""
    terms: list[Any] = []
    parts: list[Part] = []
    for name in columns:
        series = table[name]
        if infer_role(series, int(series.nunique())) in ("number", "identifier", "category") and _is_numeric(series):
            terms.append(numbers(table, name))
            parts.append((name, None, None))
            continue
        labels: Any = series.map(label, na_action="ignore").astype("object")
        counts = labels.value_counts()
        if len(counts) > 50:
            raise AnalysisInputError(f"column {name!r} has {len(counts)} different values: at most 50 can be compared")
        for value in map(str, counts.index[1:]):
            terms.append(np.where(labels.isna(), np.nan, (labels == value).astype(np.float64)))
            parts.append((name, value, str(counts.index[0])))
    return pd.DataFrame(dict(enumerate(terms)), index=range(len(table))), parts


def _is_numeric(series: Any) -> bool:
    return pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_bool_dtype(series.dtype)


def _fitted(
    name: str, target: Any, design: pd.DataFrame, parts: list[Part], sampled: int | None, things: Any
) -> Regression:
    from statsmodels.api import OLS, add_constant
    from statsmodels.stats.diagnostic import het_breuschpagan
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    exog = np.asarray(add_constant(design.to_numpy(np.float64), has_constant="add"), dtype=np.float64)
    rank = int(np.linalg.matrix_rank(exog))
    with warnings.catch_warnings(), np.errstate(divide="ignore"):
        warnings.simplefilter("ignore")  # columns that say the same are told as collinear
        plain: Any = OLS(target.to_numpy(np.float64), exog).fit()
        full = rank == exog.shape[1]
        clusters = 0 if things is None else int(things.nunique())
        if full and clusters >= _FEWEST_CLUSTERS:
            fit: Any = plain.get_robustcov_results(
                "cluster", groups=np.unique(np.asarray(things), return_inverse=True)[1]
            )
        else:
            fit = plain.get_robustcov_results("HC3") if full else plain
        inflated = [float(variance_inflation_factor(exog, place + 1)) for place in range(len(parts))]
        constant = float(het_breuschpagan(plain.resid, exog)[1])
    spread = float(target.std())
    terms = [
        RegressionTerm(
            column=column,
            value=value,
            reference=reference,
            coefficient=float(fit.params[place + 1]),
            standard_error=float(fit.bse[place + 1]),
            p_value=float(np.nan_to_num(fit.pvalues[place + 1], nan=1.0)),
            beta=float(fit.params[place + 1] * design.iloc[:, place].std() / spread),
            vif=min(inflated[place], 1e9),
        )
        for place, (column, value, reference) in enumerate(parts)
    ]
    normal = normality(np.asarray(plain.resid, dtype=np.float64))
    return Regression(
        outcome=name,
        terms=sorted(terms, key=lambda term: -abs(term.beta)),
        intercept=float(fit.params[0]),
        rows=len(target),
        r_squared=float(plain.rsquared),
        adjusted_r_squared=float(plain.rsquared_adj),
        p_value=float(np.nan_to_num(plain.f_pvalue, nan=1.0)),
        normal_p=normal.p_value if normal else None,
        constant_spread_p=float(np.nan_to_num(constant, nan=1.0)),
        sampled_rows=sampled,
        cautions=[
            *_of_panel(things, clustered=full and clusters >= _FEWEST_CLUSTERS),
            *_cautions(terms, normal.p_value if normal else None, constant),
        ],
        method=_CLUSTERED if full and clusters >= _FEWEST_CLUSTERS else _METHOD,
    )


def _of_panel(things: Any, *, clustered: bool) -> list[str]:
    """Cautions where several rows are of the same thing."""
    if things is None:
        return []
    dependent = f"Rows of one {things.name} are not independent of each other"
    if clustered:
        return [f"{dependent}: the standard errors are clustered by {things.name}."]
    return [f"{dependent}, and there are too few to allow for that: the standard errors are too small."]


def _cautions(terms: Sequence[RegressionTerm], normal: float | None, constant: float) -> list[str]:
    said: list[str] = []
    alike = list(dict.fromkeys(term.column for term in terms if term.vif > _INFLATED))
    if alike:
        said.append(f"Collinear, so that their coefficients cannot be told apart: {', '.join(alike)}.")
    if constant < _SIGNIFICANT:
        said.append("The spread of the residuals is not constant; the standard errors allow for that.")
    if normal is not None and normal < _SIGNIFICANT:
        said.append("The residuals are not normally distributed: a relation may be curved, or single rows far out.")
    return said
