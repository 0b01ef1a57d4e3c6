"""Names in a sentence that no result and no column has."""

import re
from collections.abc import Iterator

from agents.grounding.binding.sentences import Sentence
from agents.grounding.binding.vocabulary import Vocabulary

_CALENDAR = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mondays",
        "tuesdays",
        "wednesdays",
        "thursdays",
        "fridays",
        "saturdays",
        "sundays",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    ]
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
    r"|made|sold|averaged?|came|posted|scored|won|['\u2019]s)\b",
    re.IGNORECASE,
)


_GERMAN = re.compile(
    r"\b(?:der|die|das|und|im|am|von|ist|sind|wurden?|auf|für|mit|den|dem|des|bei|liegt|liegen|hat|haben|hatte|leben|nur|mehr|weniger|als|insgesamt|gibt|nicht|ein|eine|einen|alle|aus|also|entfallen)\b",
    re.IGNORECASE,
)


def unknown_names(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[str]:
    """Names that are written like names but are nowhere in the evidence."""
    if len(_GERMAN.findall(sentence.text)) > 1:
        return  # which writes every noun like a name
    spans = [(m.start, m.end) for m in (*sentence.names, *sentence.times)]
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
        before = sentence.text[: word.start].rstrip("\u201c\"'( ")
        opens = not before or before[-1] in ".!?:;\u2013\u2014-*\u2022\n"
        code = word.text.isupper() or bool(re.search(r"[a-z][A-Z]|\d", word.text))
        after = words[place + 1] if place + 1 < len(words) else None
        two = after is not None and after.text[0].isupper() and sentence.text[word.end : after.start] == " "
        if opens and not code and not two:
            continue
        if re.match(r"['\u2019]", sentence.text[word.end : word.end + 1]) and len(word.text) == 1:
            continue
        if re.match(r"[-_]?\d", sentence.text[word.end :]):
            continue  # p95, COVID-19
        if (
            code
            or _DOES.match(sentence.text[word.end :])
            or re.search(r"\b(?:for|in|at|by|than|and|of|from|,)\s*$", before + " ")
            or two
        ):
            yield word.text
