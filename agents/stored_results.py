"""Where the results of steps are read and written: any Prefect storage, with a seal on each result.

Prefect trusts what it finds in a storage. Here a result holds a checksum and is read back into what it was before
Prefect hears that it exists; what fails in that is made again, with a warning. The current step is in a context
variable, because Prefect makes storages for a task and not for a call.
"""

import hashlib
import inspect
import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, cast

from prefect.context import FlowRunContext, TaskRunContext
from prefect.filesystems import NullFileSystem, WritableFileSystem
from prefect.results import ResultStorage, aresolve_result_storage
from prefect.serializers import Serializer
from prefect.settings import get_current_settings
from pydantic import ConfigDict
from pydantic_core import from_json, to_json

from agents.stored_types import NotStorableError, Stored, files_of
from cache_policies.call_path import scope_and_path
from runtime.leases import assert_may_write
from runtime.result_files import ResultFiles
from runtime.settings import get_settings

_log = logging.getLogger("prefect.stored_results")
_OPENING, _DIGITS, _MIDDLE = '{"blake2b":"', 32, '","value":'


class ResultNotStoredError(RuntimeError):
    """The result of a step could not be written. What was stored before is untouched, and the run can be resumed."""


class StepCodec(Protocol):
    """How the result of one kind of step becomes JSON with side files, and is read back."""

    def store(self, value: Any) -> Stored:
        """Turn a result into JSON; raises `NotStorableError` for one that cannot be."""
        ...

    def restore(self, stored: Stored) -> Any:
        """Return what `store` was given; raises anything for what it did not return."""
        ...


@dataclass
class Step:
    """One step under way.

    Attributes:
        name: The step in words.
        body: The call itself.
        codec: How its result is stored.
        storage: Where its result is stored.
        executed: Whether the call was made.
        answered: Whether `value` is the step's result.
        value: The result.
        problem: Why the result could not be written.
        files: Content of the result's side files by their digest.
        record: What Prefect is told of a stored result that was found.
    """

    name: str
    body: Callable[[], Awaitable[object]]
    codec: StepCodec
    storage: WritableFileSystem
    executed: bool = False
    answered: bool = False
    value: object = None
    problem: Exception | None = None
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    record: bytes | None = None

    async def run(self, *, kept: bool) -> str:
        """Make the call.

        Args:
            kept: Whether the result is to be stored.

        Returns:
            The text to store, which is empty where nothing is.
        """
        self.executed = True
        self.answered = False
        value = await self.body()
        text = ""
        if kept:
            stored = self.codec.store(value)
            json = to_json(stored.json, inf_nan_mode="constants").decode()
            text = _sealed(json)
            self.files = stored.files
            # Read back, so that what goes on with it sees the same now as in a replay.
            try:
                value = self.codec.restore(Stored(from_json(json), stored.files))
            except Exception as error:
                raise NotStorableError(
                    f"The result of {self.name} would not come back from where it is stored: {first_line(error)}"
                ) from error
        self.value, self.answered = value, True
        return text


current_step: ContextVar[Step] = ContextVar("current_step")


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or its type if it has none."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=_DIGITS // 2).hexdigest()


def _sealed(json: str) -> str:
    return f"{_OPENING}{_digest(json.encode())}{_MIDDLE}{json}}}"


class StepSerializer(Serializer):  # pyright: ignore[reportMissingTypeArgument] - Prefect registers a `Serializer[str]` too
    """Takes the text of a step's result as it is. Prefect's own would escape it twice, or look for classes in it."""

    model_config = ConfigDict(extra="forbid")
    type: str = "analyst-step"

    def dumps(self, obj: object) -> bytes:
        """Return the text as bytes. Of a failure, which Prefect wants to store too, nothing is kept."""
        return obj.encode() if isinstance(obj, str) else b""

    def loads(self, blob: bytes) -> str:
        """Return the text."""
        return blob.decode()


class StepStorage(WritableFileSystem):
    """Stands before the storage of the current step and lets through only what can be trusted."""

    _block_type_name = "Analyst Flows step storage"
    _block_type_slug = "analyst-flows-step-storage"

    @property
    def _block_document_id(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride] - one storage stands before many
        """The id of the block behind this one, so that Prefect notes where the result really is."""
        step = current_step.get(None)
        return None if step is None else getattr(step.storage, "_block_document_id", None)

    def _resolve_path(self, path: str) -> Any:
        resolve = getattr(current_step.get().storage, "_resolve_path", None)
        # Where keys are kept apart, Prefect would file them under what this makes of them, and look for them elsewhere.
        return None if resolve is None or _metadata_apart() else resolve(path)

    async def aread_path(self, path: str) -> bytes:
        """Return the record of a result that is whole and fits what is called, without its content.

        The content is read into the step. Prefect asks twice, and would parse it each time.

        Raises:
            Exception: There is none, or it cannot be used; Prefect then takes it as not there.
        """
        step = current_step.get()
        if step.record is not None:
            return step.record
        content = await _read(step.storage, path)
        try:
            step.record = await self._open(step, path, content)
        except Exception as error:
            _log.warning("The stored result of %s cannot be used and is made again: %s", step.name, first_line(error))
            if _metadata_apart():
                return b""  # Prefect has already decided that there is a result; `run_step` sees that there is none
            raise
        return step.record

    async def _open(self, step: Step, path: str, content: bytes) -> bytes:
        if _metadata_apart():
            text, record = content.decode(), b"{}"
        else:
            record = from_json(content)
            if record["metadata"]["serializer"] != {"type": "analyst-step"}:
                raise ValueError("it was not stored by this program")
            text = record["result"]
            record = to_json({"metadata": record["metadata"], "result": ""})
        start = len(_OPENING) + _DIGITS + len(_MIDDLE)
        json = text[start:-1]
        if text != _sealed(json):
            raise ValueError("its checksum is wrong")
        value = from_json(json)
        files: dict[str, bytes] = {}
        for digest in files_of(value):
            files[digest] = await _read(step.storage, _side_file(path, digest))
            if _digest(files[digest]) != digest:
                raise ValueError("the checksum of its table is wrong")
        step.value, step.answered = step.codec.restore(Stored(value, files)), True
        return record

    async def awrite_path(self, path: str, content: bytes) -> None:
        """Store the record of the current step, its tables first.

        A failure is left for `run_step` to raise: Prefect would log it with a traceback and go on without the result.

        Raises:
            LeaseLostError: The run was taken over by another attempt.
        """
        step = current_step.get()
        if step.problem is not None or not step.answered:
            return  # without an answer this is a failure, which Prefect stores too; nobody would find it
        try:
            place = scope_and_path()
            if place is not None:
                assert_may_write(place[0])
            for digest, file in step.files.items():
                await _write(step.storage, _side_file(path, digest), file)
            await _write(step.storage, path, content)
        except Exception as error:  # noqa: BLE001 - storages raise what they like
            step.problem = error

    async def read_path(self, path: str) -> bytes:
        """As `aread_path`."""
        return await self.aread_path(path)

    async def write_path(self, path: str, content: bytes) -> None:
        """As `awrite_path`."""
        await self.awrite_path(path, content)


async def _read(storage: Any, path: str) -> bytes:
    read = storage.aread_path if hasattr(storage, "aread_path") else storage.read_path
    found = read(path)
    return cast(bytes, await found if inspect.isawaitable(found) else found)


async def _write(storage: Any, path: str, content: bytes) -> None:
    write = storage.awrite_path if hasattr(storage, "awrite_path") else storage.write_path
    done = write(path, content)
    if inspect.isawaitable(done):
        await done


def _side_file(path: str, digest: str) -> str:
    return f"{path}.{digest}.parquet"


def _metadata_apart() -> bool:
    """Whether the cache policy has a `key_storage`: Prefect then keeps a record's metadata there and content here."""
    context = TaskRunContext.get()
    apart = None if context is None else context.result_store.metadata_storage
    return apart is not None and not isinstance(apart, NullFileSystem)


async def storage_for(named: ResultStorage | None) -> WritableFileSystem:
    """Return where a step's results go.

    Args:
        named: What its options say. Otherwise it is what the user has set for Prefect, on the flow, in the settings or
            on the server; otherwise files in the data directory.
    """
    if named is not None:
        return await aresolve_result_storage(named)
    flow_run = FlowRunContext.get()
    inherited = None if flow_run is None else flow_run.result_store.result_storage
    if inherited is not None and getattr(inherited, "_block_document_id", None) is not None:
        return inherited
    block = get_current_settings().results.default_storage_block
    if block is not None:
        return await aresolve_result_storage(block)
    return _files(get_settings().home)


@lru_cache(maxsize=8)
def _files(home: Path) -> ResultFiles:
    """Files in the data directory. Made once: to look whether a directory is there costs a step more than its file."""
    del home
    return ResultFiles(directory=str(get_settings().results_dir))


__all__ = [
    "ResultNotStoredError",
    "Step",
    "StepCodec",
    "StepSerializer",
    "StepStorage",
    "current_step",
    "first_line",
    "storage_for",
]
