"""Comparatives beside what is measured, without another side: `a higher income`, `read better`."""

from analytics.questions.language.comparing_words import LESS, MORE
from analytics.questions.language.vocabulary import is_measure
from analytics.questions.language.words import word_set
from analytics.questions.understanding.reading import Mention, Reading

_IF = word_set("do does did are is were was have has")
_VALUED = word_set("better worse")


def read_comparatives(reading: Reading) -> None:
    """Account for `higher` and the like right beside a measure, in a question that yes or no answers."""
    if reading.word(0) not in _IF:
        return
    if reading.words[-1] in ("without", "ohne") and {"with", "having", "mit"} & set(reading.words):
        reading.use(len(reading.words) - 1, len(reading.words))  # than men without
    for place, word in enumerate(reading.words):
        if word in MORE | LESS and compared_at(reading, place) is not None:
            if word in _VALUED and place not in reading.used:
                reading.notes.append(f"{word} was taken to mean a {'higher' if word in MORE else 'lower'} number")
            reading.use(place, place + 1)


def compared_at(reading: Reading, place: int) -> Mention | None:
    """The measure right after or before a comparative, or the one that a comparative implies."""
    beside = [
        mention
        for start in (place, place + 1)
        for mention in reading.columns
        if mention.place == start and is_measure(mention.column)
    ]
    beside += [mention for mention in reading.columns if mention.end == place and is_measure(mention.column)]
    return beside[0] if beside else None
