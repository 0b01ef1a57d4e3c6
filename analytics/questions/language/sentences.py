"""Sentences of a question: numbering and wishes about rounding left out, follow-ups beside what they follow."""

import re
from dataclasses import dataclass

_LABEL = re.compile(r"^\s*(?:(?:question|task|frage|aufgabe|q)\s*)?\d{1,2}\s*[.:)]\s+(?=\S)", re.IGNORECASE)
_ROUNDING = re.compile(
    r"[\s,;(]*\b(?:and\s+|please\s+)*(?:round(?:ed|ing)?|gerundet)\b[^.?!]*?"
    r"\b(?:decimals?(?:\s+(?:places?|points?))?|digits?|integers?|whole numbers?|nachkommastellen)\b\)?",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.?!])\s+(?=[\"'\u201c]?[A-Z\u00c4\u00d6\u00dc])|\s*\n\s*")
_SHORT = re.compile(r"(?:\b(?:no|nr|vs|mr|mrs|ms|dr|st|approx|avg|max|min|e\.g|i\.e|z\.b)|\b[A-Z])\.$", re.IGNORECASE)
_FOLLOW_UP = re.compile(r"^(?:if\s+(?:so|yes|any|there\s+(?:is|are))|and|wenn\s+ja|falls\s+ja)\b[\s,:]*", re.IGNORECASE)
_POINTING = re.compile(r"\b(?:it|they|them|its|their|these|those|this)\b", re.IGNORECASE)
_SHORT_SENTENCE = 12
"""Most words of a question that may only point back."""


@dataclass(frozen=True)
class Sentence:
    """A sentence with the follow-ups that only make sense beside it.

    Attributes:
        alone: The sentence itself.
        follow_ups: `How many?` of `If so, how many?`, and what begins with `Use …`.
    """

    alone: str
    follow_ups: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The sentence with its follow-ups, as one."""
        return " ".join([self.alone.rstrip(".?! "), *self.follow_ups]) if self.follow_ups else self.alone


def sentences_of(question: str) -> list[Sentence]:
    """Split a question into sentences that can be read for themselves.

    `If so, how many?` and questions that only point back (`Is it normally distributed?`) stay with the one before.
    """
    text = _ROUNDING.sub("", _LABEL.sub("", question.strip())).replace("(s)", "s")
    found: list[Sentence] = []
    for part in _whole(_END.split(text)):
        more = _FOLLOW_UP.sub("", part)
        if found and (more != part or _points_back(part) or part.startswith("Use ")):
            found[-1] = Sentence(found[-1].alone, (*found[-1].follow_ups, more))
        elif part.strip(" .?!"):
            found.append(Sentence(part))
    return found


def _points_back(sentence: str) -> bool:
    """A short question about what was named before, with no name of its own in quotes."""
    short = sentence.endswith("?") and len(sentence.split()) <= _SHORT_SENTENCE
    return short and bool(_POINTING.search(sentence)) and '"' not in sentence


def _whole(parts: list[str]) -> list[str]:
    """Sentences again that were split after an abbreviation."""
    found: list[str] = []
    for part in parts:
        if found and _SHORT.search(found[-1]):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found
