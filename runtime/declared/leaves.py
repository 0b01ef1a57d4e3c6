"""JSON forms of pandas and numpy types within declared types; Pydantic has none for them.

Pydantic describes a declared type by a core schema, which only checks the class of a data frame or a numpy number. The
schema is changed here: a frame is written as a Parquet file beside the JSON, a number as a number, a time as text.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic_core import PydanticSerializationUnexpectedValue, core_schema

from runtime.declared.frames import MOST_DECODED_BYTES, frame_to_parquet, parquet_to_frame
from runtime.declared.parquet_size import decoded_size
from runtime.declared.values import MOST_FILES, NotStorableError


def file_digest(content: bytes) -> str:
    """Return the digest by which a side file is named."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


@dataclass
class SideFiles:
    """Parquet files of one result, by digest. A schema gets it as its context for writing and reading.

    Attributes:
        files: Files that can be read.
        added: Files that were written.
        room: Bytes of memory that the tables which are still to be read may take together.
    """

    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    added: dict[str, bytes] = field(default_factory=dict[str, bytes])
    room: int = field(default_factory=lambda: MOST_DECODED_BYTES)

    def add(self, frame: Any) -> str:
        """Keep a frame or series as a file, and return the file's digest.

        Raises:
            NotStorableError: Parquet cannot hold it, or it is one too many.
        """
        content = frame_to_parquet(frame)
        digest = file_digest(content)
        self.added[digest] = content
        if len(self.added) > MOST_FILES:
            raise NotStorableError(f"more than {MOST_FILES} tables. Return one with a column that tells them apart")
        return digest

    def frame(self, digest: object) -> Any:
        """Return the frame in a file. One that is named twice counts twice.

        Raises:
            KeyError: There is no such file.
            ValueError: All that was read until now takes more memory than a result may.
        """
        if not isinstance(digest, str):
            raise TypeError("not the digest of a file")
        content = self.files[digest]
        self.room -= decoded_size(content, self.room)
        return parquet_to_frame(content)


@dataclass(frozen=True)
class _Form:
    """A pair of functions that write and read the values of one class."""

    write: Callable[[Any, SideFiles], Any]
    read: Callable[[Any, SideFiles], Any]


def with_forms(schema: Any) -> tuple[Any, bool]:
    """Replace pandas and numpy types in a core schema by their JSON forms.

    Returns:
        The schema, and whether it has any such type.
    """
    if isinstance(schema, list | tuple):
        parts = [with_forms(part) for part in cast(list[Any], schema)]
        return type(cast(list[Any], schema))(part for part, _ in parts), any(found for _, found in parts)
    if not isinstance(schema, dict):
        return schema, False
    node = cast(dict[str, Any], schema)
    if node.get("type") == "is-instance" and (form := _form_of(node["cls"])) is not None:
        return _place(node["cls"], form), True
    if node.get("type") == "enum" and not all(
        isinstance(member.value, str | int | float) for member in node["members"]
    ):
        return _place(node["cls"], _Form(lambda member, _: member.name, lambda json, _: node["cls"][json])), True
    # Metadata and defaults are no schemas.
    done = {key: (part, False) if key in ("metadata", "default") else with_forms(part) for key, part in node.items()}
    return {key: part for key, (part, _) in done.items()}, any(found for _, found in done.values())


def _place(cls: type[Any], form: _Form) -> core_schema.CoreSchema:
    def write(value: Any, info: core_schema.SerializationInfo) -> Any:
        if not isinstance(value, cls):
            raise PydanticSerializationUnexpectedValue(f"Expected `{cls.__name__}`")  # so that a union tries its next
        return form.write(value, cast(SideFiles, info.context))

    def read(value: Any, info: core_schema.ValidationInfo) -> Any:
        try:
            return form.read(value, cast(SideFiles, info.context))
        except (TypeError, KeyError, OverflowError) as error:
            raise ValueError(f"not a stored {cls.__name__}") from error

    return core_schema.with_info_plain_validator_function(
        read,
        serialization=core_schema.plain_serializer_function_ser_schema(write, info_arg=True),
    )


def _form_of(cls: type[Any]) -> _Form | None:
    package = cls.__module__.partition(".")[0]
    if package == "pandas":
        return _pandas_form(cls)
    return _numpy_form(cls) if package == "numpy" else None


def _pandas_form(cls: type[Any]) -> _Form | None:
    import pandas as pd

    forms: Mapping[Any, _Form] = {
        pd.DataFrame: _Form(
            lambda frame, files: {"parquet": files.add(frame)},
            lambda json, files: files.frame(json["parquet"]),
        ),
        pd.Series: _Form(_write_series, _read_series),
        pd.Timestamp: _Form(lambda time, _: time.isoformat(), lambda json, _: pd.Timestamp(_text(json))),
        pd.Timedelta: _Form(lambda span, _: span.isoformat(), lambda json, _: pd.Timedelta(_text(json))),
    }
    return forms.get(cls)


def _write_series(series: Any, files: SideFiles) -> Any:
    name = series.name
    if not (name is None or isinstance(name, str | int)):
        raise ValueError(f"the name of a series is {type(name).__name__}; name it with text")
    return {"parquet": files.add(series), "name": name}


def _read_series(json: Any, files: SideFiles) -> Any:
    return files.frame(json["parquet"])["values"].rename(json["name"])


def _numpy_form(cls: type[Any]) -> _Form | None:
    import numpy as np

    make: Callable[[Any], Any] = cls
    if issubclass(cls, np.datetime64):
        return _Form(lambda time, _: str(time), lambda json, _: make(_text(json)))
    exact = issubclass(cls, np.bool_ | np.integer | np.floating | np.str_) and cls is not np.longdouble
    if not exact or cls in (np.integer, np.signedinteger, np.unsignedinteger, np.floating):
        return None  # more than JSON holds, or no type of its own
    return _Form(lambda number, _: number.item(), lambda json, _: make(_scalar(json)))


def _text(json: Any) -> str:
    if not isinstance(json, str):
        raise TypeError("not text")
    return json


def _scalar(json: Any) -> Any:
    if not isinstance(json, str | int | float):
        raise TypeError("not one value")
    return json
