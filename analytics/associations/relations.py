"""Every column against every other: numbers, groups and categories on one scale, so that the strongest pairs show."""

from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.associations.outcomes import cramers_v
from analytics.associations.wholes import sums_of_others
from analytics.columns import Floats, Series, is_number, label
from analytics.engine.relation import Relation
from analytics.false_discoveries import holm
from analytics.profile.quantities import PLACES, explain_quantity
from analytics.profile.repeats import repeated_columns
from analytics.profile.roles import infer_role
from analytics.results import RelatedColumns, RelatedPair, Whole

_NEGLIGIBLE = 0.1
"""Effect below which a pair is not told (Cohen 1988: small for r and w)."""
_SIGNIFICANT = 0.05
_MOST_COLUMNS = 40
"""Columns compared: 780 pairs."""
_MOST_PAIRS = 40
"""Pairs of a result."""
_MOST_CROSSED = 8
"""Pairs of categories whose shares are counted over all rows."""
_MOST_ROWS = 20_000
"""Above this many rows a fixed random sample is tested: effects are then good to about 0.01."""
_MOST_VALUES = 50
_FEWEST_ROWS = 5
"""Rows of a value, without which it is not compared."""
_THIN = 0.2
"""Part of expected counts below 5 from which the chi-square test says nothing (Cochran 1954)."""
_YES = ("1", "true", "yes", "y", "t")
_METHOD = (
    "Two numbers: Spearman's rho. A number by a category: Kruskal and Wallis, root of eta squared of the ranks. Two "
    "categories: chi-square test, Fisher's exact test for small two-by-two tables, Cramér's V corrected for bias. "
    "p-values corrected after Holm; effects below 0.1, copies, recodings, sums with their parts, values of fewer than "
    "5 rows, and tables of which more than a fifth of the expected counts are below 5 are left out. Rows are taken to "
    "be independent of each other."
)

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class _Column:
    """A column that is compared.

    Attributes:
        name: Its name.
        values: Numbers, NaN where missing; of a category, its codes, -1 where missing.
        labels: Names of the codes; None for numbers.
        complete: No value is missing.
        ranks: Ranks of the numbers, where none is missing.
    """

    name: str
    values: Any
    labels: list[str] | None
    complete: bool
    ranks: Floats | None = None

    @property
    def present(self) -> NDArray[np.bool_]:
        """Rows with a value."""
        return self.values >= 0 if self.labels is not None else ~np.isnan(self.values)


def relate_columns(frame: pd.DataFrame | Relation) -> RelatedColumns:
    """Test every pair of columns, and rank those that go together on one scale of effects.

    The effect of a category on a number is the root of eta squared of the ranks, (H - k + 1) / (n - k) (Tomczak and
    Tomczak 2014), which is not raised by many groups; of two categories it is Cramér's V corrected for bias (Bergsma
    2013); of two numbers the size of Spearman's rho.

    Args:
        frame: The rows; not changed. Of more than 20,000 rows, a fixed random sample is tested; shares of the values of
            categories are over all rows. At most 40 columns are compared: numbers that measure something, and
            categories of 2 to 50 values.
    """
    rows = frame.rows if isinstance(frame, Relation) else len(frame)
    whole = frame.sample() if isinstance(frame, Relation) else frame
    sample = whole.sample(_MOST_ROWS, random_state=0) if len(whole) > _MOST_ROWS else whole
    again = {each.column for each in repeated_columns(sample)}
    comparable = (_column(sample[name]) for name in map(str, sample.columns) if name not in again)
    columns = list(islice((column for column in comparable if column is not None), _MOST_COLUMNS))
    numbers = {column.name: column.values for column in columns if column.labels is None}
    wholes = [Whole(column=total, parts=parts) for total, parts in sums_of_others(numbers)]
    obvious = {frozenset((each.column, part)) for each in wholes for part in each.parts}
    found = [
        pair
        for one, other in combinations(columns, 2)
        if frozenset((one.name, other.name)) not in obvious and (pair := _tested(one, other)) is not None
    ]
    told = [pair for pair in _after_holm(found) if pair.p_value < _SIGNIFICANT and pair.effect_size >= _NEGLIGIBLE]
    told.sort(key=lambda pair: -pair.effect_size)
    return RelatedColumns(
        pairs=_crossed(frame, told[:_MOST_PAIRS]),
        related=len(told),
        tested=len(found),
        wholes=wholes,
        sampled_rows=len(sample) if len(sample) < rows else None,
        method=_METHOD,
    )


def _column(series: Series) -> _Column | None:
    distinct = int(series.nunique())
    role = infer_role(series, distinct)
    name = str(series.name)
    if role in ("category", "boolean") or (role == "number" and distinct == 2):
        if not 2 <= distinct <= _MOST_VALUES:
            return None
        codes, values = pd.factorize(series, use_na_sentinel=True)
        codes = np.where(np.bincount(codes + 1, minlength=len(values) + 1)[codes + 1] < _FEWEST_ROWS, -1, codes)
        if len(np.unique(codes[codes >= 0])) < 2:
            return None
        return _Column(name, codes, [label(value) for value in values], bool((codes >= 0).all()))
    if role != "number" or not is_number(series) or distinct < 2:
        return None
    if explain_quantity(series, role).quantity in PLACES:
        return None
    values = np.array(series.to_numpy(dtype=np.float64, na_value=np.nan))
    values[~np.isfinite(values)] = np.nan
    complete = not np.isnan(values).any()
    return _Column(name, values, None, complete, _ranks(values) if complete else None)


def _tested(one: _Column, other: _Column) -> RelatedPair | None:
    both = None if one.complete and other.complete else one.present & other.present
    if both is not None and int(both.sum()) < 2 * _FEWEST_ROWS:
        return None
    if one.labels is None and other.labels is None:
        return _of_numbers(one, other, both)
    if one.labels is not None and other.labels is not None:
        return _of_categories(one, other, both)
    return _of_groups(*((one, other) if one.labels is None else (other, one)), both)


def _ranks(values: Floats) -> Floats:
    from scipy.stats import rankdata

    return np.asarray(rankdata(values), dtype=np.float64)


def _ranks_of(column: _Column, both: NDArray[np.bool_] | None) -> Floats:
    if both is None and column.ranks is not None:
        return column.ranks
    return _ranks(column.values if both is None else column.values[both])


def _of_numbers(one: _Column, other: _Column, both: NDArray[np.bool_] | None) -> RelatedPair | None:
    from scipy.stats import t as student_t

    left, right = _ranks_of(one, both), _ranks_of(other, both)
    left, right, n = left - left.mean(), right - right.mean(), len(left)
    size = float(np.sqrt((left @ left) * (right @ right)))
    if size == 0 or n < _FEWEST_ROWS:
        return None
    rho = float(np.clip(left @ right / size, -1, 1))
    p = 0.0 if abs(rho) == 1 else float(2 * student_t.sf(abs(rho) * np.sqrt((n - 2) / (1 - rho**2)), n - 2))
    return RelatedPair(
        left=one.name, right=other.name, of="numbers", effect_size=abs(rho), p_value=p, test="Spearman", count=n
    )


def _of_groups(number: _Column, category: _Column, both: NDArray[np.bool_] | None) -> RelatedPair | None:
    from scipy.stats import chi2

    ranks = _ranks_of(number, both)
    codes = category.values if both is None else category.values[both]
    n, counts = len(ranks), np.bincount(codes)
    sums = np.bincount(codes, weights=ranks)[counts > 0]
    counts = counts[counts > 0]
    ties = np.unique(ranks, return_counts=True)[1].astype(np.float64)
    untied = 1 - float((ties**3 - ties).sum()) / (float(n) ** 3 - n)
    if len(counts) < 2 or n <= len(counts) or untied <= 0:
        return None
    statistic = (12 / (n * (n + 1)) * float((sums**2 / counts).sum()) - 3 * (n + 1)) / untied
    groups = len(counts)
    return RelatedPair(
        left=number.name,
        right=category.name,
        of="groups",
        effect_size=float(np.sqrt(np.clip((statistic - groups + 1) / (n - groups), 0, 1))),
        p_value=float(chi2.sf(statistic, groups - 1)),
        test="Kruskal-Wallis",
        count=n,
    )


def _of_categories(one: _Column, other: _Column, both: NDArray[np.bool_] | None) -> RelatedPair | None:
    from scipy.stats import chi2_contingency, fisher_exact

    table = _table(one, other, both)
    if min(table.shape) < 2:
        return None
    tested: Any = chi2_contingency(table, correction=False)
    thin = float((tested.expected_freq < _FEWEST_ROWS).mean())
    exact = table.shape == (2, 2) and thin > 0
    if thin > _THIN and not exact:
        return None
    fisher: Any = fisher_exact(table) if exact else None
    return RelatedPair(
        left=one.name,
        right=other.name,
        of="categories",
        effect_size=min(cramers_v(table), 1.0),
        p_value=float(fisher.pvalue if exact else tested.pvalue),
        test="Fisher's exact" if exact else "chi-square",
        count=int(table.sum()),
    )


def _table(one: _Column, other: _Column, both: NDArray[np.bool_] | None) -> Codes:
    """Counts of each pair of values, without those that no row has."""
    left, right = (one.values, other.values) if both is None else (one.values[both], other.values[both])
    width = len(other.labels or ())
    counts = np.bincount(left * width + right, minlength=len(one.labels or ()) * width).reshape(-1, width)
    return counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0].astype(np.int64)


def _after_holm(pairs: list[RelatedPair]) -> list[RelatedPair]:
    corrected = holm(pair.p_value for pair in pairs)
    return [pair.model_copy(update={"p_value": p}) for pair, p in zip(pairs, corrected, strict=True)]


def _crossed(frame: pd.DataFrame | Relation, pairs: list[RelatedPair]) -> list[RelatedPair]:
    """Add to pairs of categories the two values that go together most, counted over all rows."""
    left = _MOST_CROSSED
    found: list[RelatedPair] = []
    for pair in pairs:
        if pair.of == "categories":
            left -= 1
            pair = _with_values(pair, _counts(frame, pair.left, pair.right)) if left >= 0 else pair
        found.append(pair)
    return found


def _counts(frame: pd.DataFrame | Relation, one: str, other: str) -> pd.DataFrame:
    """Rows of each pair of values, missing ones included, as columns `one`, `other` and `n`."""
    if isinstance(frame, Relation):
        names = f"{frame.sql(one)}, {frame.sql(other)}"
        rows = frame.ask(f"SELECT {names}, count(*) FROM data GROUP BY ALL")  # noqa: S608 - our own names of columns
        table = pd.DataFrame(rows, columns=["one", "other", "n"])
    else:
        pair = pd.DataFrame({"one": frame[one].to_numpy(), "other": frame[other].to_numpy()})
        table = pair.groupby(["one", "other"], dropna=False).size().rename("n").reset_index()
    for name in ("one", "other"):
        table[name] = table[name].map(label, na_action="ignore")
    return table


def _with_values(pair: RelatedPair, counts: pd.DataFrame) -> RelatedPair:
    """Name the cell that differs most from what independence would bring, by its adjusted residual (Haberman 1973)."""
    several = counts.dropna(subset=["one"])["one"].nunique() >= counts.dropna(subset=["other"])["other"].nunique()
    if not several:  # the column of more values is the first: each of its values has a share of the other
        counts = counts.rename(columns={"one": "other", "other": "one"})
        pair = pair.model_copy(update={"left": pair.right, "right": pair.left})
    known = counts.dropna(subset=["other"])
    table: pd.DataFrame = known.dropna(subset=["one"]).pivot_table(
        index="one", columns="other", values="n", aggfunc="sum", fill_value=0
    )
    cells = table.to_numpy(dtype=np.float64)
    size, rows, columns = cells.sum(), cells.sum(axis=1, keepdims=True), cells.sum(axis=0, keepdims=True)
    expected = rows * columns / size
    with np.errstate(divide="ignore", invalid="ignore"):
        residual = (cells - expected) / np.sqrt(expected * (1 - rows / size) * (1 - columns / size))
    residual[(cells < _FEWEST_ROWS) | ~np.isfinite(residual)] = -np.inf
    yes = np.array([str(value).casefold() in _YES for value in table.columns])
    if len(yes) == 2 and yes.any() and np.isfinite(residual[:, yes]).any():  # of yes and no, yes is told
        residual[:, ~yes] = -np.inf
    if not np.isfinite(residual).any():
        return pair
    # In a table of two by two, both cells of a diagonal differ alike: the one that is rare otherwise says more.
    most = residual >= residual.max() * (1 - 1e-9)
    row, column = divmod(int(np.where(most, cells / expected, 0.0).argmax()), residual.shape[1])
    of_all = known.groupby("other")["n"].sum()
    value = table.columns[column]
    return pair.model_copy(
        update={
            "left_value": str(table.index[row]),
            "right_value": str(value),
            "share": float(cells[row, column] / rows[row, 0]),
            "rows_there": int(rows[row, 0]),
            "overall": float(of_all[value] / of_all.sum()),
        }
    )
