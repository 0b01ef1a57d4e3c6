"""Several entries with as many numbers each, told alike: `Oslo made 900 with 50 trips, Bergen 640 with 35`."""

from collections.abc import Iterator, Sequence
from itertools import product

from agents.grounding.binding.measures import measures_of
from agents.grounding.binding.owners import dimensions
from agents.grounding.binding.rows import rows_named
from agents.grounding.names.mentions import Mention
from agents.grounding.numbers.context import SentenceContext, in_cell
from agents.grounding.quantified.judged import DENIED
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Cell, Row, Table
from agents.grounding.tables.matching import says_cell
from agents.outputs import Check

_MOST = 4
"""Numbers that are told of each entry at most."""


def parallel_rows_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Accept a number if all numbers of the sentence are those of its entries, in one order of measures.

    Each entry has the same number of numbers, which stand around it or behind it, and no other number is there.
    """
    numbers = context.sentence.numbers
    if number.form != "plain" or number.hedge in {"over", "under"} or DENIED.search(context.sentence.text):
        return None
    for entries, scope in _entries(context):
        size, rest = divmod(len(numbers), len(entries))
        if rest or not 2 <= size <= _MOST or any(n.form != "plain" for n in numbers):
            continue
        groups = [numbers[place * size : (place + 1) * size] for place in range(len(entries))]
        if not _beside(entries, groups):
            continue
        for table in context.vocabulary.tables:
            rows = [rows_named(table, m, context.vocabulary, scope) for m in entries]
            if any(len(one) != 1 for one in rows) or len({id(one[0]) for one in rows}) < len(rows):
                continue
            if cell := _cell(context, number, table, [one[0] for one in rows], groups):
                return in_cell(number, cell)
    return None


def _entries(context: SentenceContext) -> Iterator[tuple[Sequence[Mention], tuple[Mention, ...]]]:
    """The mentions of the only kind that the sentence has several of, and one of each other kind."""
    times = list(context.sentence.times)
    kinds = [*dimensions(context.sentence.names), *([times] if times else [])]
    several = [kind for kind in kinds if len(kind) > 1]
    if len(several) == 1 and not context.sentence.left_out:
        entries = sorted(several[0], key=lambda m: m.start)
        yield entries, tuple(kind[0] for kind in kinds if len(kind) == 1)


def _beside(entries: Sequence[Mention], groups: Sequence[Sequence[WrittenNumber]]) -> bool:
    """Return whether each entry stands after the numbers of the one before it and before the last of its own."""
    ends = [0, *(group[-1].end for group in groups)]
    return all(
        before <= entry.start < group[-1].start for before, entry, group in zip(ends, entries, groups, strict=False)
    )


def _cell(
    context: SentenceContext,
    number: WrittenNumber,
    table: Table,
    rows: Sequence[Row],
    groups: Sequence[Sequence[WrittenNumber]],
) -> Cell | None:
    """The cell of a number, if there is one measure for each place that all entries have in that place."""
    options: list[list[str]] = []
    for told in zip(*groups, strict=True):
        named = measures_of(context.sentence, told[0], context.vocabulary)
        own = {m.name for m in named or () if m in table.measures.values() and m.sure}
        options.append(
            [
                name
                for name, measure in table.measures.items()
                if not measure.of_result
                and (not own or name in own or measure.of_rows)
                and all(
                    name in r.values and says_cell(n, r.values[name], measure) for n, r in zip(told, rows, strict=True)
                )
            ]
        )
    for chosen in product(*options):
        if len(set(chosen)) == len(chosen):
            for row, group in zip(rows, groups, strict=True):
                if number in group:
                    return Cell(table, row, table.measures[chosen[list(group).index(number)]])
    return None
