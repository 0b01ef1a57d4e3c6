"""Numbers that fit one row of the evidence, whose entry and measure their sentence names: the last look at a number.

The steps before this one bind a number by its grammar, which misses true sentences of unusual build. This one turns the
question round. It starts from the rows that hold the number and accepts it if all of these hold:

- The rows that hold it in the results cited are of one entry and time.
- The sentence names that entry and time, and no other one of its kind is nearer, or the numbers of the column stand in
  the order in which the entries are named.
- The measure is named, the sentence names no other one nearby, and words such as `median` agree with it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.grounding.binding.cells_meant import is_no_time
from agents.grounding.binding.columns.column_pairs import pairs_near
from agents.grounding.binding.columns.figures import other_figure
from agents.grounding.binding.columns.percentile_words import other_need
from agents.grounding.binding.directions import HIGHEST, LOWEST
from agents.grounding.binding.measures import better_named, following_words, qualified
from agents.grounding.binding.other_counts import counts_others
from agents.grounding.checks.compared.said_changes import says_change
from agents.grounding.checks.counted.counts import BOUNDS
from agents.grounding.names.mentions import Mention
from agents.grounding.numbers.context import SentenceContext, in_cell, is_p_value
from agents.grounding.numbers.not_so import is_beside
from agents.grounding.reading.words import Token, stems_of_name
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span, segment_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Cell, Row, Table, cells_of
from agents.grounding.tables.matching import says_cell
from agents.grounding.tables.moments import means
from agents.outputs import Check

_DIGITS = 2
"""Digits, zeros at the ends left out, from which on a number is hardly in just one row by accident."""
_MANY_DIGITS = 3
"""Digits from which on a number need not stand beside the name of its measure; one more for a figure of all rows."""


def fitting_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Find the one row that holds a number, if the sentence speaks of it."""
    if number.form != "plain" or number.hedge in BOUNDS or _digits(number) < _DIGITS:
        return None
    if says_change(context.sentence, number) or is_p_value(context.sentence, number):
        return None
    following = following_words(context.sentence, number)
    which = qualified(following, context.vocabulary)
    named = {m for word in which if which != following for m in context.vocabulary.named(word)}
    holding = [cell for cell in cells_of(context.vocabulary.tables) if says_cell(number, cell.value, cell.measure)]
    for cell in holding:
        if named and cell.measure not in named:
            continue  # of "2,817 cancelled flights" flights is no number
        if counts_others(context.sentence, number, cell, context.vocabulary):
            continue
        if other_figure(context.sentence, number, cell.table, cell.measure):
            continue
        if is_no_time(context.sentence, number, cell.table, cell.measure):
            continue
        if _names_row(context, number, cell) and _names_measure(context, number, cell):
            return in_cell(number, cell)
    return None


def _digits(number: WrittenNumber) -> int:
    """Its digits, without zeros at the ends where it can be rounded."""
    digits = re.sub(r"\D", "", number.text).lstrip("0")
    return len(digits.rstrip("0") if number.hedge or len(digits) <= _MANY_DIGITS else digits)


@dataclass(frozen=True)
class _Kind:
    """Mentions of entries of one column of a table, or of times: those of one row and those of others."""

    own: Sequence[Mention]
    others: Sequence[Mention]


def _names_row(context: SentenceContext, number: WrittenNumber, cell: Cell) -> bool:
    """Return whether the sentence speaks of the row of a cell by all its names and times."""
    if cell.row.whole:
        return not context.sentence.names and not context.sentence.times and _denied_alike(context, number, cell)
    if "coefficient" in cell.table.measures:
        return cell.row in pairs_near(context.sentence, number, cell.table.rows)
    kinds = list(_kinds(context, cell))
    if all(kind.own for kind in kinds):
        return all(_nearest(context, number, cell, kind) for kind in kinds) and _denied_alike(context, number, cell)
    return all(kind.own or _is_the_other(context, number, cell, kind) for kind in kinds)


def _is_the_other(context: SentenceContext, number: WrittenNumber, cell: Cell, kind: _Kind) -> bool:
    """Return whether a row is the only one beside the row of the number before: `4.1 for men, 3.2 for the others`."""
    if len(cell.table.rows) != 2 or not kind.others:
        return False
    told = [row for n in context.sentence.numbers if (row := _row_of(n, cell.table, cell.measure.name))]
    if len(told) != 2 or told[0] is cell.row or told[1] is not cell.row:
        return False
    return all(_called(context, m, told[0]) and m.start < number.start for m in kind.others)


def _kinds(context: SentenceContext, cell: Cell) -> list[_Kind]:
    sentence, rows = context.sentence, cell.table.rows
    found: list[_Kind] = []
    for column, name in cell.row.names.items():
        if cell.row.moments and not re.search("[a-z]", name, re.IGNORECASE):
            continue  # a time as text, which is looked for below
        if len({row.names.get(column) for row in rows}) > 1 or column == next(iter(cell.row.names)):
            called = [m for m in sentence.names if name.casefold() in context.vocabulary.same(m.names)]
            mine = [m for m in called if not m.together] or list(_said_so(sentence, column, name))
            other = [m for m in sentence.names if m not in mine and column in m.columns]
            found.append(_Kind(mine, other))
    if cell.row.moments:
        mine = [m for m in sentence.times if _is_at(m, cell.row) and not is_beside(sentence.text, m)]
        found.append(_Kind(mine, [m for m in sentence.times if m not in mine]))
    return found


def _said_so(sentence: Sentence, column: str, name: str) -> Iterator[Mention]:
    """A word that tells of what a column says yes or no to: the cancelled of `366 were cancelled` for `is_canceled`."""
    yes = name.casefold() in {"1", "yes", "true"}
    for word in sentence.words if yes or name.casefold() in {"0", "no", "false"} else ():
        denied = bool(_NOT.search(sentence.text, max(0, word.start - _NEAR), word.start))
        if word.lower.endswith("ed") and word.stem in stems_of_name(column) and yes != denied:
            yield Mention(word.start, word.end, word.text, frozenset({name.casefold()}), frozenset({column}))


_NEAR = 15
"""Characters before a word in which a `not` turns it round."""


def _is_at(mention: Mention, row: Row) -> bool:
    return mention.date is not None and any(means(mention.date, moment) for moment in row.moments.values())


def _nearest(context: SentenceContext, number: WrittenNumber, cell: Cell, kind: _Kind) -> bool:
    """Return whether a number stands with its own entry rather than with another one of the kind."""
    if not kind.others:
        return True
    text = context.sentence.text
    start, end = segment_at(text, number.start)
    here = [m for m in (*kind.own, *kind.others) if start <= m.start < end]
    return bool(here and all(m in kind.own for m in here)) or _in_order(context, cell, kind)


def _in_order(context: SentenceContext, cell: Cell, kind: _Kind) -> bool:
    """Return whether the numbers of a column stand in the order in which their entries are named, one for each."""
    told = [row for n in context.sentence.numbers if (row := _row_of(n, cell.table, cell.measure.name))]
    mentions = sorted((*kind.own, *kind.others), key=lambda m: m.start)
    named: list[Row] = []
    for mention in mentions:
        named += [row for row in told if row not in named and _called(context, mention, row)][:1]
    return len(told) > 1 and told == named


def _called(context: SentenceContext, mention: Mention, row: Row) -> bool:
    return bool(context.vocabulary.same(mention.names) & row.called) or _is_at(mention, row)


def _row_of(number: WrittenNumber, table: Table, measure: str) -> Row | None:
    """The only row in whose cell of a column a number is."""
    if number.form != "plain":
        return None
    column = table.measures[measure]
    rows = [row for row in table.rows if measure in row.values and says_cell(number, row.values[measure], column)]
    return rows[0] if len(rows) == 1 else None


def _names_measure(context: SentenceContext, number: WrittenNumber, cell: Cell) -> bool:
    """Return whether the words about a number fit the measure of a cell."""
    sentence = context.sentence
    spans = (segment_at(sentence.text, number.start), clause_span(sentence.text, number.start), (0, len(sentence.text)))
    for start, end in spans:
        said = {aggregate for word, aggregate in sentence.aggregates if start <= word.start < end}
        if said:
            if cell.measure.aggregate not in said or not _in_turn(sentence, number, cell, (start, end)):
                return False
            break
    else:
        way = {"highest": HIGHEST, "lowest": LOWEST}.get(cell.measure.aggregate or "")
        extreme = way is not None and way.search(sentence.text)
        if cell.measure.aggregate in {"median", "highest", "lowest", "spread", "rank", "other"} and not extreme:
            return False
    stems = {word.stem for word in sentence.words}
    following = [word for word in sentence.words if word.start >= number.end][:2]
    needs = cell.measure.needs
    if cell.measure.of_rows and following and _counts_these(context, number, following[0]):
        if len(cell.table.measures) == 1 and not cell.row.whole:
            return True
        needs = frozenset[str]()
    if other_need(cell.measure, stems) or (
        needs and not needs & stems and not (number.percent and cell.measure.aggregate == "share")
    ):
        return False
    own = [m for m in cell.table.measures.values() if not m.of_result and not m.of_rows]
    # "28.834 cancellations" may be 28,834, so that the cell tells whether they are counted.
    whole = float(cell.value).is_integer() or all(float(value).is_integer() for value in number.values)
    counted = [word for n in sentence.numbers if n is not number for word in following_words(sentence, n)[:1]]
    for start, end in spans:
        words = [word for word in sentence.words if start <= word.start < end]
        words = [word for word in words if word not in counted]
        named = {
            m
            for word in words
            for m in context.vocabulary.named(word, by_needs=False) & context.vocabulary.own
            if m.sure and not m.of_result and not (m.of_rows and _is_one(word, following))
        }
        named = {m for m in named if whole or not _counts(cell.table, m.name)}
        if named:
            return cell.measure in named and not better_named(cell.measure, own, words, context.vocabulary)
    of_kind = [m for m in own if m.aggregate == cell.measure.aggregate]
    told = any(aggregate == cell.measure.aggregate for _, aggregate in sentence.aggregates)
    return len(own) == 1 or _digits(number) >= _MANY_DIGITS + cell.row.whole or (told and len(of_kind) == 1)


def _counts_these(context: SentenceContext, number: WrittenNumber, word: Token) -> bool:
    """Return whether a number counts things that no column cited is called: `116 bookings`, `366 were cancelled`."""
    if _WERE.match(context.sentence.text, number.end):
        return True
    beside = context.sentence.text[number.end : word.start].isspace() and word.lower.endswith("s")
    return beside and not context.vocabulary.named(word, by_needs=False) & context.vocabulary.own


_WERE = re.compile(r"\s+(?:were|are|was|have|had)\s+(?:not\s+)?[a-z]+ed\b")


def _is_one(word: Token, following: Sequence[Token]) -> bool:
    """Return whether a word for what the rows are tells of one of them, and of no number: `the highest volcano`."""
    return word not in following and not word.lower.endswith("s")


def _counts(table: Table, name: str) -> bool:
    """Return whether a column holds whole numbers only, which no 18.82 is of."""
    return all(float(row.values[name]).is_integer() for row in table.rows if name in row.values)


_NOT = re.compile(r"\b(?:not|no|never|without|neither|nor|non)\b|n['\u2019]t\b", re.IGNORECASE)


def _denied_alike(context: SentenceContext, number: WrittenNumber, cell: Cell) -> bool:
    """Return whether the words about a number and the names of a cell both deny something, or neither."""
    names = " ".join([cell.measure.name, *cell.row.called]).replace("_", " ")
    part = segment_at(context.sentence.text, number.start)
    return bool(_NOT.search(context.sentence.text, *part)) == bool(_NOT.search(names))


def _in_turn(sentence: Sentence, number: WrittenNumber, cell: Cell, span: tuple[int, int]) -> bool:
    """Return whether a number has the place of its aggregate: the 84 of `mean and median are 84 and 60`."""
    words = [(word, aggregate) for word, aggregate in sentence.aggregates if span[0] <= word.start < span[1]]
    numbers = [n for n in sentence.numbers if span[0] <= n.start < span[1]]
    if len({aggregate for _, aggregate in words}) < 2 or number not in numbers:
        return True
    return words[numbers.index(number) % len(words)][1] == cell.measure.aggregate
