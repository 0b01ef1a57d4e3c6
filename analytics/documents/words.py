"""Words of texts and queries, in the form in which they are compared."""

import re
import unicodedata
from collections.abc import Iterator

_MARKS = "\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
"""Combining accents, and scripts whose vowels are marks: of India and Sri Lanka, Thai, Lao, Tibetan, Burmese, Khmer."""
_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese, which put no spaces between words."""
_COMMON = """
    a about after all also am an and any are as at be because been before being between both but by can could
    did do does doing done during each for from had has have having he her here his how i if in into is it its
    just may me might more most my no nor not of on one or other our out over own s same shall she should so
    some such t than that the their them then there these they this those through to too under until up very
    was we were what when where which while who whom why will with would you your
"""
STOP_WORDS = frozenset(_COMMON.split())
"""English words that say nothing about a topic; a query uses them only if it has no others."""


def terms_of(text: str) -> Iterator[str]:
    """The words of a text in one case, one form of each character (NFKC) and the singular.

    Where words are not separated, pairs of characters stand in for them: most Chinese words have two, which an index of
    three in a row (trigrams) would not find.
    """
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        for run in _UNSPACED.findall(word):
            yield from (run[i : i + 2] for i in range(max(len(run) - 1, 1)))
        yield from (_singular(part) for part in _UNSPACED.split(word) if part)


def query_terms(query: str) -> list[str]:
    """The terms of a query that are worth looking for, each once."""
    terms = list(dict.fromkeys(terms_of(query)))
    return [term for term in terms if term not in STOP_WORDS] or terms


def _singular(word: str) -> str:
    """Harman's S-stemmer ("How effective is suffixing?", 1991): plural endings of English and nothing else."""
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word[:-1] if not word.endswith(("us", "ss")) else word
