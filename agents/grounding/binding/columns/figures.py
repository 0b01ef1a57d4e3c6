"""The figure of a column that the words around a number name: its highest value is neither its lowest nor its mean."""

import re

from agents.grounding.binding.directions import HIGHEST, LOWEST
from agents.grounding.reading.words import tokens, words_of
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Aggregate, Measure, Table

_FIGURES: frozenset[Aggregate] = frozenset({"mean", "median", "lowest", "highest", "spread"})
_NONE: frozenset[Aggregate] = frozenset()
_CENTRE: frozenset[Aggregate] = frozenset({"mean", "median"})
_NAMED: tuple[tuple[re.Pattern[str], frozenset[Aggregate]], ...] = (
    (
        re.compile(r"\bmost(?=\s+(?:of\s+)?(?:the\s+|all\s+)?[a-z]+s\s+(?:are|were|have|had|cost)\b)", re.IGNORECASE),
        _NONE,
    ),
    (HIGHEST, frozenset({"highest"})),
    (LOWEST, frozenset({"lowest"})),
    (re.compile(r"\bmedian\b", re.IGNORECASE), frozenset({"median"})),
    (re.compile(r"\b(?:mean|average[sd]?|avg)\b", re.IGNORECASE), frozenset({"mean"})),
    (re.compile(r"\b(?:typical|usual)\b", re.IGNORECASE), _CENTRE),
)
"""Words that name a figure, with the aggregates of which it can be. What most rows have is none of these figures."""
_APART = re.compile(r"[,;)\d]|\b(?:than|and|but)\b")
"""Between a figure's name and a number that is another one's."""
_LINKS = words_of(
    "is was are were of at from have has had cost costs reach reaches reached equals to value the a an about only"
)
_HALF = re.compile(r"\bhalf\b", re.IGNORECASE)


def other_figure(sentence: Sentence, number: WrittenNumber, table: Table, measure: Measure) -> bool:
    """Return whether a number is said to be another figure of a column than this one, which a result holds as well."""
    if measure.aggregate not in _FIGURES or number.form != "plain" or number.percent or not table.whole:
        return False
    beside = {m.aggregate for m in table.measures.values() if m.words == measure.words and not m.of_result}
    if len(beside & _FIGURES) < 2:
        return False
    said = _figure_of(sentence, number, measure)
    return said is not None and measure.aggregate not in said and said <= beside


def _figure_of(sentence: Sentence, number: WrittenNumber, measure: Measure) -> frozenset[Aggregate] | None:
    """The aggregates that a number is said to be; None if no word names one."""
    text = sentence.text
    if number.hedge:
        return frozenset({"median"}) if _HALF.search(text[: number.start]) else None
    found = {
        m.start(): (m.end(), kind)
        for pattern, kind in reversed(_NAMED)
        for m in pattern.finditer(text)
        if not text.endswith("of ", 0, m.start())  # "the mean of Median": a column is called so
    }
    named = [found[start] for start in sorted(found)]
    numbers = [n for n in sentence.numbers if n.form == "plain" and not n.percent]
    if len(named) == len(numbers) > 1 and number in numbers:
        return named[numbers.index(number)][1]
    before = [pair for pair in named if pair[0] <= number.start]
    if not before:
        return None
    end, kind = before[-1]
    if _APART.search(text, end, number.start):
        return None
    between = [word.stem for word in tokens(text[end : number.start]) if word.stem not in _LINKS]
    if not kind:  # "most sweets cost 5": of what most have, the first word tells whose it is
        return kind if set(between[1:]) <= measure.words else None
    return kind if not between or between[0] in measure.words else None
