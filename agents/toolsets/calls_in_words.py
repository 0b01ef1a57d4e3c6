"""Tool calls in words, for names of steps and for people."""

from collections.abc import Mapping
from typing import cast


def describe_call(name: str, arguments: object, limit: int = 80) -> str:
    """Return a call in words, such as `query(sql=SELECT …)`, cut at `limit` characters."""
    if not isinstance(arguments, Mapping):
        return name
    shown = ", ".join(f"{key}={value}" for key, value in cast("Mapping[str, object]", arguments).items())
    text = f"{name}({shown})".replace("\n", " ")
    return text if len(text) <= limit else f"{text[: limit - 2]}…)"
