"""Columns that say what another one says already: copies, other words for the same values, and coarser ones."""

from collections.abc import Mapping
from hashlib import blake2b
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import Series, is_number, is_text
from analytics.results.kinds.profile import Repeat

_MOST_VALUES = 100
"""Different values up to which a column is compared: with more, one column decides another by chance."""
_MOST_COLUMNS = 60
"""Columns that are compared in pairs, and of a set of columns that part the rows alike."""
_FIRST_ROWS = 1000
"""Rows that tell of most columns that they have too many values."""
_FEWEST_ROWS = 20
_ROWS_A_VALUE = 10
"""Rows for each different value that make a relation no chance: columns of single values always decide each other."""
_MOST_ROWS = 50_000

Codes = NDArray[np.int64]


def repeated_columns(frame: pd.DataFrame, distinct: Mapping[str, int] | None = None) -> list[Repeat]:
    """Columns that follow from one other column, row for row.

    A `copy` has the same value in every row. A `recoding` has one value for each value of the other (`embark_town` for
    `embarked`). A `coarser` column has one value for each value of the other, but several may share it (`adult_male`
    for `who`). What is kept of a pair: of equal ones the column of zeros and ones, else the one in words, else the one
    that stands first; of a coarser pair the finer one. A missing value is a value here.

    Args:
        frame: The rows, or a sample of them; not changed. The first 50,000 are compared, of all columns with 2 to 100
            different values; coarser ones are looked for among the first 60 of these.
        distinct: How many different values each column has, where that is known.

    Returns:
        A relation for each column that repeats another; none for tables of fewer than 20 rows.
    """
    if len(frame) < _FEWEST_ROWS:
        return []
    shown = frame.head(_MOST_ROWS)
    coded: dict[str, Codes] = {}
    alike: dict[bytes, list[str]] = {}
    known = distinct if distinct and len(shown) == len(frame) else {}
    for name in shown.columns:
        if known.get(str(name), 0) <= _MOST_VALUES and (codes := _codes(shown[name])) is not None:
            if len(coded) < _MOST_COLUMNS:
                coded[str(name)] = codes
            alike.setdefault(blake2b(codes.astype(np.uint8).tobytes()).digest(), []).append(str(name))
    found: dict[str, Repeat] = {}
    for names in alike.values():
        for first, second in combinations(names[:_MOST_COLUMNS], 2):
            if not {first, second} & set(found):
                same = _is_copy(shown[first], shown[second])
                if not same and (_are_measures(shown[first], shown[second]) or _is_chance(shown[first])):
                    continue
                kept_one, other = (second, first) if _is_plainer(shown[second], shown[first]) else (first, second)
                found[other] = Repeat(column=other, of=kept_one, how="copy" if same else "recoding")
    kept = list(coded)
    for first, second in combinations([name for name in kept if name not in found], 2):
        relation = _relation(coded[first], coded[second])
        coarse, fine = (second, first) if relation == "second coarser" else (first, second)
        if relation and relation != "same" and coarse not in found and not _is_chance(shown[fine]):
            found[coarse] = Repeat(column=coarse, of=fine, how="coarser")
    return [found[str(name)] for name in shown.columns if str(name) in found]


def _codes(series: Series) -> Codes | None:
    """Number of each row's value in the order in which values first stand: equal for columns that part rows alike."""
    if len(pd.unique(series.array[:_FIRST_ROWS])) > _MOST_VALUES:
        return None
    codes, values = pd.factorize(series, use_na_sentinel=False)
    if not 2 <= len(values) <= _MOST_VALUES:
        return None
    # Twice: where a missing value is counted differs by the type of the column.
    return (pd.factorize(codes)[0] if bool(pd.isna(values).any()) else codes).astype(np.int64)


def _relation(first: Codes, second: Codes) -> str:
    """`same` if each decides the other, `second coarser` or `first coarser` if one decides the other, else nothing."""
    width = int(second.max()) + 1
    pairs = int(np.count_nonzero(np.bincount(first * width + second)))
    left, right = int(first.max()) + 1, width
    if pairs == left == right:
        return "same"
    return "second coarser" if pairs == left else "first coarser" if pairs == right else ""


def _is_chance(series: Series) -> bool:
    return series.nunique(dropna=False) > len(series) // _ROWS_A_VALUE


def _are_measures(first: Series, second: Series) -> bool:
    """Tell whether both are numbers of more than two values: one that follows from the other may still measure."""
    return all(is_number(each) and each.nunique() > 2 for each in (first, second))


def _is_plainer(one: Series, other: Series) -> bool:
    """Tell whether a column is in words and the other one in numbers that are not 0 and 1."""
    return is_text(one) and is_number(other) and not set(other.dropna().unique()) <= {0, 1}


def _is_copy(first: Series, second: Series) -> bool:
    return bool((first.astype("str") == second.astype("str")).all())
