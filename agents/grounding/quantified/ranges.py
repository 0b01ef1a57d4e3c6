"""Claims about both ends of a measure: `fares range from 1 to 130`."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.grounding.binding.owners import Owner, owners
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.checks.series import Series, plain, series_for
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.every import in_range
from agents.grounding.quantified.judged import Judged, decided
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY, Row
from agents.grounding.tables.matching import says_cell

_RANGES = re.compile(
    r"\b(?:rang(?:es?|ed|ing)|var(?:y|ies|ied|ying)|spans?|spanned|spanning|reich(?:t|en)|schwank(?:t|en|te|ten)"
    r"|(?P<go>go(?:es)?)|l(?:ies?|ay)|fluctuat(?:es?|ed|ing)|lieg(?:t|en)|lag(?:en)?"
    r"|(?P<within>stay(?:s|ed)?|remain(?:s|ed)?|kept|(?:are|were)(?=\s+between)|bleib(?:t|en)|blieb(?:en)?))(?:,?\s+\w+){0,2}?,?\s+(?P<from>from|between|von|zwischen)\s+[^\w\s]?$",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\s*(?:[A-Za-z%]+\s+)?(?:\([^()]*\)\s*)?(?:(?:in|for|at|on|during|among)\s+[^,;.\d]{1,40}?\s+)?(?:up\s+)?(?:to|and|bis|und)\s+[^\w\s]?",
    re.IGNORECASE,
)
_PART = re.compile(r"\b(?:half|quarter|most|middle|central|majority|percent|hälfte|viertel)\b|%", re.IGNORECASE)
"""Words for a part of the values, which does not reach both ends."""


def ranges(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for left, right in pairwise([n for n in sentence.numbers if n.form == "plain"]):
        match = _RANGES.search(sentence.text[: left.start])
        if match is None or not _TO.fullmatch(sentence.text, left.end, right.start):
            continue
        start, _ = clause_span(sentence.text, match.start())
        if _PART.search(sentence.text[start : match.start()]):
            continue
        if named := _named_ends(sentence, left, right):
            yield from decided(list(_of_named(sentence, match, (left, right), named, vocabulary)))
            continue
        if match["go"]:
            continue  # "it goes from 4 to 9" may be told of a time
        if left.values != right.values and _in_one_row(left, right, vocabulary):
            continue
        found: list[Judged] = []
        for one in _ends_of(sentence, left, right, vocabulary):
            for values in _values(sentence, one, left, vocabulary):
                low, high = values
                true = all(says_cell(n, v, one.measure) for n, v in ((left, low), (right, high)))
                true = true or (match["within"] is not None and left.values[0] <= low and high <= right.values[0])
                told = f"{one.name} goes from {plain(low)} to {plain(high)}"
                said = match[0].split()[0]
                numbers = (left, right) if match["within"] and true else ()
                found.append(Judged(said, match.start(), true, told, one.table.evidence, numbers=numbers))
        yield from decided(found)


def _named_ends(
    sentence: Sentence, left: WrittenNumber, right: WrittenNumber
) -> tuple[list[Mention], list[Mention]] | None:
    """The entries of which each end is said, so that these are compared: `from 19 % (men) to 74 % (women)`."""
    every = [m for m in sentence.names if left.end <= m.start]
    between, after = [m for m in every if m.end <= right.start], [m for m in every if m.start >= right.end]
    return (between, after) if between and after else None


def _of_named(
    sentence: Sentence,
    match: re.Match[str],
    numbers: tuple[WrittenNumber, WrittenNumber],
    named: tuple[list[Mention], list[Mention]],
    vocabulary: Vocabulary,
) -> Iterator[Judged]:
    """The claim that two entries are the ends of all of their kind, where these are the rows of a table."""
    for one in _ends_of(sentence, *numbers, vocabulary):
        table = one.table
        ends = [rows_named(table, some[0], vocabulary) for some in named]
        scope = [m for m in sentence.mentions if m not in (*named[0], *named[1])]
        if not table.complete or len(table.columns) + table.timed != 1 or scope or any(len(e) != 1 for e in ends):
            continue
        held = [row for row in table.rows if not (row.whole or row.called & NO_ENTRY)]
        values = one.values(held)
        told = [one.value(rows[0]) for rows in ends]
        if len(values) > len(ends) and all(
            value is not None and says_cell(n, value, one.measure) for n, value in zip(numbers, told, strict=True)
        ):
            true = sorted(value for value in told if value is not None) == [min(values), max(values)]
            said = f"{one.name} goes from {plain(min(values))} to {plain(max(values))}"
            yield Judged(match[0].split()[0], match.start(), true, said, table.evidence)


def _in_one_row(left: WrittenNumber, right: WrittenNumber, vocabulary: Vocabulary) -> bool:
    """Return whether an entry has both ends as numbers of its own."""
    for table in vocabulary.tables:
        for row in table.rows if not all(row.whole for row in table.rows) else ():
            cells = [(value, table.measures[name]) for name, value in row.values.items()]
            if all(any(says_cell(n, value, measure) for value, measure in cells) for n in (left, right)):
                return True
    return False


def _ends_of(sentence: Sentence, left: WrittenNumber, right: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Series]:
    seen: set[tuple[int, str]] = set()
    for number in (left, right):
        for one in series_for(sentence, number, vocabulary, rates=right.percent):
            if (id(one.table), one.name) not in seen:
                seen.add((id(one.table), one.name))
                yield one


def _values(
    sentence: Sentence, one: Series, number: WrittenNumber, vocabulary: Vocabulary
) -> Iterator[tuple[float, float]]:
    """The lowest and highest value of the rows that a sentence is about, or those that a row itself holds."""
    ranged = in_range(sentence, one.table, vocabulary)
    for owner in owners(sentence, number, []) or [Owner()]:
        if not owner.mentions and sentence.names:
            continue
        rows: Sequence[Row] = rows_of(one.table, owner, vocabulary) or []
        rows = [row for row in rows if row in ranged and not row.called & NO_ENTRY]
        values = one.values(rows)
        if len(values) > 1 and one.measure.aggregate not in {"highest", "lowest"}:
            yield min(values), max(values)
        elif len(rows) == 1 and (ends := _own_ends(one, rows[0])):
            yield ends


def _own_ends(one: Series, row: Row) -> tuple[float, float] | None:
    def end(aggregate: str) -> float | None:
        fitting = (m for m in one.table.measures.values() if m.aggregate == aggregate and m.words == one.measure.words)
        return next((row.values[m.name] for m in fitting if m.name in row.values), None)

    low, high = end("lowest"), end("highest")
    return None if low is None or high is None else (low, high)
