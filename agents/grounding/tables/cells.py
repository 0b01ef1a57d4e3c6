"""Cells of typed results: which row a number belongs to, what it measures and how it was put together."""

import re
from calendar import month_name
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal

from agents.grounding.reading.words import stems_of_name
from agents.grounding.tables.moments import Moment

NAMELESS = "(missing)"
"""Name of a group of rows that have none."""

NO_ENTRY = frozenset({NAMELESS, "total", "totals", "grand total", "all", "overall", "sum"})
"""Names of rows that are no entry of their kind, in lower case: those without a name, and the sum of the others."""

Aggregate = Literal["mean", "median", "total", "count", "highest", "lowest", "share", "spread", "rank", "other"]
"""Ways of putting values together. A share is a ratio of two; other is a percentile, a score or a test's figure."""


@dataclass(frozen=True)
class Measure:
    """A column of numbers.

    Attributes:
        name: As the result calls it.
        words: Stems that name it in a sentence.
        aggregate: How its values were put together; None if that is not known.
        percent: Its numbers are percentages already.
        of_result: It tells something of the result itself, such as the number of groups or a p-value: it belongs to
            no entry, and sentences about any entry may state it.
        needs: Stems of which the sentence has to hold one, where the measure is not what the column's name alone means:
            missing values, percentiles, zeros.
        unit: Factor of its numbers, where its source's name tells it.
        of_rows: It counts rows of the data, whatever a sentence calls them: passengers, orders.
        sure: `words` come from the data's columns, so a sentence that names other columns means other numbers.
    """

    name: str
    words: frozenset[str]
    aggregate: Aggregate | None = None
    percent: bool = False
    of_result: bool = False
    needs: frozenset[str] = frozenset()
    sure: bool = True
    of_rows: bool = False
    unit: float = 1.0

    def __hash__(self) -> int:
        # Of all fields it took a third of the time of a check. Wide tables have thousands of measures of one name.
        return hash((self.name, self.aggregate, self.words))

    @property
    def scale(self) -> float:
        """Factor of its numbers: its own unit, or that in its name."""
        return self.unit if self.unit != 1 else scale_in(self.name)


class UnsureScale(float):
    """A factor that a letter ending a column's name may stand for: the m of `population_m`, not of `height_m`."""


def scale_in(*names: str) -> float:
    """The unit of a column's numbers that its name tells: 1e6 for `viewers (million)` and `revenue_musd`."""
    for name in names:
        parts = re.findall(r"[a-z]+", name.casefold().replace("_", " "))
        for part in parts:
            if match := _SCALE.fullmatch(part):
                return _SCALES[match[1]]
        if len(parts) > 1 and parts[-1] in {"k", "m"}:
            return UnsureScale(_SCALES[parts[-1]])
    return 1.0


_SCALES = {
    "thousand": 1e3, "tsd": 1e3, "k": 1e3, "million": 1e6, "mio": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9,
    "mrd": 1e9, "bn": 1e9,
}  # fmt: skip
_SCALE = re.compile(
    r"(?:in)?(thousand|tsd|million|mio|mn|billion|mrd|bn|k|m)(?:(?<=\w\w)(?:s|en)?|(?:usd|eur|euros?|gbp|chf|dollars?))"
)


@dataclass(frozen=True)
class Row:
    """One entry of a result: a group, an anomaly, a row of a query; or the whole data set, which has no name.

    Attributes:
        names: What it is called, by column.
        moments: When it was, by column.
        values: Its numbers, by the name of the measure.
    """

    names: Mapping[str, str] = field(default_factory=dict[str, str])
    moments: Mapping[str, Moment] = field(default_factory=dict[str, Moment])
    values: Mapping[str, float] = field(default_factory=dict[str, float])

    @cached_property
    def called(self) -> frozenset[str]:
        """Its names in lower case."""
        return frozenset(name.casefold() for name in self.names.values())

    @property
    def nameless(self) -> bool:
        """Return whether it stands for rows that have no name, which is no entry beside the others."""
        return NAMELESS in self.called

    @property
    def whole(self) -> bool:
        """Return whether it stands for everything."""
        return not self.names and not self.moments

    @property
    def order(self) -> tuple[int, ...]:
        """Its place in time among rows that have a time: that of its last moment."""
        return max((moment.order for moment in self.moments.values()), default=())

    @property
    def title(self) -> str:
        """Its name for messages."""
        when = [
            month_name[m.month]
            if m.month and m.year is None and m.day is None
            else "-".join(f"{part:02d}" for part in (m.year, m.month, m.day) if part is not None)
            + (f" Q{m.quarter}" if m.quarter else "")
            for m in self.moments.values()
        ]
        return ", ".join([*dict.fromkeys(self.names.values()), *filter(None, when)][:3])


def in_time(rows: Iterable[Row]) -> list[Row]:
    """The rows that have a time, in the order of time."""
    return sorted((row for row in rows if row.moments), key=lambda row: row.order)


@dataclass(frozen=True)
class Table:
    """Rows that were measured in the same way.

    Attributes:
        evidence: Id of the result that holds them.
        measures: The columns of numbers by name.
        rows: The rows, in the order of the result.
        complete: All rows are there, so that sums, ranks and counts over them are those of the data.
        row_words: Stems of what a row is called: `carrier`, `month`.
        filters: Names that all rows share, from the query's conditions.
        kept: Times in these conditions.
        of_columns: Columns whose entries are names of the data's columns.
        only_with: Stems of which a statement has to hold one to be about these rows.
    """

    evidence: str
    measures: Mapping[str, Measure]
    rows: Sequence[Row]
    complete: bool = True
    row_words: frozenset[str] = frozenset()
    filters: frozenset[str] = frozenset()
    kept: tuple[Moment, ...] = ()
    of_columns: frozenset[str] = frozenset()
    only_with: frozenset[str] = frozenset()

    @cached_property
    def columns(self) -> frozenset[str]:
        """Columns that name rows."""
        return frozenset(column for row in self.rows for column in row.names)

    @cached_property
    def whole(self) -> bool:
        """Return whether all rows stand for everything."""
        return all(row.whole for row in self.rows)

    @cached_property
    def tells_of_itself(self) -> bool:
        """Return whether some measure tells something of the result itself."""
        return any(measure.of_result for measure in self.measures.values())

    @cached_property
    def memo(self) -> dict[object, Any]:
        """Values worked out from the table, kept since each statement asks for them again."""
        return {}

    @cached_property
    def timed(self) -> bool:
        """Return whether rows have a moment."""
        return any(row.moments for row in self.rows)


@dataclass(frozen=True)
class Cell:
    """A number with what it is about."""

    table: Table
    row: Row
    measure: Measure

    @property
    def value(self) -> float:
        """The number."""
        return self.row.values[self.measure.name]


def cells_of(tables: Sequence[Table]) -> Iterator[Cell]:
    """Every cell."""
    for table in tables:
        for row in table.rows:
            for name in row.values:
                yield Cell(table, row, table.measures[name])


_AGGREGATES: tuple[tuple[Aggregate, frozenset[str]], ...] = (
    ("share", frozenset(["share", "rate", "ratio", "pct", "percent", "percentage", "proportion", "fraction"])),
    ("median", frozenset({"median"})),
    ("mean", frozenset(["mean", "avg", "average"])),
    ("count", frozenset(["count", "n", "num", "nr", "number"])),
    ("highest", frozenset(["max", "maximum", "highest", "largest"])),
    ("lowest", frozenset(["min", "minimum", "lowest", "smallest"])),
    ("spread", frozenset(["std", "stddev", "deviation", "variance", "var"])),
    ("rank", frozenset({"rank", "ranking"})),
    ("total", frozenset(["total", "sum"])),
)


def aggregate_in(name: str) -> Aggregate | None:
    """The aggregate that a column's name tells."""
    parts = set(name.replace("_", " ").casefold().split())
    return next((aggregate for aggregate, words in _AGGREGATES if parts & words), None)


@lru_cache(maxsize=2_000)
def aggregates_in_name(name: str) -> frozenset[Aggregate]:
    """Every aggregate that a column's name tells: mean and median for `avg_median_price`."""
    parts = set(name.replace("_", " ").casefold().split())
    return frozenset(aggregate for aggregate, words in _AGGREGATES if parts & words)


def plain_words(*names: str) -> frozenset[str]:
    """Stems of columns' names without the words for aggregates, unless nothing else is left."""
    every = frozenset[str]().union(*(stems_of_name(name) for name in names))
    aggregates = {stem for _, words in _AGGREGATES for word in words for stem in stems_of_name(word)}
    return frozenset(every - aggregates) or every
