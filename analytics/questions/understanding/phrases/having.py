"""Verbs that say no more than that something has a measure: `requires the most education`."""

from analytics.questions.language.lexicon import PEOPLE
from analytics.questions.language.vocabulary import is_measure
from analytics.questions.language.words import word_set, words_of
from analytics.questions.understanding.reading import Reading

_HAVING = word_set(
    "require requires required need needs needed own owns owned hold holds held receive receives received offer offers"
    " offered gets score scores scored collect collects collected"
)
_HOW_MUCH = word_set("most more less fewer least fewest highest lowest")
_OF_PERSONS = word_set("deaths killed fatalities casualties victims injured wounded")
_TAKING = word_set("take takes took taken")
_NEAR = 3
"""Words from how much there is to what there is of it."""


def read_having(reading: Reading) -> None:
    """Account for a verb of having before `the most` of a measure, and for `part` after `took`."""
    for place in reading.left():
        at = place + 1 + (reading.word(place + 1) in ("the", "a"))
        near = any(is_measure(m.column) and at < m.place <= at + _NEAR for m in reading.columns)
        having = reading.word(place) in _HAVING and reading.word(at) in _HOW_MUCH and near
        if reading.word(place) in PEOPLE and reading.word(place - 1) in _HOW_MUCH and _counts_persons(reading, place):
            having = True  # killed the most people
        if having or (reading.word(place) == "part" and reading.word(place - 1) in _TAKING):
            reading.use(place, place + 1)


def _counts_persons(reading: Reading, place: int) -> bool:
    """Tell whether the verb before names a measure of persons, such as the deaths of `killed`."""
    before = [mention for mention in reading.columns if 0 < place - mention.end <= _NEAR]
    return any(is_measure(m.column) and set(words_of(m.column.name)) & _OF_PERSONS for m in before)
