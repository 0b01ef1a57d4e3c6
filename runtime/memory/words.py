"""Words of a text, by which facts are found. Both databases search the same words, so both find the same facts."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]")
"""Scripts that are written without spaces: their words are pairs of characters."""
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been by did do does for from had has have in is it its of on or that the their there "
        "they this to was were which will with we you our your not no",
    )
)


def words_of(text: str) -> set[str]:
    """Return the words of a text: lower case, without plural endings and without the most common words."""
    found: set[str] = set()
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if _UNSPACED.search(word):
            found |= {word[at : at + 2] for at in range(max(1, len(word) - 1))}
        elif word not in _COMMON:
            found.add(_stem(word))
    return found


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
