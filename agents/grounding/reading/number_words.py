"""Numbers that are written in letters: counts, ordinals, fractions and multiples."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = (
    {word: float(value) for value, word in enumerate(_ONES)}
    | {word: 10.0 * value for value, word in enumerate(_TENS, start=2)}
    | {"dozen": 12.0}
)
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_PLACES = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
]  # fmt: skip
_ORDINALS = {word: float(value) for value, word in enumerate(_PLACES, start=1)} | {"penultimate": -2.0}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10}
_MULTIPLES = {
    "twice": 2.0, "double": 2.0, "doubled": 2.0, "doubling": 2.0, "doubles": 2.0, "thrice": 3.0, "triple": 3.0,
    "tripled": 3.0, "triples": 3.0, "tripling": 3.0, "quadruple": 4.0, "quadrupled": 4.0,
    "quintupled": 5.0, "sextupled": 6.0, "halved": 0.5, "halving": 0.5, "halves": 0.5,
}  # fmt: skip
_EXACT, _LOOSE = 2.0, 0.12
"""The largest multiple whose verb is said of little more or less, and what `quadrupled` may be off."""
_HEDGES = ("more than", "less than", "nearly", "almost", "about", "over", "roughly", "just over", "well over")
"""Words before `half` where a change is told by it: `fell by more than half`."""
_ANY = "|".join([*(f"{ten}(?:[\\s-](?:{'|'.join(_ONES[1:10])}))?" for ten in _TENS), *_ONES[::-1], "dozen"])
_MULTIPLE = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_MULTIPLES)})\b|(?P<count>{_ANY})(?P<more>\s+and\s+a\s+half)?[\s-](?:times|fold)\b"
    rf"|(?P<fold>{_ANY})fold\b"
    r"|(?P<half>half)\s+(?:as|the size|the number|that of|what|of what)\b)",
    re.IGNORECASE,
)
_BY = "|".join(rf"(?<=\bby {words})" for words in ["", *map("{} ".format, _HEDGES)])
_FRACTION = re.compile(
    rf"\b(?:(?P<count>a|an|one|{'|'.join(_ONES[2:10])})[\s-](?P<part>{'|'.join(_PARTS)})s?\b(?=\s+of\b|\s+the\b"
    rf"|[\s,;.)])"
    rf"|(?:(?P<half>half)(?=\s+(?:of|the|its|all)\b)|(?:{_BY})(?P<moved>half)\b))",
    re.IGNORECASE,
)
_GERMAN_WORDS = ["zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"]
_GERMAN = {word: float(value) for value, word in enumerate(_GERMAN_WORDS, start=2)}
_GERMAN_COUNT = re.compile(
    rf"\b(?:(?P<rank>(?:Platz|Rang)\s+)?(?P<count>{'|'.join(_GERMAN)}|(?<=Platz )eins|(?<=Rang )eins))\b",
    re.IGNORECASE,
)
_GERMAN_PARTS = {"hälfte": 2, "drittel": 3, "viertel": 4, "fünftel": 5, "sechstel": 6, "achtel": 8, "zehntel": 10}
_GERMAN_FRACTION = re.compile(
    rf"\b(?:die\s+(?P<half>Hälfte)|(?:(?P<count>{'|'.join(_GERMAN)})|ein(?:em)?(?:\s+\w+es)?|\w+es)\s+"
    r"(?P<part>Drittel|Viertel|Fünftel|Sechstel|Achtel|Zehntel))\b"
)
_GERMAN_MULTIPLES = {
    "doppelt": 2.0, "verdoppelt": 2.0, "verdoppelte": 2.0, "verdreifacht": 3.0, "halbiert": 0.5, "halb": 0.5,
}  # fmt: skip
_GERMAN_MULTIPLE = re.compile(
    r"\b(?:(?P<word>doppelt|halb)(?=\s+so\b)|(?P<verb>verdoppelte?|verdreifacht|halbiert)"
    rf"|(?P<count>{'|'.join(_GERMAN)})mal(?=\s+so\b))\b"
)
_IN = re.compile(
    rf"\b(?P<part>\d{{1,2}}|{_ANY})(?:\s+[a-z]+)?\s+(?P<of>in|out\s+of"
    rf"|of\s+every)\s+(?:every\s+)?(?P<whole>\d{{1,2}}|{_ANY})\b(?![.,]?\d)",
    re.IGNORECASE,
)
_FACTOR = re.compile(rf"\bfactor\s+of\s+(?:about\s+|almost\s+|nearly\s+|over\s+)?(?P<count>{_ANY})\b", re.IGNORECASE)
_DIGITS = re.compile(r"\b(?:double|two)[\s-]digit\b", re.IGNORECASE)
_NO_NUMBER = re.compile(r"\b(?:any|these|those|the\s+other|between|both)\s+$", re.IGNORECASE)
_COUNT = re.compile(rf"\b(?P<count>{_ANY})(?:[\s-]+(?P<scale>{'|'.join(_SCALES)}))?\b", re.IGNORECASE)
_A_SCALE = re.compile(
    rf"(?:(?<=\bthan )|(?<=\bover )|(?<=\bleast )|(?<=\bunder ))an?\s+(?P<scale>{'|'.join(_SCALES)})\b(?![\s-]times)"
)
"""One hundred, thousand, million or billion as a bound: `more than a billion people`."""
_ORDINAL = re.compile(
    rf"\b(?P<ordinal>{'|'.join(_ORDINALS)})(?=[\s-]+(?:most|least|\w+est\b|best|worst|fewest|place|rank|position"
    rf"|to\s+last\b|among|of\b|out of|in\b|by\b|for\b|behind|overall|with\b|at\b|ahead\b|on\b)"
    rf"|\s*[.,;(]|\s*$|\s+and\s+(?:{'|'.join(_ORDINALS)})\b)",
    re.IGNORECASE,
)
_LISTED = re.compile(rf"\b(?:{'|'.join(_ORDINALS)}),?\s+and\s+$", re.IGNORECASE)
"""A place before another one: `rank second and third`."""
_RANK_VERB = re.compile(
    r"\b(?:rank(?:s|ed|ing)?|came|comes|come|places?d?|finish(?:es|ed)?|is|was|are|were|sits?|stands?|stood|lies|in|the)\s+$",
    re.IGNORECASE,
)
_PLACED = re.compile(r"\b(?:rank(?:s|ed)?|came|comes|come|placed|finish(?:es|ed)?)\s+$", re.IGNORECASE)
_SECOND_PLACE = re.compile(r"\s+(?:with|at|ahead|on)\b|\s*\(")
"""Words after a place that another `second` may have as well: `the first with …`, but `came second with 30`."""


@dataclass(frozen=True)
class NumberWord:
    """A number in letters.

    Attributes:
        text: As it stands.
        start: Position in the text.
        end: Position after it.
        value: What it means.
        half_unit: How far the meaning may be off.
        form: plain, rank, multiple or fraction.
    """

    text: str
    start: int
    end: int
    value: float
    half_unit: float
    form: Literal["plain", "rank", "multiple", "fraction"]
    at_least: bool = False
    """A lower bound: the 10 of `double-digit`."""


def words_in(text: str) -> Iterator[NumberWord]:
    """Numbers written in letters, none inside another."""
    taken: list[tuple[int, int]] = []

    def free(match: re.Match[str]) -> bool:
        ok = all(match.end() <= start or end <= match.start() for start, end in taken)
        if ok:
            taken.append(match.span())
        return ok

    for match in filter(free, _DIGITS.finditer(text)):
        yield NumberWord(match[0], *match.span(), 10.0, 0.0, "plain", at_least=True)
    for match in filter(free, _MULTIPLE.finditer(text)):
        word, count = match["word"], match["count"] or match["fold"]
        value = 0.5 if match["half"] else _MULTIPLES[word.lower()] if word else _value(count)
        value += 0.5 if match["more"] else 0
        loose = _LOOSE if word and value > _EXACT else 0.05
        yield NumberWord(match[0], *match.span(), value, loose * value, "multiple")
    for match in _FACTOR.finditer(text):
        if free(match):
            value = _value(match["count"])
            yield NumberWord(match[0], *match.span(), value, 0.05 * value, "multiple")
    for match in _IN.finditer(text):
        part, whole = (float(n) if n.isdigit() else _value(n) for n in (match["part"], match["whole"]))
        if (
            0 < part < whole <= (99 if part == 1 else 20)
            and not re.match(r"\s+(?:years|months|weeks|days|hours)", text[match.end() :])
            and free(match)
        ):
            yield NumberWord(
                match[0], *match.span(), part / whole, 0.5 * (part / whole - part / (whole + 1)), "fraction"
            )
    for match in _FRACTION.finditer(text):
        count = (match["count"] or "one").lower()
        parts = _PARTS[(match["part"] or "half").lower()]
        if (count not in {"a", "an"} and _VALUES[count] >= parts) or not free(match):
            continue  # "eight quarters" are two years
        value = (1.0 if count in {"a", "an"} else _VALUES[count]) / _PARTS[(match["part"] or "half").lower()]
        yield NumberWord(match[0], *match.span(), value, 0.02, "fraction")
    for match in _ORDINAL.finditer(text):
        # "First, …" and "second" as a time are no ranks.
        follows = text[match.end() :]
        ranked = re.match(r"[\s-]+(?:most|least|\w+est\b|best|worst|fewest|place|rank|position)", follows)
        verb = _PLACED if _SECOND_PLACE.match(follows) else _RANK_VERB
        before = text[: match.start()]
        while listed := _LISTED.search(before):
            before = before[: listed.start()]
        if (ranked or verb.search(before)) and free(match):
            value = _ORDINALS[match["ordinal"].lower()]
            value = -value if re.match(r"[\s-]+to[\s-]+last\b", follows) else value
            yield NumberWord(match["ordinal"], *match.span(), value, 0.0, "rank")
    yield from _german(text, free)
    for match in filter(free, _A_SCALE.finditer(text)):
        yield NumberWord(match[0], *match.span(), _SCALES[match["scale"].lower()], 0.0, "plain")
    for match in filter(free, _COUNT.finditer(text)):
        if _NO_NUMBER.search(text[: match.start()]) and match["count"].lower() == "two":
            continue
        value = _value(match["count"]) * _SCALES.get((match["scale"] or "").lower(), 1.0)
        yield NumberWord(match[0], *match.span(), value, 0.0 if not match["scale"] else value * 0.005, "plain")


def _german(text: str, free: Callable[[re.Match[str]], bool]) -> Iterator[NumberWord]:
    """Numbers in German words."""
    for match in filter(free, _GERMAN_MULTIPLE.finditer(text)):
        word = match["word"] or match["verb"]
        value = _GERMAN_MULTIPLES[word] if word else _GERMAN[match["count"]]
        yield NumberWord(match[0], *match.span(), value, 0.05 * value, "multiple")
    for match in filter(free, _GERMAN_FRACTION.finditer(text)):
        value = _GERMAN.get(match["count"] or "", 1.0) / _GERMAN_PARTS[(match["part"] or "hälfte").lower()]
        if value < 1:
            yield NumberWord(match[0], *match.span(), value, 0.02, "fraction")
    for match in filter(free, _GERMAN_COUNT.finditer(text)):
        value = _GERMAN.get(match["count"].lower(), 1.0)
        yield NumberWord(match[0], *match.span(), value, 0.0, "rank" if match["rank"] else "plain")


def _value(words: str) -> float:
    return sum(_VALUES[word] for word in re.split(r"[\s-]", words.lower()))
