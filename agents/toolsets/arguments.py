"""Arguments of tools as models write them, read as what is meant: lists, left-out ones, columns and groups."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import pandas as pd
from pydantic_ai import ModelRetry

from analytics.columns import HasColumns, is_number, is_text
from analytics.engine.relation import Relation
from analytics.hints.hints import HasAttrs, hints_of
from analytics.profile.quantities import is_never_summed


def as_list(value: Any) -> Any:
    """Small models write `"a, b"` for `["a", "b"]`."""
    if isinstance(value, str):
        return [part.strip(" \"'") for part in value.strip("[] ").split(",") if part.strip(" \"'")]
    return value


def null(value: Any) -> Any:
    """Small models write `"null"` or `""` for a left-out argument."""
    return None if isinstance(value, str) and value.strip().lower() in {"", "null", "none"} else value


def null_or(default: str) -> Callable[[Any], Any]:
    """Read a left-out argument as its default."""
    return lambda value: default if null(value) is None else value


class _Table(HasColumns, HasAttrs, Protocol):
    """A table that knows its columns and carries hints."""


def column_named(table: _Table, name: str) -> str:
    """The column that is meant by `name`: in other case, spaces, quotes or JSON, or by a synonym of the hints."""
    names = [str(column) for column in table.columns]
    if name in names:
        return name
    meant = _matching(_unpacked(name), names)
    if not meant and (hints := hints_of(table)):
        called = {word: column for column, said in hints.columns.items() for word in said.synonyms}
        meant = [called[word] for word in _matching(_unpacked(name), list(called)) if called[word] in names]
    if not meant:  # fare_paid of Fare
        said = _words(_unpacked(name))
        meant = [column for column in names if (parts := _words(column)) and parts <= said]
    # Unknown names stay as they are: the error of the analysis lists the known ones.
    return meant[0] if len(meant) == 1 else name


def _words(name: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", name.casefold()))


def measure_first(table: pd.DataFrame | Relation, column: str, by: str) -> tuple[str, str]:
    """The measure and the category of a comparison: `sex` by `survived` can only mean `survived` by `sex`."""
    known = set(map(str, table.columns))
    if not {column, by} <= known:
        return column, by
    sample = table.sample() if isinstance(table, Relation) else table
    turned = not is_number(sample[column]) and is_number(sample[by])
    return (by, column) if turned else (column, by)


def never_summed(table: pd.DataFrame | Relation, name: str) -> bool:
    """Tell whether a total is asked for that means nothing, such as that of prices: the mean is given instead."""
    return name in map(str, table.columns) and bool(is_never_summed(table, name))


def _unpacked(name: str) -> str:
    """The name in JSON that a small model wrote for it: `["fare"]` or `{"column": "fare"}`."""
    if name.strip()[:1] not in ("[", "{"):
        return name
    try:
        value = json.loads(name)
    except ValueError:
        return name
    values: list[Any] = list(value.values()) if isinstance(value, dict) else value
    return values[0] if len(values) == 1 and isinstance(values[0], str) else name


def group_named(frame: pd.DataFrame, text: str) -> tuple[str, str]:
    """The column and the value of `region = Central`, or of a value that only one column has.

    Raises:
        ModelRetry: No column has it, or several have.
    """
    name, sign, value = re.sub(r"==?|\bis\b", "=", text, count=1).replace(":", "=", 1).partition("=")
    if sign and len(columns := _matching(name, [str(column) for column in frame.columns])) == 1:
        return columns[0], value.strip(" \"'")
    wanted = text.strip(" \"'").casefold()
    texts = [str(c) for c in frame.columns if is_text(frame[c]) or isinstance(frame[c].dtype, pd.CategoricalDtype)]
    having = [c for c in texts if (frame[c].dropna().astype("str").str.casefold() == wanted).any()]
    if len(having) == 1:
        return having[0], wanted
    raise ModelRetry(f"{text!r} is no group: write a column and a value, such as region = Central.")


def _matching(name: str, names: Sequence[str]) -> list[str]:
    def plain(text: str) -> str:
        return re.sub(r"[\W_]+", "", text).casefold()

    return [candidate for candidate in names if plain(candidate) == plain(name)]
