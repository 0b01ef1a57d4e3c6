"""References as a model writes them: `{E3: EWR, cancelled, total}`."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_OPENING = re.compile(
    r"(?P<braces>\{{1,2})\s*[\[(\"']?\s*E\s?(?P<number>\d{1,4})\b\s*[\])\"']?\s*[:,;.|=-]?", re.IGNORECASE
)
_LONGEST = 300
"""Characters between the braces; more is a brace that was never closed."""
_BETWEEN = ",;|=:"
_QUOTES = {'"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019", "`": "`"}


@dataclass(frozen=True)
class Reference:
    """A place in a text where a number from a result belongs.

    Attributes:
        start: Position of the first character.
        end: Position after the last one.
        evidence: Id of the result.
        inner: The text between the id and the closing brace.
        spans: Where the parts of `inner` are: entry, column, aggregate, in any order, quotes left out.
    """

    start: int
    end: int
    evidence: str
    inner: str
    spans: tuple[tuple[int, int], ...]

    @property
    def told(self) -> str:
        """The reference in words, without braces."""
        parts = [self.inner[start:end] for start, end in self.spans]
        return ", ".join([self.evidence, *parts]).translate({ord("{"): "(", ord("}"): ")"})


def references_in(text: str, literal: Collection[str] = ()) -> Iterator[Reference]:
    """The references of a text, in order.

    Args:
        text: Prose.
        literal: Texts from the data, such as names of entries. What looks like a reference and stands in one of them is
            a quotation from the data, and no reference.
    """
    position = 0
    while match := _OPENING.search(text, position):
        position = match.end()
        closing = _closing(text, match.end())
        end = match.end() if closing is None else closing + 1
        written = text[match.start() : end].casefold()
        if any(written in one.casefold() for one in literal):
            continue
        inner = "" if closing is None else text[match.end() : closing]
        if closing is not None and len(match["braces"]) == 2 and text[end : end + 1] == "}":
            end += 1
        yield Reference(match.start(), end, f"E{int(match['number'])}", inner, tuple(_spans(inner)))
        position = end


def _closing(text: str, start: int) -> int | None:
    """Position of the brace that closes the one before `start`; None if it is not closed."""
    depth, quote = 0, ""
    for position in range(start, min(len(text), start + _LONGEST)):
        character = text[position]
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES and _QUOTES[character] in text[position + 1 : start + _LONGEST]:
            # An apostrophe opens nothing: in `{E1: St. John's, total}` it follows a letter.
            quote = "" if text[position - 1].isalnum() else _QUOTES[character]
        elif character == "{":
            depth += 1
        elif character == "}" and depth:
            depth -= 1
        elif character == "}":
            return position
        elif character == "\n":
            return None
    return None


def _spans(inner: str) -> Iterator[tuple[int, int]]:
    start, quote = 0, ""
    for position, character in enumerate(inner + _BETWEEN[0]):
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES and not inner[start:position].strip() and _QUOTES[character] in inner[position + 1 :]:
            quote = _QUOTES[character]
        elif character in _BETWEEN and not _in_time(inner, position):
            yield from _stripped(inner, start, position)
            start = position + 1
    if quote:
        yield from _stripped(inner, start, len(inner))


def _in_time(inner: str, position: int) -> bool:
    """Return whether a colon stands in a time of day."""
    around = inner[position - 1 : position], inner[position + 1 : position + 2]
    return inner[position : position + 1] == ":" and all(part.isdigit() for part in around)


def _stripped(inner: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    around = " \t" + "".join(_QUOTES) + "".join(_QUOTES.values())
    part = inner[start:end]
    if part.strip(around):
        left = len(part) - len(part.lstrip(around))
        yield start + left, end - (len(part) - len(part.rstrip(around)))
