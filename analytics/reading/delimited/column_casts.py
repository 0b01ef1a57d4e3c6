"""Columns of a large text cast by DuckDB, in one pass over the text."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.engine.database import literal, quoted
from analytics.errors import DatasetError
from analytics.reading.column_types import unique_names
from analytics.reading.delimited.column_plan import Plan
from analytics.reading.delimited.normal_form import LONGEST_CELL

_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?"
_NUMBERS = {
    "whole": ("BIGINT", r"[+-]?(?:0|[1-9]\d{0,17})"),
    "float": ("DOUBLE", r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"),
    "time": ("TIMESTAMP", f"{_DAY}(?:{_CLOCK})?"),
    "zoned": ("TIMESTAMPTZ", f"{_DAY}{_CLOCK} ?(?:Z|[+-]\\d{{2}}(?::?\\d{{2}})?)"),
}
"""Kinds that DuckDB casts: their types, and the pattern of cells that the small reader reads as such, too."""


def _source(text: Path, plan: Plan) -> str:
    dialect = plan.found.dialect
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(plan.found.width))
    escape = "\\" if dialect.backslash else '"'
    first = plan.found.layout.first
    options = f"delim={literal(dialect.delimiter)}, quote='\"', escape={literal(escape)}, header=false, skip={first}"
    reading = f"read_csv({literal(str(text))}, auto_detect=false, {options}, columns={{{columns}}}, nullstr='', "
    reading += f"max_line_size={LONGEST_CELL})"
    trimmed = ", ".join(f"nullif(trim(c{place}), '') AS c{place}" for place in range(plan.found.width))
    wanted = [f"NOT ({' AND '.join(_equals(i, cell) for i, cell in enumerate(row))})" for row in plan.left_out[:50]]
    if plan.found.width > 1:
        wanted.append(f"coalesce({', '.join(f'c{place}' for place in range(plan.found.width))}) IS NOT NULL")
    kept = f" WHERE {' AND '.join(wanted)}" if wanted else ""
    return f"(SELECT * FROM (SELECT {trimmed} FROM {reading}){kept})"


def _equals(place: int, cell: str | None) -> str:
    return f"c{place} IS NOT DISTINCT FROM {'NULL' if cell is None or not cell.strip() else literal(cell.strip())}"


@dataclass(frozen=True)
class _Cast:
    """The cells of a column in its type, as SQL.

    Attributes:
        value: The value of a cell that fits.
        fits: Condition on which a cell fits.
        is_missing: Condition on which a cell that does not fit stands for a missing value.
    """

    value: str
    fits: str
    is_missing: str

    @property
    def checked(self) -> str:
        """The value, or an error. Most cells fit, so that nothing else is asked of them."""
        if self.fits == "true":
            return self.value
        other = f"CASE WHEN {self.is_missing} THEN NULL ELSE error('does not fit') END"
        return f"CASE WHEN {self.fits} THEN {self.value} ELSE {other} END"

    @property
    def odd(self) -> str:
        """Condition on which a cell has no place in the column."""
        return "false" if self.fits == "true" else f"NOT ({self.fits} OR {self.is_missing})"


def _cast(place: int, plan: Plan) -> _Cast:
    cell = f"c{place}"
    words = literal("|".join(re.sub(r"([!-/:-@\[-^`{-~])", r"\\\1", word) for word in sorted(plan.words[place])))
    gone = f"regexp_full_match({cell}, {words})"  # IN with many values would become a join, which keeps no order
    is_missing = f"({cell} IS NULL OR {gone})"
    kind = plan.kinds[place]
    if kind in _NUMBERS:
        type_, pattern = _NUMBERS[kind]
        value = f"TRY_CAST({cell} AS {type_})"
        fits = f"coalesce(regexp_full_match({cell}, {literal(pattern)}), false) AND {value} IS NOT NULL"
        if any(re.fullmatch(pattern, word) for word in plan.words[place]):
            fits = f"NOT coalesce({gone}, false) AND {fits}"
        return _Cast(value, f"({fits})", is_missing)
    if kind == "flag":
        return _Cast(f"(lower({cell}) = 'true')", f"coalesce(lower({cell}) IN ('true', 'false'), false)", is_missing)
    if kind == "text":
        return _Cast(f"CASE WHEN NOT {gone} THEN {cell} END", "true", is_missing)
    return _Cast(cell, "true", is_missing)


def cast_columns(connection: Any, text: Path, plan: Plan, folder: Path) -> Path:
    """Cast the cells in one pass; where one does not fit, find out of which columns, and cast again."""
    import duckdb

    raw = folder / "raw.parquet"
    names = unique_names(plan.found.names, {})
    connection.execute("SET TimeZone = 'UTC'")
    source = _source(text, plan)
    while True:
        made = [_cast(place, plan) for place in range(plan.found.width)]
        named = ", ".join(f"{one.checked} AS {quoted(name)}" for name, one in zip(names, made, strict=True))
        packing = "snappy" if "judged" in plan.kinds else "zstd"  # it is written again
        copy = f"COPY (SELECT {named} FROM {source}) TO {literal(str(raw))} (FORMAT parquet, COMPRESSION {packing})"
        try:
            connection.execute(copy)
        except duckdb.Error as error:
            if "does not fit" not in str(error):
                raise
        else:
            return raw
        counts = ", ".join(f"count(*) FILTER (WHERE {one.odd})" for one in made)
        (found,) = connection.execute(f"SELECT {counts} FROM {source}").fetchall()
        for place, count in enumerate(found):
            if count:
                is_float = plan.kinds[place] == "whole" and _fits(connection, source, place, plan)
                plan.kinds[place] = "float" if is_float else "judged"


def cast_or_explain(connection: Any, text: Path, plan: Plan, folder: Path, shown: str) -> Path:
    """Cast as `cast_columns`, with errors for people.

    Raises:
        DatasetError: There is too little memory or disk, or a row cannot be read.
    """
    import duckdb

    try:
        return cast_columns(connection, text, plan, folder)
    except duckdb.OutOfMemoryException:
        raise DatasetError(
            f"{shown}: more memory or disk is needed than there is; set ANALYST_DATA_MEMORY higher"
        ) from None
    except duckdb.Error:  # its message quotes the row
        raise DatasetError(f"{shown}: cannot be read as delimited text; is a quote left open?") from None


def _fits(connection: Any, source: str, place: int, plan: Plan) -> bool:
    """Check whether a column of whole numbers is one of floats."""
    plan.kinds[place] = "float"
    code = f"contains(lower(c{place}), 'e') OR (length(c{place}) > 18 AND NOT contains(c{place}, '.'))"
    odd = f"{_cast(place, plan).odd} OR {code}"
    (count,) = connection.execute(f"SELECT count(*) FROM {source} WHERE {odd}").fetchone()
    return not count
