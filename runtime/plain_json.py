"""Prefect results as plain JSON, which is only ever read as data.

Prefect's own JSON serializer reads an object that has a `__class__` key by importing the class of that name and calling
it. Such a key may come from a model's answer or a data set's column name.
"""

import json
from typing import Any

from prefect.serializers import Serializer


class PlainJson(Serializer):  # pyright: ignore[reportMissingTypeArgument] - Prefect cannot register a generic alias
    """Stores what JSON can hold, as it is."""

    type: str = "plain-json"

    def dumps(self, obj: Any) -> bytes:
        """Write `obj`; an exception, which Prefect stores for a failed task, as its text."""
        if isinstance(obj, BaseException):
            obj = {"error": f"{type(obj).__name__}: {obj}"}
        return json.dumps(obj, ensure_ascii=False).encode()

    def loads(self, blob: bytes) -> Any:
        """Read data, never code."""
        return json.loads(blob)
