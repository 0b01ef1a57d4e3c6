"""One drawing for each kind of evidence.

A kind without a drawing of its own gets the default chart, made from the table that it describes. Fields in the
drawings have fixed names, so that no column name is read as an expression; texts from data are only ever values.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from analytics.engine.relation import Relation
from analytics.results import (
    AnalysisResult,
    Anomalies,
    Correlations,
    DatasetProfile,
    Drivers,
    GroupComparison,
    Statistics,
)
from tasks.charts.drawing import Drawing
from tasks.charts.kinds.anomalies import draw_anomalies
from tasks.charts.kinds.bars import draw_correlations, draw_drivers, draw_groups
from tasks.charts.kinds.distribution import draw_distribution
from tasks.charts.kinds.rows import draw_rows, drawn_measure

Draw = Callable[[Any, pd.DataFrame | Relation, str], Drawing | None]
"""Draws a result of its kind, given the data and the statement that the chart is for."""


def _nothing(_result: DatasetProfile, _frame: pd.DataFrame | Relation, _statement: str) -> None:
    """Draw nothing: the report's overview shows the profile."""


DRAWINGS: dict[type[AnalysisResult], Draw] = {
    Anomalies: draw_anomalies,
    Correlations: draw_correlations,
    DatasetProfile: _nothing,
    Drivers: draw_drivers,
    GroupComparison: draw_groups,
    Statistics: draw_distribution,
}
"""Kinds of results with a drawing of their own."""


def draw(result: AnalysisResult, frame: pd.DataFrame | Relation, statement: str = "") -> Drawing | None:
    """Draw one piece of evidence; draw nothing if a picture says no more than the numbers.

    Args:
        result: The evidence.
        frame: The data it is about.
        statement: What the chart is to show; it says which of several columns of a query.

    Raises:
        KeyError: The evidence names a column that the frame does not have.
        ValueError: The chart could not be made.
    """
    return DRAWINGS.get(type(result), draw_rows)(result, frame, statement)


def subject(result: AnalysisResult, statement: str) -> str:
    """Return the part of the evidence that the chart for `statement` shows, where one result has several charts."""
    return "" if type(result) in DRAWINGS else drawn_measure(result, statement)
