"""Predicates that a sentence states of each of several rows: a bound, a sign, or a move between two times."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from agents.grounding.binding.directions import LESS, MORE, MOVED_DOWN, MOVED_UP
from agents.grounding.binding.measures import measures_of
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.counted.bounded_columns import bounded
from agents.grounding.checks.counted.counts import AVERAGE_BOUND, BOUNDS, keeps, means_of
from agents.grounding.checks.parts.bracketed import is_bracketed_bound
from agents.grounding.checks.parts.of_all import parts_of_all
from agents.grounding.checks.series import ADDITIVE, Series, difference, series_for
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.gaps import LACKING, series_of_gaps
from agents.grounding.quantified.judged import at, series_at, stated_at
from agents.grounding.reading.hedges import NEARLY, Hedge
from agents.grounding.reading.words import Token
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure, Row, Table

_SIGN = re.compile(r"\b(?:(?P<negative>negative|inverse)|positive)(?:ly)?\b", re.IGNORECASE)
_REACHED = re.compile(
    r"\b(?:reach(?:es|ed)?|attain(?:s|ed)?|erreichten?)\s+(?:an?\s+(?:mean|average|total)\s+of\s+)?[^\w\s]?$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:between|zwischen)\s+[^\w\s]?$", re.IGNORECASE)
_AND = re.compile(r"\s*(?:%|[A-Za-z]+)?\s*(?:and|und)\s+[^\w\s]?", re.IGNORECASE)


@dataclass(frozen=True)
class Predicate:
    """Something that is true of a row or not.

    Attributes:
        told: What it says, for messages.
        series: The measures that it can be about.
        numbers: Its bounds.
        held: The rows of which it can be told, each with the answer.
    """

    told: str
    series: Sequence[Series]
    numbers: tuple[WrittenNumber, ...]
    held: Callable[[Series, Sequence[Row]], list[tuple[Row, bool]]]


def predicate_at(sentence: Sentence, position: int, vocabulary: Vocabulary) -> Predicate | None:
    """Find the predicate in the clause of a position: first behind the position, then before it."""
    start, end = clause_span(sentence.text, position)
    plain = [n for n in sentence.numbers if n.form in {"plain", "fraction"} and start <= n.start < end]
    ordered = [*(n for n in plain if n.start >= position), *(n for n in plain if n.start < position)]
    for number in ordered:
        if pair := _between(sentence, number, plain):
            return _within(sentence, *pair, vocabulary)
        nearly = NEARLY.search(sentence.text[: number.start])
        if number.hedge in BOUNDS and not nearly and not number.points and not is_bracketed_bound(sentence, number):
            return _bound(sentence, number, vocabulary)
        if number.start > position and _REACHED.search(sentence.text[: number.start]):
            return _bound(sentence, number, vocabulary, "at least")  # "none of them reached 70 %"
    average = AVERAGE_BOUND.search(sentence.text, position, end)
    if average and not any(start <= word.start < average.start() for word, _ in sentence.aggregates):
        return _from_average(sentence, average, vocabulary)
    lacking = LACKING.search(sentence.text, position, end) or LACKING.search(sentence.text, start, position)
    if lacking and (series := series_of_gaps(vocabulary)):
        return of_values(
            "of 0" if lacking["full"] else "above 0", series, (), lambda _, value: (value == 0) == bool(lacking["full"])
        )
    if sign := _SIGN.search(sentence.text, position, end) or _SIGN.search(sentence.text, start, position):
        return _signed(sentence, sign, vocabulary)
    moves = [
        (match.start(), match, up)
        for ways, up in (((MORE, MOVED_UP), True), ((LESS, MOVED_DOWN), False))
        for way in ways
        for match in way.finditer(sentence.text, position, end)
    ]
    moves += [
        (match.start(), match, match["up"] is not None)
        for match in _GAINED.finditer(sentence.text, position, end)
        if any(m in vocabulary.own for w in sentence.words_after(match.end(), 2) for m in vocabulary.named(w))
    ]
    moved = MOVED_UP, MOVED_DOWN  # "murders fell only in California"
    moves = moves or [
        (m.start(), m, way is MOVED_UP) for way in moved for m in way.finditer(sentence.text, start, position)
    ]
    if not moves:
        return _compared_before(sentence, start, position, vocabulary)
    _, match, up = min(moves, key=lambda move: move[0])
    if columns := list(columns_compared(sentence, match, up, (start, end), vocabulary)):
        return of_values(match[0], columns, (), lambda _, value: value > 0)
    compared = MORE.fullmatch(match[0]) or LESS.fullmatch(match[0])
    if len(sentence.times) > 2 or (compared and not sentence.times):
        return None
    return _moved(sentence, match, up, vocabulary)


def _between(
    sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber]
) -> tuple[WrittenNumber, WrittenNumber] | None:
    after = next((n for n in numbers if n.start >= number.end), None)
    if after is None or not _BETWEEN.search(sentence.text[: number.start]):
        return None
    return (number, after) if _AND.fullmatch(sentence.text, number.end, after.start) else None


def of_values(
    told: str, series: Sequence[Series], numbers: tuple[WrittenNumber, ...], test: Callable[[Series, float], bool]
) -> Predicate:
    """A predicate of the value of a row.

    Args:
        told: Words for it.
        series: The measures that it can be about.
        numbers: Its bounds.
        test: Tells of a measure and a value whether it is so.
    """

    def held(one: Series, rows: Sequence[Row]) -> list[tuple[Row, bool]]:
        return [(row, test(one, value)) for row, value in one.valued(rows)]

    return Predicate(told, series, numbers, held)


def _bound(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary, hedge: Hedge | None = None) -> Predicate:
    limit = replace(number, hedge=hedge) if hedge else number
    series = series_for(sentence, number, vocabulary, rates=number.percent or number.form == "fraction")
    if not number.percent and abs(number.values[0]) <= 1:
        series += _coefficients(vocabulary, sized=bool(_SIZED.search(sentence.text)))
    if measures_of(sentence, number, vocabulary) is None and len(series) > 1:
        told = sentence if len(sentence.numbers) > 1 or sentence.previous is None else sentence.previous
        others = [n for n in told.numbers if n is not number]
        stated = {one.name for n in others for one in stated_at(told, n.start, n.end, vocabulary)}
        series = [one for one in series if one.name in stated] or series  # "UA had 58,665 flights; no other more than"
    series = bounded(limit, series)
    if number.percent and (parts := parts_of_all(sentence, series or _every(sentence, number, vocabulary))):
        series = [*(one for one in series if one.rate), *parts]
    if number.percent or number.form == "fraction":  # no count of people is more than 20 %
        shares = [one for one in series if one.rate or one.measure.percent or one.measure.aggregate not in ADDITIVE]
        series = shares or [one for one in series if not one.measure.of_rows]
    return of_values(f"{limit.hedge} {number.text}", series, (number,), lambda one, value: keeps(limit, value, one))


def _every(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> list[Series]:
    """The columns, whatever a sentence names."""
    return series_for(replace(sentence, words=[]), number, vocabulary, rates=False)


def _within(sentence: Sentence, low: WrittenNumber, high: WrittenNumber, vocabulary: Vocabulary) -> Predicate:
    def test(one: Series, value: float) -> bool:
        if high.percent and not one.measure.percent and (one.rate or abs(value) <= 1):
            value *= 100
        return low.values[-1] - low.half_units[-1] <= value <= high.values[-1] + high.half_units[-1]

    series = series_for(sentence, low, vocabulary, rates=high.percent)
    series = (high.percent and parts_of_all(sentence, series)) or series
    return of_values(f"between {low.text} and {high.text}", series, (low, high), test)


_SIZED = re.compile(
    r"\b(?:in\s+absolute\s+(?:value|terms)|(?:in\s+)?either\s+direction|regardless\s+of\s+(?:the\s+)?sign|strength)\b",
    re.IGNORECASE,
)
"""Words for the size of a coefficient without its sign."""


def _coefficients(vocabulary: Vocabulary, *, sized: bool) -> list[Series]:
    """The coefficients of pairs of columns, with `sized` without their signs."""

    def value(row: Row) -> float | None:
        own = row.values.get("coefficient")
        return abs(own) if sized and own is not None else own

    tables = (table for table in vocabulary.tables if "coefficient" in table.measures)
    return [Series(table, table.measures["coefficient"], "coefficient", value) for table in tables]


def _signed(sentence: Sentence, sign: re.Match[str], vocabulary: Vocabulary) -> Predicate:
    series = series_for(sentence, at(sentence, sign.start(), sign.end()), vocabulary, rates=False)
    series += _coefficients(vocabulary, sized=False)
    negative = bool(sign["negative"])
    return of_values(
        "below 0" if negative else "above 0", series, (), lambda _, value: value < 0 if negative else value > 0
    )


def _from_average(sentence: Sentence, average: re.Match[str], vocabulary: Vocabulary) -> Predicate:
    above = average["way"].casefold() in {"above", "over", "higher", "more"}
    overall = "overall" in average[0].casefold()

    def test(one: Series, value: float) -> bool:
        return all(
            (value > mean) if above else (value < mean)
            for mean in means_of(one, one.table.rows, vocabulary, overall=overall)[-1:]
        )

    place = at(sentence, average.start(), average.end("way"))
    return of_values(average[0], series_for(sentence, place, vocabulary, rates=False), (), test)


_GAINED = re.compile(r"\b(?:(?P<up>gain(?:s|ed)?)|los[et]s?)\s+(?=[a-z])")
"""Verbs of a move whose measure stands behind them: `lost revenue`."""
_NOUN_THAN = re.compile(r"\s+(?P<noun>[a-z]+(?:\s[a-z]+)?)\s+than\s+(?!(?:in|at|on|for|they|it|he|she)\b)")


def _compared_before(sentence: Sentence, start: int, end: int, vocabulary: Vocabulary) -> Predicate | None:
    """Two columns that are compared before a position: `exports exceeded imports only in 2008`, `… in two years`."""
    for way, up in ((MORE, True), (LESS, False)):
        for compared in way.finditer(sentence.text, start, end):
            if columns := list(columns_compared(sentence, compared, up, (start, end), vocabulary)):
                return of_values(compared[0], columns, (), lambda _, value: value > 0)
    return None


def columns_compared(
    sentence: Sentence, match: re.Match[str], up: bool, clause: tuple[int, int], vocabulary: Vocabulary
) -> Iterator[Series]:
    """The differences of two columns that are named on both sides of a comparison: `won more than they lost`."""
    words = [word for word in sentence.words if clause[0] <= word.start < clause[1]]
    before, after = ([w for w in words if w.end <= match.start()], [w for w in words if w.start >= match.end()])
    if than := _NOUN_THAN.match(sentence.text, match.end()):  # "more controls than cases"
        before, after = ([w for w in after if w.end <= than.end("noun")], [w for w in after if w.start >= than.end()])
    named = [m for m in sentence.mentions if match.end() <= m.start < clause[1]]
    for table in vocabulary.tables if not named else ():
        alike = [m for m in table.measures.values() if not (m.of_result or m.needs)]
        left = _named_most(before, alike, vocabulary)
        right = _named_most(after, [m for m in alike if m != left], vocabulary)
        if left and right and len(table.rows) > 1 and left.percent == right.percent:
            yield replace(difference(table, *((left, right) if up else (right, left))), measure=left)


def _named_most(words: Sequence[Token], measures: Sequence[Measure], vocabulary: Vocabulary) -> Measure | None:
    """The measure of which words name the most; none if there are several."""
    scores: dict[Measure, float] = {}
    for measure in measures:
        said = {part for part in measure.words for word in words if word.stem == part}
        # "the median lies below the mean": of one column
        called = any(word.lower == measure.name == measure.aggregate for word in words)
        named = called or any(measure in vocabulary.named(word, by_needs=False) for word in words)
        scores[measure] = max(len(said), int(named)) / max(len(measure.words), 1)
    best = max(scores.values(), default=0.0)
    chosen = [measure for measure, score in scores.items() if score == best > 0]
    return chosen[0] if len(chosen) == 1 else None


def _moved(sentence: Sentence, match: re.Match[str], up: bool, vocabulary: Vocabulary) -> Predicate:
    def held(one: Series, rows: Sequence[Row]) -> list[tuple[Row, bool]]:
        ends = _ends(sentence, one.table, vocabulary)
        if ends is None:
            return []
        before = {tuple(row.names.items()): one.value(row) for row in ends[0]}
        pairs = [
            (row, b - a)
            for row in ends[1]
            if row in rows
            and (a := before.get(tuple(row.names.items()))) is not None
            and (b := one.value(row)) is not None
        ]
        return [(row, change > 0 if up else change < 0) for row, change in pairs]

    return Predicate(match[0], series_at(sentence, match.start(), match.end(), vocabulary), (), held)


def _ends(sentence: Sentence, table: Table, vocabulary: Vocabulary) -> tuple[list[Row], list[Row]] | None:
    """The rows of two times that a sentence names, the earlier first; with one, those of the time before as well."""
    there = [rows_named(table, m, vocabulary) for m in sentence.times]
    orders = [sorted({row.order for row in rows if row.moments}) for rows in there]
    if not table.timed or any(len(order) != 1 for order in orders):
        return None
    if not there:  # the only two that there are
        both = sorted({row.order for row in table.rows if row.moments})
        first, last = ([row for row in table.rows if row.moments and row.order == one] for one in (both[0], both[-1]))
        return (first, last) if len(both) == 2 else None
    if len(there) == 1:
        earlier = sorted({row.order for row in table.rows if row.moments and row.order < orders[0][0]})
        return ([row for row in table.rows if row.order == earlier[-1]], there[0]) if earlier else None
    first, second = sorted(zip(orders, there, strict=True), key=lambda pair: pair[0])
    return first[1], second[1]
