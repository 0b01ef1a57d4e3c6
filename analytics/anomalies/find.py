"""Unusual values of a column, of a frame or of a table that is not read whole."""

import numpy as np
import pandas as pd

from analytics.anomalies.detect import (
    MOST_SHOWN,
    anomalies_of_series,
    check_aggregate,
    check_enough,
    detect_anomalies,
    label_columns,
    labels_of,
    robust_summary,
)
from analytics.anomalies.event_rows import RelationRows
from analytics.anomalies.scores.robust_scores import THRESHOLD, Scores, robust_scores
from analytics.anomalies.series.time_grid import MOST_POINTS, Aggregate
from analytics.columns import Floats, find_column, numbers, times
from analytics.engine.facts import facts_of
from analytics.engine.figures import finite
from analytics.engine.relation import COLUMN_ROWS, Relation, is_text
from analytics.engine.series import grouped_by_time
from analytics.profile.quantities import check_sum
from analytics.results import Anomalies, Anomaly


def find_anomalies(
    rows: pd.DataFrame | Relation, column: str, time: str | None = None, aggregate: Aggregate | None = None
) -> Anomalies:
    """Find unusual values of a number column, as `detect_anomalies` does, without the score of each row.

    Of a relation, rows of one time are put together by DuckDB. Without `time`, the values of up to 4,000,000 rows are
    scored in memory; of more, a sample of 50,000 says what is usual, and all values are held against that.

    Args:
        rows: The rows, in any order; not changed.
        column: The number column.
        time: A column of times, to look for values that are unusual for their time.
        aggregate: How to put rows of one point in time together. By default `mean`.

    Raises:
        AnalysisInputError: Unknown columns, no numbers, no times, fewer than 8 values or points in time.
    """
    if isinstance(rows, pd.DataFrame):
        return detect_anomalies(rows, column, time=time, aggregate=aggregate).summary
    name = find_column(rows, column)
    numbers(rows.empty(), name)
    check_aggregate(aggregate, time)
    if aggregate == "sum":
        check_sum(rows, column)
    if time is None:
        return _singly(rows, name)
    time = find_column(rows, time)
    # The type of a column tells most; whether texts are times, only their values.
    times(rows.sample() if is_text(rows.dtypes[time]) else rows.empty(), time)
    found = grouped_by_time(rows, name, time, MOST_POINTS)
    taking_part = RelationRows(rows, name, time, MOST_POINTS)
    return anomalies_of_series(name, time, found.stamps, found.sums, aggregate, taking_part, found.counts)[2]


def _singly(relation: Relation, name: str) -> Anomalies:
    known = facts_of(relation, [name])[name]
    present = known.present - known.infinite
    check_enough(present, name, "values")
    values = relation.numbers(name)
    if np.isnan(values).all():
        values[:1] = known.median
    scored = robust_scores(values)
    how = scored.how
    if relation.rows <= COLUMN_ROWS:
        flagged = np.flatnonzero(np.abs(np.nan_to_num(scored.values)) >= THRESHOLD)
        worst = flagged[np.argsort(-np.abs(scored.values[flagged]), kind="stable")][:MOST_SHOWN]
        found = [(int(row), float(values[row]), float(scored.values[row])) for row in worst]
        count = flagged.size
    else:
        how += f", of a sample of {values.size:,} rows"
        found, count = _beyond(relation, name, scored, values)
    labels = label_columns(relation.sample(), name)
    cells = relation.take([row for row, _, _ in found], labels)
    return robust_summary(
        name,
        how,
        present,
        count,
        [
            Anomaly(
                row_number=row + 1,
                value=value,
                expected=scored.center,
                score=score,
                labels=labels_of(cells, labels, position),
            )
            for position, (row, value, score) in enumerate(found)
        ],
    )


def _beyond(
    relation: Relation, name: str, scored: Scores, values: Floats
) -> tuple[list[tuple[int, float, float]], int]:
    """The worst of all rows and the number of flagged ones, by the center and the spreads that the sample has."""
    center = float(scored.center)
    distance = values - center
    below, above = (_spread(distance[side], scored.values[side]) for side in (distance < 0, distance > 0))
    score = f"(v - {center!r}) / if(v < {center!r}, {below!r}, {above!r}) AS z"
    scores = f"SELECT row_number, {finite(relation, name)}::DOUBLE AS v, {score} FROM data"
    flagged = f"FROM ({scores}) WHERE abs(z) >= {THRESHOLD}"
    found = relation.ask(f"SELECT row_number, v, z {flagged} ORDER BY abs(z) DESC, row_number LIMIT {MOST_SHOWN}")
    return found, relation.ask(f"SELECT count(*) {flagged}")[0][0]


def _spread(distance: Floats, scores: Floats) -> float:
    """Distance that a score of 1 stands for, on one side."""
    place = int(np.argmax(np.abs(np.nan_to_num(scores)))) if scores.size else 0
    return float(distance[place] / scores[place]) if scores.size and scores[place] else 1.0
