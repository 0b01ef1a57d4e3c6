"""Stored results of Prefect tasks: sealed like those of agents' steps, and read with the serializer of the task.

Prefect reads a stored result with the serializer that the file names, which may be pickle. `SealedResults` wraps the
storage of a task run's results, and returns only content that this task would have written at this place.
"""

import inspect
import logging
from typing import Any, Literal

from prefect.context import TaskRunContext
from pydantic_core import from_json

from runtime.prefect_server.bounded_reads import read_bounded, read_bounded_sync
from runtime.private_members.prefect import StorageInFront
from runtime.seals import SEAL_LENGTH, is_sealed, seal_of

_log = logging.getLogger("prefect.stored_results")
_SEAL = b',"seal":"'
_ENDING = len(_SEAL) + SEAL_LENGTH + len(b'"}')


class ForgedResultError(ValueError):
    """Error for a file at the place of a task's result that this task did not store."""


class SealedResults(StorageInFront):
    """Seals results together with their key, and reads sealed results in the form of the current task only.

    Prefect takes an error in reading for a missing result, and runs the task again.
    """

    part: Literal["record", "about", "value"] = "record"
    """The stored part: a `record` of a value with Prefect's metadata or, if a policy keeps its keys apart, `value` or
    `about` (the metadata) alone."""

    _block_type_name = "Analyst Flows sealed results"
    _block_type_slug = "analyst-flows-sealed-results"

    async def aread_path(self, path: str) -> bytes:
        """Return the content stored for a key.

        Raises:
            ForgedResultError: It was not stored there by this task.
            Exception: There is none; each storage has its own error for that.
        """
        return self._opened(path, await read_bounded(self.behind, path))

    async def awrite_path(self, path: str, content: bytes) -> Any:
        """Store content for a key, sealed."""
        write = self.behind.awrite_path if hasattr(self.behind, "awrite_path") else self.behind.write_path
        done = write(path, self._sealed(path, content))
        return await done if inspect.isawaitable(done) else done

    def read_path(  # pyright: ignore[reportIncompatibleMethodOverride] - synchronous here, as in `LocalFileSystem`
        self, path: str, _sync: bool | None = None
    ) -> bytes:
        """Return the content stored for a key, as `aread_path`."""
        return self._opened(path, read_bounded_sync(self.behind, path))

    def write_path(  # pyright: ignore[reportIncompatibleMethodOverride] - synchronous here, as in `LocalFileSystem`
        self, path: str, content: bytes, _sync: bool | None = None
    ) -> Any:
        """Store content for a key, sealed."""
        return self.behind.write_path(path, self._sealed(path, content), _sync=True)

    def _sealed(self, path: str, content: bytes) -> bytes:
        return self._with_seal(content, seal_of(_bound(path, content)).encode())

    def _with_seal(self, content: bytes, seal: bytes) -> bytes:
        if self.part == "value":
            return b"%s\n%s" % (content, seal)
        return b'%s%s%s"}' % (content[:-1], _SEAL, seal)  # one more key, which Prefect ignores

    def _opened(self, path: str, sealed: bytes) -> bytes:
        if self.part == "value":
            content, _, seal = sealed.rpartition(b"\n")
        else:
            content, seal = sealed[:-_ENDING] + b"}", sealed[-_ENDING:][len(_SEAL) : -2]
        try:
            if sealed != self._with_seal(content, seal) or not is_sealed(_bound(path, content), seal.decode()):
                raise ForgedResultError("its seal is wrong: damaged, forged, or made with another ANALYST_RESULTS_KEY")
            if self.part != "value" and not self._is_of_the_task(from_json(content)):
                raise ForgedResultError("it names another serializer than the task has")
        except Exception as error:
            _log.warning("The stored result %s cannot be used and is made again: %s", _key(path), error)
            raise
        return content

    def _is_of_the_task(self, record: Any) -> bool:
        about = record if self.part == "about" else record["metadata"]
        context = TaskRunContext.get()
        return context is not None and about["serializer"] == _named(context.result_store.serializer)


def _key(path: str) -> str:
    """Return the key of a path, which may be the path of the file."""
    return path.rpartition("/")[2]


def _bound(path: str, record: bytes) -> bytes:
    return b"%s\n%s" % (_key(path).encode(), record)


def _named(serializer: Any) -> Any:
    return from_json(serializer.model_dump_json(serialize_as_any=True))
