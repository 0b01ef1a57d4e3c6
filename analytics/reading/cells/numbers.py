"""Numbers written as text: decimal and thousands marks, currency, percent, units, negatives in brackets.

Which mark is which is judged over all columns of a file: one cell such as `1,5` shows that commas are decimal marks.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.columns import Series

Style = Literal["point", "comma"]
"""The decimal mark."""

_CURRENCY = (
    r"(?:US|R|C|A|HK|NT|S)?\$|[\u20ac\u00a3\u00a5\u20b9\u20bd\u20a9\u20ba\u20ab]|CHF|EUR|USD|GBP|JPY|INR|SEK|NOK|DKK"
    r"|PLN|CNY|Rs\.?|kr\.?|z\u0142"
)
_UNIT = (
    r"%|\u2030|\u00b0[CF]?|[kmc]?m[\u00b2\u00b3]?|k?g|mg|lbs?|[mk]?[lLW]|kWh|MWh|km/h|m/s|mph|hPa|[kM]B|GB|ms|min"
    r"|[kMG]?Hz|cc|CC|bhp|kmpl"
)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "mrd": 1e9,
           "billion": 1e9, "t": 1e12, "tn": 1e12, "trillion": 1e12}  # fmt: skip
"""Words that multiply a number, in small letters."""
_CELL = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+\u2212])?\s*(?P<before>{_CURRENCY})?\s*(?P<sign2>[-+\u2212])?\s*"
    r"(?P<number>\d(?:[\d.,'\u2019\u00a0\u202f\u2009 ]*\d)?\.?|[.,]\d+)(?P<power>[eE][-+]?\d+)?"
    rf"(?P<after>\s*(?:{_CURRENCY}|{_UNIT}|[KMBTkb]|[mb]n|Mio\.?|Mrd\.?)|\s+[^\W\d_][^\d\s()]{{0,11}})?\s*(?P<sign3>-)?\s*(?P<close>\))?"
)
_LETTERS = {"K", "k", "M", "B", "b", "T"}
"""Letters right behind a number that may be a unit, a factor or a part of a code."""
_GROUPED_BY_COMMA = r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?|[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d*)?"  # also as in India
_GROUPED_BY_POINT = r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?"
_GROUPED_OTHERWISE = r"[1-9]\d{0,2}(?P<mark>['\u2019\u00a0\u202f\u2009 ])\d{3}(?:(?P=mark)\d{3})*"
_POINT = re.compile(rf"\d+\.?|\d*\.\d+|{_GROUPED_BY_COMMA}|{_GROUPED_OTHERWISE}(?:\.\d*)?")
_COMMA = re.compile(rf"\d+|\d*,\d+|{_GROUPED_BY_POINT}|{_GROUPED_OTHERWISE}(?:,\d*)?")
_EITHER = re.compile(r"[1-9]\d{0,2}(?P<mark>[.,])\d{3}")


@dataclass(frozen=True)
class Written:
    """Spelling of the numbers of a column."""

    parts: pd.DataFrame
    """The pieces of each different cell, with the cell as index."""
    style: Style | None
    """The decimal mark that its cells show; None if they fit both."""
    mark: str
    """If they fit both: the comma or point with three digits behind it, which may be either; empty without one."""
    affixes: tuple[str, ...]
    """Currency, percent sign or unit that stands at each number."""
    brackets: bool
    """Negative numbers stand in brackets."""
    scaled: bool = False
    """Some numbers are followed by K, M or B, for thousands, millions or billions."""


def take_apart(values: list[str]) -> Written | None:
    """Take the different cells of a column apart, if all are numbers written in one way.

    Args:
        values: The cells, without outer spaces, empty and missing ones.
    """
    rows: list[dict[str, Any]] = []
    for text in values:
        found = _CELL.fullmatch(text)
        if found is None or (found["open"] is None) != (found["close"] is None):
            return None
        rows.append(found.groupdict(""))
    parts = pd.DataFrame(rows, index=pd.Index(values, dtype=object))
    joined = set(parts["after"]) & _LETTERS
    parts["after"] = parts["after"].str.strip()
    if ((parts[["sign", "sign2", "sign3", "open"]] != "").sum(axis=1) > 1).any():
        return None
    number = parts["number"]
    affixes: list[str] = []
    scaled = False
    for side in ("before", "after"):
        words = set(parts[side]) - {""}
        if side == "after" and _are_scales(words, money=bool(affixes)):
            scaled = True
            continue
        if side == "after" and joined:
            return None  # 12M may be months
        bare = parts[side] == ""
        if len(words) > 1 or (words and not number[bare].str.fullmatch(r"[0.,]+").all()):
            return None  # several currencies or units, or numbers without one beside them
        affixes += words
    if (number.str.contains(r"[ \u00a0]", regex=True) & (parts["sign"] == "+")).any():
        return None  # telephone numbers
    as_point = pd.Series([_POINT.fullmatch(str(text)) is not None for text in number], index=number.index)
    as_comma = pd.Series([_COMMA.fullmatch(str(text)) is not None for text in number], index=number.index)
    brackets = bool((parts["open"] != "").any())
    if as_point.all() != as_comma.all():
        return Written(parts, "point" if as_point.all() else "comma", "", tuple(affixes), brackets, scaled)
    if not as_point.all():
        return None
    marks = {found["mark"] for text in number if (found := _EITHER.fullmatch(text))}
    return Written(parts, None, "".join(sorted(marks)), tuple(affixes), brackets, scaled)


def _are_scales(words: set[str], *, money: bool) -> bool:
    """Check for words such as K and M: of several kinds, of amounts of money, or written out."""
    plain = {word.casefold().rstrip(".") for word in words}
    return bool(plain) and plain <= _SCALES.keys() and (len(plain) > 1 or money or min(map(len, plain)) > 1)


def affixes_of(values: list[str]) -> set[str]:
    """Currencies and units of cells that are numbers with one before or behind."""
    found = [_CELL.fullmatch(text) for text in values]
    return {one[side].strip() for one in found if one for side in ("before", "after") if one[side]}


def is_grouping_likely(written: Written) -> bool:
    """Check whether three digits behind every mark are too regular for decimals.

    At least three different numbers have a mark, and the rest are whole numbers below 1000.
    """
    number = written.parts["number"]
    grouped = pd.Series([_EITHER.fullmatch(str(text)) is not None for text in number], index=number.index)
    return int(grouped.sum()) >= 3 and bool((~grouped).any()) and bool(number[~grouped].str.fullmatch(r"\d{1,3}").all())


def to_numbers(written: Written, style: Style) -> Series:
    """Numbers of the different cells, with the cells as index; whole ones stay exact.

    Args:
        written: The cells taken apart.
        style: The decimal mark.
    """
    parts = written.parts
    text = parts["number"].str.replace(r"['\u2019\u00a0\u202f\u2009 ]", "", regex=True)
    if style == "point":
        text = text.str.replace(",", "", regex=False)
    else:
        text = text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    minus = parts[["sign", "sign2", "sign3"]].isin(["-", "\u2212"]).any(axis=1) | (parts["open"] != "")
    text = text.str.cat(parts["power"])
    text = text.where(~minus, "-" + text)
    if not written.scaled and text.str.fullmatch(r"-?\d{1,18}").all():
        return text.astype("int64")
    numbers = pd.Series(pd.to_numeric(text).to_numpy(dtype=np.float64), index=parts.index)
    if written.scaled:
        numbers *= parts["after"].str.casefold().str.rstrip(".").map(_SCALES).fillna(1)
    return numbers
