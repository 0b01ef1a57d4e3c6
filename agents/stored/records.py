"""Where the results of steps are written and read: any Prefect storage, with a seal on each result.

A result is one JSON object that a person can read, under a checksum; a table in it lies in a Parquet file beside it. It
is read back into what it was before anybody relies on it: what fails in that is made again, with a warning.
"""

import asyncio
import hashlib
import inspect
import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, cast

from prefect.cache_policies import CachePolicy
from prefect.context import FlowRunContext
from prefect.filesystems import WritableFileSystem
from prefect.results import ResultStorage, aresolve_result_storage
from prefect.settings import get_current_settings
from pydantic_core import from_json, to_json

from agents.stored.values import NotStorableError, Stored, files_of
from runtime.prefect_server.result_files import ResultFiles
from runtime.runs.leases import assert_may_write
from runtime.settings import get_settings
from runtime.store.tables import StoreError

_log = logging.getLogger("prefect.stored_results")
_STORE_PATIENCE_SECONDS = 120.0
"""How long a result waits for a store that is away."""

_OPENING, _DIGITS, _MIDDLE = '{"blake2b":"', 32, '","record":'


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


@dataclass(frozen=True)
class StoredResult:
    """A stored result.

    Attributes:
        value: What the step returned.
    """

    value: object


@dataclass
class Record:
    """The stored result of one step, or the place where it will be.

    Attributes:
        step: The step in words.
        key: What it is found by.
        codec: How it becomes JSON.
        storage: Where it is.
        keys: Where it says that it is there, if the policy keeps that apart.
    """

    step: str
    key: str
    codec: StepCodec
    storage: WritableFileSystem
    keys: WritableFileSystem | None = None
    _text: str = ""
    _files: dict[str, bytes] = field(default_factory=dict[str, bytes])

    async def find(self) -> StoredResult | None:
        """Return the result if it is there, whole, young enough, and fits what is called now."""
        try:
            seal = None if self.keys is None else (await _read(self.keys, self.key)).decode()
            content = await _read(self.storage, self.key)
        except Exception:  # noqa: BLE001 - each storage says in its own way that there is nothing
            return None
        try:
            return await self._open(content.decode(), seal)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is not a result
            _log.warning("The stored result of %s cannot be used and is made again: %s", self.step, first_line(error))
            return None

    async def _open(self, text: str, seal: str | None) -> StoredResult | None:
        start = len(_OPENING) + _DIGITS + len(_MIDDLE)
        json = text[start:-1]
        if text != _sealed(json) or (seal is not None and seal != _digest(json.encode())):
            raise ValueError("its checksum is wrong")
        record = from_json(json)
        if record["expires"] is not None and datetime.fromisoformat(record["expires"]) <= datetime.now(UTC):
            return None
        files: dict[str, bytes] = {}
        for digest in files_of(record["value"]):
            files[digest] = await _read(self.storage, _side_file(self.key, digest))
            if _digest(files[digest]) != digest:
                raise ValueError("the checksum of its table is wrong")
        return StoredResult(self.codec.restore(Stored(record["value"], files)))

    def prepare(self, value: object, keep: timedelta | None) -> object:
        """Turn a result into what will be written.

        Args:
            value: What the step returned.
            keep: For how long it is to be found.

        Returns:
            The result as it will be read back, so that what goes on with it sees the same now as in a replay.

        Raises:
            NotStorableError: It cannot be stored.
        """
        stored = self.codec.store(value)
        now = datetime.now(UTC)
        json = to_json(
            {
                "step": self.step,
                "stored": now.isoformat(timespec="seconds"),
                "expires": None if keep is None else (now + keep).isoformat(),
                "value": stored.json,
            },
            inf_nan_mode="constants",
        ).decode()
        self._text, self._files = _sealed(json), stored.files
        try:
            return self.codec.restore(Stored(from_json(json)["value"], stored.files))
        except Exception as error:
            raise NotStorableError(
                f"The result of {self.step} would not come back from where it is stored: {first_line(error)}"
            ) from error

    async def write(self, run_id: str) -> None:
        """Store what was prepared, its tables first.

        Args:
            run_id: The outermost run.

        Raises:
            LeaseLostError: The run was taken over by another attempt.
            ResultNotStoredError: It cannot be written.
        """
        try:
            await _assert_may_write(run_id)
            for digest, file in self._files.items():
                await _write(self.storage, _side_file(self.key, digest), file)
            await _write(self.storage, self.key, self._text.encode())
            if self.keys is not None:
                await _write(self.keys, self.key, self._text[len(_OPENING) :][:_DIGITS].encode())
        except Exception as error:
            raise ResultNotStoredError(
                f"The result of {self.step} could not be stored ({first_line(error)}). "
                "Nothing that was stored before is lost: put the storage right and resume the run."
            ) from error


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or its type if it has none."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=_DIGITS // 2).hexdigest()


def _sealed(json: str) -> str:
    return f"{_OPENING}{_digest(json.encode())}{_MIDDLE}{json}}}"


async def _read(storage: Any, path: str) -> bytes:
    read = storage.aread_path if hasattr(storage, "aread_path") else storage.read_path
    found = read(path)
    return cast(bytes, await found if inspect.isawaitable(found) else found)


async def _assert_may_write(run_id: str) -> None:
    """As `assert_may_write` of leases, but a store that is away is waited for: the call was made and is paid."""
    deadline = time.monotonic() + _STORE_PATIENCE_SECONDS
    while True:
        try:
            return assert_may_write(run_id)
        except StoreError:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(1)


async def _write(storage: Any, path: str, content: bytes) -> None:
    write = storage.awrite_path if hasattr(storage, "awrite_path") else storage.write_path
    done = write(path, content)
    if inspect.isawaitable(done):
        await done


def _side_file(path: str, digest: str) -> str:
    return f"{path}.{digest}.parquet"


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


async def key_storage_of(policy: CachePolicy | None) -> WritableFileSystem | None:
    """Return where a policy keeps its keys, if it keeps them apart from results."""
    named = None if policy is None else policy.key_storage
    return None if named is None else await aresolve_result_storage(named)


@lru_cache(maxsize=8)
def _files(home: Path) -> ResultFiles:
    """Files in the data directory. Made once: to look whether a directory is there costs a step more than its file."""
    del home
    return ResultFiles(directory=str(get_settings().results_dir))
