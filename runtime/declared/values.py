"""Form of a step's result between the step and the storage."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_FILES = 1000
"""Most Parquet files of one result (a choice)."""


class NotStorableError(TypeError):
    """A value cannot be stored without a change. The message says which value, and what to return instead."""


@dataclass(frozen=True)
class Stored:
    """A result as it is stored.

    Attributes:
        text: One JSON value, UTF-8.
        files: Parquet files that the JSON refers to, each by its digest. One that is read back need not be in memory:
            it is read when it is asked for.
        exact: True for a value of a declared type, which has to be equal when it is read back. False for plain JSON, in
            which a tuple, for one, becomes a list.
    """

    text: bytes
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    exact: bool = False
