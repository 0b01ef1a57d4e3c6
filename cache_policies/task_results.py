"""Results of Prefect tasks under our policies, stored and read as the type of the function's return annotation."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

from prefect.context import TaskRunContext
from prefect.filesystems import WritableFileSystem
from prefect.serializers import JSONSerializer, Serializer
from pydantic import PrivateAttr
from pydantic_core import from_json

from runtime.declared.annotations import returned_type, says_too_little
from runtime.declared.declared_type import DeclaredType
from runtime.declared.values import NotStorableError, Stored
from runtime.prefect_server.sealed_results import SealedResults
from runtime.private_members.prefect import storage_behind


class Declared(Serializer):  # pyright: ignore[reportMissingTypeArgument] - Prefect cannot register a generic alias
    """Stores a task's result as JSON of its declared type, or as plain JSON if the annotation says too little."""

    type: str = "analyst-declared"

    _function: Callable[..., Any] | None = PrivateAttr(default=None)
    """The function that returned the result; used for writing. For reading it is that of the current task run."""

    @classmethod
    def of(cls, function: Callable[..., Any]) -> "Declared":
        """Return the serializer for the results of a function."""
        serializer = cls()
        serializer._function = function
        return serializer

    def dumps(self, obj: Any) -> bytes:
        """Write `obj`; an exception, which Prefect stores for a failed task, as its text.

        Raises:
            NotStorableError: It cannot be stored without a change.
        """
        if isinstance(obj, BaseException):
            return json.dumps(f"{type(obj).__name__}: {obj}").encode()
        try:
            declared = _declared(self._function)
            if declared is None:
                return json.dumps(obj).encode()
            stored = declared.store(obj)
            if stored.files:
                raise NotStorableError("a table; store it where you keep data, and return its name")
            if not _same(declared.restore(stored), obj, declared, stored):
                raise NotStorableError("it would come back as another value")
        except Exception as error:
            raise NotStorableError(
                f"{type(obj).__module__}.{type(obj).__qualname__} cannot be stored as {returned_type(self._function)} "
                f"({' '.join(str(error).split())[:200]}). Let the task's return annotation name the very type that is "
                "returned, or give the task a result_serializer."
            ) from error
        return stored.text

    def loads(self, blob: bytes) -> Any:
        """Read the output of `dumps` as the declared type of the current task run.

        Raises:
            ValueError: It is of another type.
        """
        context = TaskRunContext.get()
        declared = None if context is None else _declared(context.task.fn)
        return from_json(blob) if declared is None else declared.restore(Stored(blob))


_OURS_TO_CHOOSE = (JSONSerializer, Declared)


def protect(context: TaskRunContext) -> None:
    """Have the result of a task run sealed, and read as the type that the code declares.

    Prefect's own JSON serializer, the default, stores names of classes and imports them when it reads. A serializer
    that the task names stays.

    Args:
        context: A task run for which a key was made, before its result is looked for.
    """
    store, task = context.result_store, context.task
    # A result that is not kept in memory is read again without the task that knows its type.
    if task.result_serializer is None and task.cache_result_in_memory and isinstance(store.serializer, _OURS_TO_CHOOSE):
        store.serializer = Declared.of(task.fn)
    apart = isinstance(store.metadata_storage, WritableFileSystem)
    store.result_storage = _sealed(store.result_storage, "value" if apart else "record")
    if apart:
        store.metadata_storage = _sealed(store.metadata_storage, "about")


def _sealed(storage: Any, part: Literal["record", "about", "value"]) -> SealedResults | None:
    return None if storage is None else SealedResults(behind=storage_behind(storage), part=part)


def _same(back: object, value: object, declared: DeclaredType, stored: Stored) -> bool:
    try:
        if bool(back == value):
            return True
    except Exception:  # noqa: BLE001 - comparing runs code of the types, which may raise anything
        return False
    return declared.store(back).text == stored.text


@lru_cache(maxsize=1024)
def _declared(function: Callable[..., Any] | None) -> DeclaredType | None:
    annotation = returned_type(function)
    return None if says_too_little(annotation) else DeclaredType(annotation)
