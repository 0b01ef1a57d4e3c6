"""Profile of a table that is not read whole: figures by DuckDB, what texts look like by a sample."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import Series, cell, is_number, label
from analytics.engine.facts import duplicate_rows, facts_of, most_frequent, placeholder_ends
from analytics.engine.figures import Facts
from analytics.engine.relation import Relation
from analytics.engine.series import times_of
from analytics.profile.hinted import hinted_column, hinted_table
from analytics.profile.mixed_measures import with_mixed_measures
from analytics.profile.quality import FEWEST_VALUES, Large, looks_made_up, quality_notes, stands_apart
from analytics.profile.quantities import PLACES, quantity_fields
from analytics.profile.repeats import repeated_columns
from analytics.profile.roles import explain_role
from analytics.results import ColumnProfile, DatasetProfile, TopValue

TOP_LENGTH = 80
"""Characters of a frequent value."""


def profile_relation(relation: Relation, top: int) -> tuple[list[ColumnProfile], Large]:
    """Profile the columns of a relation.

    Args:
        relation: The table.
        top: Frequent values shown of each column.

    Returns:
        The columns, and what else was counted.
    """
    sample, known = relation.sample(), facts_of(relation)
    large = Large(rows=relation.rows, infinite={name: one.infinite for name, one in known.items()}, placeholders={})
    columns = [_column(relation, sample[name], name, known[name], top, large) for name in relation.columns]
    return with_mixed_measures(sample, columns), large


def finish_profile(
    relation: Relation, columns: list[ColumnProfile], large: Large, time_column: str | None
) -> DatasetProfile:
    """The profile, with what concerns the whole table."""
    duplicates, is_estimate = duplicate_rows(relation)
    known = facts_of(relation)
    stamps, unit = (None, None) if time_column is None else times_of(relation, time_column)
    repeats = repeated_columns(relation.sample())
    counted = replace(large, unit=unit, estimated=is_estimate)
    notes = quality_notes(relation.sample(), columns, duplicates, time_column, stamps, counted, repeats)
    return DatasetProfile(
        rows=relation.rows,
        columns=columns,
        duplicate_rows=duplicates,
        duplicates_estimated=is_estimate,
        time_column=time_column,
        period_start=None if time_column is None else known[time_column].low.floor("us").to_pydatetime(),
        period_end=None if time_column is None else known[time_column].high.floor("us").to_pydatetime(),
        repeats=repeats,
        notes=notes + _how(relation, columns),
        **hinted_table(relation),
    )


def _how(relation: Relation, columns: list[ColumnProfile]) -> list[str]:
    """Notes on the figures that are approximate."""
    notes: list[str] = []
    if any("median" in column.approximate for column in columns):
        notes.append(f"Medians are those of a sample of about {relation.rows // relation.share:,} rows.")
    if estimated := [column.name for column in columns if "distinct" in column.approximate]:
        names = ", ".join(estimated[:5]) + (f" and {len(estimated) - 5} more" if estimated[5:] else "")
        notes.append(f"Numbers of different values are estimates: {names}.")
    return notes


def _column(relation: Relation, series: Series, name: str, known: Facts, top: int, large: Large) -> ColumnProfile:
    role, reason = explain_role(series, known.distinct, known)
    common: dict[str, Any] = {
        "name": name,
        "role": role,
        "reason": reason,
        **hinted_column(series),
        "dtype": str(series.dtype),
        "missing": relation.rows - known.present,
        "distinct": known.distinct,
        "approximate": ["distinct"] if known.is_estimate else [],
    }
    common |= quantity_fields(series, role, reason)
    if role == "time" and known.low is not None:
        common |= {"minimum": cell(known.low), "maximum": cell(known.high)}
    elif is_number(series) and known.low is not None:
        common |= {"minimum": _plain(known.low), "maximum": _plain(known.high)}
        if role == "number" and common["quantity"] not in PLACES:
            common |= {"mean": known.mean, "median": known.median, "std": known.std}
            if known.is_median_sampled:
                common["approximate"] += ["median"]
            if found := _placeholder(relation, name, known):
                common["placeholder"], large.placeholders[name] = found
    if role in ("category", "text", "boolean") and top:
        common["top"] = [
            TopValue(value=label(value)[:TOP_LENGTH], count=count) for value, count in _top(relation, name, known, top)
        ]
    return ColumnProfile(**common)


def _top(relation: Relation, name: str, known: Facts, top: int) -> list[tuple[Any, int]]:
    if known.top or known.is_estimate or not pd.api.types.is_numeric_dtype(relation.dtypes[name]):
        return known.top[:top]
    return most_frequent(relation, name)[0][:top]


def _placeholder(relation: Relation, name: str, known: Facts) -> tuple[float, int] | None:
    if known.present - known.infinite < FEWEST_VALUES:
        return None
    for extreme in (float(known.low), float(known.high)):
        if looks_made_up(extreme):
            count, low, high = placeholder_ends(relation, name, extreme)
            if low is not None and high is not None and stands_apart(extreme, count, float(low), float(high)):
                return extreme, count
    return None


def _plain(value: float) -> float | int:
    number = float(value)
    return int(number) if np.isfinite(number) and number.is_integer() and abs(number) < 2**53 else number
