"""Tokens that stand for the values of categories, and the way back."""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from pydantic import BaseModel

OTHER = "other"
"""End of the token for all values with few rows."""

_MARK = "\u00b7"
_MOST_WORDS = 6
"""Words of the longest value that is looked for in a question."""
_SHORTEST = 3
"""Characters of the shortest value that is looked for in a question: shorter ones are words of other meaning."""

M = TypeVar("M", bound=BaseModel)


def token(column: str, place: int | None) -> str:
    """The token of a value, such as `region·B` for the second most frequent one; `region·other` without a place.

    Letters, since a number in a sentence would be held against the evidence.
    """
    if place is None:
        return f"{column}{_MARK}{OTHER}"
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{column}{_MARK}{letters}"


@dataclass(frozen=True)
class Tokens:
    """The tokens of one table.

    Attributes:
        values: The value of each token, in words for people.
        hidden: The token of each value, in lower case.
    """

    values: dict[str, str] = field(default_factory=dict[str, str])
    hidden: dict[str, str] = field(default_factory=dict[str, str])

    def hide(self, text: str) -> str:
        """Replace values in a question by their tokens, longest first; values of one or two characters stay."""
        words = list(re.finditer(r"[^\s,;:?!\"'()]+", text))
        parts: list[str] = []
        done, at = 0, 0
        while at < len(words):
            for length in range(min(_MOST_WORDS, len(words) - at), 0, -1):
                start, end = words[at].start(), words[at + length - 1].end()
                said = text[start:end].rstrip(".")
                found = self.hidden.get(said.casefold()) if len(said) >= _SHORTEST else None
                if found is not None:
                    parts += [text[done:start], found]
                    done, at = start + len(said), at + length
                    break
            else:
                at += 1
        return "".join([*parts, text[done:]])

    def reveal(self, text: str) -> str:
        """Replace tokens in a text by their values."""
        if self._pattern is None or _MARK not in text:
            return text
        return self._pattern.sub(lambda match: self._by_case.get(match[0].casefold(), match[0]), text)

    def revealed(self, model: M) -> M:
        """A copy of a model whose texts have values instead of tokens."""
        if self._pattern is None:
            return model
        return type(model).model_validate(self._walk(json.loads(model.model_dump_json())))

    def _walk(self, value: object) -> object:
        if isinstance(value, str):
            return self.reveal(value)
        if isinstance(value, list):
            return [self._walk(part) for part in value]  # pyright: ignore[reportUnknownVariableType]
        if isinstance(value, dict):
            return {self.reveal(str(key)): self._walk(part) for key, part in value.items()}  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
        return value

    @cached_property
    def _by_case(self) -> dict[str, str]:
        return {token.casefold(): value for token, value in self.values.items()}

    @cached_property
    def _pattern(self) -> "re.Pattern[str] | None":
        columns = sorted({one.rpartition(_MARK)[0] for one in self.values}, key=len, reverse=True)
        if not columns:
            return None
        names = "|".join(map(re.escape, columns))
        return re.compile(rf"(?:{names}){_MARK}(?:{OTHER}|[A-Z]+)\b", re.IGNORECASE)
