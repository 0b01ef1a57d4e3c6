"""Measures that are asked for by an adjective: the depth of `How deep was the strongest quake?`."""

from analytics.questions.language.vocabulary import is_measure
from analytics.questions.language.words import words_of
from analytics.questions.understanding.reading import Mention, Reading
from analytics.results import ColumnProfile

_ADJECTIVES: dict[str, str] = {
    # adjective: words of the columns that it asks for, likeliest first
    "deep": "depth", "old": "age", "young": "age", "heavy": "weight mass bodywt wt", "light": "weight mass bodywt wt",
    "tall": "height", "long": "duration length time distance", "short": "duration length height",
    "expensive": "price cost fare", "cheap": "price cost fare", "fast": "speed velocity", "slow": "speed velocity",
    "strong": "magnitude mag strength", "powerful": "horsepower power hp", "wide": "width",
    "warm": "temp temperature", "hot": "temp temperature", "cold": "temp temperature", "windy": "wind windspeed",
    "rich": "income gdp wealth", "populous": "population pop",
}  # fmt: skip


def read_adjectives(reading: Reading) -> None:
    """Name the column that `how deep` asks for, where another word asks for a highest or lowest row."""
    for place in range(1, len(reading.tokens)):
        word = reading.word(place)
        if reading.word(place - 1) != "how" or word not in _ADJECTIVES or place in reading.used:
            continue
        if not any(kind in ("max", "min", "most", "fewest") and at > place for at, kind in reading.kinds.items()):
            continue
        if column := _column(reading, word):
            reading.columns.append(Mention(place, place + 1, column))
            reading.use(place, place + 1)


def asked_by_adjective(reading: Reading) -> Mention | None:
    """The column that `how deep` names, if one was named so."""
    return next(
        (m for m in reading.columns if reading.word(m.place - 1) == "how" and reading.word(m.place) in _ADJECTIVES),
        None,
    )


def is_asked_by_adjective(reading: Reading) -> bool:
    """Tell whether a question begins with `how` and an adjective of a measure, whether the table has it or not."""
    return any(
        reading.word(place) == "how" and reading.word(place + 1) in _ADJECTIVES for place in range(len(reading.tokens))
    )


def _column(reading: Reading, adjective: str) -> ColumnProfile | None:
    words = _ADJECTIVES[adjective].split()
    measures = [column for column in reading.vocabulary.columns if is_measure(column)]
    lasting = {"take", "takes", "took", "taken", "last", "lasts", "lasted"} & set(reading.words)
    for word in words:
        if lasting and word in ("distance", "length"):
            continue  # how long something takes is a time
        found = [column for column in measures if word in words_of(column.name)]
        if len(found) > 1:
            named = next((c for c in found if words_of(c.name) == [word]), found[0])
            others = ", ".join(c.name for c in found if c is not named)
            reading.notes.append(f"{adjective} was taken to be about {named.name}, not {others}")
            return named
        if found:
            return found[0]
    return None
