"""Numbers that a cell of the evidence holds."""

import re
from itertools import permutations
from math import isclose

from agents.grounding.binding.cells_meant import cells_for
from agents.grounding.binding.measures import measures_of
from agents.grounding.binding.owners import Owner, kinds_in, owners
from agents.grounding.binding.rows import rows_named
from agents.grounding.binding.taken_together import said_of_each
from agents.grounding.checks.compared.said_changes import says_change
from agents.grounding.checks.counted.counts import BOUNDS
from agents.grounding.numbers.context import SentenceContext, in_cell, is_p_value
from agents.grounding.numbers.not_so import is_beside, is_denied, is_each_time, is_passed, is_times
from agents.grounding.reading.hedges import NEARLY
from agents.grounding.reading.words import stem
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.tables.cells import Cell, cells_of
from agents.grounding.tables.matching import bounds, in_written_unit, says, says_cell
from agents.outputs import Check

_NO = re.compile(r"\b(?:no|not\s+(?:one|a\s+single)|kein(?:e[rsnm]?)?)\s+$", re.IGNORECASE)
"""Words before an entry that turn a bound round: `no hardtop gets more than 24`."""
_OF_OTHERS = re.compile(r"\b(?:no\s+other|none\s+of|neither)\b[^.;]{0,60}$", re.IGNORECASE)
_OF_EACH = re.compile(r"\b(?:each|both|all)\b", re.IGNORECASE)
_OF_EVERY = re.compile(r"\b(?:all|each|every|none\s+of|no(?=\s+[a-z]{3,}))\b", re.IGNORECASE)
_NEGATIVE = re.compile(
    r"\b(?:negative|minus|early|earlier|loss\w*|lost|deficit|below|ahead|decreas\w*|drop\w*|fell|inverse\w*"
    r"|opposite)\b",
    re.IGNORECASE,
)
_CHANGE_STEMS = frozenset(
    stem(word)
    for word in [
        "change",
        "growth",
        "difference",
        "diff",
        "delta",
        "increase",
        "decrease",
        "gain",
        "loss",
        "yoy",
        "mom",
        "pct_change",
    ]
)


def cell_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number among the cells of what it is about."""
    if is_p_value(context.sentence, number):
        return _p_value(context, number)
    if number.hedge in BOUNDS and bounds_many(context, number):
        return None  # the bound has to hold for each
    if number.percent and _LEAVING.search(context.sentence.text[: number.start]):
        return None
    if is_denied(context.sentence.text, number) or is_times(context.sentence.text, number):
        return None
    change = says_change(context.sentence, number)
    for owner in owners(context.sentence, number, context.values):
        for cell in cells_for(context.sentence, number, context.values, context.vocabulary, owner):
            if owner.mentions and is_passed(context.sentence.text, number, cell.value, cell.measure.scale):
                continue  # "UA had more than 58,665" where it has just so many
            if number.hedge in {"at least", "at most"} and _is_central(context, cell):
                continue  # a mean is no limit of what is paid
            if cell.row.moments and any(m.date and is_beside(context.sentence.text, m) for m in owner.mentions):
                continue  # "before 2004 there were 117" tells nothing of 2004
            if number in context.counting and not float(cell.value).is_integer():
                continue  # "at least three years" for 3.7
            if number.percent and _OF_ALL.match(context.sentence.text, number.end) and not _is_share(cell):
                continue  # 8 goals are not "8 % of all goals"
            if change and not (cell.measure.words | cell.measure.needs) & _CHANGE_STEMS:
                continue
            if change and _other_way(context.sentence.text[: number.start], cell):
                continue
            if change and number.percent and not number.points and _is_difference(context, cell):
                continue  # a rise of 6 trips is none of 6 %
            if change and cell.measure.of_result and _of_one_step(context, cell):
                continue
            overall = cell.measure.of_result and cell.measure.name == "growth"
            if overall and is_each_time(context.sentence.text, number):
                continue  # that from the first to the last is none of each
            if _sign_fits(context, number, cell) and (
                says_cell(number, cell.value, cell.measure) or _bounds(context, number, cell, owner)
            ):
                return in_cell(number, cell)
    return None


_MOVE_OF = re.compile(
    r"\b(?:(?P<up>rise|increase|gain|jump|growth)|fall|drop|decline|decrease|reduction)\s+of\s+(?:about\s+)?[^\w\s]?$"
)
_LOSSES = frozenset(map(stem, ["loss", "losses", "decrease", "decline", "drop", "fall", "reduction"]))


def _other_way(before: str, cell: Cell) -> bool:
    """Return whether the noun before a change says the other direction: a `fall of 53 %` for +53."""
    move = _MOVE_OF.search(before)
    return move is not None and not cell.measure.words & _LOSSES and (cell.value > 0) != bool(move["up"])


def _is_difference(context: SentenceContext, cell: Cell) -> bool:
    """Return whether a value is the difference of two others of its entry, so that it is no percentage."""
    if abs(cell.value) <= 1 or cell.measure.percent:
        return False
    rows = [row for t in context.vocabulary.tables if t.evidence == cell.table.evidence for row in t.rows]
    own = [value for row in rows if row.names == cell.row.names for value in row.values.values()]
    return any(isclose(a - b, cell.value, abs_tol=1e-6) for a, b in permutations(own[:_MOST_VALUES], 2))


_MOST_VALUES = 20
"""Values of an entry that are compared with each other."""


def _is_central(context: SentenceContext, cell: Cell) -> bool:
    """Return whether a value is a mean or median, but is not called so."""
    return cell.measure.aggregate in {"mean", "median"} and not (context.sentence.aggregates or cell.measure.percent)


_LEAVING = re.compile(r"\bleav(?:es|ing)\s+(?:about\s+|only\s+|just\s+)?$")
"""Words before what is left of the whole, which is computed: `Reds have 62 % and Blues 30 %, leaving 8 %`."""
_OF_ALL = re.compile(r"\s+of\s+all\s+(?!the\b)[a-z]")
_WHOLE = 0.02
"""Part of 100 % by which rounded shares may miss it in all."""


def _is_share(cell: Cell) -> bool:
    """Return whether a value can be a share: it is called one, is at most 1, or all of its column make up 100."""
    if cell.measure.percent or cell.measure.aggregate == "share" or abs(cell.value) <= 1:
        return True
    return abs(sum(row.values.get(cell.measure.name, 0.0) for row in cell.table.rows) / 100 - 1) <= _WHOLE


def _of_one_step(context: SentenceContext, cell: Cell) -> bool:
    """Return whether a sentence tells a move between other times than the first and the last, or at one later time."""
    times = context.sentence.times
    timed = [t for t in context.vocabulary.tables if t.timed and t.evidence == cell.table.evidence]
    if len(times) not in {1, 2} or not timed:
        return False
    for table in timed:
        orders = [row.order for row in table.rows if row.moments]
        ends = {min(orders), max(orders)} if len(times) > 1 else {min(orders)}
        if ends <= {row.order for time in times for row in rows_named(table, time, context.vocabulary) if row.moments}:
            return False
    return True


def _bounds(context: SentenceContext, number: WrittenNumber, cell: Cell, owner: Owner) -> bool:
    if not owner.hard or cell.row.whole or number.form != "plain":
        return False
    if NEARLY.search(context.sentence.text[: number.start]):
        return False  # "nearly 70,000" is said of no 58,665
    if number.percent and not (cell.measure.percent or abs(cell.value) <= 1):
        return False
    value = 100 * cell.value if number.percent and abs(cell.value) <= 1 and not cell.measure.percent else cell.value
    value = in_written_unit(number, value, cell.measure.scale)
    denied = any(_NO.search(context.sentence.text[: m.start]) for m in owner.mentions)
    if bounds(number, value) is not (not denied) or (denied and _is_central(context, cell)):
        return False
    only = sum(not m.of_result for m in cell.table.measures.values()) == 1 and any(m.date for m in owner.mentions)
    wanted = measures_of(context.sentence, number, context.vocabulary)
    return only or (wanted is not None and (cell.measure in wanted or not cell.measure.sure))


def bounds_many(context: SentenceContext, number: WrittenNumber) -> bool:
    """Return whether a bound is said of each of several entries, or of all others."""
    sentence = context.sentence
    if _OF_OTHERS.search(sentence.text[: number.start]):
        return True
    if not sentence.names and not sentence.times:
        start, _ = clause_span(sentence.text, number.start)
        return bool(_OF_EVERY.search(sentence.text, start, number.start))
    if said_of_each(sentence, number):
        return True
    several = any(len(kind) > 1 for kind in kinds_in(sentence))
    start, end = clause_span(sentence.text, number.start)
    return several and bool(_OF_EACH.search(sentence.text, start, end))


def _sign_fits(context: SentenceContext, number: WrittenNumber, cell: Cell) -> bool:
    if number.signed or number.brackets or cell.value >= 0 or cell.measure.of_result:
        return True
    return bool(_NEGATIVE.search(context.sentence.text))


def _p_value(context: SentenceContext, number: WrittenNumber) -> Check | None:
    for cell in cells_of(context.vocabulary.tables):
        if cell.measure.name == "p_value":
            bounded = number.hedge in {"under", "at most"} and cell.value <= number.values[0] <= 0.1
            if (
                bounded
                or says(number, cell.value)
                or (number.hedge in {"over", "at least"} and cell.value >= number.values[0])
            ):
                return in_cell(number, cell)
    return None
