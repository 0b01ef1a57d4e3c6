"""Numbers and dates in a sentence, with the precision in which they are written.

Not read as numbers: number words ("three carriers"), which mostly count what the sentence itself lists; digits inside
a name (`p95`, `UA1545`, `Q3`); evidence ids; numbering of a list.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

Hedge = Literal["about", "over", "under"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?<![\d.,])\d{1,2}(?:st|nd|rd|th)?(?![\d%]|[.,]\d)"
_DAYS = rf"{_DAY}(?:\s*(?:,\s*and|,|and|or|to|&|[-\u2010-\u2015])\s*(?:the\s+)?{_DAY})*"
_DAY_RANGE = re.compile(r"(\d{1,2})\s*(?:to|[-\u2010-\u2015])\s*(?:the\s+)?(\d{1,2})")
_YEAR = r"(?:1[6-9]|2[01])\d\d(?![\d%]|[.,]\d)"
_DATES = (
    re.compile(
        r"(?<![\d.])(?P<y>\d{4})-(?P<m>\d{2})-(?P<days>\d{2})(?:[T ](?P<H>\d{2}):(?P<M>\d{2})(?::\d{2}(?:\.\d+)?)?)?"
        r"(?:Z|\+00:00)?(?![\d-])"
    ),
    re.compile(r"(?<![\d.-])(?P<y>(?:1[6-9]|2[01])\d\d)-(?P<m>0[1-9]|1[0-2])(?![\d-])"),
    re.compile(r"(?<![\d./])(?P<days>\d{1,2})(?P<mark>[./])(?P<m>\d{1,2})(?P=mark)(?P<y>\d{4})(?![\d/])"),
    re.compile(rf"(?P<days>{_DAYS})\s+(?:of\s+)?(?P<month>{_MONTH})(?:,?\s+(?P<y>{_YEAR}))?", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_MONTH})\s+(?:the\s+)?(?P<days>{_DAYS})(?:,?\s+(?P<y>{_YEAR}))?", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_MONTH}),?\s+(?:of\s+)?(?P<y>{_YEAR})", re.IGNORECASE),
    re.compile(r"(?<![\d:])(?P<H>[01]?\d|2[0-3]):(?P<M>[0-5]\d)(?::[0-5]\d)?(?![\d:])"),
)
_NUMBER = re.compile(
    r"""(?P<sign>(?<![\w)%.])[-+\u2212])?
    (?P<money>[$€£¥]\s?)?
    (?<![\w.])(?P<digits>\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:[,\u00a0\u202f\u2019']\d{3})+(?:\.\d+)?(?!\d)|\d+(?:[.,]\d+)?|\.\d+)
    (?P<exponent>e[-+\u2212]?\d+)?
    (?P<unit>\s?(?:%|‰)|\s?(?:percentage\s+points?|percent|per\s+cent|pp)\b
        |\s?(?:thousand|million|billion|trillion|mn|bn)\b|[kKmMBb]\b|(?:st|nd|rd|th)\b)?
    (?P<rest>\w*)""",
    re.VERBOSE,
)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9}
_SCALES["trillion"] = 1e12
_RANGE_END = re.compile(r"\s?(?:[-\u2010-\u2015]|to|and)\s?")
_HEDGES: tuple[tuple[Hedge, re.Pattern[str]], ...] = (
    (
        "about",
        re.compile(r"(?:\b(?:about|around|roughly|approximately|approx\.?|circa|some)|[~≈])\s*\D{0,2}$", re.IGNORECASE),
    ),
    (
        "over",
        re.compile(
            r"(?:\b(?:over|above|more than|at least|exceeding|exceeds?|greater than)|[>≥])\s*\D{0,2}$", re.IGNORECASE
        ),
    ),
    (
        "under",
        re.compile(
            r"(?:\b(?:under|below|less than|fewer than|at most|up to|nearly|almost|smaller than)|[<≤])\s*\D{0,2}$",
            re.IGNORECASE,
        ),
    ),
)
_EVIDENCE_ID = re.compile(r"\bE\d+\b")
_LIST_NUMBER = re.compile(r"(?m)^\s*(?:\d+[.)]|[-*•])\s+")
_CAPITAL_NAME = re.compile(r"\b[A-Z]{2,}-\d+\b")  # COVID-19
_RANK = re.compile(r"\b(?:top|first|last|worst|best|bottom|next)[\s-]*$|#$", re.IGNORECASE)


@dataclass(frozen=True)
class WrittenNumber:
    """A number as it is written.

    Attributes:
        text: As it stands, for messages.
        start: Position in the sentence.
        values: What it can mean: `5m` is 5 (metres, minutes) or 5 million.
        half_units: Half of the last digit written, for each value: how far rounding can have moved it.
        signed: Written with a minus, so that the sign counts.
        percent: Written as a percentage.
        rank: Counts a choice or a position: `top 5`, `3rd`.
        hedge: A word before it that makes it a bound or an approximation.
        unit: Value of the last digit that is not a trailing zero: 1000 for `12,000`.
    """

    text: str
    start: int
    values: tuple[float, ...]
    half_units: tuple[float, ...]
    signed: bool
    percent: bool
    rank: bool
    hedge: Hedge | None
    unit: float


@dataclass(frozen=True)
class WrittenDate:
    """A date, part of one, or a time of day. Parts that are not written are None."""

    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    may_be_count: bool = False
    """One of several days in a row that is not next to the month: the 12 of `12 and 9 February`."""
    month_first: bool = False
    """Written like 8/2/2013, where day and month may be the other way round."""
    between: bool = False
    """Not written, but inside a written range: the 7 of `6-8 March`, which the data need not have."""


def read(text: str, names: Collection[str] = ()) -> tuple[list[WrittenNumber], list[WrittenDate]]:
    """Numbers and dates of `text`.

    Args:
        text: Prose.
        names: Names that are known, such as those of columns and groups; digits inside them are not numbers.
    """
    text = _blank(text, _EVIDENCE_ID, _LIST_NUMBER, _CAPITAL_NAME)
    dates: list[WrittenDate] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            dates += _dates(match)
            text = text[: match.start()] + "\x00" * len(match[0]) + text[match.end() :]
    known = [name for name in sorted(names, key=len, reverse=True) if any(character.isdigit() for character in name)]
    for name in known:
        text = _blank(text, re.compile(rf"(?<![\w.,]){re.escape(name)}(?![\w%]|[.,]\d)"))
    return list(_numbers(text)), dates


def _blank(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        text = pattern.sub(lambda match: "\x00" * len(match[0]), text)
    return text


def _dates(match: re.Match[str]) -> Iterator[WrittenDate]:
    parts = match.groupdict()
    month = int(parts["m"]) if parts.get("m") else None
    if parts.get("month"):
        month = _MONTHS.index(parts["month"][:3].lower()) + 1
    year, hour, minute = (int(parts[key]) if parts.get(key) and parts[key] else None for key in ("y", "H", "M"))
    if not parts.get("days"):
        # 24:00-like scores such as 3:10 are rare; a colon between two numbers is read as a time of day.
        yield WrittenDate(match[0], year, month, None, hour, minute)
        return
    days = re.findall(r"\d{1,2}", parts["days"])
    if parts.get("mark"):
        yield WrittenDate(match[0], year, month, int(days[0]), month_first=parts["mark"] == "/")
        return
    nearest = days[-1] if len(days) > 1 and match.start("days") < match.start("month") else days[0]
    for day in days:
        name = match[0] if len(days) == 1 else f"{day} {parts['month']}" + (f" {year}" if year else "")
        yield WrittenDate(name, year, month, int(day), hour, minute, may_be_count=day != nearest)
    for first, last in _DAY_RANGE.findall(parts["days"]):
        for day in range(int(first) + 1, int(last)):
            yield WrittenDate(match[0], year, month, day, between=True)


def _numbers(text: str) -> Iterator[WrittenNumber]:
    matches = [match for match in _NUMBER.finditer(text) if not _part_of_name(match)]
    for match, after in zip_longest(matches, matches[1:]):
        unit, borrowed = _unit(match), False
        if after and not unit and _RANGE_END.fullmatch(text, match.end(), after.start()):
            unit, borrowed = _unit(after), True  # "8-9 %": the unit is written once
        yield _number(match, unit, borrowed, text[: match.start()])


def _part_of_name(match: re.Match[str]) -> bool:
    # `95th`, `5k` and `3x` are numbers; so is the 9 of an unknown `9abc`, which somebody has to look at.
    before = match.string[match.start() - 1 : match.start()] if match.start() else ""
    return before.isalpha() or before == "_"


def _unit(match: re.Match[str]) -> str:
    return (match["unit"] or "").strip()


def _number(match: re.Match[str], written_unit: str, borrowed: bool, before: str) -> WrittenNumber:
    unit = written_unit.casefold()
    digits = re.sub(r"[\u00a0\u202f\u2019']", "", match["digits"])
    if re.fullmatch(r"\d{1,3}(\.\d{3})+,\d+", digits):
        digits = digits.replace(".", "")  # 1.234,5 in much of Europe
    # A comma before exactly three digits groups thousands; any other is a decimal comma.
    digits = digits.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", digits) else digits.replace(",", ".")
    exponent = int(match["exponent"][1:].replace("\u2212", "-")) if match["exponent"] else 0
    whole, _, decimals = digits.partition(".")
    zeros = len(whole) - len(whole.rstrip("0")) if not decimals and whole.strip("0") else 0
    scales = [_SCALES[unit]] if unit in _SCALES else [1.0]
    if written_unit in {"m", "b"} or (borrowed and unit in _SCALES):
        scales = [1.0, *scales]  # metres and bytes; "12 and 3 thousand"
    negative = match["sign"] in {"-", "\u2212"}
    value = float(digits) * 10.0**exponent * (-1 if negative else 1)
    last = 10.0 ** (exponent - len(decimals))
    values = [value * scale for scale in scales]
    half_units = [last * scale / 2 for scale in scales]
    if not match["exponent"] and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", match["digits"]):
        values.append(value * 1000)  # 8.255 is 8255 in much of Europe
        half_units.append(0.5)
    return WrittenNumber(
        text=match[0].removesuffix(match["rest"]).strip() if match["rest"] else match[0].strip(),
        start=match.start(),
        values=tuple(values),
        half_units=tuple(half_units),
        signed=negative,
        percent=unit in {"%", "percent", "per cent", "pp"} or unit.startswith("percentage"),
        rank=unit in {"st", "nd", "rd", "th"} or bool(_RANK.search(before)),
        hedge=next((hedge for hedge, pattern in _HEDGES if pattern.search(before)), None),
        unit=last * 10.0**zeros * scales[-1],
    )
