"""The analyst's tools: fixed, tested functions over the data set. The model never sees the table itself.

Each returns the whole typed result, which is stored and which findings cite. `agents.grounding.output_check` shows the
model a short form of it under an evidence id. Descriptions and parameters are few and plain, so that small models use
them right.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator
from pydantic_ai import ModelRetry, RunContext, Tool
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.toolsets import FunctionToolset

import analytics
from agents.toolsets.arguments import as_list, column_named, group_named, measure_first, never_summed, null, null_or
from agents.toolsets.deps import AnalystDeps
from agents.toolsets.guard import looked_at
from analytics.columns import time_column
from analytics.engine.relation import Relation
from analytics.questions.ask import answer_of
from analytics.results import (
    Anomalies,
    Correlations,
    DatasetProfile,
    Drivers,
    GroupComparison,
    Keys,
    MissingPatterns,
    Outcome,
    PeriodPart,
    Periods,
    QueryResult,
    Regression,
    RelatedColumns,
    Silences,
    Statistics,
    UnusualRows,
)

ROW_LIMIT = 60
"""Most rows a query returns."""


def answer_question(ctx: RunContext[AnalystDeps], question: str) -> QueryResult:
    """Answer one plain question, such as "mean fare by class", "how many women survived" or "outliers in fare"."""
    return looked_at(ctx.deps.dataset, answer_of, ctx.deps.dataset, question, row_limit=ROW_LIMIT)


def profile_dataset(ctx: RunContext[AnalystDeps]) -> DatasetProfile:
    """Show rows, period and columns of the data set. Call this first."""
    return looked_at(ctx.deps.dataset, analytics.profile_dataset, ctx.deps.dataset.table())


def calculate_statistics(ctx: RunContext[AnalystDeps], column: str) -> Statistics:
    """Total, mean, spread and percentiles of one number column."""
    table = ctx.deps.dataset.table()
    return looked_at(ctx.deps.dataset, analytics.calculate_statistics, table, column_named(table, column))


def detect_anomalies(
    ctx: RunContext[AnalystDeps],
    column: str,
    time: Annotated[str | None, BeforeValidator(null)] = None,
    aggregate: Annotated[Literal["sum", "mean"] | None, BeforeValidator(null)] = None,
) -> Anomalies:
    """Find unusual values of a number column.

    Args:
        ctx: The run.
        column: Number column.
        time: Time column, to check the column over time.
        aggregate: With time: sum for counts, mean for measures.
    """
    table = ctx.deps.dataset.table()
    time, name = column_named(table, time) if time else None, column_named(table, column)
    aggregate = "mean" if aggregate == "sum" and never_summed(table, name) else aggregate
    return looked_at(ctx.deps.dataset, analytics.find_anomalies, table, name, time=time, aggregate=aggregate)


def correlations(
    ctx: RunContext[AnalystDeps],
    columns: Annotated[list[str] | None, BeforeValidator(as_list), BeforeValidator(null)] = None,
) -> Correlations:
    """Show which number columns move together.

    Args:
        ctx: The run.
        columns: Columns to compare; all number columns when left out.
    """
    table = ctx.deps.dataset.table()
    chosen = [column_named(table, column) for column in columns] if columns else None
    return looked_at(ctx.deps.dataset, analytics.correlations, table, chosen)


def compare_groups(
    ctx: RunContext[AnalystDeps],
    column: str,
    by: str,
    sort_by: Literal["mean", "median", "total"] = "mean",
) -> GroupComparison:
    """Compare a number column between the values of a category.

    Args:
        ctx: The run.
        column: Number column.
        by: Category column.
        sort_by: What the groups are sorted by, highest first.
    """
    table = ctx.deps.dataset.table()
    name, category = measure_first(table, column_named(table, column), column_named(table, by))
    sort_by = "mean" if sort_by == "total" and never_summed(table, name) else sort_by
    return looked_at(ctx.deps.dataset, analytics.compare_groups, table, name, category, sort_by=sort_by)


def compare_periods(
    ctx: RunContext[AnalystDeps],
    column: str,
    part: Annotated[PeriodPart, BeforeValidator(null_or("year"))] = "year",
    time: Annotated[str | None, BeforeValidator(null)] = None,
) -> Periods:
    """Compare a number column between years, months, weekdays or hours: growth, trend and patterns of complete periods.

    Args:
        ctx: The run.
        column: Number column; records to count rows.
        part: Periods to compare.
        time: Time column; the usual one when left out.
    """
    table = ctx.deps.dataset.table()
    shown = table.sample() if isinstance(table, Relation) else table
    moment = column_named(table, time) if time else time_column(shown)
    if moment is None:
        raise ModelRetry("compare_periods needs a time column or a column of years: name it as time.")
    name = column_named(table, column)
    counted = None if name in ("rows", "records") and name not in map(str, table.columns) else name
    return looked_at(ctx.deps.dataset, analytics.compare_periods, table, counted, moment, part)


def find_drivers(
    ctx: RunContext[AnalystDeps],
    column: str,
    period: Annotated[str | None, BeforeValidator(null)] = None,
    compared_with: Annotated[str | None, BeforeValidator(null)] = None,
    group: Annotated[str | None, BeforeValidator(null)] = None,
    aggregate: Annotated[Literal["sum", "mean", "count"], BeforeValidator(null_or("sum"))] = "sum",
) -> Drivers:
    """Find which segments made a number column change in a period, or make a group differ from the rest.

    Args:
        ctx: The run.
        column: Number column.
        period: Period that changed, such as 2013-02, 2013 or 2013-02-08 to 2013-02-09.
        compared_with: Period to compare with; the one before when left out.
        group: Instead of a period: a group to compare with all other rows, such as region = Central. Compares means.
        aggregate: With a period: sum for amounts, mean for measures, count for rows.
    """
    table = ctx.deps.dataset.table()
    shown = table.sample() if isinstance(table, Relation) else table
    name, time = column_named(table, column), time_column(shown)
    if group is not None:
        by, value = group_named(shown, group)
        return looked_at(ctx.deps.dataset, analytics.explain_difference, table, name, by, value, time=time)
    if period is None or time is None:
        lacks = "a period such as 2013-02, or a group" if time else "a group, since there is no time column"
        raise ModelRetry(f"find_drivers needs {lacks} such as region = Central.")
    aggregate = "mean" if aggregate == "sum" and never_summed(table, name) else aggregate
    return looked_at(
        ctx.deps.dataset, analytics.explain_change, table, name, time, period, compared_with, aggregate=aggregate
    )


def relate_columns(ctx: RunContext[AnalystDeps]) -> RelatedColumns:
    """Show which columns go together, numbers and categories alike, strongest first."""
    return looked_at(ctx.deps.dataset, analytics.relate_columns, ctx.deps.dataset.table())


def missing_patterns(ctx: RunContext[AnalystDeps]) -> MissingPatterns:
    """Show where missing values lie: columns missing together, more in one group, or before or after a time."""
    table = ctx.deps.dataset.table()
    time = time_column(table.sample() if isinstance(table, Relation) else table)
    return looked_at(ctx.deps.dataset, analytics.missing_patterns, table, time)


def relate_outcome(ctx: RunContext[AnalystDeps], column: str) -> Outcome:
    """Show which columns go with a yes/no column, such as survived: shares by group, tests and effect sizes.

    Args:
        ctx: The run.
        column: Column of two values.
    """
    table = ctx.deps.dataset.table()
    return looked_at(ctx.deps.dataset, analytics.relate_outcome, table, column_named(table, column))


def find_unusual_rows(
    ctx: RunContext[AnalystDeps],
    columns: Annotated[list[str] | None, BeforeValidator(as_list), BeforeValidator(null)] = None,
) -> UnusualRows:
    """Find rows that are unusual in several number columns together, for tables without time.

    Args:
        ctx: The run.
        columns: Number columns; all when left out.
    """
    table = ctx.deps.dataset.table()
    chosen = [column_named(table, column) for column in columns] if columns else None
    return looked_at(ctx.deps.dataset, analytics.find_unusual_rows, table, chosen)


def find_keys(ctx: RunContext[AnalystDeps]) -> Keys:
    """Show which columns or pairs identify the rows, and the rows that break what is nearly a key."""
    return looked_at(ctx.deps.dataset, analytics.find_keys, ctx.deps.dataset.table())


def find_silences(ctx: RunContext[AnalystDeps], time: Annotated[str | None, BeforeValidator(null)] = None) -> Silences:
    """Find times without rows that are longer than the pace of the rows explains, such as outages.

    Args:
        ctx: The run.
        time: Time column; the usual one when left out.
    """
    table = ctx.deps.dataset.table()
    moment = (
        column_named(table, time) if time else time_column(table.sample() if isinstance(table, Relation) else table)
    )
    if moment is None:
        raise ModelRetry("find_silences needs a time column.")
    return looked_at(ctx.deps.dataset, analytics.find_silences, table, moment)


def regress(
    ctx: RunContext[AnalystDeps],
    outcome: str,
    columns: Annotated[list[str] | None, BeforeValidator(as_list), BeforeValidator(null)] = None,
) -> Regression:
    """Explain a number column by other columns: linear regression with coefficients, R2 and tests.

    Args:
        ctx: The run.
        outcome: Number column to explain.
        columns: Columns that may explain it; the usual ones when left out.
    """
    table = ctx.deps.dataset.table()
    chosen = [column_named(table, column) for column in columns] if columns else None
    return looked_at(ctx.deps.dataset, analytics.regress, table, column_named(table, outcome), chosen)


def query(ctx: RunContext[AnalystDeps], sql: str) -> QueryResult:
    """Run one SQL SELECT (DuckDB) on the table `data`. Group and limit it: few rows are shown."""
    return looked_at(
        ctx.deps.dataset,
        analytics.query,
        ctx.deps.dataset.snapshot,
        sql,
        row_limit=ROW_LIMIT,
        smallest_group=ctx.deps.dataset.private_rows,
    )


async def _unless_private(ctx: RunContext[AnalystDeps], tool: ToolDefinition) -> ToolDefinition | None:
    """Offer no tool on private data whose results would be refused there, since they may show single rows."""
    return tool if ctx.deps.dataset.private_rows is None else None


data_tools: FunctionToolset[AnalystDeps] = FunctionToolset(
    [
        # What does not fit every table comes last: servers keep a prompt up to its first change.
        Tool(answer_question, prepare=_unless_private),
        calculate_statistics,
        compare_groups,
        query,
        correlations,
        relate_columns,
        detect_anomalies,
        find_drivers,
        relate_outcome,
        Tool(find_unusual_rows, prepare=_unless_private),
        Tool(regress, prepare=_unless_private),
        Tool(find_keys, prepare=_unless_private),
        Tool(find_silences, prepare=_unless_private),
        missing_patterns,
        compare_periods,
        profile_dataset,
    ],
    id="data",
)
"""The tools as a toolset; its id names their steps, so it must not change."""

DATA_TOOLS = tuple(data_tools.tools)
"""Names of the tools whose results are evidence."""
