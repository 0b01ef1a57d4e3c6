"""The few forms of questions that fixed rules read word by word: a question of another form is not read at all.

Every word has to be accounted for: as the kind of number asked for, a column, a value, a month or year, or a word that
carries no subject. One noun that names no column may stand for the rows, and the answer says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agents.claims import RowFilter
from agents.offline.plan import MOST_GROUPS, aggregate, is_averaged, is_flag, is_year
from agents.offline.questions.reading import FUNCTION_WORDS, Reading, recognise
from analytics.results import ColumnProfile, DatasetProfile

Kind = Literal[
    "rows", "distinct", "missing", "share", "sum", "mean", "median", "maximum", "minimum", "change", "correlation"
]

_BY = {"by", "per", "each", "every", "which", "what"}
_FREE = (FUNCTION_WORDS - {"or", "than", "if", "more", "less", "fewer", "few", "often", "about", "between", "any"}) | {
    "altogether",
    "overall",
    "did",
}
_NAMES_ASKED = {"who", "whose", "which", "when", "where", "why"}
"""First words of a question that a number alone does not answer."""
_CONNECTED = {"between"}  # only of two years


@dataclass(frozen=True)
class DirectQuestion:
    """A question that one query answers.

    Attributes:
        kind: The number asked for.
        measure: Column that it is about; None for rows.
        where: Conditions of the rows.
        part: For a share, the conditions of the part among them.
        by: Column whose groups are compared; None for one number.
        end: `maximum` or `minimum` if the highest or lowest group is asked for.
        years: For a change, the two years.
        pair: For a correlation, the two columns.
        taken_for_rows: A word of the question that is taken to mean the rows; empty if there is none.
        unsaid: What the question leaves open, and how it is taken; empty if nothing.
    """

    kind: Kind
    measure: ColumnProfile | None = None
    where: tuple[RowFilter, ...] = ()
    part: tuple[RowFilter, ...] = ()
    by: ColumnProfile | None = None
    end: str = ""
    years: tuple[int, ...] = ()
    pair: tuple[ColumnProfile, ...] = ()
    taken_for_rows: str = ""
    unsaid: str = ""


def read_question(question: str | None, profile: DatasetProfile) -> DirectQuestion | None:
    """Read a question of one of the known forms; None if it has another one.

    Args:
        question: In English.
        profile: The data set.
    """
    reading = recognise(question or "", profile)
    if not reading.words or re.search(r"\d[.,]\d|[<>]", question or ""):
        return None
    counted = reading.words[:2] == ["how", "many"] or reading.words[:3] == ["in", "how", "many"]
    if reading.ambiguous:
        return None
    if counted or {"share", "count"} & set(reading.kinds):
        _drop_rows(reading)
    if reading.words[0] in {"which", "what"} and 1 in reading.columns:
        reading.used.add(0)
    left = [place for place, word in enumerate(reading.words) if place not in reading.used and word not in _FREE]
    if reading.kinds == ["change"]:
        left = [place for place in left if reading.words[place] not in _CONNECTED]
    noun = ""
    if len(left) == 1 and _stands_for_rows(reading, left[0]):
        noun = reading.words[left[0]]
    elif left:
        return None
    return _counted(reading, noun) if counted or reading.kinds == ["count"] else _measured(reading, noun)


def _drop_rows(reading: Reading) -> None:
    """Leave out a column that names each row: the episodes of `in how many episodes is there a barn?`."""
    for place, column in list(reading.columns.items()):
        named = column.role in ("identifier", "text") and column.distinct == reading.profile.rows
        if named and len(reading.columns) + len(reading.conditions) > 1:
            del reading.columns[place]


def _stands_for_rows(reading: Reading, place: int) -> bool:
    """A noun after `how many`, `number of` or `share of` that names no column."""
    before = reading.words[place - 1] if place else ""
    return before == "many" or (before == "of" and bool({"share", "count"} & set(reading.kinds)))


def _counted(reading: Reading, noun: str) -> DirectQuestion | None:
    """`How many … ?`."""
    where = list(reading.conditions.values())
    kinds = [kind for kind in reading.kinds if kind != "count"]
    others: list[ColumnProfile] = []
    for _, column in sorted(reading.columns.items()):
        if is_flag(column):
            where.append(RowFilter(column=column.name, equals=1))
        else:
            others.append(column)
    if kinds == ["missing"] and len(others) == 1 and not where and not noun:
        return DirectQuestion("missing", others[0])
    if kinds not in ([], ["sum"]) or len(others) > 1 or (reading.years and not reading.conditions):
        return None
    if not others:
        return DirectQuestion("rows", where=tuple(where), taken_for_rows=noun) if not kinds else None
    column = others[0]
    if noun:
        return None
    if column.role == "number" and aggregate(column) == "sum" and column.placeholder is None and not is_year(column):
        return DirectQuestion("sum", column, tuple(where))
    if column.role in ("category", "text", "identifier") and not where and not kinds:
        return DirectQuestion("distinct", column)
    return None


def _measured(reading: Reading, noun: str) -> DirectQuestion | None:
    """A share, a total, a mean, a median, the highest or lowest value, or a change between two years."""
    by = next((c for p, c in reading.columns.items() if p and reading.words[p - 1] in _BY and not _measures(c)), None)
    columns = [column for column in reading.columns.values() if column is not by]
    where, kinds = tuple(reading.conditions.values()), reading.kinds
    if kinds == ["share"]:
        flags = tuple(RowFilter(column=column.name, equals=1) for column in columns if is_flag(column))
        if by or len(flags) != len(columns) or len(flags) > 1 or (not flags and len(where) != 1):
            return None
        part, whole = (flags, where) if flags else (where, ())
        return DirectQuestion("share", where=whole, part=part, taken_for_rows=noun)
    if noun or not columns or not all(map(_measures, columns)) or (by is None and reading.words[0] in _NAMES_ASKED):
        return None
    if kinds == ["correlation"]:
        fits = len(columns) == 2 and not where and by is None
        return DirectQuestion("correlation", pair=tuple(columns)) if fits else None
    measure = columns[0]
    if len(columns) > 1 or ("rate" in kinds and not is_flag(measure)):
        return None
    kinds = [kind for kind in kinds if kind != "rate"]
    if kinds == ["change"]:
        two = len(reading.years) == 2 and not where and by is None
        return DirectQuestion("change", measure, years=tuple(sorted(reading.years))) if two else None
    if reading.years and not where:
        return None
    said = [kind for kind in kinds if kind in ("sum", "mean", "median")]
    ends = [kind for kind in kinds if kind in ("maximum", "minimum")]
    if len(said) > 1 or len(ends) > 1 or len(said) + len(ends) != len(kinds) or not kinds:
        return None
    if by is None:
        if said and ends:
            return None
        if ends and (is_flag(measure) or {"most", "least", "fewest"} & set(reading.words)):
            return None
        return DirectQuestion(_kind((said or ends)[0]), measure, where)
    if said == ["median"] or where or not 2 <= by.distinct <= MOST_GROUPS:
        return None
    kind, unsaid = _kind((said or ["mean"])[0]), ""
    if not said and not is_flag(measure):
        kind = "sum" if aggregate(measure) == "sum" else "mean"
        unsaid = left_open(measure, reading.words)
    return DirectQuestion(kind, measure, where, by=by, end="".join(ends), unsaid=unsaid)


def left_open(measure: ColumnProfile, words: Sequence[str]) -> str:
    """Words for a question that names neither totals nor means where both make sense; empty for any other."""
    if is_flag(measure) or is_averaged(measure):
        return ""
    totals = aggregate(measure) == "sum"
    if set(words) & ({"most", "fewest", "least", "sum", "many"} if totals else {"average", "mean", "avg"}):
        return ""
    return f"it does not say whether totals or means are meant, and these are {'totals' if totals else 'means'}"


def _measures(column: ColumnProfile) -> bool:
    return column.role == "number" and column.placeholder is None and column.distinct > 1 and not is_year(column)


def _kind(text: str) -> Kind:
    kinds: dict[str, Kind] = {
        "sum": "sum",
        "mean": "mean",
        "median": "median",
        "maximum": "maximum",
        "minimum": "minimum",
    }
    return kinds[text]
