"""Tables of a data set's profile."""

from collections.abc import Iterator

from agents.grounding.reading.words import stems_of_name, words_of
from agents.grounding.results.measures import by_name, difference, moments_by_column, number_in, told_of, whole_table
from agents.grounding.tables.cells import Aggregate, Measure, Row, Table, plain_words
from analytics.results import ColumnProfile, DatasetProfile

_WHOLE = "lack lacks lacking complete completely filled fehlen fehlt fehlende fehlenden lücken"
"""Further words for missing values, and for none."""
_FIRST, _EMPTIEST = 200, 100
"""Columns of a wide table whose figures can be cited: the first ones, and of the others those with most gaps."""

_COLUMN = "column"
_REPEATED = "duplicate repeated repeat identical copies"
_LACKING = "gaps missing incomplete empty blank"
_LACKING_VALUES = "missing gaps empty blank lack without"


def profile_tables(evidence: str, profile: DatasetProfile) -> Iterator[Table]:
    """Counts of rows and columns, figures of each column, and its most frequent values."""
    rows = profile.rows
    roles = [column.role for column in profile.columns]
    yield whole_table(
        evidence,
        (told_of("rows", "rows records entries observations lines cases zeilen datensätze"), rows),
        (
            told_of("duplicate rows", f"{_REPEATED} rows", needs=_REPEATED),
            profile.duplicate_rows,
        ),
        (
            told_of("share of duplicate rows", f"{_REPEATED} rows", "share", needs=_REPEATED),
            profile.duplicate_rows / max(rows, 1),
        ),
        (told_of("columns", "columns fields variables features attributes"), len(profile.columns)),
        (
            told_of("columns with gaps", f"columns {_LACKING}", needs=_LACKING),
            sum(c.missing > 0 for c in profile.columns),
        ),
        (told_of("missing values", "missing values cells gaps"), sum(c.missing for c in profile.columns)),
        *(
            (told_of(f"{role} columns", f"{role} columns numeric", needs=f"{role} numeric"), roles.count(role))
            for role in dict.fromkeys(roles)
        ),
        *_period(profile),
    )
    yield _gaps(evidence, profile)
    for column in _told(profile):
        yield whole_table(evidence, *_figures(column, rows))
        if not column.top and (flags := _flags(evidence, column, rows - column.missing)):
            yield flags
        if column.top:
            counts = Measure(
                "count", words_of("rows records occurrences count frequency"), "count", sure=False, of_rows=True
            )
            shares = Measure("share", words_of("rows records share"), "share", sure=False)
            present = Measure("share of those present", words_of("rows records share values"), "share", sure=False)
            yield Table(
                evidence,
                by_name(counts, shares, present),
                [
                    Row(
                        {column.name: top.value},
                        moments_by_column({column.name: top.value}),
                        {
                            "count": float(top.count),
                            "share": top.count / max(rows, 1),
                            "share of those present": top.count / max(rows - column.missing, 1),
                        },
                    )
                    for top in column.top
                ],
                complete=column.distinct == len(column.top),
                row_words=stems_of_name(column.name) | words_of("values categories"),
            )


def _figures(column: ColumnProfile, rows: int) -> list[tuple[Measure, float | None]]:
    """Counts of the values of a column that are there, and its figures."""

    def needing(name: str, aggregate: Aggregate, needs: str = "") -> Measure:
        return Measure(name, plain_words(column.name), aggregate, needs=words_of(needs))

    missing = column.missing / max(rows, 1)
    return [
        (needing("missing", "count", _LACKING_VALUES), column.missing),
        (needing("share missing", "share", _LACKING_VALUES), missing),
        (needing("present", "count", "present filled known available given values rows"), rows - column.missing),
        (needing("share present", "share", "present filled known values rows"), 1 - missing),
        (needing("distinct", "count", "distinct different unique values categories"), column.distinct),
        (needing("mean", "mean"), column.mean),
        (needing("median", "median"), column.median),
        (needing("std", "spread", "standard deviation"), column.std),
        (needing("minimum", "lowest"), number_in(column.minimum)),
        (needing("maximum", "highest"), number_in(column.maximum)),
        (needing("range", "spread", "range span"), difference(column.maximum, column.minimum)),
    ]


def _gaps(evidence: str, profile: DatasetProfile) -> Table:
    """The columns as entries, with what is missing in each."""
    words, needs = words_of("missing gaps"), words_of(_LACKING)
    missing = Measure("missing", words, "count", needs=needs)
    share = Measure("share missing", words, "share", needs=needs)
    told = _told(profile)
    rows = [
        Row({_COLUMN: c.name}, {}, {"missing": float(c.missing), "share missing": c.missing / max(profile.rows, 1)})
        for c in told
    ]
    complete = len(told) == len(profile.columns)
    return Table(
        evidence,
        by_name(missing, share),
        rows,
        complete,
        words_of("columns"),
        of_columns=frozenset([_COLUMN]),
        only_with=needs | words_of(_WHOLE),
    )


def _flags(evidence: str, column: ColumnProfile, present: int) -> Table | None:
    """Numbers of zeros and ones in a column of nothing else, which its mean tells; None for other columns."""
    ends = number_in(column.minimum), number_in(column.maximum)
    if ends != (0, 1) or column.distinct != 2 or column.mean is None:
        return None
    ones = float(round(column.mean * present))
    counts = Measure("count", words_of("rows records count"), "count", sure=False, of_rows=True)
    rows = [Row({column.name: name}, {}, {"count": n}) for name, n in (("1", ones), ("0", present - ones))]
    return Table(evidence, by_name(counts), rows, row_words=stems_of_name(column.name) | words_of("values"))


def _told(profile: DatasetProfile) -> list[ColumnProfile]:
    """The columns whose figures can be cited: all, but of wide tables, of which a model is shown the first ones."""
    if len(profile.columns) <= _FIRST + _EMPTIEST:
        return profile.columns
    rest = sorted(profile.columns[_FIRST:], key=lambda column: -column.missing)
    return [*profile.columns[:_FIRST], *rest[:_EMPTIEST]]


def _period(profile: DatasetProfile) -> Iterator[tuple[Measure, float | None]]:
    if profile.period_start and profile.period_end:
        start, end = profile.period_start, profile.period_end
        days = (end - start).days
        months = 12 * (end.year - start.year) + end.month - start.month
        for name, count in (("days", days), ("months", months), ("years", end.year - start.year), ("weeks", days // 7)):
            yield told_of(f"{name} (apart)", name), count
            yield told_of(f"{name} (in all)", name), count + 1
