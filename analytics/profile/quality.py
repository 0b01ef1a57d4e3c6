"""Notes on the quality of a data set for people, worst first."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import Series, is_number, is_text, label, listing
from analytics.profile.mixed_measures import mixed_notes
from analytics.results import ColumnProfile, Repeat

_MOST_NOTES = 15
_SENTINELS = [sign * number for number in (9, 99, 999, 9999, 99999, 999999, 1111, 7777, 8888) for sign in (-1, 1)]
_TEXT_SAMPLE = 5000
"""Most texts of a column that are looked at."""
MAY_BE_MISSING = "it may stand for missing"
"""Words of a note that repeats a number."""
FEWEST_VALUES = 10
"""Numbers that a placeholder is looked for among."""
_NUMBER_TEXT = re.compile(r"^\s*[-+(]?[$€£]?\s*\d[\d\s,.']*\s*[%€$£)]?\s*$")
_ZERO_FIRST = re.compile(r"^\s*0\d")


@dataclass(frozen=True, kw_only=True)
class Large:
    """Counts over a table of which only a sample is in memory.

    Attributes:
        rows: Its rows.
        infinite: Infinite numbers by column.
        placeholders: How often the number stands that may stand for missing, by column.
        unit: Unit that the times were put into.
        estimated: Whether the number of rows that repeat others is an estimate.
    """

    rows: int
    infinite: dict[str, int]
    placeholders: dict[str, int]
    unit: str | None = None
    estimated: bool = False


def quality_notes(
    frame: pd.DataFrame,
    columns: list[ColumnProfile],
    duplicates: int,
    time_column: str | None,
    stamps: Series | None,
    large: Large | None = None,
    repeats: Sequence[Repeat] = (),
) -> list[str]:
    """Notes on missing, infinite and placeholder values, constant and repeated columns, duplicates, text, gaps in time.

    Args:
        frame: The rows, or a sample of them; not changed. Cells are hashable.
        columns: Their profiles.
        duplicates: Rows that repeat an earlier one.
        time_column: The column that orders the rows in time.
        stamps: Its times.
        large: What was counted in the whole table, where the frame is a sample.
        repeats: Columns that follow from another one.

    Returns:
        At most 15 notes, one sentence each.
    """
    rows = max(1, len(frame) if large is None else large.rows)
    weighed: list[tuple[float, str]] = []  # (share of rows or cells concerned, note)
    empty = [column.name for column in columns if column.distinct == 0]
    if empty:
        weighed.append((2, f"No values at all: {listing(empty)}."))
    missing = sorted((c for c in columns if c.missing and c.distinct), key=lambda c: -c.missing)
    weighed += [
        (c.missing / rows, f"{c.name}: {c.missing:,} of {rows:,} values are missing ({_percent(c.missing / rows)}).")
        for c in missing[:8]
    ]
    if missing[8:]:
        weighed.append((missing[8].missing / rows, f"Values are missing in {len(missing) - 8} more columns."))
    constant = [c.name for c in columns if c.distinct == 1 and not c.missing]
    if constant and rows > 1:
        weighed.append((0.3, f"The same value in every row: {listing(constant)}."))
    if duplicates:
        about = "About " if large and large.estimated else ""
        repeated = f"{about}{duplicates:,} rows repeat an earlier row ({_percent(duplicates / rows)})."
        weighed.append((duplicates / rows + 0.1, repeated))
    weighed += [(1, note) for note in mixed_notes(columns)]
    weighed += _repeat_notes(repeats, sampled=large is not None)
    for column, (_, series) in zip(columns, frame.items(), strict=True):
        weighed += _column_notes(series, column, rows, large)
    if time_column is not None and stamps is not None:
        weighed += _gap_notes(time_column, stamps, (large.unit if large else None))
    weighed.sort(key=lambda pair: -pair[0])
    notes = [note for _, note in weighed]
    more = len(notes) - _MOST_NOTES
    return notes if more <= 0 else [*notes[: _MOST_NOTES - 1], f"{more + 1} more notes are not shown."]


def _repeat_notes(repeats: Sequence[Repeat], *, sampled: bool) -> list[tuple[float, str]]:
    ending = ", in a sample of the rows." if sampled else "."
    same = [f"{each.column} (as {each.of})" for each in repeats if each.how != "coarser"]
    coarser = [f"{each.column} (from {each.of})" for each in repeats if each.how == "coarser"]
    notes = [(0.25, f"Columns that say the same as another one: {listing(same)}{ending}")] if same else []
    return notes + ([(0.15, f"Columns that follow from another one: {listing(coarser)}{ending}")] if coarser else [])


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share >= 0.001 else f"{100 * share:.2g} %" if share >= 1e-6 else "below 0.0001 %"


def _counted(series: Series) -> dict[str, int]:
    """Number of times that each text stands in a column, or in a sample of its rows; in the order of the rows."""
    text = series if series.dtype == "str" else series.dropna().astype("str")
    if len(text) > _TEXT_SAMPLE:
        text = text.dropna()
        text = text.iloc[np.linspace(0, len(text) - 1, min(len(text), _TEXT_SAMPLE)).astype(int)]
    codes, different = pd.factorize(text)  # Arrow's cells are slow to walk
    return dict(zip(np.asarray(different, dtype=object).tolist(), np.bincount(codes[codes >= 0]).tolist(), strict=True))


def _column_notes(series: Series, column: ColumnProfile, rows: int, large: Large | None) -> list[tuple[float, str]]:
    name = column.name
    if is_number(series):
        if column.placeholder is None and large is None and pd.api.types.is_integer_dtype(series.dtype):
            return []
        values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        infinite = int(np.isinf(values).sum()) if large is None else large.infinite.get(name, 0)
        found = (
            [(infinite / rows + 0.5, f"{name}: {infinite:,} infinite values, left out of all figures.")]
            if infinite
            else []
        )
        if column.placeholder is None:
            return found
        count = int((values == column.placeholder).sum()) if large is None else large.placeholders.get(name, 0)
        return [*found, _sentinel_note(name, column.placeholder, count, rows)]
    if column.role not in ("text", "category") or not is_text(series):
        return []
    if not (counted := _counted(series)):
        return []
    numeric = {value for value in counted if _NUMBER_TEXT.match(value) and not _ZERO_FIRST.match(value)}
    share = sum(counted[value] for value in numeric) / sum(counted.values())
    if share == 1:
        return [(0.6, f"{name}: numbers stored as text, such as {label(next(iter(counted)))!r}.")]
    if share >= 0.5:
        others = [label(value) for value in counted if value not in numeric]
        return [(0.7, f"{name}: mostly numbers, mixed with text such as {listing(map(repr, others), 3)}.")]
    if column.distinct <= 1000:
        spelled = Counter(value.strip().casefold() for value in counted)
        variants = [value for value in counted if spelled[value.strip().casefold()] > 1]
        if variants:
            return [(0.2, f"{name}: spellings that differ only in case or spaces: {listing(map(repr, variants), 4)}.")]
    return []


def _sentinel_note(name: str, extreme: float, count: int, rows: int) -> tuple[float, str]:
    """Numbers such as -999 that repeat at the end of the range, far from all others, often stand for "missing"."""
    text = f"{name}: {extreme:g} occurs {count:,} times, far from all others; {MAY_BE_MISSING}."
    return 0.9 + count / rows, text


def placeholder(values: "np.ndarray[Any, Any]") -> float | None:
    """Return the number at an end of the range that may stand for a missing value, such as -999, -200 or 9999.9.

    It repeats and is written in a usual way: nines, a repeated digit, or a round negative number. All others are
    farther from it than from each other, or it is negative and none of them is.

    Args:
        values: Finite numbers.
    """
    if values.size < FEWEST_VALUES:
        return None
    for extreme in (float(values.min()), float(values.max())):
        if not looks_made_up(extreme):
            continue
        others = values[values != extreme]
        if others.size and stands_apart(extreme, values.size - others.size, float(others.min()), float(others.max())):
            return extreme
    return None


def stands_apart(extreme: float, count: int, low: float, high: float) -> bool:
    """Tell whether a number at an end of the range repeats far from all others, which reach from `low` to `high`."""
    gap = low - extreme if extreme < low else extreme - high
    alone = extreme <= -10 and low >= 0  # the only negative number, and not a small one
    return count >= 2 and (alone or gap > max(high - low, 1.0))


def looks_made_up(number: float) -> bool:
    """Tell whether a number is written as stand-ins for missing ones are."""
    digits = f"{abs(number):.10g}".replace(".", "")
    repeated = len(digits) >= 2 and len(set(digits)) == 1 and digits[0] in "9178"
    return repeated or number in _SENTINELS or (number < 0 and number % 100 == 0)


def _gap_notes(name: str, stamps: Series, unit: str | None) -> list[tuple[float, str]]:
    distinct = pd.DatetimeIndex(stamps.dropna().unique()).sort_values()
    if distinct.tz is not None:
        distinct = distinct.tz_convert("UTC").tz_localize(None)
    steps = np.diff(distinct.as_unit("us").asi8)
    if steps.size < 10:
        return []
    lengths, counts = np.unique(steps, return_counts=True)
    usual, often = int(lengths[np.argmax(counts)]), int(counts.max())
    if often < 0.8 * steps.size:  # no regular step, so no gaps either
        return []
    wide = steps > 1.5 * usual
    absent = int(np.round(steps[wide] / usual - 1).sum())
    if not absent:
        return []
    longest = int(np.argmax(steps))
    what, gaps = f"stretches of {unit}" if unit else "points in time", int(wide.sum())
    return [
        (
            0.1 + absent / (absent + distinct.size),
            (
                f"{name}: {absent:,} {what} are missing in {gaps:,} gap{'s' * (gaps > 1)}; the longest is from "
                f"{label(distinct[longest])} to {label(distinct[longest + 1])}."
            ),
        )
    ]
