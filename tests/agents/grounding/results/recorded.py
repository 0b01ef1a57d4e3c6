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
    MissingPatterns,
    Outcome,
    OutcomeColumn,
    Periods,
    QueryResult,
    Regression,
    RelatedColumns,
    Silences,
    Statistics,
    TopValue,
    UnusualRows,
)
from tests.agents.grounding.results.filled import filled
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


def _query(sql: str, columns: str, *rows: list[object], truncated: bool = False) -> QueryResult:
    return QueryResult(sql=sql, columns=columns.split(), rows=list(rows), truncated=truncated, row_limit=60)


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
    "Statistics of nothing": filled(Statistics, count=0, missing=0, zeros=0, median=0.0, column="sales_musd"),
}  # fmt: skip
"""Results by what is special about them."""

QUERIES = {
    "grouped": _query(
        "SELECT region, count(*) AS n, sum(sales) AS total_sales, avg(price) AS p FROM data GROUP BY region",
        "region n total_sales p", ["North", 3, 10.5, 2.0], [None, 4, None, "1,234"],
    ),
    "shares": _query(
        "SELECT region, 100.0 * sum(open) / count(*) AS part, sum(a)/sum(b) AS ratio, avg(x)/2 AS half FROM data"
        " WHERE year = 2019 AND kind = 'food' AND \"sub kind\" = 'x1' GROUP BY 1 LIMIT 2",
        "region part ratio half", ["North", "5 %", 0.5, 1], ["South", "\u22127.5%", 0.25, 2],
    ),
    "parts of a date": _query(
        "SELECT year, month, day, hour, sum(v) AS v FROM data GROUP BY year, month, day, hour",
        "year month day hour v", [2019, 2, 3, 14, 9], [2020, 2, 29, 0, 8],
    ),
    "two times": _query("SELECT start, until, v FROM data", "start until v", ["2019-01-02", "2019-02-03", 4]),
    "hours alone": _query("SELECT hour, count(*) FROM data GROUP BY ALL", "hour count", [5, 7], [17, 9]),
    "long hours": _query("SELECT hours, id FROM data", "hours id", [1668, 12], [20, 13]),
    "years of two digits": _query("SELECT model_year, mpg FROM data", "model_year mpg", [70, 17.5], [82, 31.0]),
    "columns of years": _query(
        'SELECT region, sum(a) AS "2021", sum(b) AS "2022" FROM data GROUP BY region', "region 2021 2022",
        ["North", 3, 4], ["South", 5, None],
    ),
    "columns with years": _query(
        "SELECT region, sales_2021, sales_2022, 2022_cost, other_2020 FROM data",
        "region sales_2021 sales_2022 2022_cost other_2020", ["North", 3, 4, 5, 6],
    ),
    "years and a time": _query("SELECT month, a_2021, a_2022 FROM data", "month a_2021 a_2022", ["2021-03", 3, 4]),
    "two sides": _query(
        "SELECT team, goals_for, goals_against, voted_for FROM data", "team goals_for goals_against voted_for",
        ["Ajax", 3, 1, 7],
    ),
    "either": _query(
        "SELECT a FROM data WHERE kind = 'x' OR kind = 'y' HAVING count(*) > 30 AND d >= '2019-03-01'", "a", [4]
    ),
    "below": _query(
        "SELECT region, max(total) AS best, total_pct, share FROM (SELECT region, sum(x) AS total, 100 * avg(y) AS"
        " total_pct, sum(x)/sum(z) AS share FROM data GROUP BY region) GROUP BY region",
        "region best total_pct share", ["North", 3.5, 4.5, 0.5],
    ),
    "not understood": _query("SELECT * FROM data", "name mean_price Sales_Mio", ["a", 3, 4.5], ["b", True, 5]),
    "cut": _query("SELECT a, b FROM data LIMIT 3", "a b", ["x", 1], truncated=True),
    "limited": _query("SELECT a, b FROM data LIMIT 1", "a b", ["x", 1]),
    "within the limit": _query("SELECT a, b FROM data LIMIT 2", "a b", ["x", 1]),
    "one number": _query("SELECT count(DISTINCT line) AS lines FROM data WHERE day = '2013-02-08'", "lines", [16]),
    "rating": _query(
        "SELECT rating, count(*) AS cnt FROM data GROUP BY rating", "rating cnt", [1.0, 3], [5.0, 4]
    ),
    "grouped by a source": _query(
        "SELECT carrier AS airline, min(a) AS a, stddev(b) AS b, rank() OVER (ORDER BY a) AS c FROM data"
        " GROUP BY carrier ORDER BY 2", "airline a b c", [7, 1, 2.5, 1], [8, 2, 3.5, 2],
    ),
    "computed": _query("SELECT a * 2 AS double, b + c AS sum_bc, \"x y\" FROM data", "double sum_bc xy", [1, 2, 3]),
    "empty": _query("SELECT a, b FROM data", "a b"),
    "times of day": _query(
        "SELECT t, v FROM data", "t v", [datetime.fromisoformat("2021-03-01T12:30"), 4], [_MIDNIGHT, 5],
    ),
    "quarters": _query("SELECT quarter, year, v FROM data GROUP BY ALL", "quarter year v", [3, 2020, 4.5]),
}  # fmt: skip

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
