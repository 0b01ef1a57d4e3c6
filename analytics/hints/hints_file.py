"""Reader of a file of hints (YAML), which names a mistake in one line with the nearest known name."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from analytics.errors import DatasetError
from analytics.hints.contracts import contract_hints
from analytics.hints.hints import ColumnHints, Hints
from analytics.hints.names import nearest
from runtime.data_roots import DataRootError, DataRoots
from runtime.files.private_files import open_regular

_MOST_BYTES = 1 << 20
"""Largest file that is read."""
_LONGEST = 160
"""Characters of a reason."""


def read_hints(path: str | Path, roots: DataRoots | None = None, *, name: str = "") -> Hints:
    """Read a file of hints, a dbt `schema.yml` or an Open Data Contract.

    Args:
        path: The file.
        roots: Where it has to lie, if that is checked.
        name: Name of the data set, for a file that describes several.

    Raises:
        DatasetError: It cannot be read, or has an unknown key or a value that does not fit; the message is one line.
    """
    path = Path(path).expanduser()
    try:
        with open_regular(path) if roots is None else roots.open(path) as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise DatasetError(f"{path}: larger than {_MOST_BYTES:,} bytes, so hardly hints")
        found = yaml.safe_load(content.decode("utf-8"))
    except DataRootError as error:
        raise DatasetError(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8 text'}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        raise DatasetError(f"{path}{line}: not YAML: {getattr(error, 'problem', None) or 'cannot be parsed'}") from None
    if found is not None and not isinstance(found, dict):
        raise DatasetError(
            f"{path}: needs keys such as columns and grain; `analyst inspect DATA --hints-out` writes one"
        )
    try:
        contract = contract_hints(found or {}, name)
        return Hints.model_validate(found or {}) if contract is None else contract
    except DatasetError as error:
        raise DatasetError(f"{path}: {error}") from None
    except ValidationError as error:
        raise DatasetError(f"{path}: {_said(error.errors()[0])}") from None


def check_columns(hints: Hints, columns: Iterable[str]) -> None:
    """Check that hints speak of columns that are there.

    Raises:
        DatasetError: An unknown column, or a synonym that names another column.
    """
    names = list(columns)
    for name in hints.columns:
        if name not in names:
            raise DatasetError(f"hints: unknown column {name!r}{nearest(name, names)}")
    taken = {name.casefold(): name for name in names}
    for name, column in hints.columns.items():
        for synonym in column.synonyms:
            other = taken.setdefault(synonym.casefold(), name)
            if other != name:
                raise DatasetError(f"hints: the synonym {synonym!r} of {name} means {other} already")


def _said(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        inside = ColumnHints if len(error["loc"]) > 1 else Hints
        return f"{place}: unknown key{nearest(str(error['loc'][-1]), inside.model_fields)}"
    return f"{place}: {str(error['msg'])[:_LONGEST]}"
