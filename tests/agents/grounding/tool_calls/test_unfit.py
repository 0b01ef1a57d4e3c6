"""Tools that fit a table, by its columns."""

import pytest

from agents.grounding.tool_calls.fitting_tools import unfit
from analytics.results import ColumnProfile, DatasetProfile
from tests.agents.grounding.results.filled import filled

MEASURED = {"calculate_statistics", "detect_anomalies"}
ALONE = {"correlations", "find_unusual_rows"}
PAIRS = {"regress", "relate_columns"}
TIMES = {"compare_periods", "find_silences"}
GROUPS = {"compare_groups", "find_drivers"}
GAPS, OUTCOME = "missing_patterns", "relate_outcome"


def table(*columns, rows=100, time=None):
    """A table of columns, told by role, number of values and of gaps."""
    every = [
        filled(ColumnProfile, bare=True, name=f"column {n}", role=role, distinct=distinct, missing=missing)
        for n, (role, distinct, missing) in enumerate(columns)
    ]
    return filled(DatasetProfile, bare=True, columns=every, rows=rows, time_column=time)


NUMBER, TEXT = ("number", 9, 0), ("text", 90, 0)


@pytest.mark.parametrize(
    ("profile", "useless"),
    [
        (table(NUMBER, NUMBER), {*TIMES, GAPS, OUTCOME, "find_drivers"}),
        (table(NUMBER), {*ALONE, *PAIRS, *TIMES, *GROUPS, GAPS, OUTCOME}),
        (table(NUMBER, ("number", 1, 0)), {*ALONE, *PAIRS, *TIMES, *GROUPS, GAPS, OUTCOME}),
        (table(NUMBER, TEXT), {*ALONE, *PAIRS, *TIMES, GAPS, OUTCOME}),
        (table(NUMBER, ("identifier", 90, 1)), {*ALONE, *PAIRS, *TIMES, OUTCOME}),
        (table(NUMBER, ("category", 50, 0)), {*ALONE, *TIMES, GAPS, OUTCOME}),
        (table(NUMBER, ("category", 51, 0)), {*ALONE, *PAIRS, *TIMES, GAPS, OUTCOME}),
        (table(NUMBER, ("category", 1, 0)), {*ALONE, *PAIRS, *TIMES, GAPS, OUTCOME}),
        (table(NUMBER, ("boolean", 2, 0)), {*ALONE, *TIMES, GAPS}),
        (table(("boolean", 2, 0), ("category", 3, 0)), {*MEASURED, *ALONE, *TIMES, *GROUPS, "regress", GAPS}),
        (table(NUMBER, NUMBER, rows=19, time="t"), {GAPS, OUTCOME, "find_keys", "find_unusual_rows"}),
        (table(NUMBER, NUMBER, rows=20, time="t"), {GAPS, OUTCOME, "find_unusual_rows"}),
        (table(NUMBER, time="t"), {*ALONE, *PAIRS, "compare_groups", GAPS, OUTCOME}),
        (table(), {*MEASURED, *ALONE, *PAIRS, *TIMES, *GROUPS, GAPS, OUTCOME}),
    ],
)
def test_a_tool_is_left_out_where_no_column_fits(profile, useless):
    """By numbers that differ, categories of 2 to 50, two values, a time, gaps and enough rows."""
    assert unfit(profile) == useless


def test_a_column_of_years_is_a_time():
    """Periods are told by its name."""
    profile = table(NUMBER).model_copy(update={"columns": [filled(ColumnProfile, bare=True, name="Model_Year")]})
    assert "compare_periods" not in unfit(profile)
    assert "find_silences" in unfit(profile)
