"""Search for a quote in a text: the same words in the same order, with any marks and spaces between them."""

import re
import unicodedata

_LEAST_WORDS = 3
"""Fewest words in a row that are a quote."""
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_LEFT_OUT = re.compile(r"\[?(?:\u2026|\.\.\.)\]?")


def occurs(quote: str, text: str) -> bool:
    """Return whether `text` holds the words of `quote`, whole and in order.

    Case, line breaks, Markdown and the shape of quotation marks do not count. `…` leaves words out; each part needs at
    least three words then, so that no sentence can be put together from single ones.

    Args:
        quote: What is said to stand in the text. Less than three words are no quote, unless they are the whole text.
        text: Where to look.
    """
    held = _words(text)
    parts = [words for part in _LEFT_OUT.split(quote) if (words := _words(part)).strip()]
    if not parts or (any(_count(part) < _LEAST_WORDS for part in parts) and parts != [held]):
        return False
    start = 0
    for part in parts:
        found = held.find(part, start)
        if found < 0:
            return False
        start = found + len(part) - 1  # the space after it may be the one before the next
    return True


def _words(text: str) -> str:
    """The words with a space around each, which keeps `art` from being found in `part`."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
    # Each character of a language without spaces is a word of its own here.
    spaced = " ".join(_UNSPACED.sub(r" \g<0> ", word) for word in words)
    return f" {' '.join(spaced.split())} "


def _count(words: str) -> int:
    return len(words.split())
