"""Columns of text in the narrowest type that every cell has; text as it was when there is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import Series, listing, parse_times
from analytics.reading.cells.column_notes import Notes, say, say_how, say_why_text, sentences
from analytics.reading.cells.missing_words import USUAL, missing_among_numbers, missing_in_text
from analytics.reading.cells.numbers import Style, Written, is_grouping_likely, take_apart, to_numbers
from analytics.reading.cells.plain_numbers import PlainNumbers, plain_numbers
from analytics.reading.cells.times.buddhist_years import are_buddhist
from analytics.reading.cells.times.dates import (
    BECAME_UTC,
    IN_UTC,
    Dates,
    looks_like_dates,
    parse_dates,
    parse_mixed_dates,
)
from analytics.reading.cells.times.integer_times import is_named_time

_INTEGER = re.compile(r"[+-]?\d+")
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:inf|Infinity|infinity|Inf)")
_ZERO_FIRST = re.compile(r"[+-]?0\d")
_THREE_DIGITS = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})?")
_FOR_EXCEL = re.compile(r'="[^"]*"')
"""Codes as programs write them for Excel."""
_CODE_WITH_E = re.compile(r"\d+[eE]\d+")
_MOST_PARSED = 200
"""Different cells that are tried before all of a column are."""


@dataclass
class _Column:
    """A column while it is judged."""

    name: str
    raw: Series
    """The cells as they are."""
    text: Series
    """The cells without outer spaces; missing where nothing is left."""
    codes: "np.ndarray[tuple[int], np.dtype[np.intp]]"
    values: list[str]
    """Different cells that are present, by first occurrence."""
    words: set[str] = field(default_factory=set[str])
    """Cells that are missing if the others are numbers or dates."""
    typed: Series = None
    """The different cells in their type, with the cells as index; None while it is not known, and for text."""
    written: Written | None = None
    """Numbers whose marks are to be judged with those of other columns."""
    dates: Dates | None = None
    is_mixed: bool = False
    """Some cells were numbers or dates before."""
    explained: bool = False
    """A note says why the column is text."""


def columns_of_numbers(frame: pd.DataFrame) -> dict[int, PlainNumbers]:
    """Columns of text, by their places, in which every cell is a number as programs write it."""
    texts = ((place, _as_plain_text(cells)) for place, (name, cells) in enumerate(frame.items()) if may_count(name))
    return {place: found for place, text in texts if text is not None and (found := plain_numbers(text)) is not None}


def may_count(name: object) -> bool:
    """Check that digits in a column may be numbers by its name, and are no times."""
    return not is_named_time(str(name))  # 01022024


def typed_columns(
    frame: pd.DataFrame, *, delimiter: str = "", known: Mapping[int, PlainNumbers] | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Give columns of text their types.

    Args:
        frame: The cells as text; None or NaN where there is none. Columns that are no text are left as they are.
        delimiter: The delimiter of the file, which says which decimal mark is likely.
        known: Columns of plain numbers by their places, where they were looked for before.

    Returns:
        The typed columns, and notes on what was decided.
    """
    notes: Notes = {}
    columns: list[_Column | Any] = []
    styles: set[Style] = set()
    plain = columns_of_numbers(frame) if known is None else known
    for position, label in enumerate(frame.columns):
        if (numbers := plain.get(position)) is not None:
            if numbers.has_points:
                styles.add("point")
            columns.append(numbers.values)
            continue
        column = frame.iloc[:, position]
        name, text = str(label), _as_plain_text(column)
        if text is None:
            columns.append(column.array)
            continue
        judged_one = _look_at(text, name, notes)
        judged_one.is_mixed = text is not column
        columns.append(judged_one)
    judged = [column for column in columns if isinstance(column, _Column)]
    _judge_dates(judged, notes)
    _judge_numbers(judged, delimiter, styles, notes)
    done = [_finished(column, notes).array if isinstance(column, _Column) else column for column in columns]
    # By position, since names may repeat.
    result = pd.DataFrame(dict(enumerate(done)), copy=False)
    result.columns = frame.columns
    return result, sentences(notes)


def _as_plain_text(column: Series) -> Series:
    """A column of text; also one in which texts stand among numbers or dates, as "n/a" in a spreadsheet; else None."""
    if not pd.api.types.is_object_dtype(column.dtype):
        return column if pd.api.types.is_string_dtype(column.dtype) else None
    kinds = {type(value) for value in column.dropna()}
    if kinds <= {str}:
        return column
    if str not in kinds or not kinds <= {str, int, float, datetime, date}:
        return None
    return column.map(_written, na_action="ignore").astype("str")


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _look_at(column: Series, name: str, notes: Notes) -> _Column:
    text = column.astype("str").str.strip()
    blank = text == ""
    text = text.mask(blank) if bool(blank.any()) else text
    codes, values = _factorized(text)
    if values and values[0].startswith('="') and all(map(_FOR_EXCEL.fullmatch, values)):
        text = column = text.str[2:-1]
        codes, values = _factorized(text)
    found = _Column(name, column, text, codes, values)
    words = missing_among_numbers(found.values[:50_000])
    unusual = words - USUAL
    if unusual and text.isin(unusual).sum() > 0.5 * text.notna().sum():
        words &= USUAL
    found.words = words
    found.typed = _plainly(found, [value for value in found.values if value not in words], notes)
    return found


def _factorized(text: Series) -> "tuple[np.ndarray[tuple[int], np.dtype[np.intp]], list[str]]":
    """The place of each cell among the different ones, and these by first occurrence."""
    codes, distinct = pd.factorize(text)
    return codes, np.asarray(distinct, dtype=object).tolist()


def _plainly(column: _Column, values: list[str], notes: Notes) -> Series | None:
    """Whole numbers, floats in the programs' own notation, flags and ISO dates; None for everything else."""
    if not values:
        return pd.Series(dtype="float64") if column.words <= USUAL else None
    index = pd.Index(values, dtype=object)
    if all(map(_INTEGER.fullmatch, values)):
        if is_named_time(column.name) and all(map(looks_like_dates, values)):
            return None  # 01022024
        if any(map(_ZERO_FIRST.match, values)):
            say(notes, "Kept as text for their leading zeros", column.name)
            return pd.Series(values, index=index, dtype="str")
        if max(map(len, values)) > 18:
            say(notes, "Kept as text, too long for exact numbers", column.name)
            return pd.Series(values, index=index, dtype="str")
        return pd.Series([int(value) for value in values], index=index, dtype="int64")
    if any(map(_CODE_WITH_E.fullmatch, values)) and not any(re.search(r"\.|[eE][+-]", value) for value in values):
        say(notes, "Kept as text, since codes such as 1E19 are no numbers", column.name)
        return pd.Series(values, index=index, dtype="str")
    if all(map(_FLOAT.fullmatch, values)) and not any(map(_ZERO_FIRST.match, values)):
        if all(map(_THREE_DIGITS.fullmatch, values)):
            return None  # points may group thousands
        if any("." in value or value.strip("+-").isdigit() for value in values):
            return pd.Series([float(value) for value in values], index=index, dtype="float64")
    if {value.casefold() for value in values} <= {"true", "false"}:
        return pd.Series([value.casefold() == "true" for value in values], index=index, dtype="bool")
    if values[0][:4].isdigit() and (stamps := parse_times(pd.Series(values, dtype="str"))) is not None:
        if are_buddhist(stamps.dt.year):
            return None
        if stamps.dt.tz is not None and not all(map(IN_UTC.search, values)):
            say(notes, BECAME_UTC, column.name)
        return stamps.set_axis(index)
    return None


def _judge_dates(columns: list[_Column], notes: Notes) -> None:
    """Read dates, first where day and month are clear, then the others in the same order."""
    open_ones = [column for column in columns if column.typed is None]
    for column in open_ones:
        values = [value for value in column.values if value not in column.words]
        some = values[:_MOST_PARSED]
        if not some or sum(map(looks_like_dates, some)) < 0.8 * len(some):
            continue
        column.dates = parse_dates(values, day_first=None) or parse_mixed_dates(values, day_first=None)
        if column.dates is None:
            column.explained = True
            odd = next((value for value in values if not looks_like_dates(value)), values[0])
            say(
                notes,
                f"Look like dates, but not all can be read as one (such as {odd[:30]!r}), kept as text",
                column.name,
            )
    dated = [column for column in open_ones if column.dates is not None]
    orders = {
        column.dates.day_first for column in dated if column.dates and column.dates.day_first is not None
    }  # fmt: skip
    for column in dated:
        assert column.dates is not None  # noqa: S101 - filtered above
        if column.dates.ambiguous and len(orders) == 1:
            values = [value for value in column.values if value not in column.words]
            again = parse_dates(values, day_first=next(iter(orders)))
            column.dates = again or column.dates
        column.typed = column.dates.stamps
        for note in column.dates.notes:
            say(notes, note, column.name)
        lost = int(column.typed.isna().sum())
        if lost:
            odd = column.typed.index[column.typed.isna()][0]
            say(notes, f"Not in the calendar or no dates (such as {str(odd)[:30]!r}), set missing", column.name)


def _judge_numbers(columns: list[_Column], delimiter: str, styles: set[Style], notes: Notes) -> None:
    """Read numbers with marks, currency or units; which mark is which follows from all columns."""
    for column in columns:
        if column.typed is not None:
            if column.typed.dtype == "float64" and any("." in str(value) for value in column.typed.index[:1000]):
                styles.add("point")
            continue
        values = [value for value in column.values if value not in column.words]
        if values and take_apart(values[:_MOST_PARSED]):
            column.written = take_apart(values)
            if column.written and column.written.style:
                styles.add(column.written.style)
    for column in columns:
        if column.written is None:
            continue
        style = column.written.style or _style_of(column.written, styles, delimiter)
        if style is None:
            such = f"(such as {column.written.parts.index[0]!r})"
            say(
                notes, f"Kept as text, since {column.written.mark!r} may mark thousands or decimals {such}", column.name
            )
            continue
        column.typed = to_numbers(column.written, style)
        if column.written.mark == "." and column.written.style is None and not styles and delimiter in (";", "\t"):
            such = f"such as {column.written.parts.index[0]!r}"
            say(notes, f"Points read as decimal marks, though they may mark thousands ({such})", column.name)
        say_how(column.name, column.written, style, notes)


def _style_of(written: Written, styles: set[Style], delimiter: str) -> Style | None:
    """The decimal mark of a column that fits both; None if nothing tells."""
    if not written.mark or len(written.mark) > 1:
        return "point"
    if len(styles) == 1:
        return next(iter(styles))
    grouped = is_grouping_likely(written)
    if written.mark == ",":
        return "point" if delimiter == "," or grouped or written.affixes else None
    return None if grouped else "point"


def _finished(column: _Column, notes: Notes) -> Series:
    """The column: each cell replaced by its value in the type that was found."""
    text = column.text
    if column.typed is None or column.typed.dtype == "str":
        return _as_text(column, notes)
    said = sorted(column.words - USUAL)
    if said:
        say(notes, f"Read as missing ({listing(map(repr, said), 3)})", column.name)
    positions = column.typed.index.get_indexer(pd.Index(column.values, dtype=object))
    where = np.where(column.codes < 0, -1, positions[column.codes]) if len(positions) else column.codes
    typed = column.typed
    if typed.dtype in ("int64", "bool") and (where < 0).any():
        if typed.dtype == "bool":
            typed = typed.astype("boolean")
        else:  # beyond 2**53 a float would change digits
            typed = typed.astype("float64" if int(typed.abs().max()) <= 2**53 else "Int64")
    array = typed.array.take(where, allow_fill=True) if (where < 0).any() else typed.array.take(where)
    return pd.Series(array, index=text.index)


def _as_text(column: _Column, notes: Notes) -> Series:
    words, kept = missing_in_text(column.values[:50_000])
    if column.typed is None and not column.explained:
        values = [value for value in column.values if value not in words | column.words]
        explained = column.written is None and say_why_text(column.name, values, notes)
        if column.is_mixed and not explained:
            say(notes, "Mixed types became text", column.name)
    if kept:
        say(notes, f"Kept as text, since the other cells are codes like it ({kept!r})", column.name)
    said = sorted(words - USUAL) + sorted(words & {"NA", "None"})
    if said:
        say(notes, f"Read as missing ({listing(map(repr, said), 3)})", column.name)
    if set(column.values) <= words:
        return pd.Series(np.nan, index=column.text.index)
    if bool(((column.raw != column.text) & column.text.notna()).any()):
        say(notes, "Spaces around the cells were taken off", column.name)
    return column.text if words.isdisjoint(column.values) else column.text.mask(column.text.isin(words))
