"""Numbers in a sentence, in digits or words, with the precision in which they are written.

Not read as numbers: digits inside a name (`p95`, `UA1545`, `Q3`); evidence ids; numbering of a list.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from agents.grounding.reading.hedges import Hedge, hedge_of, passed
from agents.grounding.reading.number_words import words_in
from agents.grounding.reading.written_dates import WrittenDate, blanked

Form = Literal["plain", "rank", "multiple", "fraction"]

_NUMBER = re.compile(
    r"""(?P<sign>(?<![\w)%.])(?:[-+\u2212]|minus\s))?
    (?P<money>[$€£¥]\s?)?
    (?<![\w.])(?P<digits>\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}(?!\d)|\d{1,3}(?:[,\u00a0\u202f\u2019']\d{3})+(?:\.\d+)?(?!\d)
        |\d+(?:[.,]\d+)?|\.\d+)
    (?P<exponent>e[-+\u2212]?\d+)?
    (?P<unit>\s?(?:%|‰)|[\s-]?(?:percentage[\s-]+points?|[Pp]rozent\w*|percent|per\s+cent|pp)\b
        |\s?(?:hundred|thousand|million|billion|trillion|Tausend|Millionen|Milliarden|Mio\.?|Mrd\.?|mn|bn|[kK](?=\s|[.,;)]|$))(?!\w)
        |[kKmMBb]\b|(?:st|nd|rd|th)\b|[\s-]?(?:x\b|\u00d7|times?\b(?=\s+(?:the|as|that|more|higher|larger))|times\b|fold\b))?
    (?P<rest>\w*)""",
    re.VERBOSE,
)
_SCALES = {
    "hundred": 1e2,
    "k": 1e3, "thousand": 1e3, "tausend": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "millionen": 1e6,
    "b": 1e9, "bn": 1e9, "mrd": 1e9, "billion": 1e9, "milliarden": 1e9, "trillion": 1e12,
}  # fmt: skip
_RANGE_END = re.compile(r"\s?(?:[-\u2010-\u2015]|to|or)\s?")
_BETWEEN = re.compile(r"\bbetween\s*$", re.IGNORECASE)
_EVIDENCE_ID = re.compile(r"\bE\d+\b")
_LIST_NUMBER = re.compile(r"(?m)^\s*(?:\d+[.)]|[-*•])\s+")
_CAPITAL_NAME = re.compile(r"\b[A-Z]{2,}-\d+\b")  # COVID-19
_RANK = re.compile(
    r"(?:\b(?:top|first|last|worst|best|bottom|next|rank(?:s|ed|ing)?|number|no\.)[\s-]*|#)$", re.IGNORECASE
)
_NUMBERS = re.compile(r"\b[a-z]{2,}s\s+number\s+(?:about\s+|only\s+)?$")
"""Words before a count, where `number` is a verb: `cars with more cylinders number 192`."""
_LASTS = re.compile(r"\b(?!the\b|its\b|their\b|these\b|those\b)[a-z]+\s+last\s+$", re.IGNORECASE)
_LENGTH = re.compile(r"\s+(?:seconds|minutes|hours|days|weeks|months|years)\b")
"""Words around a length that something lasts, which is no place: `films last 110 minutes`."""
_YEAR = re.compile(r"(?:1[6-9]|2[01])\d\d")
_IN_YEAR = re.compile(r"\b(?:in|of|since|the|year)\s+$", re.IGNORECASE)
_MANY_TIMES = 100
"""From here on `times` count rather than multiply."""
_DID = re.compile(
    r"\b(?:won|lost|drew|drawn|used|occurred|occurs|appeared|appears|happened|mentioned|cancelled|chosen|failed|beaten|seen)\s+$"
)
"""Verbs of what was done so many times."""
_MINUS = {"-", "\u2212", "minus"}


@dataclass(frozen=True)
class WrittenNumber:
    """A number as it is written.

    Attributes:
        text: As it stands, for messages.
        start: Position in the sentence.
        end: Position after it.
        values: What it can mean: `5m` is 5 (metres, minutes) or 5 million.
        half_units: Half of the last digit written, for each value: how far rounding can have moved it.
        signed: Written with a sign, so that the sign counts.
        percent: Written as a percentage.
        points: Written as percentage points.
        form: rank (`3rd`, `top 5`), multiple (`twice`, `3 times`), fraction (`a third`) or plain.
        hedge: A word before it that makes it a bound or an approximation.
        unit: Value of the last digit that is not a trailing zero: 1000 for `12,000`.
        word: Written in letters.
        year: May be a year.
        brackets: Stands in brackets, which can mean a minus.
    """

    text: str
    start: int
    end: int
    values: tuple[float, ...]
    half_units: tuple[float, ...]
    signed: bool = False
    percent: bool = False
    points: bool = False
    form: Form = "plain"
    hedge: Hedge | None = None
    unit: float = 1.0
    word: bool = False
    year: bool = False
    brackets: bool = False


def read(text: str, names: Collection[str] = ()) -> tuple[list[WrittenNumber], list[WrittenDate]]:
    """Numbers and dates of `text`, each in order.

    Args:
        text: Prose.
        names: Names that are known, such as those of columns and groups; digits inside them are not numbers.
    """
    text = _blank(text, _EVIDENCE_ID, _LIST_NUMBER, _CAPITAL_NAME)
    for name in sorted((name for name in names if name in text), key=len, reverse=True):
        if any(character.isdigit() for character in name) and not re.fullmatch(r"[\d.,:/ -]+", name):
            text = _blank(text, re.compile(rf"(?<![\w.,]){re.escape(name)}(?![\w%]|[.,]\d)"))
    text, dates = blanked(text)
    found = list(_numbers(text))
    taken = [(number.start, number.end) for number in found]
    for word in words_in(text):
        if any(start < word.end and word.start < end for start, end in taken):
            continue
        found.append(
            WrittenNumber(
                text=word.text,
                start=word.start,
                end=word.end,
                values=(word.value,),
                half_units=(word.half_unit,),
                form=word.form,
                hedge="at least" if word.at_least else hedge_of(text[: word.start], text[word.end :]),
                unit=1.0 if word.form in {"plain", "rank"} else 0.25 * word.value if word.form == "multiple" else 0.1,
                word=True,
                percent=word.form == "plain" and bool(_PERCENT.match(text[word.end :])),
            )
        )
    return sorted(found, key=lambda number: number.start), dates


_PERCENT = re.compile(r"\s+(?:per\s?cent|Prozent)\b")


def _blank(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        text = pattern.sub(lambda match: "\x00" * len(match[0]), text)
    return text


def _numbers(text: str) -> Iterator[WrittenNumber]:
    matches = list(_NUMBER.finditer(text))
    for match, after in zip_longest(matches, matches[1:]):
        unit, borrowed = _unit(match), False
        joined = _RANGE_END.fullmatch(text, match.end(), after.start()) if after else None
        if after and _BETWEEN.search(text[: match.start()]):
            joined = joined or re.fullmatch(r"\s?and\s?", text[match.end() : after.start()])
        of_year = _YEAR.fullmatch(match["digits"]) and (match["rest"] == "s" or _IN_YEAR.search(text[: match.start()]))
        if (
            after
            and joined
            and not unit
            and not of_year
            and not (_YEAR.fullmatch(match["digits"]) and _unit(after) in _SCALES)
        ):
            unit, borrowed = _unit(after), True  # "8-9 %": the unit is written once
            if unit in {"st", "nd", "rd", "th"} or ("," in match["digits"] and unit.startswith("%")):
                unit = ""
        yield _number(match, unit, borrowed)


def _unit(match: re.Match[str]) -> str:
    return (match["unit"] or "").strip(" \u00a0\u202f-.").casefold()


def _number(match: re.Match[str], unit: str, borrowed: bool) -> WrittenNumber:
    before = match.string[: match.start()]
    written_unit = (match["unit"] or "").strip()
    digits = re.sub(r"[\u00a0\u202f\u2019']", "", match["digits"])
    if re.fullmatch(r"\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}", digits):
        digits = digits.replace(".", "")  # 1.234,5 in much of Europe
    # A comma before exactly three digits groups thousands; any other is a decimal comma.
    grouped = re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", digits)
    digits = digits.replace(",", "") if grouped else digits.replace(",", ".")
    exponent = int(match["exponent"][1:].replace("\u2212", "-")) if match["exponent"] else 0
    whole, _, decimals = digits.partition(".")
    zeros = len(whole) - len(whole.rstrip("0")) if not decimals and whole.strip("0") else 0
    scales = [_SCALES[unit]] if unit in _SCALES else [1.0]
    if written_unit in {"m", "b"} or (borrowed and unit in _SCALES):
        scales = [1.0, *scales]  # metres and bytes; "12 and 3 thousand"
    sign = (match["sign"] or "").strip()
    size = float(digits) * 10.0**exponent
    value = -size if sign in _MINUS else size
    last = 10.0 ** (exponent - len(decimals))
    values = [value * scale for scale in scales]
    half_units = [last * scale / 2 for scale in scales]
    if not match["exponent"] and unit not in _SCALES and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", match["digits"]):
        values.append(value * 1000)  # 8.255 is 8255 in much of Europe
        half_units.append(0.5)
        if whole_zeros := len(whole + decimals) - len((whole + decimals).rstrip("0")):
            last, zeros = 1.0, whole_zeros  # "gut 15.000"
    form: Form = "plain"
    ranked = (
        _RANK.search(before)
        and not _NUMBERS.search(before)
        and not (_LASTS.search(before) and _LENGTH.match(match.string, match.end()))
    )
    if unit in {"st", "nd", "rd", "th"} or (ranked and not unit.startswith("%") and not decimals):
        form = "rank"
    elif unit == "x" and re.match(
        r"\s+(?!the\b|as\b|that\b|more\b|higher\b|larger\b)[a-z]", match.string[match.end() :]
    ):
        form = "plain"  # "10 x clouds"
    elif (
        unit in {"time", "times"}
        and (abs(value) >= _MANY_TIMES or _DID.search(before))
        and not re.match(r"\s+(?:the|as|that|more|higher|larger)\b", match.string[match.end() :])
    ):
        form = "plain"  # "flew 26,397 times"
    elif unit in {"x", "\u00d7", "time", "times", "fold"}:
        form = "multiple"
    percent = unit.startswith(("%", "percent", "per ", "pp", "prozent"))
    return WrittenNumber(
        text=match[0].removesuffix(match["rest"]).strip() if match["rest"] else match[0].strip(),
        start=match.start(),
        end=match.end() - len(match["rest"]),
        values=tuple(values),
        half_units=tuple(half_units),
        signed=bool(sign),
        percent=percent,
        points=unit == "pp" or unit.startswith(("percentage", "prozentp")),
        form=form,
        hedge=hedge_of(before, match.string[match.end() :]) or passed(before, match.string[match.end() :]),
        unit=last * 10.0**zeros * scales[-1],
        year=not unit and not sign and not match["money"] and bool(_YEAR.fullmatch(match["digits"])),
        brackets=before.rstrip("$€£ ").endswith("(") and match.string[match.end() :].lstrip(" %€$").startswith(")"),
    )


def as_years(numbers: Collection[WrittenNumber]) -> list[WrittenDate]:
    """The numbers that may be years, as dates."""
    return [
        WrittenDate(number.text, year=int(number.values[0]), start=number.start, end=number.end)
        for number in numbers
        if number.year
    ]
