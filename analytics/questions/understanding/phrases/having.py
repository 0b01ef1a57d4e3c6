"""Verbs that say no more than that something has a measure: `requires the most education`."""

from analytics.questions.language.vocabulary import is_measure
from analytics.questions.language.words import word_set
from analytics.questions.understanding.reading import Reading

_HAVING = word_set(
    "require requires required need needs needed own owns owned hold holds held receive receives received offer offers"
    " offered gets score scores scored collect collects collected"
)
_HOW_MUCH = word_set("most more less fewer least fewest highest lowest")
_TAKING = word_set("take takes took taken")
_NEAR = 3
"""Words from how much there is to what there is of it."""


def read_having(reading: Reading) -> None:
    """Account for a verb of having before `the most` of a measure, and for `part` after `took`."""
    for place in reading.left():
        at = place + 1 + (reading.word(place + 1) in ("the", "a"))
        near = any(is_measure(m.column) and at < m.place <= at + _NEAR for m in reading.columns)
        having = reading.word(place) in _HAVING and reading.word(at) in _HOW_MUCH and near
        if having or (reading.word(place) == "part" and reading.word(place - 1) in _TAKING):
            reading.use(place, place + 1)
