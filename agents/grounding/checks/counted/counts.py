"""Counts of rows that a sentence tells: `16 carriers`, `6 of the 16 had more than 20,000 flights`, `all months`."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from agents.grounding.binding.directions import HIGHEST, LESS, LOWEST, MORE
from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.checks.counted.bounded_columns import bounded
from agents.grounding.checks.counted.counted_moves import STREAK, counts_steps, moved, streaks
from agents.grounding.checks.counted.counted_words import called, counted_words, sized
from agents.grounding.checks.counted.of_some import said_of_some
from agents.grounding.checks.counted.steps import counted_steps, is_steps
from agents.grounding.checks.parts.bracketed import is_bracketed_bound
from agents.grounding.checks.row_groups import rows_between
from agents.grounding.checks.series import Computed, Series, series_for
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.hedges import NEARLY
from agents.grounding.reading.words import stems_of_name
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table
from agents.grounding.tables.matching import bounds, in_written_unit, says_cell

BOUNDS = {"over", "under", "at least", "at most"}
_SIGN = re.compile(
    r"\b(?P<negative>negative|below (?:zero|0)|early|ahead of schedule)\b|\b(?P<positive>positive|above (?:zero|0))\b",
    re.IGNORECASE,
)
AVERAGE_BOUND = re.compile(
    r"\b(?P<way>above|over|below|under|(?:higher|lower|more|less|fewer)(?=\s+(?:\w+\s+){0,2}than\b))"
    r"(?:\s+(?:\w+\s+){0,2}than)?\s+(?:the\s+)?(?:overall\s+)?(?:average|mean)\b",
    re.IGNORECASE,
)


_RATES = re.compile(r"\b(?:rate|share|proportion|percentage|ratio|per)\b", re.IGNORECASE)


_KNOWN = re.compile(r"\bthan\s+the\s+$")
"""Words before a value that is known, and no bound: `slightly more than the 5,770 of 2019`."""


_SPAN = re.compile(r"\b(?:over|within|during|across|throughout)\s+(?:the|these|those|all)\s+$", re.IGNORECASE)
"""Words before all that there are, whatever bound is told: `over the two years`."""


def is_all(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a number is of all that there are, and counts none of which something is said."""
    return bool(_SPAN.search(sentence.text[: number.start]))


def bound_of(sentence: Sentence, number: WrittenNumber) -> WrittenNumber | None:
    """The bound that what is counted has to keep: the 50,000 of `15 carriers had more than 50,000 flights`."""
    if is_all(sentence, number):
        return None
    every = [n for n in sentence.numbers if n.hedge in BOUNDS and not is_bracketed_bound(sentence, n)]
    every = [n for n in every if not (_KNOWN.search(before := sentence.text[: n.start]) or NEARLY.search(before))]
    later = [n for n in every if n.start > number.start]
    if later:
        return later[0]
    earlier = [n for n in every if n.end <= number.start]
    return earlier[-1] if earlier and number is sentence.numbers[sentence.numbers.index(earlier[-1]) + 1] else None


def counts(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Counts of the rows, for a number that counts them."""
    words = frozenset(called(word, vocabulary.row_words) for word in counted_words(sentence, number))
    bound = bound_of(sentence, number)
    of_steps = False
    for table in vocabulary.tables:
        steps = table.timed and (counts_steps(sentence, number) or is_steps(sentence, number))
        if not (words & table.row_words or sized(sentence, number, table) or steps) or all(
            row.whole for row in table.rows
        ):
            continue
        rows = [row for row in rows_in_scope(sentence, table, vocabulary, words) if not row.nameless]
        if OTHER.match(sentence.text, number.end):
            rows = [row for row in rows if row not in _named(sentence, table, vocabulary)]
        column = next((c for c in sorted(table.columns) if stems_of_name(c) & words), "")
        if STREAK.match(sentence.text, number.end):
            yield from streaks(sentence, number, table, table.rows, vocabulary)
            continue
        if bound is None and (in_steps := list(counted_steps(sentence, number, table, vocabulary))):
            yield from in_steps
            of_steps = True
            continue
        conditional: list[Computed] = []
        if _part(sentence, number):
            conditional = list(_conditional(sentence, number, bound, table, rows, vocabulary))
            yield from conditional
        equal = list(_equals(sentence, number, table, rows, vocabulary))
        yield from equal
        if equal and (_exact(sentence, number) or _SHARING.match(sentence.text, number.end)):
            continue
        within = _WITHIN.search(sentence.text[: number.start])
        start, _ = clause_span(sentence.text, number.start)
        if within and (sign := _SIGN.search(sentence.text, start, number.start)):
            yield from _of_sign(sentence, number, sign, table, rows, vocabulary)
            continue
        for told, between in rows_between(sentence, table, vocabulary):
            yield Computed(float(len(between)), f"{len(between)} from {told}", table.evidence, "count")
        if _REMAINING.search(sentence.text[: number.start]):
            left = len([row for row in rows if row not in _named(sentence, table, vocabulary)])
            yield Computed(float(left), f"{left} others", table.evidence, "count")
            continue
        size = len({row.names[column].casefold() for row in rows if column in row.names} or rows)
        of_these = number.hedge in BOUNDS or OF_THESE.match(sentence.text, number.end)
        told = (conditional and of_these) or said_of_some(sentence, number)  # "three of the three sold less"
        if table.complete and not told and (bound is None or not _governs(sentence, number, bound)):
            yield Computed(float(size), f"{size} in all", table.evidence, "count")
    listed = [m for m in sentence.names if any(words & stems_of_name(column) for column in m.columns)] or list(
        sentence.times
    )
    if len(listed) > 1 and bound is None and not of_steps:
        yield Computed(float(len({m.text for m in listed})), "names in the sentence", "", "count")


OTHER = re.compile(r"\s+(?:other|further|more|weitere|andere)\s+(?!than\b)[a-z]", re.IGNORECASE)
"""Words by which those that are named are not counted: `Adlers and two other teams`."""


def _named(sentence: Sentence, table: Table, vocabulary: Vocabulary) -> list[Row]:
    """The rows that a sentence names, or the one before it."""
    mentions = sentence.names or sentence.before
    return [r for m in mentions for r in rows_named(table, m, vocabulary)]


_WITHIN = re.compile(r"\b(?:in|within|over)\s+(?:just\s+|only\s+)?$", re.IGNORECASE)
"""Words before a length of time, which is that from the first to the last: four days from the 1st to the 5th."""
OF_THESE = re.compile(r"\s+(?:out\s+)?(?:of|der|von)\s+(?:the|these|all|den)?\s*\w", re.IGNORECASE)
_REMAINING = re.compile(r"\b(?:remaining|other|others|rest\s+of\s+the|übrigen|restlichen)\s+$", re.IGNORECASE)
_SAME = re.compile(r"\b(?:same|share[ds]?|each|tied|equal\w*|identical|gleich\w*|jeweils)\b", re.IGNORECASE)


def _equals(
    sentence: Sentence, number: WrittenNumber, table: Table, rows: Sequence[Row], vocabulary: Vocabulary
) -> Iterator[Computed]:
    """Counts of rows with the same value: `five regions have the same total of 291`, `three share the lowest`."""
    after = sentence.text[number.end :]
    valued = _VALUED.search(sentence.text[: number.start])
    if not _SAME.search(after) and not _exact(sentence, number) and not valued:
        return
    for value in sentence.numbers:
        before = re.fullmatch(r"\s+(?:[a-z]+\s+)?(?:in|for|at)\s+", sentence.text[value.end : number.start])
        if (value.start <= number.end and not before) or value.form != "plain" or value.hedge:
            continue
        for one in _columns(sentence, value, table, vocabulary, rates=value.percent):
            yield from _kept(one, rows, lambda v, n=value, m=one.measure: says_cell(n, v, m), f"of {value.text}")
    for pattern, choose in ((HIGHEST, max), (LOWEST, min)):
        for one in _columns(sentence, number, table, vocabulary) if pattern.search(after) else ():
            if values := one.values(rows):
                extreme = choose(values)
                yield from _kept(one, rows, lambda v, extreme=extreme: v == extreme, f"of {extreme:g}")


_SHARING = re.compile(r"\s+\w+\s+(?:share[ds]?|(?:are|were)\s+(?:tied|equal|level))\b", re.IGNORECASE)
"""Words after the number of those that have the same value: `two teams share the lead`."""
_VALUED = re.compile(r"\d\s+(?:[a-z]+\s+)?(?:in|for|at)\s+$")
"""A value before those that have it: `the median is 3,750 in three of the four`."""
_HAVE = re.compile(r"\s+(?:\w+\s+)?(?:have|had|has|with|scored?|won|lost|recorded)\s+(?:exactly\s+)?$")


def _exact(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a number counts those that have an exact value: `two teams have 50 points`."""
    after = next((n for n in sentence.numbers if n.start >= number.end), None)
    return after is not None and not after.hedge and bool(_HAVE.fullmatch(sentence.text[number.end : after.start]))


def _part(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether the number counts a part: `6 of the 16`, not the 16."""
    return not re.search(
        r"\b(?:[Oo]f|der|[Vv]on)\s+(?:the|all|its|these|those|den|allen)?\s*$", sentence.text[: number.start]
    )


def _governs(sentence: Sentence, number: WrittenNumber, bound: WrittenNumber) -> bool:
    return _part(sentence, number) and not re.search(r"[;]", sentence.text[number.end : bound.start])


def rows_in_scope(
    sentence: Sentence,
    table: Table,
    vocabulary: Vocabulary,
    words: frozenset[str] = frozenset(),
    without: Collection[Mention] = (),
) -> list[Row]:
    """Rows that the names and times of other kinds leave.

    Args:
        sentence: The sentence.
        table: The table.
        vocabulary: Names of the tables.
        words: Stems of what is counted, whose names choose nothing.
        without: Names and times that choose nothing.
    """
    rows: list[Row] = list(table.rows)
    for mention in sentence.mentions:
        if mention in without or any(words & stems_of_name(column) for column in mention.columns):
            continue
        found = rows_of(table, Owner((mention,)), vocabulary)
        if found is not None and mention_known(mention, table, found):
            rows = [row for row in rows if row in found]
    return rows or list(table.rows)


def mention_known(mention: Mention, table: Table, found: Sequence[Row]) -> bool:
    """Return whether a name or time chooses among the rows of a table."""
    return len(found) < len(table.rows) and (bool(mention.date) or bool(mention.columns & table.columns))


def _conditional(
    sentence: Sentence,
    number: WrittenNumber,
    bound: WrittenNumber | None,
    table: Table,
    rows: list[Row],
    vocabulary: Vocabulary,
) -> Iterator[Computed]:
    if bound is not None:
        named = _columns(sentence, bound, table, vocabulary, rates=bound.percent or bound.form == "fraction")
        for one in bounded(bound, named):
            yield from _kept(one, rows, lambda value, one=one: keeps(bound, value, one), f"{bound.hedge} {bound.text}")
        return
    yield from moved(sentence, number, table, vocabulary)
    text = sentence.text[number.end :]
    yield from _than_entry(sentence, number, table, rows, vocabulary)
    if match := _SIGN.search(text):
        yield from _of_sign(sentence, number, match, table, rows, vocabulary)
    if match := AVERAGE_BOUND.search(text):
        above = match["way"].casefold() in {"above", "over", "higher", "more"}
        start, end = number.end + match.start(), number.end + match.end("way")
        place = WrittenNumber(match[0], start, end, (0.0,), (0.0,))
        for one in _columns(sentence, place, table, vocabulary, rates=bool(_RATES.search(sentence.text))):
            for mean in means_of(one, rows, vocabulary, overall="overall" in match[0].casefold()):
                yield from _kept(one, rows, lambda v, mean=mean: (v > mean) if above else (v < mean), match[0])


def means_of(one: Series, rows: Sequence[Row], vocabulary: Vocabulary, *, overall: bool) -> list[float]:
    """The means that a value can be above: that of the rows, and that of all data, alone if it is called overall."""
    values = one.values(rows)
    of_all = [
        value
        for other in vocabulary.tables
        for row in other.rows
        if row.whole
        for name, value in row.values.items()
        if other.measures[name].aggregate == "mean" and other.measures[name].words & one.measure.words
    ]
    return of_all if overall and of_all else [*([sum(values) / len(values)] if values else []), *of_all]


def _of_sign(
    sentence: Sentence,
    number: WrittenNumber,
    sign: re.Match[str],
    table: Table,
    rows: list[Row],
    vocabulary: Vocabulary,
) -> Iterator[Computed]:
    """Counts of rows above or below zero: `negative in two months`."""
    for one in _columns(sentence, number, table, vocabulary):
        yield from _kept(one, rows, (lambda v: v < 0) if sign["negative"] else (lambda v: v > 0), sign[0])


def _columns(
    sentence: Sentence, number: WrittenNumber, table: Table, vocabulary: Vocabulary, *, rates: bool = False
) -> list[Series]:
    """The measures of one table that a number can be about."""
    return [one for one in series_for(sentence, number, vocabulary, rates=rates) if one.table is table]


_THAN = re.compile(r"[^.;,]{0,40}\bthan\s+(?:the\s+)?")


def _than_entry(
    sentence: Sentence, number: WrittenNumber, table: Table, rows: Sequence[Row], vocabulary: Vocabulary
) -> Iterator[Computed]:
    """Counts of rows with more or less than an entry that is named: `four carriers had more flights than HA`."""
    for way, sign in ((MORE, 1), (LESS, -1)):
        match = way.search(sentence.text, number.end)
        other = next(
            (m for m in sentence.names if match and _THAN.fullmatch(sentence.text, match.end(), m.start)), None
        )
        own = rows_named(table, other, vocabulary) if other else []
        if match is None or other is None or len(own) != 1:
            continue
        for one in _columns(sentence, number, table, vocabulary):
            for value in one.values(own):
                told = f"{match[0]} than {other.text}"
                yield from _kept(one, rows, lambda v, value=value, sign=sign: (v - value) * sign > 0, told)


def keeps(bound: WrittenNumber, value: float, series: Series) -> bool:
    """Return whether a row's value keeps a bound, in the bound's unit."""
    if bound.form == "fraction" and not (series.rate or series.measure.percent or series.measure.aggregate == "share"):
        return False  # more than half is said of a part
    if bound.form == "fraction" and series.measure.percent:
        value /= 100
    if bound.percent and not series.measure.percent and (series.rate or abs(value) <= 1):
        value *= 100
    return bool(bounds(bound, in_written_unit(bound, value, series.measure.scale)))


def _kept(series: Series, rows: Sequence[Row], kept: Callable[[float], bool], told: str) -> Iterator[Computed]:
    there = [row for row, value in series.valued(rows) if kept(value)]
    if series.table.complete or there:
        names = ", ".join(row.title for row in there[:6])
        detail = f"{len(there)} with {series.name} {told}" + (f" ({names})" if 0 < len(there) <= 6 else "")
        yield Computed(float(len(there)), detail, series.table.evidence, "count")
