"""Hints on a table and its columns, typed, and how they travel with a frame."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from analytics.results import RoleOrQuantity

_KEY = "hints"
"""Key of the hints in a frame's `attrs`, as text: pandas copies `attrs` with every operation."""

Aggregate = Literal["sum", "mean"]


def _texts(value: Any) -> Any:
    """A mapping whose keys are text: YAML reads the key 1 as a number."""
    if not isinstance(value, dict):
        return value
    return {str(key).lower() if isinstance(key, bool) else str(key): text for key, text in value.items()}


def _dates_as_text(value: Any) -> Any:
    """A list whose days are text: YAML reads 1900-01-01 as a date."""
    return [str(one) if isinstance(one, date) else one for one in value] if isinstance(value, list) else value


class _Hints(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ColumnHints(_Hints):
    """Hints on one column. What is left out is inferred from the values."""

    role: RoleOrQuantity | None = None
    """Use of the column, such as category or identifier, or what it measures, such as price or count."""
    unit: str = ""
    """Unit of its numbers, such as EUR or minutes."""
    aggregate: Aggregate | None = None
    """Way to put its rows together: `sum` for amounts, `mean` for what is never summed, such as a price."""
    outcome: bool = False
    """The other columns may explain this one."""
    sentinels: Annotated[list[float | str], BeforeValidator(_dates_as_text)] = []
    """Values that stand for a missing one; they are set missing."""
    ignore: bool = False
    """The column is left out."""
    labels: Annotated[dict[str, str], BeforeValidator(_texts)] = {}
    """Texts that are written for values, such as `1: first class`."""
    synonyms: list[str] = []
    """Other names of the column in questions."""
    description: str = ""
    """Content of the column in a sentence."""


class Hints(_Hints):
    """Hints on a table. A user's word goes before what is inferred."""

    grain: str = ""
    """Meaning of one row, such as `one order line`."""
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1
    """First month of the fiscal year."""
    glossary: dict[str, str] = {}
    """Terms and what they mean here."""
    columns: dict[str, ColumnHints] = {}
    """Hints by column."""


class HasAttrs(Protocol):
    """A frame, series or relation."""

    @property
    def attrs(self) -> Any:
        """Facts known besides the values."""
        ...


def attrs_of(hints: Hints | None) -> Mapping[str, str]:
    """The `attrs` of a frame with these hints."""
    return {} if hints is None else {_KEY: hints.model_dump_json(exclude_defaults=True)}


def hints_of(data: HasAttrs) -> Hints | None:
    """The hints that a frame, a series of it or a relation carries."""
    text = data.attrs.get(_KEY)
    return _parsed(text) if isinstance(text, str) else None


def column_hints(data: HasAttrs, name: str) -> ColumnHints | None:
    """The hints on one column."""
    hints = hints_of(data)
    return None if hints is None else hints.columns.get(name)


@lru_cache(maxsize=16)
def _parsed(text: str) -> Hints:
    return Hints.model_validate(json.loads(text))
