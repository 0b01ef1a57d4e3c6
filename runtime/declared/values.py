"""Form of a step's result between the step and the storage."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class NotStorableError(TypeError):
    """Error raised for a value that storing would change. The message says which, and what to return instead."""


@dataclass(frozen=True)
class Stored:
    """A result as it is stored.

    Attributes:
        text: One JSON value, UTF-8.
        files: Parquet files that the JSON refers to, each by its digest.
        exact: Whether it is of a declared type, so that reading has to return an equal value; otherwise it is plain
            JSON.
    """

    text: bytes
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    exact: bool = False
