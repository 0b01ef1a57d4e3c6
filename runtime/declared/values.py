"""The form of a step's result between the step and the storage."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class NotStorableError(TypeError):
    """A value cannot be stored and read back as what it was. The message says which, and what to return instead."""


@dataclass(frozen=True)
class Stored:
    """A result as it is stored.

    Attributes:
        text: One JSON value, UTF-8.
        files: Parquet files that the JSON refers to, each by its digest.
        exact: Whether it is of a declared type, so that the very value has to come back; otherwise it is what JSON
            makes of a value.
    """

    text: bytes
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    exact: bool = False
