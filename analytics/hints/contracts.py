"""Hints from files that a team has already: a dbt `schema.yml`, or an Open Data Contract (ODCS 3)."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from analytics.errors import DatasetError
from analytics.hints.hints import ColumnHints, Hints
from analytics.hints.names import nearest

_DBT = ("models", "sources", "seeds", "snapshots")
"""Parts of a `schema.yml` that describe tables."""


class ContractHints(Hints):
    """Hints from a file that was written for another purpose: columns that are not in the data are no mistake."""


def contract_hints(content: Mapping[str, Any], name: str) -> ContractHints | None:
    """The hints in a dbt `schema.yml` or a data contract; None for a file that is neither.

    Args:
        content: The file, as YAML reads it.
        name: Name of the data set, which tells the table where the file describes several.

    Raises:
        DatasetError: It describes several tables, and none of that name.
    """
    if content.get("kind") == "DataContract" and "apiVersion" in content:
        table = _named(_dicts(content.get("schema")), name)
        columns = {_text(one["name"]): _odcs_column(one) for one in _dicts(table.get("properties"))}
        return ContractHints(grain=_text(table.get("dataGranularityDescription")), columns=columns)
    if any(key in content for key in _DBT) and not content.keys() & Hints.model_fields.keys():
        tables = [
            table for key in _DBT for one in _dicts(content.get(key)) for table in _dicts(one.get("tables")) or [one]
        ]
        table = _named(tables, name)
        return ContractHints(columns={_text(one["name"]): _dbt_column(one) for one in _dicts(table.get("columns"))})
    return None


def _odcs_column(column: Mapping[str, Any]) -> ColumnHints:
    is_key = column.get("primaryKey") is True or column.get("unique") is True
    called = _text(column.get("businessName"))
    return ColumnHints(
        role="identifier" if is_key else None,
        synonyms=[called] if called else [],
        description=_text(column.get("description")),
    )


def _dbt_column(column: Mapping[str, Any]) -> ColumnHints:
    tests = [*_list(column.get("tests")), *_list(column.get("data_tests"))]
    names = {name for test in tests for name in (cast("dict[Any, Any]", test) if isinstance(test, dict) else [test])}
    role = "identifier" if "unique" in names else "category" if "accepted_values" in names else None
    return ColumnHints(role=role, description=_text(column.get("description")))


def _named(tables: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    known = {_text(table.get("name")): table for table in tables}
    if name in known or len(known) == 1:
        return known.get(name) or next(iter(known.values()))
    if not known:
        raise DatasetError("no table is described")
    raise DatasetError(f"describes several tables, and none called {name!r}{nearest(name, known)}")


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [cast("Mapping[str, Any]", one) for one in _list(value) if isinstance(one, dict) and "name" in one]


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _text(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())
