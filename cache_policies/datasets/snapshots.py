"""Snapshots of dependencies: every data frame in them in its present state.

Keys hold the content of frames, so a frame must not change while results are stored under such a key. So the tools of a
run work on snapshots of the frames that it was given. What holds a frame (a dict, a dataclass, a model) is copied for
this; anything else in it stays the same object.
"""

import copy
import dataclasses
import logging
import sys
from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel

_log = logging.getLogger("prefect.cache_policies")


class Snapshot:
    """A value whose frames and series were replaced by what they are now.

    Attributes:
        value: The value to hand on; the original itself when there is no frame in it.
        frames: The frames in it, in order.
    """

    def __init__(self, original: object) -> None:
        self.frames: list[object] = []
        self._taken: dict[int, tuple[object, object]] = {}
        self._copies: list[tuple[Any, Any, dict[Any, object]]] = []
        self._seen: dict[int, Any] = {}
        # There is no frame before pandas has been imported.
        self.value: Any = self._take(original) if "pandas" in sys.modules else original

    def give_back(self) -> None:
        """Set on the originals what was set on their copies since; what was done to a frame is left out."""
        for original, copied, before in self._copies:
            now = _parts(copied) or {}
            if isinstance(original, list):
                if len(now) != len(before) or any(part is not before[key] for key, part in now.items()):
                    cast("list[object]", original)[:] = [self._original(part) for part in now.values()]
                continue
            for key in before.keys() - now.keys():
                _remove(original, key)
            for key, part in now.items():
                if key not in before or part is not before[key]:
                    _put(original, key, self._original(part))

    def _original(self, part: object) -> object:
        return self._taken.get(id(part), (part, part))[1]

    def _take(self, value: Any) -> Any:
        import pandas as pd

        if isinstance(value, pd.DataFrame | pd.Series):
            from cache_policies.datasets.frames import snapshot

            taken = self._seen.setdefault(id(value), snapshot(value))
            self.frames.append(taken)
            self._taken[id(taken)] = (taken, value)
            return taken
        parts = _parts(value)
        if not parts:
            return value
        if id(value) in self._seen:
            return self._seen[id(value)]
        self._seen[id(value)] = value  # ends at a value that holds itself
        changed = {key: new for key, part in parts.items() if (new := self._take(part)) is not part}
        if changed:
            self._seen[id(value)] = self._rebuilt(value, parts, changed)
        return self._seen[id(value)]

    def _rebuilt(self, value: Any, parts: dict[Any, Any], changed: dict[Any, Any]) -> Any:
        try:
            return self._copied(value, parts, changed)
        except Exception as error:  # noqa: BLE001 - a user's type may refuse to be copied in any way
            _log.warning(
                "A %s holds data frames and cannot be copied (%s). "
                "The tools will see changes to these frames during the run.",
                type(value).__qualname__,
                error,
            )
            return value

    def _copied(self, value: Any, parts: dict[Any, Any], changed: dict[Any, Any]) -> Any:
        if isinstance(value, tuple):
            items = [changed.get(key, part) for key, part in parts.items()]
            return type(value)._make(items) if hasattr(value, "_make") else tuple(items)  # pyright: ignore
        copied = copy.copy(value)
        for key, part in changed.items():
            _put(copied, key, part)
        self._taken[id(copied)] = (copied, value)
        self._copies.append((value, copied, dict(_parts(copied) or {})))
        return copied


def without_frames(value: object) -> Mapping[str, object] | None:
    """Leave what frames hold out of a digest."""
    pandas: Any = sys.modules.get("pandas")
    return {} if pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series) else None


def _parts(value: Any) -> dict[Any, Any] | None:
    """Return the parts of a container by key, place or attribute; `None` for a value that is no container."""
    if isinstance(value, dict):
        return cast("dict[Any, Any]", value)
    if isinstance(value, list) or type(value) is tuple or (isinstance(value, tuple) and hasattr(value, "_make")):
        return dict(enumerate(cast("list[Any]", value)))
    if isinstance(value, BaseModel) or (dataclasses.is_dataclass(value) and not isinstance(value, type)):
        own: dict[Any, Any] = getattr(value, "__dict__", {})
        if dataclasses.is_dataclass(value):
            slots = [field.name for field in dataclasses.fields(value) if field.name not in own]
            own = own | {name: getattr(value, name) for name in slots if hasattr(value, name)}
        return own
    return None


def _put(container: Any, key: Any, part: object) -> None:
    if isinstance(container, dict | list):
        container[key] = part
    elif key in getattr(container, "__dict__", {}):
        container.__dict__[key] = part  # frozen or not
    else:
        object.__setattr__(container, key, part)


def _remove(container: Any, key: Any) -> None:
    if isinstance(container, dict):
        del container[key]
    else:
        object.__delattr__(container, key)
