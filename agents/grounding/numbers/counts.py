"""Numbers that count rows, and bounds that rows keep."""

import re
from dataclasses import replace

from agents.grounding.binding.directions import HIGHEST, LESS, LOWEST, MORE
from agents.grounding.binding.owners import owners
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.binding.taken_together import said_of_each
from agents.grounding.checks.counted.counted_words import counted_words
from agents.grounding.checks.counted.counts import (
    BOUNDS,
    OF_THESE,
    bound_of,
    counts,
    is_all,
    keeps,
    rows_in_scope,
)
from agents.grounding.checks.counted.leads import leads
from agents.grounding.checks.counted.named_rows import named_rows
from agents.grounding.checks.parts.part_of_whole import part_and_whole
from agents.grounding.checks.series import plain, series_for
from agents.grounding.numbers.cells import cell_check
from agents.grounding.numbers.context import SentenceContext, counts_things, derived, in_cell
from agents.grounding.quantified.gaps import LACKING
from agents.grounding.quantified.quantified import counted
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import segment_at
from agents.grounding.sentences.sentence import joined_with_previous
from agents.grounding.tables.cells import Measure, Table, cells_of
from agents.grounding.tables.matching import bounds, says
from agents.outputs import Check

_OTHERS = re.compile(
    r"\b(?:(?P<none>no other|none of the others)|everything else|all (?:the )?others?|every other|the rest"
    r"|(?:the|all)\s+(?:other|remaining)\s+[\w-]+)\b"
    r"[^.;]{0,40}$",
    re.IGNORECASE,
)


def choice(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Accept the size of a choice, as in `the 3 worst days`, and the 16 of `ranks 3rd of 16`."""
    before, after = context.sentence.text[: number.start], context.sentence.text[number.end :]
    sizes = {len(table.rows) for table in context.vocabulary.tables if not any(row.whole for row in table.rows)}
    chosen = re.match(
        r"\s+(?:worst|best|top|largest|highest|lowest|biggest|smallest|busiest|most|least)\b", after, re.IGNORECASE
    )
    chosen = chosen or re.search(r"\b(?:last|first|past|next|top|previous)\s+$", before, re.IGNORECASE)
    if chosen and 0 < number.values[0] <= max(sizes, default=0):
        return Check(text=number.text, verdict="verified", detail="a choice")
    ranks = [n for n in context.sentence.numbers if n.form == "rank" and n.end <= number.start]
    if ranks and re.fullmatch(r"[\w\s]{0,12}\b(?:of|out of|among|from)\s+(?:the\s+|all\s+)?", before[ranks[-1].end :]):
        complete = [t for t in context.vocabulary.tables if t.complete and len(t.rows) == number.values[0] > 1]
        if complete:
            return Check(text=number.text, verdict="derived", evidence=complete[0].evidence, detail="rows in all")
    return None


def lead_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Compare a number with the groups in which an entry is before the others."""
    one = next((one for one in leads(context.sentence, number, context.vocabulary) if says(number, one.value)), None)
    return derived(number, one) if one else None


def part_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Compare a part and its whole with cells that are both: `233 of 314`."""
    for part, whole in context.parts:
        if number in (part, whole):
            one = next(part_and_whole(context.sentence, part, whole, context.values, context.vocabulary), None)
            if one and (number is whole or not (part.percent or part.form == "fraction")):
                return derived(number, one)
    return None


_OF_MANY = re.compile(r"\s+(?:of\s+)?(?:the|these|all)\s+(?P<count>\d{1,3}|[a-z]+)\s+(?=[a-z])", re.IGNORECASE)


_OF_ROWS = re.compile(r"\s+(?:of\s+)?(?:the|these|all)\s+(?=[a-z])", re.IGNORECASE)


def _rows_called(context: SentenceContext, number: WrittenNumber) -> float | None:
    """The number of rows that the noun after a fraction names, if there is one such table: `half of the states`."""
    match = _OF_ROWS.match(context.sentence.text, number.end)
    words = {word.stem for word in context.sentence.words_after(match.end(), 2)} if match else set[str]()
    sizes = {len(t.rows) for t in context.vocabulary.tables if words & t.row_words and len(t.rows) > 1}
    return float(sizes.pop()) if len(sizes) == 1 else None


def part_of_many(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Count a part of rows that is told as a fraction: `half of the six feeds have a mean above`."""
    if number.form != "fraction" or number.hedge:
        return None
    match = _OF_MANY.match(context.sentence.text, number.end)
    size = next((n.values[0] for n in context.sentence.numbers if match and n.start == match.start("count")), None)
    if size is None:
        size = _rows_called(context, number)
    if size is None or not (size * number.values[0]).is_integer():
        return None
    count = replace(number, form="plain", values=(size * number.values[0],), half_units=(0.0,))
    for one in counts(context.sentence, count, context.vocabulary):
        if says(count, one.value):
            return derived(number, one)
    return None


_POINTS = re.compile(r"\s+points?\s+(?:above|below|higher|lower|over|under)\b", re.IGNORECASE)
"""Words after a difference of two percentages, which counts nothing."""


def count_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Compare a number with the rows that it counts, or a bound with the rows that keep it."""
    of_points = _POINTS.match(context.sentence.text, number.end)
    if (number in context.counting or counted_words(context.sentence, number)) and not of_points:
        whole = is_all(context.sentence, number)
        found = [] if whole else list(counted(context.sentence, number, context.vocabulary))
        so_many = OF_THESE.match(context.sentence.text, number.end)
        of_gaps = LACKING.search(context.sentence.text, number.end) and not any(number is n for _, n in context.parts)
        if not (found and (so_many or of_gaps)):
            found += counts(context.sentence, number, context.vocabulary)
        if so_many and (of_leads := list(leads(context.sentence, number, context.vocabulary))):
            found = of_leads  # "led in three of the three months" is no count of all months
        for one in found:
            if says(number, one.value) if number.hedge not in BOUNDS else _bounds_count(number, one.value):
                return derived(number, one)
        if found and number.hedge in BOUNDS and any(n.start > number.end and n.hedge for n in context.sentence.numbers):
            return None  # "at least two regions have more than 200", but one has
    if number.hedge and others_keep(context, number):
        return Check(text=number.text, verdict="derived", detail="a bound that these rows keep")
    governing = [n for n in context.counting if bound_of(context.sentence, n) is number]
    parts = [n for n in context.sentence.numbers if n.form == "fraction" and bound_of(context.sentence, n) is number]
    if number.hedge and (governing or any(part_of_many(context, n) for n in parts)):
        return Check(text=number.text, verdict="derived", detail="a bound, checked with its count")
    if any(number in claim.numbers for claim in context.claims):
        return Check(text=number.text, verdict="derived", detail="a bound, checked with the rows that it is said of")
    return None


def _bounds_count(number: WrittenNumber, count: float) -> bool:
    """Return whether a number bounds a count that somebody would bound by it: nobody calls 8 rows fewer than 4,040."""
    return bool(bounds(number, count)) and number.values[0] <= _FAR * max(count, 1)


_FAR = 3


def others_keep(context: SentenceContext, number: WrittenNumber) -> bool:
    """Return whether all rows named keep a bound, or all others: `everything else under 425`."""
    before = context.sentence.text[: number.start]
    others = _OTHERS.search(before)
    if others and not context.sentence.names and not context.sentence.times and context.sentence.previous:
        joined, moved = joined_with_previous(context.sentence)  # "A 12, B 7; all others are below 6"
        return others_keep(replace(context, sentence=joined), moved[number])
    listed = [m for m in context.sentence.mentions if m.end <= number.start]
    each = re.match(r"\s*(?:\w+\s+)?each\b", context.sentence.text[number.end :])
    said = others or each or re.search(r"\b(?:all|both|each)\b", before, re.IGNORECASE)
    if not said and (of_each := said_of_each(context.sentence, number)):
        said, listed = True, of_each
    if len(listed) < (1 if others else 2) or not said:
        return False
    for one in series_for(context.sentence, number, context.vocabulary, rates=number.percent):
        named = [r for m in listed for r in rows_named(one.table, m, context.vocabulary)]
        rows = [r for r in one.table.rows if r not in named] if others else named
        values = one.values(rows)
        if not values or len(named) == len(one.table.rows):
            continue
        kept = [keeps(number, value, one) for value in values]
        if (others and others["none"] and not any(kept)) or (not (others and others["none"]) and all(kept)):
            return True
    return False


def rows_in_all(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Accept the number of all rows with a noun that the evidence does not have: `the 200 orders`."""
    if number.hedge in {"over", "under"}:
        return None
    if _WHOLE.search(context.sentence.text[: number.start]):
        for table in context.vocabulary.tables:
            if number.values[0] in _entries(table):
                return Check(text=number.text, verdict="derived", evidence=table.evidence, detail="entries in all")
    if _OUT_OF.search(context.sentence.text[: number.start]):
        for table in context.vocabulary.tables:
            rows = [row for row in table.rows if not row.whole] if table.complete else []
            within = rows_in_scope(context.sentence, table, context.vocabulary, without=context.sentence.names)
            if number.values[0] in {len(rows), len(within)} and len(rows) > 1:
                return Check(text=number.text, verdict="derived", evidence=table.evidence, detail="rows in all")
    of_all = re.search(r"\ball\s+$", context.sentence.text[: number.start], re.IGNORECASE)
    if not of_all and not counts_things(context, number):
        return None
    if re.match(r"\s+(?:different|distinct|unique|missing)\b", context.sentence.text[number.end :], re.IGNORECASE):
        return None
    noun = next(context.sentence.words_after(number.end, 1), None)
    for cell in cells_of(context.vocabulary.tables):
        of_texts = cell.measure.name == "distinct" and "mean" not in cell.row.values
        told = cell.measure.of_result and cell.measure.name in {"rows", "count"}
        if (told or (of_texts and noun and noun.stem in cell.measure.words)) and says(number, cell.value):
            return in_cell(number, cell)
    return None


_OUT_OF = re.compile(r"(?:\d|[a-z])\s+out\s+of\s+$")
_WHOLE = re.compile(r"\b(?:the|all|these|those|alle[nr]?|der|die|den)\s+$", re.IGNORECASE)


def _entries(table: Table) -> set[float]:
    """The numbers of different entries of a table that has all of them, by each of its columns and in all."""
    rows = [row for row in table.rows if not row.nameless and not row.whole]
    by_column = {len({row.names[column] for row in rows if column in row.names}) for column in table.columns}
    years = {len({m.year for row in rows for m in row.moments.values()})} if table.timed else set[int]()
    return {float(count) for count in (*by_column, *years, len(rows)) if count > 1}


_COMPARED_TIMES = re.compile(r"\s+(?:as|the|that|those|more|less|fewer|[a-z]{3,}er|what|its|their|of)\b")


def times_counted(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Count rows by their texts where `three times` says how often and compares nothing."""
    times = number.form == "multiple" and re.search(r"times$", number.text)
    if not times or _COMPARED_TIMES.match(context.sentence.text, number.end):
        return None
    plainly = replace(number, form="plain")
    if found := cell_check(context, plainly):
        return found  # "won five times"
    for one in named_rows(context.sentence, replace(number, form="plain"), context.vocabulary):
        if number.values[0] == one.value:
            return derived(number, one)
    return None


def rows_with_words(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Count the rows by what stands in their texts, where the words after the number are no measure."""
    if not counts_things(context, number):
        return None
    if bound_of(context.sentence, number) is not None:
        return None
    start, end = segment_at(context.sentence.text, number.start)
    if any(way.search(context.sentence.text, start, end) for way in (MORE, LESS, HIGHEST, LOWEST)):
        return None  # "one team had more wins than Ajax": those with the name are not those that had more
    for one in named_rows(context.sentence, number, context.vocabulary):
        if says(number, one.value):
            return derived(number, one)
    return None


_ALL = re.compile(r"\b(?P<verb>[a-z]+)\s+all\s+(?:of\s+)?(?:(?:the|its|their)\s+)?$")


def all_of_them(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Hold all of something against the column of the verb before it: `Egypt lost all 3 matches`."""
    match = _ALL.search(context.sentence.text[: number.start])
    verb = next((w for w in context.sentence.words if match and w.start == match.start("verb")), None)
    named = context.vocabulary.named(verb, by_needs=False) & context.vocabulary.own if verb else frozenset[Measure]()
    columns = [m for m in named if m.sure and not m.of_result and m.aggregate in {None, "total", "count"}]
    if len(columns) != 1 or number.form != "plain" or number.percent:
        return None
    right = ""
    for owner in owners(context.sentence, number, context.values):
        for table in context.vocabulary.tables if owner.mentions else ():
            rows = rows_of(table, owner, context.vocabulary) or []
            if len(rows) == 1 and (value := rows[0].values.get(columns[0].name)) is not None:
                told = f"{columns[0].name} of {rows[0].title} is {plain(value)}"
                if says(number, value):
                    return Check(text=number.text, verdict="derived", evidence=table.evidence, detail=told)
                right = right or f"{table.evidence}: {told}"
    return Check(text=number.text, verdict="contradicted", detail=right) if right else None
