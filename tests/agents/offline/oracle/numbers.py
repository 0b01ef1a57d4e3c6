"""Claims about numbers of rows and columns, queries and keys, computed again."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agents.outputs.claims import KeyClaim, NumberClaim, QueryClaim, TopShareClaim
from tests.agents.offline.oracle.columns import close, is_number, rows_where, values_of


def number_problem(claim: NumberClaim, frame: pd.DataFrame) -> str | None:
    """Say what a number is, if it is not what a claim says."""
    value = _number(claim, frame)
    return None if close(value, claim.value) else f"is {value}"


def query_problem(claim: QueryClaim, frame: pd.DataFrame) -> str | None:
    """Say what a query returns, if the rows of a claim are not the first of them."""
    found = _queried(claim.sql, frame)
    alike = len(found) >= len(claim.rows) and all(map(_same_row, found, claim.rows))
    return None if alike else f"is {found[:3]}"


def top_share_problem(claim: TopShareClaim, frame: pd.DataFrame) -> str | None:
    """Say which part of the total the largest values hold, if a claim says another."""
    values = values_of(frame, claim.column).dropna()
    value = float(values.nlargest(claim.largest).sum() / values.sum())
    return None if close(value, claim.value) else f"is {value}"


def _number(claim: NumberClaim, frame: pd.DataFrame) -> float:
    value = _aggregate(claim, rows_where(claim.where, frame), frame)
    if claim.share_of is None:
        return value
    if claim.aggregate == "missing":
        return value / len(rows_where(claim.share_of, frame))
    whole = _aggregate(claim, rows_where(claim.share_of, frame), frame)
    return value / whole


def _aggregate(claim: NumberClaim, rows: pd.DataFrame, frame: pd.DataFrame) -> float:
    if claim.aggregate == "rows":
        return len(rows)
    if claim.aggregate == "columns":
        return frame.shape[1]
    if claim.aggregate == "repeated":
        return int(frame.astype(str).duplicated().sum())
    assert claim.column is not None
    if claim.aggregate == "missing":
        return int(rows[claim.column].isna().sum())
    if claim.aggregate == "distinct":
        return rows[claim.column].astype(str).where(rows[claim.column].notna()).nunique()
    if claim.aggregate == "values":
        present = rows[claim.column]
        return int((values_of(rows, claim.column) if is_number(present) else present).notna().sum())
    if claim.weight is not None:
        known = pd.DataFrame({"value": values_of(rows, claim.column), "weight": values_of(rows, claim.weight)}).dropna()
        return float(np.average(known["value"], weights=known["weight"]))
    values = values_of(rows, claim.column).dropna()
    how = {"minimum": "min", "maximum": "max"}.get(claim.aggregate, claim.aggregate)
    return float(getattr(values, how)())


def key_problem(claim: KeyClaim, frame: pd.DataFrame) -> str | None:
    """Say in how many rows the key of a claim is not unique, if a claim says something else."""
    cells = list(zip(*(frame[name] for name in claim.columns), strict=True))
    rows = [row for row, values in enumerate(cells, 1) if not any(pd.isna(value) for value in values)]
    together: dict[object, list[int]] = {}
    for row in rows:
        together.setdefault(cells[row - 1], []).append(row)
    shared = sum(len(each) for each in together.values() if len(each) > 1)
    if (len(rows), shared) != (claim.rows, claim.shared):
        return f"{shared} of {len(rows)} rows"
    apart = [rows for rows in claim.examples if not set(rows) <= set(together[cells[rows[0] - 1]])]
    return f"{apart} are apart" if apart else None


def _queried(sql: str, frame: pd.DataFrame) -> list[tuple[object, ...]]:
    """Rows of a statement over the frame, by an engine of its own."""
    import duckdb

    with duckdb.connect() as connection:
        connection.register("data", frame)
        return connection.execute(sql).fetchall()


def _same_row(found: Sequence[object], said: Sequence[object]) -> bool:
    pairs = list(zip(found, said, strict=True))
    numbers = [(float(a), float(b)) for a, b in pairs if isinstance(a, int | float) and isinstance(b, int | float)]
    return all(close(*pair) for pair in numbers) and len(numbers) == sum(isinstance(b, int | float) for _, b in pairs)
