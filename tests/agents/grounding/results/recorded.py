"""Tables of cells of every kind of result as they were recorded.

`.venv/bin/python -m tests.agents.grounding.results.recorded` records them anew. Read the difference: each line says
what a number of a result may be cited as.
"""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from agents.grounding.results.tables import tables_of
from agents.outputs import Evidence
from analytics.results import (
    AnalysisResult,
    Anomalies,
    Anomaly,
    AnomalyEvent,
    ColumnProfile,
    Correlations,
    DatasetProfile,
    Drivers,
    GroupComparison,
    Keys,
    KnownFact,
    MissingPattern,
    MissingPatterns,
    Outcome,
    OutcomeColumn,
    Period,
    Periods,
    Regression,
    RelatedColumns,
    RelatedPair,
    Silence,
    Silences,
    Statistics,
    TopValue,
    UnusualRows,
)
from tests.agents.grounding.results.filled import filled
from tests.agents.grounding.results.own_kinds import Untold, Wait, Waits
from tests.agents.grounding.results.queries import QUERIES
from tests.agents.grounding.tables.told import told

_KINDS: tuple[type[AnalysisResult], ...] = (
    *(Anomalies, Correlations, DatasetProfile, Drivers, GroupComparison, Keys, KnownFact, MissingPatterns, Outcome),
    *(Periods, Regression, RelatedColumns, Silences, Statistics, UnusualRows),
)

_NOON = datetime.fromisoformat("2021-03-01T12:00")
_MIDNIGHT = datetime.fromisoformat("2021-03-01")


def _event(start: datetime, days: float, points: int) -> AnomalyEvent:
    times = {"time": start, "until": start + timedelta(days=days)}
    return filled(AnomalyEvent, bare=True, kind="values", points=points, value=5.0, parts=[], companions=[], **times)


def _unusual(step: str | None) -> Anomalies:
    """Unusual values in rows without a time, and events of different lengths."""
    labels = {"site": "North", "day": "2021-03-02", "temp_max": 7, "is_open": True}
    return filled(
        Anomalies,
        bare=True,
        aggregate="mean",
        step=step,
        worst=[
            filled(Anomaly, bare=True, row_number=4, labels=labels),
            filled(Anomaly, bare=True, labels={"site": None, "temp_max": None}),
        ],
        events=[_event(_MIDNIGHT, 2, 2), _event(_MIDNIGHT, 1, 1), _event(_NOON, 2, 2), _event(_MIDNIGHT, 1.5, 2)],
    )


def wide(columns: int) -> DatasetProfile:
    """A table of so many columns, whose last ones have most gaps."""
    every = [filled(ColumnProfile, bare=True, name=f"c{n}", missing=n // 100, top=[]) for n in range(columns)]
    return filled(DatasetProfile, bare=True, columns=every)


_TOPS = [TopValue(value="2019", count=3), TopValue(value="2020", count=1)]

CASES: dict[str, AnalysisResult] = {
    **{kind.__name__: filled(kind) for kind in _KINDS},
    **{f"{kind.__name__}, bare": filled(kind, bare=True) for kind in _KINDS},
    "Anomalies of rows": _unusual(None),
    "Anomalies of days": _unusual("day"),
    "Anomalies of parts": _unusual("1.5 days"),
    "Anomalies, none checked": filled(Anomalies, bare=True, checked=0, worst=[], events=[]),
    "Profile, all values told": filled(
        DatasetProfile, bare=True, rows=5,
        columns=[filled(ColumnProfile, name="year", missing=1, distinct=2, top=_TOPS, minimum=True, maximum=2020)],
    ),
    "Profile without rows": filled(
        DatasetProfile, rows=0, columns=[filled(ColumnProfile, name="a", missing=0, distinct=3, top=_TOPS)]
    ),
    "Drivers of a mean": filled(Drivers, bare=True, aggregate="mean", before_label="2020", before=0.0),
    "Drivers of a count": filled(Drivers, bare=True, aggregate="count", periods=[], rows_before=0, change=-3.0),
    "Groups, all": filled(GroupComparison, groups_in_all=3),
    "Groups without totals": filled(GroupComparison, bare=True, groups_in_all=1),
    "Correlations, all": filled(Correlations, pairs_checked=3),
    "Outcome, ends": filled(
        Outcome, bare=True,
        columns=[filled(OutcomeColumn, highest_share=None), filled(OutcomeColumn, highest=None, median_with=None)],
    ),
    **{
        f"Periods by {part}": filled(
            Periods, bare=True, part=part, aggregate="count", told_as=told_as, step=step, column="sales_musd"
        )
        for part, told_as, step in (("year", "count", None), ("weekday", "mean", "day"), ("hour", "sum", None),
                                    ("month", "mean", None))
    },
    **{
        f"Periods called {name}": filled(
            Periods, bare=True, part=part, time="season", step="day", aggregate="sum", told_as="sum", overall=2.5,
            column="sales_musd", periods=[Period(name=name, value=3.5, count=4)],
        )
        for part, name in (("year", "2007"), ("quarter", "2007-Q2"), ("month", "2013-02"), ("hour", "hour 18"))
    },
    "Drivers in millions": filled(Drivers, bare=True, column="sales_musd"),
    "Groups in millions": filled(GroupComparison, column="sales_musd", groups_in_all=3),
    "Profile of numbers": filled(
        DatasetProfile, bare=True, period_start=_NOON, period_end=None,
        columns=[filled(ColumnProfile, bare=True, minimum=3, maximum=7.5, top=[])],
    ),
    "Missing by time": filled(
        MissingPatterns, bare=True,
        patterns=[
            filled(MissingPattern, pattern=pattern, value=value, other="day")
            for pattern, value in (("before", "2021-03-04"),
                                    ("group", "2021-03-04"), ("group", None), ("together", "x"))
        ],
    ),
    "Relations, half told": filled(
        RelatedColumns, bare=True,
        pairs=[
            filled(RelatedPair, **{field: None})
            for field in ("left_value", "right_value", "share", "overall", "rows_there")
        ],
    ),
    "Silence": filled(
        Silences, bare=True, silences=[filled(Silence, start=_MIDNIGHT, until=_NOON + timedelta(minutes=7))]
    ),
    "Anomalies of things": filled(
        Anomalies, bare=True, entity="shop",
        events=[
            filled(AnomalyEvent, bare=True, kind="level shift", value=None, expected=3.0),
            *(filled(AnomalyEvent, bare=True, kind="values", things=a, usual_things=b) for a, b in ((3, None), (3, 4))),
        ],
    ),
    "Kind of one's own": filled(
        Waits, desks=3, about="wait_minutes",
        waits=[
            filled(Wait, bare=True, desk="North", year="2021"),
            filled(Wait, desk="South", opened=_NOON, year="old", minutes=2.0),
            filled(Wait, desk="East", opened=None),
        ],
    ),
    "Kind of one's own, cut": filled(Waits, bare=True, desks=9),
    "Kind of one's own, without entries": filled(Waits, bare=True, desks=0, waits=[]),
    "Kind of one's own, untold": filled(Untold),
    "Statistics of nothing": filled(Statistics, count=0, missing=0, zeros=0, median=0.0, column="sales_musd"),
}  # fmt: skip
"""Results by what is special about them."""

_FILE = Path(__file__).with_name("recorded.txt")


def tables(name: str) -> list[str]:
    """Write out the tables of a case."""
    result = (CASES | QUERIES)[name]
    return told(tables_of([Evidence(id="E1", tool="tool", arguments={}, result=result)]))


@cache
def recorded() -> dict[str, list[str]]:
    """Read what was recorded."""
    found: dict[str, list[str]] = {}
    for block in _FILE.read_text().rstrip("\n").split("\n\n"):
        name, *lines = block.split("\n")
        found[name] = lines
    return found


def record() -> None:
    """Write the file of all cases."""
    _FILE.write_text("\n\n".join("\n".join([name, *tables(name)]) for name in CASES | QUERIES) + "\n")


if __name__ == "__main__":
    record()
