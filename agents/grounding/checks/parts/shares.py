"""Shares of rows and of their values in a whole."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.other_counts import WHOLE_BEFORE
from agents.grounding.binding.owners import Owner, owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.binding.taken_together import told_together
from agents.grounding.checks.leaders import leaders
from agents.grounding.checks.row_groups import TOGETHER, groups_named
from agents.grounding.checks.series import ADDITIVE, Computed, Series, columns_with, plain, series_for, value_over
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure, Row
from agents.grounding.tables.matching import says_cell


def shares(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Parts of a whole: a rate within a row, or a row of the sum of all."""
    scale = 100 if number.percent else 1
    every = series_for(sentence, number, vocabulary, rates=True)
    every += _counts_of(sentence, number, vocabulary)
    chosen = owners(sentence, number, sentence.numbers)
    together = told_together(sentence, number)
    for one in every:
        for owner in () if together else chosen:
            rows = rows_of(one.table, owner, vocabulary)
            if rows is None:
                continue
            if one.rate:
                if not _of_its_whole(sentence, number, one, vocabulary):
                    continue
                if len(rows) == 1 and (value := one.value(rows[0])) is not None:
                    yield Computed(
                        scale * value, f"{one.name} of {rows[0].title or 'all'}", one.table.evidence, "share"
                    )
                elif "/" in one.name and (one.table.complete or len(rows) < len(one.table.rows)):
                    upper, lower = one.name.split(" / ")
                    sums = [sum(row.values.get(part, 0.0) for row in rows) for part in (upper, lower)]
                    if sums[1] and 0 <= sums[0] <= sums[1]:
                        yield Computed(
                            scale * sums[0] / sums[1], f"{one.name} over {len(rows)} rows", one.table.evidence, "share"
                        )
                continue
            if one.measure.aggregate not in ADDITIVE or len(rows) == len(one.table.rows) > 1:
                continue
            part = value_over(one, rows)
            if part is not None:
                if not any(
                    _IS_WHOLE.fullmatch(sentence.text, number.end, max(m.start, number.end)) for m in owner.mentions
                ):
                    yield from _of_wholes(one, part, f"{one.name} of {rows[0].title}", scale, vocabulary)
                yield from _within(sentence, number, one, part, owner, rows, scale, vocabulary)
        yield from _of_stated_part(sentence, number, one, scale)
        for count in leaders(sentence) if one.measure.aggregate in ADDITIVE and not one.rate else ():
            values = sorted(one.values(one.table.rows), reverse=True)
            if count < len(values):
                yield from _of_wholes(one, sum(values[:count]), f"{one.name} of the first {count}", scale, vocabulary)
        if TOGETHER.search(sentence.text) or len(sentence.names) + len(sentence.times) > 1:
            for names, rows in groups_named(sentence, one.table, vocabulary):
                values = one.values(rows)
                if len(values) > 1 and not one.rate and (one.measure.aggregate in ADDITIVE or _are_parts(one)):
                    yield from _of_wholes(one, sum(values), f"{one.name} of {names}", scale, vocabulary)


_IS_WHOLE = re.compile(r"\s+of\s+(?:(?:the|all)\s+)*")
"""Between a share and the entry that is its whole: `a third of the men survived`."""
_ROUNDED = 0.011
"""Part of 100 % by which rounded shares may miss it in all."""


def _are_parts(series: Series) -> bool:
    """Return whether the percentages of all rows make up the whole: the votes of the parties."""
    values = series.values(series.table.rows)
    whole = 100 if series.measure.percent else 1
    return series.measure.aggregate == "share" and series.table.complete and abs(sum(values) / whole - 1) < _ROUNDED


_SAID_AGAIN = re.compile(
    r"\s*(?:[^\W\d]+\s*)?(?:\(|,?\s*(?:or|i\.e\.,?|that\s+is,?)\s+)(?:about|around|roughly|some|nearly|over|just\s+over)?\s*"
)
"""Between a value and the share that it is: `2,093, or 70 %`."""
_BRACKETED = re.compile(r"[^.;,()]{0,30}\(")


def _of_stated_part(sentence: Sentence, number: WrittenNumber, series: Series, scale: int) -> Iterator[Computed]:
    """The share of a value that stands in brackets behind it: `seven in ten trips (2,093)`."""
    after = next((n for n in sentence.numbers if n.start >= number.end), None)
    if after is None or after.percent or not _BRACKETED.fullmatch(sentence.text[number.end : after.start]):
        after = next((n for n in reversed(sentence.numbers) if n.end <= number.start), None)
        if after is None or after.percent or not _SAID_AGAIN.fullmatch(sentence.text[after.end : number.start]):
            return
    values = series.values(series.table.rows)
    if series.measure.aggregate in ADDITIVE and not series.rate and series.table.complete and len(values) > 1:
        for value in values:
            if says_cell(after, value, series.measure):
                told = f"{series.name}: {plain(value)} of {plain(sum(values))}"
                yield Computed(scale * value / sum(values), told, series.table.evidence, "share")


_IN_WHOLE = re.compile(
    r"\s+of\s+(?:(?:the|all|total)\s+)*\w+\s+(?:in|from|on|at|for|during)\s+(?:the\s+)?", re.IGNORECASE
)


def _within(
    sentence: Sentence,
    number: WrittenNumber,
    series: Series,
    part: float,
    owner: Owner,
    rows: Sequence[Row],
    scale: int,
    vocabulary: Vocabulary,
) -> Iterator[Computed]:
    """A part of what one name alone has: `a quarter of the flights from EWR depart on the weekend`."""
    for mention in owner.mentions if len(owner.mentions) > 1 else ():
        wider = Owner(tuple(m for m in owner.mentions if m is not mention), owner.hard)
        outer = rows_of(series.table, wider, vocabulary) or []
        whole = value_over(series, outer) if len(rows) < len(outer) < len(series.table.rows) else None
        if _IN_WHOLE.fullmatch(sentence.text, number.end, max(mention.start, number.end)):
            continue  # "45 % of the turnover in 2024": the whole is that of 2024
        if whole and 0 <= part <= whole:
            told = f"{series.name} of {mention.text}: {plain(part)} of {plain(whole)}"
            yield Computed(scale * part / whole, told, series.table.evidence, "share")


_OF_THINGS = re.compile(r"\s+of\s+(?:(?:all|the|its|all\s+the)\s+)?(?:[\d,.]+\s+)?(people|[a-z]{3,}s)\b")


_SUMS = frozenset(
    ["sales", "costs", "expenses", "fees", "fares", "earnings", "receipts", "tips", "takings", "proceeds"]
)
"""Plurals for money, which is no count."""


def _counts_of(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> list[Series]:
    """The counts of rows, where the whole is called by a plural that is no column: `a quarter of the passengers`."""
    match = _OF_THINGS.match(sentence.text, number.end)
    word = next((w for w in sentence.words if match and w.start == match.start(1)), None)
    named = vocabulary.named(word, by_needs=False) if word else frozenset[Measure]()
    others = word is None or any(not m.of_rows for m in named)
    if any(m.aggregate in {"mean", "median"} and m.sure and not m.needs for m in named & vocabulary.own):
        others = False  # two thirds of the salaries, whose mean is told, are those of as many people
    if word is None or others or word.lower in _SUMS or word.stem in vocabulary.row_words:
        return []
    return columns_with(vocabulary, lambda measure: measure.of_rows)


_OF_WHOLE = re.compile(r"\s+(?:\w+\s+)?of\s+(?:all\s+)?(?:the|its|all|their)\s+(?:[\d,.]+\s+)?(\w+)")


def _of_its_whole(sentence: Sentence, number: WrittenNumber, series: Series, vocabulary: Vocabulary) -> bool:
    """Return whether a rate is of what the sentence calls the whole: `half of the episodes` is no part of the trees."""
    match = _OF_WHOLE.match(sentence.text, number.end) or WHOLE_BEFORE.search(sentence.text[: number.start])
    if match is None or " / " not in series.name:
        return True
    held = set(series.table.measures)
    whole = {m.name for word in sentence.words if word.start == match.start(1) for m in vocabulary.named(word)} & held
    upper, lower = series.name.split(" / ")
    others = [word for word in sentence.words if word.start != match.start(1)]
    parts = {m.name for word in others for m in vocabulary.named(word)} & held
    if whole and upper not in parts and re.match(r"\s+of\s+all\s+(?!the\b|its\b|their\b)", sentence.text[number.end :]):
        return False  # "half of all points" are those of every row
    return not whole or (lower in whole and (upper in parts or not parts - whole))


def _of_wholes(series: Series, part: float, told: str, scale: int, vocabulary: Vocabulary) -> Iterator[Computed]:
    values = series.values(series.table.rows)
    wholes = [sum(values)] if series.table.complete and len(values) > 1 else []
    for table in vocabulary.tables:
        for row in table.rows:
            if row.whole:
                wholes += [
                    value
                    for name, value in row.values.items()
                    if table.measures[name].aggregate in ADDITIVE
                    and (table.measures[name].words & series.measure.words)
                    and (table.measures[name].aggregate == "total" or series.measure.aggregate == "count")
                ]
    for whole in dict.fromkeys(wholes):
        if whole and abs(part) <= abs(whole):
            yield Computed(
                scale * part / whole, f"{told}: {plain(part)} of {plain(whole)}", series.table.evidence, "share"
            )
