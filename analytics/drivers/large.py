"""A large table, put together by day and by its categories in SQL before anything is searched."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.columns import Series
from analytics.drivers.cells import Sums
from analytics.drivers.dimensions import dimensions_of
from analytics.engine.database import literal
from analytics.engine.figures import finite
from analytics.engine.relation import Relation, is_text


def put_together(
    relation: Relation, column: str | None, time: str, columns: Sequence[str] | None
) -> tuple[pd.DataFrame, Series, Sums]:
    """Each combination of categories on each day: its categories, its day, and the sums of its rows.

    Args:
        relation: The table.
        column: Number column; None to count rows.
        time: Time column.
        columns: Columns of the segments; by default the categories of a sample.
    """
    chosen = [one.name for one in dimensions_of(relation.sample(), leave_out={column or "", time}, columns=columns)]
    value = "1" if column is None else finite(relation, column)
    names = [relation.sql(name) for name in chosen]
    moment = relation.sql(time)
    if zone := getattr(relation.dtypes[time], "tz", None):
        moment = f"{moment} AT TIME ZONE {literal(str(zone))}"
    elif is_text(relation.dtypes[time]):
        moment = f"TRY_CAST({moment} AS TIMESTAMP)"
    sums = f"count({value})::DOUBLE, sum({value})::DOUBLE, sum({value}::DOUBLE * {value})::DOUBLE"
    selected = ", ".join([*names, f"date_trunc('day', {moment}) AS day", sums])
    with relation.connected() as connection:
        statement = f"SELECT {selected} FROM data WHERE {value} IS NOT NULL AND day IS NOT NULL GROUP BY ALL"  # noqa: S608
        frame: pd.DataFrame = connection.sql(statement).to_arrow_table().to_pandas()
    rows, totals, squares = (frame.iloc[:, place].to_numpy(dtype=np.float64) for place in (-3, -2, -1))
    segments = frame.iloc[:, : len(chosen)].set_axis(chosen, axis=1)
    return segments, pd.to_datetime(frame.iloc[:, len(chosen)]), Sums(rows, totals, squares)
