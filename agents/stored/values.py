"""Values as JSON and back as the types they were: what a tool may return so that its result can be stored.

JSON's own types stay as they are, so that a stored result can be read by people. Everything else becomes an object with
its type beside its content. Classes are looked up by name: first among those that the tool's return annotation
mentions, so that a script that is `__main__` when run and a module when resumed finds its own, then by import. Objects
are filled with the fields they had, without running their constructors again; nothing is ever pickled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from agents.stored.kinds import STORABLE, TYPE, NotStorableError
from agents.stored.reader import Reader
from agents.stored.writer import Writer


@dataclass
class Stored:
    """A value as JSON, and the files that it refers to.

    Attributes:
        json: What JSON holds.
        files: Content of each side file by its digest.
    """

    json: object
    files: dict[str, bytes]


def store(value: object) -> Stored:
    """Turn a value into JSON and side files.

    Raises:
        NotStorableError: Something in it cannot be stored.
    """
    writer = Writer()
    try:
        return Stored(writer.write(value), writer.files)
    except RecursionError:
        raise NotStorableError("a value that is nested too deeply or contains itself") from None


def restore(stored: Stored, classes: Iterable[type[Any]] = ()) -> Any:
    """Return the value that `store` was given.

    Args:
        stored: What `store` returned, with all files that `json` refers to.
        classes: Classes to prefer over those found by import.

    Raises:
        Exception: It is not what `store` returned, or the classes have changed since.
    """
    return Reader(stored.files, classes).read(stored.json)


def files_of(json: object) -> Iterable[str]:
    """Digests of the side files that stored JSON refers to."""
    if isinstance(json, dict):
        content = cast(dict[str, Any], json)
        if content.get(TYPE) == "frame":
            yield content["file"]
        for part in content.values():
            yield from files_of(part)
    elif isinstance(json, list):
        for part in cast(list[Any], json):
            yield from files_of(part)


__all__ = ["STORABLE", "NotStorableError", "Stored", "files_of", "restore", "store"]
