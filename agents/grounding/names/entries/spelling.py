"""Spellings of a name in a sentence: plurals, other words, letters as they are written."""

import re
from collections.abc import Collection, Mapping, Sequence

from agents.grounding.names.common_words import COMMON
from agents.grounding.names.mentions import Mention
from agents.grounding.reading.words import Token, stem


def with_aliases(
    text: str, found: Sequence[Mention], apart: Collection[frozenset[str]], aliases: Mapping[str, Collection[str]]
) -> list[Mention]:
    """Take a name in brackets after another one for the same entry: `Southampton (S)`.

    Args:
        text: The sentence.
        found: Its names.
        apart: Pairs of columns of one table, of which `Dallas (Ohio)` has to name one row.
        aliases: Names of the same thing, by each of them.
    """
    kept: list[Mention] = []
    for mention in found:
        last = kept[-1] if kept else None
        beside = last is not None and re.fullmatch(r"\s\(", text[last.end : mention.start])
        closed = text[mention.end : mention.end + 1] == ")"
        if last and beside and closed and not last.columns & mention.columns and _same(last, mention, apart, aliases):
            kept[-1] = Mention(
                last.start, last.end, last.text, last.names | mention.names, last.columns | mention.columns
            )
        else:
            kept.append(mention)
    return kept


def _same(
    left: Mention, right: Mention, apart: Collection[frozenset[str]], aliases: Mapping[str, Collection[str]]
) -> bool:
    """Return whether two names can be those of one thing, for all that is known of them."""
    if not any(frozenset({a, b}) in apart for a in left.columns for b in right.columns):
        return True
    return any(name in aliases.get(other, ()) for name in left.names for other in right.names)


def start_of_name(before: str, column: str, start: int) -> int:
    """Start of a column's name that ends with a word: the `day_of_week` of `day_of_week 2`."""
    return len(before) - len(column) if before.casefold().endswith(column.casefold()) else start


def without_rests(text: str, found: Sequence[Mention]) -> list[Mention]:
    """Leave out a part of a name right behind an entry of its column: the diploma of `high school diploma`."""
    kept: list[Mention] = []
    for mention in found:
        last = kept[-1] if kept else None
        beside = last is not None and text[last.end : mention.start] == " " and bool(last.columns & mention.columns)
        if not (beside and mention.text.islower() and len(mention.names) == 1 and _is_rest(mention)):
            kept.append(mention)
    return kept


def _is_rest(mention: Mention) -> bool:
    return any(name.split()[-1:] == [mention.text] and " " in name for name in mention.names)


_SUBJECT = re.compile(
    r"\s*(?:[:(]|['\u2019]s\b|(?:had|has|have|is|was|leads?|led|saw|reached|ranks?|comes|came|shows?|averag\w+|sold|sells|won|lost|made|got|grew|fell|rose|\w+ed)\b)"
)


def is_article(text: str, word: Token) -> bool:
    """Return whether the `A` or `I` that opens a sentence is the word and not an entry called so."""
    opens = not text[: word.start].strip(" *-\u2022\u201c\"'(")
    return word.text in {"A", "I"} and opens and not _SUBJECT.match(text[word.end :])


def in_one_case(part: Sequence[Token], names: Collection[str]) -> bool:
    """Return whether words in lower case can be a part of a name that is no proper one by its letters."""
    return part[0].lower not in COMMON and all(name.isupper() or name.islower() for name in names)


def same_words(word: str) -> list[str]:
    """Other words for the same people."""
    known = {"women": ["female", "woman"], "woman": ["female"], "men": ["male", "man"], "man": ["male"]}
    known |= {"children": ["child"], "child": ["children"]}
    return known.get(word, [])


SEX = frozenset({stem("sex"), stem("gender"), stem("geschlecht")})
"""Stems of columns whose entries may be the first letters of the sexes."""


def code_of_sex(word: str) -> tuple[str, ...]:
    """The letters by which a sex may be coded."""
    if word in {"women", "woman", "female", "females", "girls", "frauen", "weiblich"}:
        return "f", "w"
    return ("m",) if word in {"men", "man", "male", "males", "boys", "m\u00e4nner", "m\u00e4nnlich"} else ()


_WORDS = frozenset(["day", "set", "run", "ran", "pay", "due", "ten", "six", "far", "few", "get", "got", "saw", "use"])
"""Short words that are no codes in lower case."""


def as_written(text: str, name: str) -> bool:
    """Short names and common words count only if they are written exactly so: AS, but not `as`."""
    if len(name) <= 3 or name.casefold() in COMMON:
        lower = len(text) > 1 and text.islower() and text not in COMMON and text not in _WORDS
        capitals = len(text) > 1 and text.isupper() and text.casefold() == name and name not in COMMON  # JFK for jfk
        return (text == name and name not in COMMON) or (lower and text == name.casefold()) or capitals
    return True


_WHICH = re.compile(r"\b(?P<which>North|South|East|West|New|Old|Upper|Lower|Inner|Outer|Greater|Little)\s+$")
"""Words before a name that tell it from others of its last word."""


def is_another(text: str, start: int, name: str) -> bool:
    """Return whether the word before a part of a name makes it another one: the Korea of North Korea."""
    match = _WHICH.search(text[:start])
    return match is not None and match["which"].casefold() not in name.casefold().split()
