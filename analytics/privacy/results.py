"""Results as private mode shows them: figures over enough rows, no value of a single one.

A number is shown as it is only if enough rows have it. Every kind of result has a function here; a kind without one is
not shown, so that a new kind shows nothing until somebody has thought about it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

import pandas as pd

from analytics.engine.relation import relation_of
from analytics.errors import AnalysisInputError, DatasetError
from analytics.profile.quality import MAY_BE_MISSING
from analytics.reading.dataset import Dataset
from analytics.results import (
    AnalysisResult,
    Anomalies,
    Correlations,
    DatasetProfile,
    Drivers,
    GroupComparison,
    MissingPatterns,
    Outcome,
    Periods,
    QueryResult,
    RelatedColumns,
    RelatedPair,
    Statistics,
)
from analytics.results.kinds.associations.drivers import Driver

P = ParamSpec("P")
R = TypeVar("R", bound=AnalysisResult)

_EDGE = 0.05
"""Share of the values beyond the outermost percentile of the statistics."""
_COLUMNS_AT_ONCE = 200
"""Columns looked at in one statement."""
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d.,:eE+-]*")


def privately(dataset: Dataset, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function over the copy of private mode, and keep back what stands for too few rows.

    Raises:
        AnalysisInputError: As the function does, without the numbers that its text repeats from the data; or nothing of
            the result can be shown.
        DatasetError, OSError: The data is at fault.
    """
    rows = dataset.private_rows
    assert rows is not None  # noqa: S101 - only called for the copy of private mode
    try:
        result = function(*args, **kwargs)
    except (DatasetError, OSError):
        raise
    except AnalysisInputError as error:
        known = [str(arg) for arg in [*args, *kwargs.values()] if isinstance(arg, str | int | float)]
        # Without the cause: a trace would record its text.
        raise AnalysisInputError(_without_numbers(str(error), " ".join([*known, *dataset.columns]))) from None
    shown = _RULES.get(type(result))
    if shown is None:
        raise AnalysisInputError("this is not available in private mode: use the other tools")
    return shown(result, dataset, rows)


def _without_numbers(text: str, known: str) -> str:
    return _NUMBER.sub(lambda found: found[0] if found[0].rstrip(".,:") in known else "a number", text)


def _profile(result: DatasetProfile, dataset: Dataset, rows: int) -> DatasetProfile:
    _enough(result.rows, rows)
    kinds = {
        c.name: c for c in result.columns if isinstance(c.minimum, int | float) and not isinstance(c.minimum, bool)
    }
    shared = _shared_ends(dataset, {name: (c.minimum, c.maximum) for name, c in kinds.items()}, rows)
    columns = [
        column.model_copy(
            update={
                **_ends(column.minimum, column.maximum, shared.get(column.name, (True, True))),
                "placeholder": None,
                "mean": column.mean if result.rows - column.missing >= rows else None,
                "std": column.std if result.rows - column.missing >= rows else None,
                "median": column.median if result.rows - column.missing >= 2 * rows else None,
                "top": [top for top in column.top if top.count >= rows],
            }
        )
        for column in result.columns
    ]
    notes = [note for note in result.notes if MAY_BE_MISSING not in note]
    return result.model_copy(update={"columns": columns, "notes": notes})


def _statistics(result: Statistics, dataset: Dataset, rows: int) -> Statistics:
    least = round(rows / _EDGE)
    if result.count < least:
        raise AnalysisInputError(
            f"private mode shows percentiles of {least} values or more: use query with avg, or compare_groups"
        )
    shared = _shared_ends(dataset, {result.column: (result.minimum, result.maximum)}, rows)
    held = {} if (result.largest_tenth or 0) >= rows else {"largest_tenth": None, "largest_tenth_share": None}
    return result.model_copy(
        update={"histogram": [], **held, **_ends(result.minimum, result.maximum, shared[result.column])}
    )


def _anomalies(result: Anomalies, dataset: Dataset, rows: int) -> Anomalies:
    if result.time is None:
        raise AnalysisInputError("private mode shows no single rows: give a time column, or use compare_groups")
    thin = _thin_times(dataset, result.time, result.column, rows)

    def is_shown(start: datetime, end: datetime) -> bool:
        return not ((thin >= pd.Timestamp(start)) & (thin < pd.Timestamp(end))).any()

    events = [
        event.model_copy(update={"parts": [], "all_of": [], "companions": []})
        for event in result.events
        if is_shown(event.time, event.until)
    ]
    worst = [each.model_copy(update={"labels": {}}) for each in result.worst if (each.count or 0) >= rows]
    yearly = [days for days in result.yearly if all(map(is_shown, days.starts, days.ends))]
    return result.model_copy(update={"events": events, "worst": worst, "yearly": yearly})


def _correlations(result: Correlations, _dataset: Dataset, rows: int) -> Correlations:
    return result.model_copy(update={"pairs": [pair for pair in result.pairs if pair.count >= rows]})


def _groups(result: GroupComparison, _dataset: Dataset, rows: int) -> GroupComparison:
    # A median needs enough rows on both sides.
    kept = [group for group in result.groups if group.count >= 2 * rows]
    if not kept:
        raise AnalysisInputError(f"no group has {2 * rows} rows or more, which private mode needs: use another column")
    return result.model_copy(update={"groups": kept})


def _drivers(result: Drivers, _dataset: Dataset, rows: int) -> Drivers:
    def is_shown(segment: Driver) -> bool:
        return not segment.ranges and all(n == 0 or n >= rows for n in (segment.rows_before, segment.rows_after))

    _enough(min(result.rows_before, result.rows_after), rows)
    return result.model_copy(
        update={
            "segments": [each for each in result.segments if is_shown(each)],
            "largest": [each for each in result.largest if is_shown(each)],
        }
    )


def _outcome(result: Outcome, _dataset: Dataset, rows: int) -> Outcome:
    fewer = round(result.rows * min(result.share, 1 - result.share))
    _enough(fewer, rows)
    hidden_medians = {} if fewer >= 2 * rows else {"median_with": None, "median_without": None}
    columns = [
        column.model_copy(
            update={
                **hidden_medians,
                **{
                    f"{end}{part}": None
                    for end in ("highest", "lowest")
                    if (getattr(column, f"{end}_rows") or 0) < rows
                    for part in ("", "_share", "_rows")
                },
            }
        )
        for column in result.columns
    ]
    return result.model_copy(update={"columns": columns})


def _related(result: RelatedColumns, _dataset: Dataset, rows: int) -> RelatedColumns:
    hidden: dict[str, None] = dict.fromkeys(("left_value", "right_value", "share", "rows_there", "overall"))
    return result.model_copy(
        update={
            "pairs": [
                pair if _is_shared(pair, rows) else pair.model_copy(update=hidden)
                for pair in result.pairs
                if pair.count >= rows
            ]
        }
    )


def _is_shared(pair: RelatedPair, rows: int) -> bool:
    """Tell whether enough rows are in the cell that is told, and either none or enough beside it."""
    if pair.share is None or pair.rows_there is None or pair.overall is None:
        return True
    inside = round(pair.share * pair.rows_there)
    beside = pair.rows_there - inside
    return inside >= rows and (beside == 0 or beside >= rows) and pair.overall * pair.count >= rows


def _missing(result: MissingPatterns, _dataset: Dataset, rows: int) -> MissingPatterns:
    # A first or last moment stands for single rows.
    shown = [
        one
        for one in result.patterns
        if one.pattern in ("together", "group")
        and one.missing >= rows
        and (one.missing == one.rows or one.rows - one.missing >= rows)
    ]
    return result.model_copy(update={"patterns": shown})


def _query(result: QueryResult, _dataset: Dataset, _rows: int) -> QueryResult:
    """Return it as it is: the statement was checked before it ran (`analytics.sql.only_aggregates`)."""
    return result


_RULES: Mapping[type[AnalysisResult], Callable[[Any, Dataset, int], Any]] = {
    DatasetProfile: _profile,
    Statistics: _statistics,
    Anomalies: _anomalies,
    Correlations: _correlations,
    GroupComparison: _groups,
    Drivers: _drivers,
    Periods: lambda result, _, rows: _periods(result, rows),
    MissingPatterns: _missing,
    Outcome: _outcome,
    QueryResult: _query,
    RelatedColumns: _related,
}


def _periods(result: Periods, rows: int) -> Periods:
    _enough(min(period.count for period in result.periods), rows)
    return result


def _enough(count: int, rows: int) -> None:
    if count < rows:
        raise AnalysisInputError(f"private mode shows figures over {rows} rows or more, and these are fewer")


def _ends(low: Any, high: Any, shared: tuple[bool, bool]) -> dict[str, Any]:
    return {"minimum": low if shared[0] else None, "maximum": high if shared[1] else None}


def _shared_ends(dataset: Dataset, ends: Mapping[str, tuple[Any, Any]], rows: int) -> dict[str, tuple[bool, bool]]:
    """Tell of the smallest and largest number of columns whether enough rows have it."""
    relation = relation_of(dataset.snapshot, dataset.rows)
    names = list(ends)
    found: dict[str, tuple[bool, bool]] = {}
    for at in range(0, len(names), _COLUMNS_AT_ONCE):
        some = names[at : at + _COLUMNS_AT_ONCE]
        asked = [f"count(*) FILTER ({relation.sql(name)} = {end!r})" for name in some for end in ends[name]]
        counts = relation.ask(f"SELECT {', '.join(asked)} FROM data")[0]  # noqa: S608 - our own names, and numbers
        found |= {name: (counts[2 * place] >= rows, counts[2 * place + 1] >= rows) for place, name in enumerate(some)}
    return found


def _thin_times(dataset: Dataset, time: str, column: str, rows: int) -> pd.DatetimeIndex:
    """Times at which the column has some values, and too few."""
    relation = relation_of(dataset.snapshot, dataset.rows)
    when, value = relation.sql(time), relation.sql(column)
    thin = relation.ask(
        f"SELECT {when} FROM data GROUP BY 1 "  # noqa: S608 - our own names of columns
        f"HAVING count({value}) BETWEEN 1 AND {rows - 1} AND {when} IS NOT NULL"
    )
    return pd.DatetimeIndex([row[0] for row in thin])
