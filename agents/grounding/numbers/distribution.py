"""Shares of values and the bounds between which they lie, held against the percentiles of a column.

`Half of the fares are above 9` is true if 9 is the median. A share and its bound are true or false together: that each
of them stands in the result says nothing.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from agents.grounding.binding.owners import owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.parts.percentiles import PERCENTILE, is_at, is_share, side_of
from agents.grounding.checks.series import plain
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.tables.cells import Row, Table
from agents.outputs import Check

_BETWEEN = re.compile(r"\b(?:between|from|zwischen|von)\s+[^\w\s]?$", re.IGNORECASE)
_AND = re.compile(r"\s*(?:%|[A-Za-z]+)?\s*(?:and|to|und|bis)\s+[^\w\s]?", re.IGNORECASE)
_MOST = re.compile(
    r"\b(?:most(?=\s+(?:of\s+)?(?:the\s+|all\s+)?[a-z]+s\b)|(?:the|a)\s+majority\s+of|die\s+meisten)\b", re.IGNORECASE
)
_TOP = re.compile(
    r"\b(?:(?P<top>top|upper|highest|largest|longest|(?:most\s+\w+)|oldest|oberste\w*|teuerste\w*)"
    r"|(?P<low>bottom|lower|lowest|smallest|shortest|cheapest|(?:least\s+\w+)|youngest|unterste\w*|billigste\w*)"
    r"|(?P<middle>middle|central|mittlere\w*))\s+$",
    re.IGNORECASE,
)
_PARTS = {"half": 50.0, "quarter": 25.0, "quartile": 25.0, "fifth": 20.0, "tenth": 10.0, "decile": 10.0}
_TOP_PART = re.compile(rf"\b(?:top|upper|bottom|lower|middle)\s+(?P<part>{'|'.join(_PARTS)})\s+of\b", re.IGNORECASE)
_STARTS = re.compile(
    r"\b(?:start\w*|begin\w*|from|above|over|exceed\w*|more\s+than|at\s+least|end\w*|up\s+to|below|under|at\s+most|ab)"
    r"\s+(?:at|with|bei)?\s*[^\w\s]?$",
    re.IGNORECASE,
)
_ENDS = {"minimum": 0.0, "maximum": 100.0}
_FEWEST = 3
"""Percentiles from which on the distribution of a column is known."""
_POINT = 0.51


@dataclass(frozen=True)
class _Said:
    """A share of values and where they lie.

    Attributes:
        share: In percent.
        at_least: The share is a lower bound.
        at_most: It is an upper one.
        low: Bound that all of them are above.
        high: Bound that all of them are below.
        middle: They are the middle ones.
    """

    share: float
    at_least: bool = False
    at_most: bool = False
    low: WrittenNumber | None = None
    high: WrittenNumber | None = None
    middle: bool = False


def distribution_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Verdict on a share and its bounds, for any of these numbers; None where no percentiles are known."""
    said = _said(context, number)
    if said is None:
        return None
    known = [(table, _points(table, row)) for table, row in _rows(context, said)]
    verdicts = [(_holds(said, points), table, points) for table, points in known]
    for holds, table, points in verdicts:
        if holds:
            return Check(text=number.text, verdict="derived", evidence=table.evidence, detail=_told(points))
    verdicts = [verdict for verdict in verdicts if len(verdict[2]) >= _FEWEST]
    if not verdicts or any(_may_tell(context, number, table) for table in context.vocabulary.tables):
        return None
    refuted = any(holds is False for holds, _, _ in verdicts)
    holds, table, points = verdicts[0]
    detail = f"{table.evidence}: {_told(points)}"
    return Check(text=number.text, verdict="contradicted" if refuted else "unverified", detail=detail)


def _may_tell(context: SentenceContext, number: WrittenNumber, table: Table) -> bool:
    """Return whether the rows of another result may tell a share: the clause names an entry, a column or its rows."""
    if table.whole:
        return False
    start, end = clause_span(context.sentence.text, number.start)
    words = [word for word in context.sentence.words if start <= word.start < end]
    named = {m for word in words for m in context.vocabulary.named(word, by_needs=False)}
    return (
        not named.isdisjoint(table.measures.values())
        or any(word.stem in table.row_words for word in words)
        or any(m.columns & table.columns for m in context.sentence.names if start <= m.start < end)
    )


def _told(points: list[tuple[float, float]]) -> str:
    return ", ".join(
        f"{rank:g} % up to {plain(value)}" for rank, value in points if 0 < rank < 100 and rank == int(rank)
    )


def _rows(context: SentenceContext, said: _Said) -> list[tuple[Table, Row]]:
    bound = said.low or said.high
    found: list[tuple[Table, Row]] = []
    for owner in owners(context.sentence, bound, [bound]) if bound else ():
        for table in context.vocabulary.tables:
            rows = rows_of(table, owner, context.vocabulary) or []
            found += [(table, row) for row in rows if len(rows) == 1]
    return found


def _points(table: Table, row: Row) -> list[tuple[float, float]]:
    """The share of values up to a value, in percent, for each percentile of a row."""
    found: list[tuple[float, float]] = []
    for name, value in row.values.items():
        measure = table.measures[name]
        match = PERCENTILE.fullmatch(name)
        if match and not measure.of_result:
            found.append((float(match[1]), value))
            if match[1] == "95" and (above := row.values.get("share above the 95th percentile")) is not None:
                found.append((100 - 100 * above, value))  # as counted: of 9 values 11 % are above it
        elif measure.aggregate == "median" or name in _ENDS:
            found.append((_ENDS.get(name, 50.0), value))
    return sorted(found)


def _said(context: SentenceContext, number: WrittenNumber) -> _Said | None:
    """The share and the bounds that a number of a sentence belongs to."""
    text = context.sentence.text
    start, end = clause_span(text, number.start)
    near = [n for n in context.sentence.numbers if start <= n.start < end]
    shares = [n for n in near if is_share(n)]
    if len(shares) > 1:
        return None
    share = shares[0] if shares else None
    most = _MOST.search(text, start, end)
    group = None if share else _TOP_PART.search(text, start, end)
    if share is None and most is None and group is None:
        return None
    place = share.start if share else group.start("part") if group else most.start() if most else 0
    values = [n for n in near if n.form == "plain" and not n.percent and not n.points]
    part = _TOP.search(text[:place]) if share or group else None
    percent = (share.values[0] * (1 if share.percent else 100)) if share else 50.0
    percent = _PARTS[group["part"].lower()] if group else percent
    hedge = share.hedge if share else None if group else "over"
    at_least, at_most = hedge in {"over", "at least"}, hedge in {"under", "at most"}
    bounded = [n for n in values if n.start > place] or values
    for low, high in pairwise(bounded):
        if _BETWEEN.search(text[: low.start]) and _AND.fullmatch(text, low.end, high.start):
            if number not in (share, low, high):
                return None
            return _Said(percent, at_least, at_most, low, high, bool(part and part["middle"]))
    sides: list[tuple[WrittenNumber, str]] = []
    for value in bounded:
        side = side_of(context.sentence, value)
        if part and not part["middle"] and _STARTS.search(text[: value.start]):
            side = "above" if part["top"] else "below"
        if side:
            sides.append((value, side))
    if not sides:
        return None
    value, side = sides[0]
    if side == "below":
        return _Said(percent, at_least, at_most, None, value) if number in (share, value) else None
    high = sides[1][0] if len(sides) > 1 and sides[1][1] == "below" else None  # "5 % are above 113, up to 119"
    if number not in (share, value, high):
        return None
    return _Said(percent, at_least, at_most, value, high)


def _holds(said: _Said, points: list[tuple[float, float]]) -> bool | None:
    """Return whether the percentiles bear a share out; None if they leave it open."""
    if said.middle and said.low and said.high:
        ranks = [_rank(bound, points, 50 + side * said.share / 2) for bound, side in ((said.low, -1), (said.high, 1))]
        return all(ranks)
    lows = _below(said.low, points) if said.low else [(0.0, 0.0)]
    highs = _below(said.high, points) if said.high else [(100.0, 100.0)]
    answers = [_fits(said, low, high) for low in lows for high in highs]
    return True if True in answers else None if None in answers else False


def _fits(said: _Said, low: tuple[float, float], high: tuple[float, float]) -> bool | None:
    """Return whether the least and greatest shares below two bounds bear a share out; None if they leave it open."""
    least, greatest = max(0.0, high[0] - low[1]), high[1] - low[0]
    if said.at_least:
        return True if least >= said.share else False if greatest <= said.share else None
    if said.at_most:
        return True if greatest <= said.share else False if least >= said.share else None
    if greatest - least < 1:
        return abs(least - said.share) < _POINT
    return False if not least - _POINT <= said.share <= greatest + _POINT else None


def _below(bound: WrittenNumber, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The least and the greatest share of values below a bound, in percent, for each way to know it."""
    if exact := [(rank, rank) for rank, value in points if is_at(bound, value)]:
        return exact
    written = bound.values[-1]
    least = max((rank for rank, value in points if value <= written), default=0.0)
    greatest = min((rank for rank, value in points if value >= written), default=100.0)
    return [(least, greatest)]


def _rank(bound: WrittenNumber, points: list[tuple[float, float]], wanted: float) -> bool:
    return any(abs(rank - wanted) < _POINT and is_at(bound, value) for rank, value in points)
