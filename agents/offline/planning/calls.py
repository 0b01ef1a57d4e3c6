"""Tool calls that the offline model plans."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PlannedCall:
    """A tool call to make."""

    tool: str
    arguments: dict[str, Any]


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
