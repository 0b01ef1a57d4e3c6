"""What tool results hold: the numbers, dates and names that a sentence may take from them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any

from analytics.results import (
    AnalysisResult,
    Anomalies,
    DatasetProfile,
    GroupComparison,
    QueryResult,
    Statistics,
)

_PROSE = {"sql", "description", "notes", "test"}
_UNSEEN = {"histogram", "kind"}
_MOST_PAIRS = 400
_PERCENTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Item:
    """One entry of a result that a sentence can talk about: a group, an anomaly, a row, a column.

    Attributes:
        names: What it is called.
        dates: When it was.
        values: Its numbers by field.
    """

    names: frozenset[str]
    dates: frozenset[datetime]
    values: Mapping[str, float]


@dataclass
class Facts:
    """Everything that a set of results holds.

    Attributes:
        numbers: Every number.
        shares: Parts of a whole that the results give, from 0 to 1.
        derived: Differences and ratios inside one entry that need no other entry to be told.
        p_values: p-values, which sentences bound rather than state.
        dates: Every point in time.
        months: (year, month) pairs, from dates and from texts such as 2013-02.
        names: Column names, groups, labels and other short texts.
        items: The entries.
        wholes: By field of the items: means over everything and totals, to compare an entry with.
        longest: Length of the longest list; a `top 5` must fit in it.
    """

    numbers: list[float] = field(default_factory=list[float])
    shares: list[float] = field(default_factory=list[float])
    derived: list[float] = field(default_factory=list[float])
    p_values: list[float] = field(default_factory=list[float])
    dates: set[datetime] = field(default_factory=set[datetime])
    months: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    names: set[str] = field(default_factory=set[str])
    items: list[Item] = field(default_factory=list[Item])
    wholes: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    longest: int = 0

    def pairs(self, items: Sequence[Item]) -> Iterator[tuple[float, float]]:
        """Pairs of the same field: of two of `items`, or of one and the whole. At most some hundreds."""
        found = 0
        for left, right in combinations(items, 2):
            for key in left.values.keys() & right.values.keys():
                yield left.values[key], right.values[key]
                found += 1
            if found > _MOST_PAIRS:
                return
        for item in items:
            for key, value in item.values.items():
                for whole in self.wholes.get(key, ()):
                    yield value, whole


def facts_of(results: Iterable[AnalysisResult]) -> Facts:
    """Collect what `results` hold."""
    facts = Facts()
    for result in results:
        _walk(facts, result.model_dump(), "")
        if isinstance(result, Statistics):
            _statistics(facts, result)
        elif isinstance(result, DatasetProfile):
            _profile(facts, result)
        elif isinstance(result, Anomalies):
            _anomalies(facts, result)
        elif isinstance(result, GroupComparison):
            _groups(facts, result)
        elif isinstance(result, QueryResult):
            _query(facts, result)
        else:
            _described(facts, result)
    facts.months |= {(date.year, date.month) for date in facts.dates}
    return facts


def _walk(facts: Facts, value: Any, key: str) -> None:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in _UNSEEN:
                _walk(facts, part, name if key != "labels" else key)
    elif isinstance(value, list):
        facts.longest = max(facts.longest, len(value))
        facts.numbers.append(float(len(value)))
        for part in value:
            _walk(facts, part, key)
    elif isinstance(value, int | float):
        facts.numbers.append(float(value))
        if key == "p_value":
            facts.p_values.append(float(value))
    elif isinstance(value, datetime):
        facts.dates.add(value.replace(tzinfo=None))
    else:
        _text(facts, str(value), key)


def _text(facts: Facts, text: str, key: str) -> None:
    date = _date(text)
    if date:
        facts.dates.add(date)
    elif month := re.fullmatch(r"(\d{4})-(\d{2})", text):
        facts.months.add((int(month[1]), int(month[2])))
    if key in _PROSE:
        # What a query asked for, a method's threshold and a note's count may be told as well.
        facts.numbers += [
            float(number.replace(",", "")) for number in re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?", text)
        ]
        facts.dates |= {date for date in map(_date, re.findall(r"\d{4}-\d{2}-\d{2}", text)) if date}
    else:
        facts.names.add(text)
        try:
            facts.numbers.append(float(text))  # a year or a code that is stored as text
        except ValueError:
            return


def _date(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _ratio(part: float, whole: float) -> list[float]:
    return [part / whole] if whole else []


def _statistics(facts: Facts, result: Statistics) -> None:
    for part in (result.zeros, result.missing):
        facts.shares += _ratio(part, result.count) + _ratio(part, result.count + result.missing)
    facts.shares += [*_PERCENTILES]
    facts.numbers += [100 * share for share in _PERCENTILES] + [float(result.count + result.missing)]
    facts.derived += [result.maximum - result.minimum, result.p75 - result.p25, result.mean - result.median]
    for high, low in (
        (result.maximum, result.mean),
        (result.maximum, result.median),
        (result.p95, result.median),
        (result.mean, result.median),
    ):
        facts.derived += _ratio(high, low)
    # Lets a value of the same column that other evidence holds be told as a share of the total.
    facts.wholes.setdefault(f"{result.column}:sum", []).append(result.total)
    facts.wholes.setdefault(f"{result.column}:mean", []).extend([result.mean, result.median])


def _profile(facts: Facts, result: DatasetProfile) -> None:
    facts.shares += _ratio(result.duplicate_rows, result.rows)
    roles = [column.role for column in result.columns]
    facts.numbers += [float(roles.count(role)) for role in set(roles)]
    facts.numbers.append(float(sum(column.missing > 0 for column in result.columns)))
    facts.numbers.append(float(sum(column.missing for column in result.columns)))
    if result.period_start and result.period_end:
        days = (result.period_end - result.period_start).days
        months = 12 * (result.period_end.year - result.period_start.year)
        months += result.period_end.month - result.period_start.month
        facts.numbers += [days, days + 1, months, months + 1]
    for column in result.columns:
        for part in (column.missing, column.distinct, *(top.count for top in column.top)):
            facts.shares += _ratio(part, result.rows)
        facts.shares += _ratio(result.rows - column.missing, result.rows)


def _anomalies(facts: Facts, result: Anomalies) -> None:
    facts.shares += _ratio(result.flagged, result.checked)
    for anomaly in result.worst:
        kind = "sum" if result.aggregate == "sum" else "mean"
        values = {"value": anomaly.value, "expected": anomaly.expected, f"{result.column}:{kind}": anomaly.value}
        names = frozenset(str(label) for label in anomaly.labels.values() if isinstance(label, str))
        dates = frozenset([anomaly.time.replace(tzinfo=None)] if anomaly.time else [])
        facts.items.append(Item(names, dates, values))


def _groups(facts: Facts, result: GroupComparison) -> None:
    facts.wholes.setdefault("mean", []).append(result.overall_mean)
    if len(result.groups) == result.groups_in_all:
        facts.wholes.setdefault("total", []).append(sum(group.total for group in result.groups))
        facts.wholes.setdefault("count", []).append(float(sum(group.count for group in result.groups)))
        facts.numbers += [facts.wholes["total"][-1], facts.wholes["count"][-1]]
    for group in result.groups:
        values = {"mean": group.mean, "median": group.median, "total": group.total, "count": float(group.count)}
        facts.items.append(Item(frozenset([group.name]), frozenset(), values))


def _described(facts: Facts, result: AnalysisResult) -> None:
    """Entries of any other kind of result, from the table that it describes."""
    table = result.table()
    facts.numbers += result.derived()
    for row in table.rows:
        cells = list(zip(row, table.columns, strict=True))
        names = frozenset(str(cell) for cell, column in cells if column.role == "name")
        dates = frozenset(cell.replace(tzinfo=None) for cell, _ in cells if isinstance(cell, datetime))
        values = {
            f"{column.measure}:{column.aggregate}": float(cell)
            for cell, column in cells
            if column.role == "measure" and column.comparable and isinstance(cell, int | float)
        }
        if names or dates:
            facts.items.append(Item(names, dates, values))


def _query(facts: Facts, result: QueryResult) -> None:
    for index, column in enumerate(result.columns):
        cells = [row[index] for row in result.rows]
        numbers = [float(cell) for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]
        if numbers and not result.truncated:
            facts.wholes[f"query:{column}"] = [sum(numbers), sum(numbers) / len(numbers)]
            facts.numbers += facts.wholes[f"query:{column}"]
    for row in result.rows:
        cells = dict(zip(result.columns, row, strict=False))
        texts = [str(cell) for cell in row if isinstance(cell, str)]
        dates = [cell.replace(tzinfo=None) for cell in row if isinstance(cell, datetime)]
        dates += [date for date in map(_date, texts) if date]
        values = {
            f"query:{name}": float(cell)
            for name, cell in cells.items()
            if isinstance(cell, int | float) and not isinstance(cell, bool)
        }
        facts.items.append(Item(frozenset(texts), frozenset(dates), values))
