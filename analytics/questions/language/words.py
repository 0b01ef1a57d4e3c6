"""Words of questions and names: how they are split, and when two are forms of one word."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\d{4}-\d\d-\d\d|\d+(?:[.,]\d+)*(?![^\W_])|[^\W_]+|[<>]=?|%")
_ENDINGS = ("ation", "ing", "ied", "ed", "al", "er", "e", "y")
_SHORTEST_STEM = 3
"""Fewest letters of a stem."""
_IRREGULAR = {
    "won": "win", "winner": "win", "winners": "win", "winning": "win", "lost": "los", "sold": "sell", "sale": "sell",
    "sales": "sell", "fell": "fall",
    "paid": "pay", "grew": "grow", "grown": "grow", "drove": "driv", "driven": "driv", "spent": "spend",
    "bought": "buy", "taught": "teach", "told": "tell", "wrote": "writ", "written": "writ", "caught": "catch",
}  # fmt: skip
"""Forms that no ending tells, and their stems."""
NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "zwölf": 12,
}  # fmt: skip
"""Numbers that questions write out."""


@dataclass(frozen=True)
class Token:
    """One word, number or sign of a question.

    Attributes:
        text: In small letters.
        raw: As it is written.
        number: Its value, if it is a number.
    """

    text: str
    raw: str
    number: float | None = None


def tokens_of(question: str) -> list[Token]:
    """The words, numbers and signs of a question, in order."""
    question = re.sub(r"['\u2019]s\b", "", question)
    return [Token(each.casefold(), each, _value(each)) for each in _TOKEN.findall(_parted(question))]


def words_of(text: str) -> list[str]:
    """Words of a name: `depDelay_mean` is dep, delay, mean."""
    return [token.text for token in tokens_of(text)]


def stem(word: str) -> str:
    """A word without its ending: cancelled and cancellations are `cancell`."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 2 + _SHORTEST_STEM:
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > _SHORTEST_STEM:
        word = word[:-1]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def same_word(one: str, other: str) -> bool:
    """Tell whether two words are forms of one word."""
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST_STEM or (one + other).isdecimal():
        return False
    return stem(one) == stem(other)


def _parted(text: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", text)


def _value(text: str) -> float | None:
    if not text[0].isdecimal() or "-" in text or not re.fullmatch(r"[\d.,]+", text):
        return None
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        return float(text.replace(",", ""))
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def word_set(text: str) -> frozenset[str]:
    """The words of a list with spaces between."""
    return frozenset(text.split())
