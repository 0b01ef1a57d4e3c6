"""Fields that the user's hints add to a profile."""

from typing import Any

from analytics.columns import Series
from analytics.hints.hints import HasAttrs, column_hints, hints_of


def hinted_column(series: Series) -> dict[str, Any]:
    """Fields of a column's profile that its hints fill."""
    hints = column_hints(series, str(series.name))
    fields = {"unit", "aggregate", "outcome", "synonyms", "description"}
    return {} if hints is None else hints.model_dump(include=fields)


def hinted_table(table: HasAttrs) -> dict[str, Any]:
    """Fields of a table's profile that its hints fill."""
    hints = hints_of(table)
    return {} if hints is None else hints.model_dump(include={"grain", "fiscal_year_start", "glossary"})
