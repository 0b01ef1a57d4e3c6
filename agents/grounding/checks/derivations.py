"""Numbers that follow from the rows: changes, ratios, shares, sums, averages, ranks and counts."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agents.grounding.checks.binding import (
    Owner,
    aggregate_fits,
    aggregate_of,
    dimensions,
    measures_of,
    owners,
    rows_of,
)
from agents.grounding.checks.directions import HIGHEST, LOWEST, pairs_in
from agents.grounding.checks.mentions import Mention, Vocabulary
from agents.grounding.checks.sentences import Sentence
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Cell, Measure, Row, Table

_RATE = re.compile(
    r"\b(?:rates?|shares?|ratio|proportion|portion|fraction|of (?:all|its|the|their)|per|percent\w*|account\w*)\b|%",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(?:together|total(?:s|led|ling)?|in all|combined|altogether|sums?|jointly|both|account\w*|add(?:s|ed)? up"
    r"|plus|overall|cumulative\w*|across|all)\b",
    re.IGNORECASE,
)
_AVERAGE = re.compile(r"\b(?:average\w*|mean|per|typical\w*|expected|usual\w*|norm\w*|overall)\b", re.IGNORECASE)
_ADDITIVE = {"total", "count", None}
_MOST_COMPUTED = 4_000


@dataclass(frozen=True)
class Computed:
    """A number that was computed from rows.

    Attributes:
        value: The number, a percentage as 12.3.
        told: How, for a reader.
        evidence: Ids of the results.
        oriented: Its sign means something.
        kind: change, ratio, share, sum, mean, rank or count.
    """

    value: float
    told: str
    evidence: str
    kind: str
    oriented: bool = False


Values = Callable[[Row], float | None]


@dataclass(frozen=True)
class Series:
    """A measure of a table's rows, given or computed in the row.

    Attributes:
        table: The table.
        measure: What it measures; for a rate that of its upper part.
        name: For messages.
        value: The value of a row.
        rate: It is a fraction.
    """

    table: Table
    measure: Measure
    name: str
    value: Values
    rate: bool = False


def series_for(
    sentence: Sentence, number: WrittenNumber | None, vocabulary: Vocabulary, *, rates: bool
) -> list[Series]:
    """The measures that a number, or a sentence without one, can be about; with `rates` also ratios within a row."""
    if number is None:
        number = WrittenNumber("", len(sentence.text), len(sentence.text), (0.0,), (0.0,))
    wanted = measures_of(sentence, number, vocabulary)
    if wanted and any(measure.name == "expected" for measure in wanted):  # compared with what was expected
        wanted |= {t.measures["value"] for t in vocabulary.tables if "expected" in t.measures}
    said = aggregate_of(sentence, number, sentence.numbers)
    stems = {word.stem for word in sentence.words}
    found: list[Series] = []
    for table in vocabulary.tables:
        if "coefficient" in table.measures:
            continue
        chosen = [m for m in table.measures.values() if wanted is None or m in wanted or not m.sure]
        chosen = [m for m in chosen if not m.needs or m.needs & stems]
        if any(m.sure for m in chosen):
            chosen = [m for m in chosen if m.sure]
        found += [
            Series(table, m, m.name, _getter(m.name), m.aggregate == "share" and not m.percent)
            for m in chosen
            if aggregate_fits(m, said) and not (m.of_result and wanted is None)
        ]
        if rates and len(table.measures) <= 12:
            parts = [m for m in table.measures.values() if m.aggregate in _ADDITIVE and not m.of_result]
            found += [
                Series(table, upper, f"{upper.name} / {lower.name}", _ratio(upper.name, lower.name), rate=True)
                for upper in parts
                for lower in parts
                if upper is not lower and (wanted is None or upper in wanted or lower in wanted)
            ]
    return found


def _getter(name: str) -> Values:
    return lambda row: row.values.get(name)


def _ratio(upper: str, lower: str) -> Values:
    def value(row: Row) -> float | None:
        left, right = row.values.get(upper), row.values.get(lower)
        return None if left is None or not right or left > right or left < 0 else left / right

    return value


def value_over(series: Series, rows: Sequence[Row] | None) -> float | None:
    """The value of the only row, or the sum over several if the measure can be added up."""
    if not rows:
        return None
    values = [value for row in rows if (value := series.value(row)) is not None]
    if len(values) == 1:
        return values[0]
    if values and series.measure.aggregate in _ADDITIVE and not series.rate and series.table.complete:
        return sum(values)
    return None


def computed(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Everything that a number can have been computed as, given the words around it."""
    if number.form == "multiple":
        yield from _ratios(sentence, number, vocabulary)
        return
    if number.form == "rank":
        return
    yield from _of_stated(sentence, number)
    change = says_change(sentence, number)
    if change:
        yield from _changes(sentence, number, vocabulary)
    if number.points:
        return
    if number.percent or number.form == "fraction":
        yield from _shares(sentence, number, vocabulary)
        return
    if number.form == "plain" and re.search(r"\b(?:times|factor|ratio|multiple)\b", sentence.text, re.IGNORECASE):
        yield from _ratios(sentence, number, vocabulary)
    yield from _extremes(sentence, number, vocabulary)
    yield from _sums(sentence, number, vocabulary)


def _extremes(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """The highest and lowest value of the rows that the sentence speaks of: `the lowest attendance was 36,816`."""
    ways = [(max, "highest")] if HIGHEST.search(sentence.text) else []
    ways += [(min, "lowest")] if LOWEST.search(sentence.text) else []
    if not ways:
        return
    for one in series_for(sentence, number, vocabulary, rates=False):
        for owner in owners(sentence, number, sentence.numbers):
            rows = rows_of(one.table, owner, vocabulary) or ()
            values = [value for row in rows if (value := one.value(row)) is not None]
            if len(values) > 1 and (one.table.complete or not owner.mentions):
                for choose, told in ways:
                    yield Computed(
                        choose(values), f"{told} {one.name} of {len(values)} rows", one.table.evidence, "mean"
                    )


def _of_stated(sentence: Sentence, number: WrittenNumber) -> Iterator[Computed]:
    """What follows from two other numbers of the sentence, which are checked themselves: `1,261 of 24,951 (5.1 %)`."""
    if not (number.percent or number.form == "fraction"):
        return
    scale = 100 if number.percent else 1
    stated = [
        n for n in sentence.numbers if n is not number and n.form == "plain" and n.percent is False and not n.hedge
    ]
    change = says_change(sentence, number)
    for left in stated:
        for right in stated:
            a, b = left.values[-1], right.values[-1]
            if left is right or not b:
                continue
            if not change and 0 <= a <= b:
                yield Computed(scale * a / b, f"{left.text} of {right.text}", "", "share")
            if change:
                yield Computed(
                    scale * (a - b) / abs(b), f"from {right.text} to {left.text}", "", "change", oriented=True
                )


_AFTER_CHANGE = re.compile(
    r"^\s*(?:\w+[\s-]+){0,4}?(?:more|less|fewer|higher|lower|above|below|larger|smaller|longer|shorter|greater"
    r"|bigger|ahead|behind|(?:older|younger|later|earlier|faster|slower|better|worse)(?=\s+than)"
    r"|apart|(?:over|under)(?=\s+(?:the\s+)?(?:expect|usual|last|previous|target|plan))|short|up|down|drop|fall|rise|increase|decrease|gain|decline|growth|difference|gap"
    r"|lead)\b(?!\s*[$€]?\.?\d)",
    re.IGNORECASE,
)
_BEFORE_CHANGE = re.compile(
    r"(?:\b(?:by|up|down|plus|minus|(?:gap|differences?|lead|margin|rise|drop|fall|increase|decrease|decline|change"
    r"|growth|loss|gain|advantage|deficit|excess|spread|apart)"
    r"(?:\s+(?:was|is|of|came|amounts?|amounted|to|by)){0,3}|grew|rose|fell|dropped|shrank|increased|decreased"
    r"|declined|gained|lost|climbed|jumped|exceed\w*|beat\w*|trail\w*|differ\w*|changed))"
    r"\s+(?:by\s+|of\s+)?(?:about|around|roughly|nearly|almost|over|more than|some|only|just|a|an|approximately"
    r"|at least|less than)?\s*[(+]?$",
    re.IGNORECASE,
)


_PASSIVE = re.compile(
    r"\b(?:attend|watch|visit|us|own|play|score|carri|serv|reach|caus|bought|held|record)\w*\s+by\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)


def says_change(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether the words at a number make it a difference."""
    before, after = sentence.text[: number.start], sentence.text[number.end :]
    if (
        (_BEFORE_CHANGE.search(before) and not _PASSIVE.search(before))
        or (number.signed and number.percent)
        or number.points
    ):
        return True
    phrase = re.split(r"[,;:()]|\b(?:in|on|at|for|and|with|while|but)\b", after, maxsplit=1)[0]
    if _AFTER_CHANGE.search(phrase):
        return True
    return bool(re.search(r"\b(?:difference|gap|lead|margin|spread|change)\b[^,;]{0,60}$", before, re.IGNORECASE))


def _changes(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    for series, left, right, told, oriented in _compared(sentence, number, vocabulary):
        points = series.rate or series.measure.percent
        if number.percent:
            if right and not number.points:
                yield Computed(
                    100 * (left - right) / abs(right), f"change {told}", series.table.evidence, "change", oriented
                )
                if not oriented and left:
                    yield Computed(100 * (right - left) / abs(left), f"change {told}", series.table.evidence, "change")
            if points or number.points:
                factor = 1 if series.measure.percent else 100
                yield Computed(factor * (left - right), f"difference {told}", series.table.evidence, "change", oriented)
        elif number.form == "fraction":
            if right:
                yield Computed((left - right) / abs(right), f"change {told}", series.table.evidence, "change", oriented)
        else:
            yield Computed(left - right, f"difference {told}", series.table.evidence, "change", oriented)


def _ratios(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    for series, left, right, told, oriented in _compared(sentence, number, vocabulary):
        if right:
            yield Computed(left / right, f"ratio {told}", series.table.evidence, "ratio", oriented)
        if left and not oriented:
            yield Computed(right / left, f"ratio {told}", series.table.evidence, "ratio")


def _compared(
    sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary
) -> Iterator[tuple[Series, float, float, str, bool]]:
    """Pairs of values that the sentence compares, the one it speaks of first."""
    rates = number.percent or bool(_RATE.search(sentence.text))
    every = series_for(sentence, number, vocabulary, rates=rates)
    pairs = pairs_in(sentence, number.start)
    for pair in pairs:
        fixed = _others(sentence, number, (pair.subject, pair.reference))
        for one in every:
            sides = [
                rows_of(one.table, Owner((side, *fixed), frozenset({side})), vocabulary)
                for side in (pair.subject, pair.reference)
            ]
            left, right = (value_over(one, rows) for rows in sides)
            if left is not None and right is not None:
                told = f"{one.name}: {pair.subject.text} {plain(left)}, {pair.reference.text} {plain(right)}"
                yield one, left, right, told, pair.oriented
    if not _AVERAGE.search(sentence.text) and pairs:
        return
    for owner in owners(sentence, number, sentence.numbers):
        for one in every:
            rows = rows_of(one.table, owner, vocabulary)
            if rows is None or len(rows) != 1:
                continue
            left = one.value(rows[0])
            if left is None:
                continue
            for name, right in _references(one, rows[0], vocabulary):
                yield one, left, right, f"{one.name}: {rows[0].title} {plain(left)}, {name} {plain(right)}", True


def _others(sentence: Sentence, number: WrittenNumber, sides: Sequence[Mention]) -> tuple[Mention, ...]:
    """Names and times of other kinds than those that are compared."""
    kinds = [
        kind
        for kind in (*dimensions(sentence.names), list(sentence.times))
        if kind and not any(side in kind for side in sides)
    ]
    found: list[Mention] = []
    for kind in kinds:
        before = [mention for mention in kind if mention.end <= number.start]
        found.append(before[-1] if before else kind[0])
    return tuple(found)


def _references(series: Series, row: Row, vocabulary: Vocabulary) -> Iterator[tuple[str, float]]:
    """What a single value is compared with when no other entry is named: the expected, overall or average value."""
    if "expected" in series.table.measures and series.measure.name == "value":
        yield "expected", row.values["expected"]
    for table in vocabulary.tables:
        for other in table.rows:
            if not other.whole:
                continue
            for name, value in other.values.items():
                measure = table.measures[name]
                if (
                    measure.words & series.measure.words
                    and not measure.of_result
                    and measure.aggregate in {"mean", "median", series.measure.aggregate}
                ):
                    yield name, value
    values = [value for one in series.table.rows if (value := series.value(one)) is not None]
    if len(values) > 1 and series.table.complete:
        yield "the average", sum(values) / len(values)
        yield "the lowest", min(values)
        yield "the highest", max(values)


def _shares(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    scale = 100 if number.percent else 1
    every = series_for(sentence, number, vocabulary, rates=True)
    chosen = owners(sentence, number, sentence.numbers)
    for one in every:
        for owner in chosen:
            rows = rows_of(one.table, owner, vocabulary)
            if rows is None:
                continue
            if one.rate:
                if len(rows) == 1 and (value := one.value(rows[0])) is not None:
                    yield Computed(
                        scale * value, f"{one.name} of {rows[0].title or 'all'}", one.table.evidence, "share"
                    )
                elif "/" in one.name:
                    upper, lower = one.name.split(" / ")
                    sums = [sum(row.values.get(part, 0.0) for row in rows) for part in (upper, lower)]
                    if sums[1] and 0 <= sums[0] <= sums[1]:
                        yield Computed(
                            scale * sums[0] / sums[1], f"{one.name} over {len(rows)} rows", one.table.evidence, "share"
                        )
                continue
            if one.measure.aggregate not in _ADDITIVE or len(rows) == len(one.table.rows) > 1:
                continue
            part = value_over(one, rows)
            if part is not None:
                yield from _of_wholes(one, part, f"{one.name} of {rows[0].title}", scale, vocabulary)
        if _TOGETHER.search(sentence.text) or len(sentence.names) + len(sentence.times) > 1:
            for names, rows in _groups_named(sentence, one.table, vocabulary):
                values = [value for row in rows if (value := one.value(row)) is not None]
                if len(values) > 1 and not one.rate:
                    yield from _of_wholes(one, sum(values), f"{one.name} of {names}", scale, vocabulary)


def _of_wholes(series: Series, part: float, told: str, scale: int, vocabulary: Vocabulary) -> Iterator[Computed]:
    values = [value for row in series.table.rows if (value := series.value(row)) is not None]
    wholes = [sum(values)] if series.table.complete and len(values) > 1 else []
    for table in vocabulary.tables:
        for row in table.rows:
            if row.whole:
                wholes += [
                    value
                    for name, value in row.values.items()
                    if table.measures[name].aggregate in _ADDITIVE
                    and (table.measures[name].words & series.measure.words)
                    and (table.measures[name].aggregate == "total" or series.measure.aggregate == "count")
                ]
    for whole in dict.fromkeys(wholes):
        if whole and abs(part) <= abs(whole):
            yield Computed(
                scale * part / whole, f"{told}: {plain(part)} of {plain(whole)}", series.table.evidence, "share"
            )


def _groups_named(sentence: Sentence, table: Table, vocabulary: Vocabulary) -> Iterator[tuple[str, list[Row]]]:
    """Rows of several names or times that the sentence lists."""
    for kind in (*dimensions(sentence.names), list(sentence.times), [*sentence.before]):
        if len(kind) < 2:
            continue
        rows: list[Row] = []
        for mention in kind:
            for row in rows_of(table, Owner((mention,), frozenset({mention})), vocabulary) or []:
                if row not in rows:
                    rows.append(row)
        if len(rows) > 1:
            yield " and ".join(dict.fromkeys(mention.text for mention in kind)), rows


def _sums(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    every = series_for(sentence, number, vocabulary, rates=False)
    together = bool(_TOGETHER.search(sentence.text))
    average = bool(_AVERAGE.search(sentence.text))
    chosen = owners(sentence, number, sentence.numbers)
    for one in every:
        if one.rate:
            continue
        additive = one.measure.aggregate in _ADDITIVE
        listed = [rows for _, rows in _groups_named(sentence, one.table, vocabulary)] if together or average else []
        groups = list(listed)
        for owner in chosen:
            rows = rows_of(one.table, owner, vocabulary)
            if rows and len(rows) > 1 and one.table.complete:
                groups.append(rows)
        for rows in groups:
            values = [value for row in rows if (value := one.value(row)) is not None]
            if len(values) < 2:
                continue
            if additive and not average:
                yield Computed(sum(values), f"sum of {one.name} over {len(values)} rows", one.table.evidence, "sum")
            if average and (additive or rows in listed):  # the mean of groups' means is not that of all rows
                yield Computed(
                    sum(values) / len(values), f"mean of {one.name} over {len(values)} rows", one.table.evidence, "mean"
                )


def rank_of(series: Series, row: Row, rows: Sequence[Row], *, ascending: bool) -> int | None:
    """The rank of a row among rows, from 1; ties share the better one."""
    own = series.value(row)
    values = [value for other in rows if (value := series.value(other)) is not None]
    if own is None:
        return None
    return 1 + sum(value < own if ascending else value > own for value in values)


def plain(value: float) -> str:
    """A value for a message: 58,665 or 12.64."""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"


def cell_text(cell: Cell) -> str:
    """A cell for a message: `UA 58,665`."""
    title = cell.row.title or cell.measure.name
    return f"{title} {plain(cell.value)}" if cell.row.title else f"{plain(cell.value)} ({cell.measure.name})"
