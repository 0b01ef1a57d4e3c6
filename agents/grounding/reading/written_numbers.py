"""Numbers in a sentence, in digits or words, with the precision in which they are written.

Not read as numbers: digits inside a name (`p95`, `UA1545`, `Q3`); evidence ids; numbering of a list.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from agents.grounding.reading.number_words import words_in
from agents.grounding.reading.written_dates import WrittenDate, blanked

Hedge = Literal["about", "over", "under", "at least", "at most"]
Form = Literal["plain", "rank", "multiple", "fraction"]

_NUMBER = re.compile(
    r"""(?P<sign>(?<![\w)%.])(?:[-+\u2212]|minus\s))?
    (?P<money>[$€£¥]\s?)?
    (?<![\w.])(?P<digits>\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}(?!\d)|\d{1,3}(?:[,\u00a0\u202f\u2019']\d{3})+(?:\.\d+)?(?!\d)
        |\d+(?:[.,]\d+)?|\.\d+)
    (?P<exponent>e[-+\u2212]?\d+)?
    (?P<unit>\s?(?:%|‰)|[\s-]?(?:percentage[\s-]+points?|[Pp]rozent\w*|percent|per\s+cent|pp)\b
        |\s?(?:thousand|million|billion|trillion|Tausend|Millionen|Milliarden|Mio\.?|Mrd\.?|mn|bn|[kK](?=\s|[.,;)]|$))(?!\w)
        |[kKmMBb]\b|(?:st|nd|rd|th)\b|[\s-]?(?:x\b|\u00d7|times?\b(?=\s+(?:the|as|that|more|higher|larger))|times\b|fold\b))?
    (?P<rest>\w*)""",
    re.VERBOSE,
)
_SCALES = {
    "k": 1e3, "thousand": 1e3, "tausend": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "millionen": 1e6,
    "b": 1e9, "bn": 1e9, "mrd": 1e9, "billion": 1e9, "milliarden": 1e9, "trillion": 1e12,
}  # fmt: skip
_RANGE_END = re.compile(r"\s?(?:[-\u2010-\u2015]|to|or)\s?")
_BETWEEN = re.compile(r"\bbetween\s*$", re.IGNORECASE)
_NEAR = (
    r"\s*(?:the\s(?:(?:mark|threshold|level|limit|line|bar|value)\sof\s)?|an?\s(?:value\sof\s)?|than\s)?"
    r"[^\w\s,;]{0,2}\s*$"
)
_PASSED = re.compile(r"\b(?:mark|threshold|level|limit|line|bar)\s+of\s+[^\w\s,;]{0,2}$", re.IGNORECASE)
_PASSES = re.compile(
    r"^[^.;]{0,40}\b(?:is|was|are|were)\s+(?:passed|exceeded|topped|surpassed|crossed|beaten|broken|(?P<missed>missed|not\s+reached))\b",
    re.IGNORECASE,
)
_HEDGE_WORDS: tuple[tuple[Hedge, str, str], ...] = (
    ("at least", r"at least|at or above|no fewer than|no less than|mindestens", r"|[≥]|>="),
    (
        "at most",
        r"at most|at or below|(?<!add )(?<!adds )(?<!added )(?<!adding )up to|(?:no|not) more than|höchstens",
        r"|[≤]|<=",
    ),
    (
        "over",
        (
            r"over|above|clear(?:s|ed|ing)?|(?:got|went|goes|gets)\s+past|pass(?:es|ed|ing)?|cross(?:es|ed)?"
            r"|(?:more|greater|higher|larger|longer|better|older|deeper|heavier|taller|faster|wider|stronger) than"
            r"|exceed\w*|upwards of|surpass\w*"
            r"|topp?(?:ed|ing)|beyond|past|über|mehr als|gut"
        ),
        r"|[>]",
    ),
    (
        "under",
        (
            r"under|below|(?:less|fewer|lower|smaller|shorter|younger|cheaper|lighter|slower|narrower|shallower) than"
            r"|nearly|almost|close to|just short of|unter"
            r"|weniger als|fast|knapp|just shy of|a little less than"
        ),
        r"|[<]",
    ),
    ("about", r"about|around|roughly|approximately|approx\.?|circa|ca\.?|some|etwa|rund", r"|[~≈]"),
)
_HEDGES: tuple[tuple[Hedge, re.Pattern[str]], ...] = tuple(
    (hedge, re.compile(rf"(?:\b(?:{words}){signs}){_NEAR}", re.IGNORECASE)) for hedge, words, signs in _HEDGE_WORDS
)
_EVIDENCE_ID = re.compile(r"\bE\d+\b")
_LIST_NUMBER = re.compile(r"(?m)^\s*(?:\d+[.)]|[-*•])\s+")
_CAPITAL_NAME = re.compile(r"\b[A-Z]{2,}-\d+\b")  # COVID-19
_RANK = re.compile(
    r"(?:\b(?:top|first|last|worst|best|bottom|next|rank(?:s|ed|ing)?|number|no\.)[\s-]*|#)$", re.IGNORECASE
)
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
                hedge="at least" if word.at_least else _hedge(text[: word.start], text[word.end :]),
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


_DURING = re.compile(
    r"\b(?:over|across|through)\s+(?:the|these|those|all|its)\s+(?:(?:last|past|next|first|full)\s+)?$", re.IGNORECASE
)
_AVERAGED_OVER = re.compile(
    r"\b(?:averag\w+|mean|median|summed|in\s+total|measured|based)\s+(?:over|across)\s+$", re.IGNORECASE
)
_SPANS = re.compile(
    r"\s+(?:\w+\s+)?(?:seconds|minutes|hours|days|weeks|months|quarters|years|seasons|decades|games|rounds)\b"
)


_OR_MORE = re.compile(
    r"(?:\s+[^\W\d]+)?\s+(?:or|and|oder|und)\s+(?:(?P<more>more|above|higher|over|greater|later|older|mehr|höher)"
    r"|less|fewer|below|lower|under|earlier|younger|weniger|niedriger)\b"
)


def _hedge(before: str, after: str) -> Hedge | None:
    if match := _OR_MORE.match(after):
        return "at least" if match["more"] else "at most"
    if _AVERAGED_OVER.search(before):
        return None  # "3.02 on average over 2,195 trips" tells how many there are
    if _DURING.search(before) and _SPANS.match(after):
        return None  # "over the 15 years" sets no bound
    return next((hedge for hedge, pattern in _HEDGES if pattern.search(before)), None)


def _passed(before: str, after: str) -> Hedge | None:
    """The bound that a threshold sets that is said to be passed: `the mark of 3,000 is passed by two`."""
    passes = _PASSES.search(after) if _PASSED.search(before) else None
    return None if passes is None else "under" if passes["missed"] else "over"


def _numbers(text: str) -> Iterator[WrittenNumber]:
    matches = [match for match in _NUMBER.finditer(text) if not _part_of_name(match)]
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
                unit, borrowed = "", False
        yield _number(match, unit, borrowed)


def _part_of_name(match: re.Match[str]) -> bool:
    # `95th`, `5k` and `3x` are numbers; so is the 9 of an unknown `9abc`, which somebody has to look at.
    before = match.string[match.start() - 1 : match.start()] if match.start() else ""
    return before.isalpha() or before == "_"


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
    value = float(digits) * 10.0**exponent * (-1 if sign in _MINUS else 1)
    last = 10.0 ** (exponent - len(decimals))
    values = [value * scale for scale in scales]
    half_units = [last * scale / 2 for scale in scales]
    if not match["exponent"] and unit not in _SCALES and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", match["digits"]):
        values.append(value * 1000)  # 8.255 is 8255 in much of Europe
        half_units.append(0.5)
        if whole_zeros := len(whole + decimals) - len((whole + decimals).rstrip("0")):
            last, zeros = 1.0, whole_zeros  # "gut 15.000"
    form: Form = "plain"
    if unit in {"st", "nd", "rd", "th"} or (_RANK.search(before) and not unit.startswith("%") and not decimals):
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
        hedge=_hedge(before, match.string[match.end() :]) or _passed(before, match.string[match.end() :]),
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
