"""Names in a sentence that no result and no column has."""

import re
from collections.abc import Iterator
from itertools import pairwise

from agents.grounding.names.common_words import COMMON
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import Token, stems_of_name
from agents.grounding.sentences.sentence import Sentence
from analytics.questions.language.calendar_words import MONTHS, WEEKDAYS

_CALENDAR = frozenset(
    [*(name for names in (*MONTHS, *WEEKDAYS) for name in names), *(f"{day}s" for day in WEEKDAYS[0]), "sept"]
)
_FIELD = frozenset(
    [
        "sql",
        "stl",
        "mad",
        "kruskal",
        "wallis",
        "spearman",
        "pearson",
        "iqr",
        "id",
        "utc",
        "csv",
        "usd",
        "eur",
        "gbp",
        "kpi",
        "na",
        "nan",
        "null",
        "millionen",
        "milliarden",
        "mio",
        "mrd",
        "euro",
        "prozent",
        "uhr",
        "total",
        "average",
        "mean",
    ]
)
_DOES = re.compile(
    r"\s*(?:had|has|have|recorded|ranks?|ranked|led|leads|saw|reached|holds?|is|was|accounts?|accounted|carried"
    r"|made|sold|averaged?|came|posted|scored|won|registered|cancelled|handled|operated|treated|earned|spent|employs?"
    r"|employed|processed|grew|fell|hat|hatte|['\u2019]s)\b",
    re.IGNORECASE,
)
_ACTS = re.compile(
    r"\s+(?:had|has|recorded|ranks?|posted|registered|cancelled|handled|operated|treated|earned|spent|employs?|employed"
    r"|processed|sold|scored|won|carried|grew|fell|finished|hat|hatte)\b"
)
_COMMON_NOUN = re.compile(
    r"\w*(?:[^i]s|tion|sion|ment|ness|ity|ance|ence|ing|age|ship|ure|ue|th|ism|ogy|one|body|thing|day|end|er|ion|data|half|count|mand"
    r"|fic|team|price|rate|fare|cost|sale|total|most|people|it|this|that|there|each|both)"
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def _is_subject(sentence: Sentence, word: Token, vocabulary: Vocabulary) -> bool:
    """Return whether a word that opens a sentence is its subject as only names are, where no other is named.

    `Newark recorded 42 trips` says something of an entry; in `Demand had its peak` the word is no name.
    """
    if (
        sentence.names
        or word.lower in COMMON
        or _COMMON_NOUN.fullmatch(word.lower)
        or not _ACTS.match(sentence.text[word.end :])
    ):
        return False
    named = any(row.names for table in vocabulary.tables for row in table.rows)
    return named and any(number.form == "plain" for number in sentence.numbers)


def _unknown_ordinals(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[str]:
    """An ordinal that is no entry beside a word whose entries are ordinals: a `fourth class` of three."""
    for word, after in pairwise(sentence.words):
        if word.lower not in _ORDINALS or any(m.start <= word.start < m.end for m in sentence.names):
            continue
        held = {
            name
            for name in _ORDINALS
            for columns in vocabulary.names.get((name,), {}).values()
            if any(after.stem in stems_of_name(column) for column in columns)
        }
        if len(held) > 1 and word.lower not in held:
            yield sentence.text[word.start : after.end]


_GERMAN = re.compile(
    r"\b(?:der|die|das|und|im|am|von|ist|sind|wurden?|auf|für|mit|den|dem|des|bei|liegt|liegen|hat|haben|hatte|leben|nur|mehr|weniger|als|insgesamt|gibt|nicht|ein|eine|einen|alle|aus|also|entfallen)\b",
    re.IGNORECASE,
)


def unknown_names(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[str]:
    """Names that are written like names but are nowhere in the evidence."""
    if len(_GERMAN.findall(sentence.text)) > 1:
        return  # which writes every noun like a name
    yield from _unknown_ordinals(sentence, vocabulary)
    spans = [(m.start, m.end) for m in sentence.mentions]
    words = [
        w for w in sentence.words if not w.text.isdigit() and not any(s <= w.start and w.end <= e for s, e in spans)
    ]
    for place, word in enumerate(words):
        if not word.text[0].isupper() or word.lower in _CALENDAR or word.lower in _FIELD or len(word.text) < 2:
            continue
        if (
            word.lower in vocabulary.words
            or word.stem in vocabulary.words
            or vocabulary.named(word)
            or word.stem in vocabulary.row_words
        ):
            continue
        if any(
            re.fullmatch(r"(?:\s+[A-Z]\w+)?\s+\(", sentence.text[word.end : start])
            for start, _ in spans
            if start > word.end
        ):
            continue  # "JetBlue (B6)" says itself who is meant
        before = sentence.text[: word.start].rstrip("\u201c\"'( ")
        opens = not before or before[-1] in ".!?:;\u2013\u2014-*\u2022\n"
        code = word.text.isupper() or bool(re.search(r"[a-z][A-Z]|\d", word.text))
        after = words[place + 1] if place + 1 < len(words) else None
        two = (
            (not opens or word.lower not in COMMON)
            and after is not None
            and after.text[0].isupper()
            and sentence.text[word.end : after.start] == " "
        )
        if opens and not code and not two and not _is_subject(sentence, word, vocabulary):
            continue
        if re.match(r"[-_]?\d", sentence.text[word.end :]):
            continue  # p95, COVID-19
        kind = re.match(r"\s+[a-z]+", sentence.text[word.end :]) if re.search(r"\b[Tt]he$", before) else None
        if (
            code
            or (kind and _DOES.match(sentence.text[word.end + kind.end() :]))
            or _DOES.match(sentence.text[word.end :])
            or re.search(r"\b(?:for|in|at|by|than|and|of|from|,)\s*$", before + " ")
            or two
        ):
            yield word.text
