"""Words of a sentence and of a column's name, reduced so that `cancellations` and `cancelled` are the same."""

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019](?!s\b)[^\W\d_]+)?|\d+")
_NAME_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+|[^\W\d_]+")
_ENDINGS = (
    "ations", "ation", "ments", "ness", "ment", "ings", "ing", "ors", "ers", "ies", "als", "ied", "or", "er", "al",
    "ed", "es", "ly", "s", "e", "y",
)  # fmt: skip
_SHORTEST = 3
"""Letters that a stem keeps at least."""

_SAME = (
    "delay late lateness tardy",
    "revenue sales turnover",
    "sales sold sells selling",
    "mileage mpg",
    "pay pays paid salary wage earn earns earned earnings",
    "cold cool cooler coldest coolest warm warmer warmest hot hotter hottest temperature temp",
    "dry drier driest wet wetter wettest precipitation rain rainfall precip",
    "price fare",
    "price expensive cheap cheaper cheapest costly dear dearer dearest pricier priciest",
    "distance length longest longer shortest shorter far long short",
    "duration longest longer shortest shorter",
    "height tall tallest taller high",
    "weight mass heavy heaviest heavier light lightest lighter weigh weighs outweigh outweighs",
    "cancelled scrapped axed called",
    "churn churned churners left leave leaves",
    "cost expense spending",
    "customer client buyer",
    "quantity qty units",
    "births babies born",
    "survived alive",
    "precipitation rain rainfall precip",
    "temperature temp",
    "passengers travellers travelers riders",
    "trips rides journeys",
    "deaths death died die dies dying dead deadly deadlier deadliest killed kills fatal fatalities",
    "women woman female females",
    "men man male males",
    "points scored score scoring scores",
    "wins won win victories",
    "losses lost loses defeats",
    "draws drew drawn",
    "against conceded conceding concedes",
    "gdp bip",
    "inhabitants einwohner bewohner",
    "revenue umsatz",
    "price preis",
    "played games matches",
    "attendance crowd spectators attended",
    "people persons inhabitants population einwohner menschen",
    "votes ballots",
    "depth deep deeper deepest shallow shallower shallowest",
    "speed fast faster fastest slow slower slowest",
    "poverty poor poorer poorest",
    "income rich richer richest wealthy wealthier wealthiest",
    "old age aged older oldest young younger youngest",
    "wind windy",
)
"""Words that name the same thing. A column that has the word itself comes before one that has another of its group."""


@dataclass(frozen=True)
class Token:
    """A word or a run of digits in a sentence.

    Attributes:
        text: As it is written.
        lower: In lower case.
        stem: Without its ending.
        start: Position of the first character.
        end: Position after the last one.
    """

    text: str
    lower: str
    stem: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Words and runs of digits of `text`, in order."""
    return list(_tokens(text))


@lru_cache(maxsize=5_000)
def _tokens(text: str) -> tuple[Token, ...]:
    return tuple(Token(m[0], m[0].casefold(), stem(m[0]), m.start(), m.end()) for m in _WORD.finditer(text))


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
"""Letters of German that columns are often written without: `plaetze`."""


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """`word` in lower case and in plain letters, without its ending and without a doubled consonant before it."""
    word = word.casefold().translate(_UMLAUTS)
    if len(word) <= _SHORTEST or not word.isalpha():
        return word
    for ending in _ENDINGS:
        left = word[: -len(ending)]
        if word.endswith(ending) and len(left) >= _SHORTEST + (len(ending) > 1) and not _part_of_word(left, ending):
            word = left + "i" if ending == "y" and len(left) == _SHORTEST else left  # as in `cities`
            if ending in {"s", "es"} and word.endswith("e") and len(word) > _SHORTEST:
                word = word[:-1]
            break
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "aeious":
        word = word[:-1]
    return word


def words_of(text: str) -> frozenset[str]:
    """The stems of words with spaces between."""
    return frozenset(map(stem, text.split()))


def _part_of_word(left: str, ending: str) -> bool:
    """Return whether the letters are no ending: the y of `delay`, the s of `class`."""
    return (ending == "y" and left[-1] in "aeou") or (ending == "s" and left[-1] in "su")


@lru_cache(maxsize=5_000)
def stems_of_name(name: str) -> frozenset[str]:
    """Stems of the parts of a name such as `dep_delay_mean` or `unitPrice`."""
    stems = frozenset(stem(part) for part in _NAME_PART.findall(name))
    return stems | {"weekday"} if {"day", "week"} <= stems else stems


_GROUPS = [words_of(group) for group in _SAME]


@lru_cache(maxsize=20_000)
def related(word: str) -> frozenset[str]:
    """Stems that mean the same as a stem, itself left out."""
    return frozenset[str]().union(*(group for group in _GROUPS if word in group)) - {word}


def names_it(word: Token, stems: frozenset[str]) -> bool:
    """Say whether a word of a sentence is one of the words of a name, which may be shortened: `departure` for `dep`."""
    return word.stem in stems or (len(word.lower) > _SHORTEST and _shortened(word.lower, word.stem, stems))


@lru_cache(maxsize=50_000)
def _shortened(lower: str, stem_: str, stems: frozenset[str]) -> bool:
    return any(
        (len(part) >= _SHORTEST and lower.startswith(part) and part.isalpha())
        or (len(stem_) > _SHORTEST and part.startswith(stem_))
        or (len(part) > _SHORTEST + 1 and lower.startswith("gesamt") and lower.endswith(part))
        or is_short_for(part, lower)
        for part in stems
    )


@lru_cache(maxsize=20_000)
def is_short_for(part: str, word: str) -> bool:
    """Return whether a part of a name is a word without its vowels: `hwy` for `highway`."""
    if len(part) < _SHORTEST or len(word) <= len(part) or part[0] != word[0] or set(part) & set("aeiou"):
        return False
    if word.endswith("est") and "s" not in part:
        return False  # the largest value is no value of a column lrt
    letters = iter(word)
    return part.isalpha() and all(letter in letters for letter in part) and part[-1] == word[-1]
