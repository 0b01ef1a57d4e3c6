"""Results of steps at rest: written to and read from any Prefect storage, each under a seal.

A result is one JSON object that a person can read; a table in it lies in a Parquet file beside it. The seal covers the
whole key, so that a result counts at its own place only. It is read back before anybody relies on it: what is damaged,
forged, or belongs elsewhere is made again, with a warning.
"""

import asyncio
import inspect
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from prefect.filesystems import WritableFileSystem
from pydantic_core import from_json, to_json

from agents.stored.side_files import SideFiles, side_file_name
from runtime.declared.values import NotStorableError, Stored
from runtime.prefect_server.bounded_reads import read_bounded
from runtime.prefect_server.result_files import MOST_BYTES, UnsafeFileError
from runtime.runs.attempts.leases import assert_may_write
from runtime.seals import SEAL_LENGTH, is_sealed, seal_of
from runtime.store.database import StoreError

_log = logging.getLogger("prefect.stored_results")
_STORE_PATIENCE_SECONDS = 120.0
"""Seconds that a result waits for a store that cannot be reached."""

_FORMAT = 2
"""Version of the layout. Results of another one are made again."""
_OPENING, _MIDDLE = b'{"seal":"', b'","record":'
_RECORD = len(_OPENING) + SEAL_LENGTH + len(_MIDDLE)
_VALUE = b',"value":'
"""Mark before the value, which comes last. It cannot occur earlier: quotation marks inside JSON text are escaped."""


class ResultNotStoredError(RuntimeError):
    """The result of a step could not be written. What was stored before is untouched, and the run can be resumed."""


class StepCodec(Protocol):
    """Turns the results of one kind of step into JSON with side files, and back."""

    def store(self, value: Any) -> Stored:
        """Turn a result into JSON; raises any exception for one that cannot be stored."""
        ...

    def restore(self, stored: Stored) -> Any:
        """Return what `store` was given; raises any exception for what `store` did not return."""
        ...


@dataclass(frozen=True)
class StoredResult:
    """A stored result.

    Attributes:
        value: What the step returned.
        size: Bytes that it takes, its tables included.
    """

    value: object
    size: int


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
    _content: bytes = b""
    _files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])

    async def find(self) -> StoredResult | None:
        """Return the result if it is there, whole, young enough, and fits what is called now."""
        try:
            try:
                seal = None if self.keys is None else (await read_bounded(self.keys, self.key)).decode()
                content = await read_bounded(self.storage, self.key)
            except UnsafeFileError:
                raise
            except Exception:  # noqa: BLE001 - each storage says in its own way that there is nothing
                return None
            return await self._open(content, seal)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is not a result
            _log.warning("The stored result of %s cannot be used and is made again: %s", self.step, first_line(error))
            return None

    async def _open(self, content: bytes, seal: str | None) -> StoredResult | None:
        record = content[_RECORD:-1]
        if content != _sealed(record) or (seal is not None and not is_sealed(record, seal)):
            raise ValueError("its seal is wrong: it is damaged, forged, or sealed with another ANALYST_RESULTS_KEY")
        head, _, value = record.partition(_VALUE)
        about = from_json(head + b"}")
        if about["format"] != _FORMAT:
            raise ValueError("it has the format of another version")
        if about["key"] != self.key:
            raise ValueError("it is the result of another call")
        if about["expires"] is not None and datetime.fromisoformat(about["expires"]) <= datetime.now(UTC):
            return None
        if not about["files"]:
            return StoredResult(self.codec.restore(Stored(value[:-1])), len(content))
        files = SideFiles(self.storage, self.key, about["files"], asyncio.get_running_loop(), MOST_BYTES - len(content))
        # In a thread, from which each file that the declared type asks for can be read by the storage in this loop.
        restored = await asyncio.to_thread(self.codec.restore, Stored(value[:-1], files))
        return StoredResult(restored, len(content) + files.size)

    @property
    def size(self) -> int:
        """Bytes of what was prepared."""
        return len(self._content) + sum(map(len, self._files.values()))

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
        try:
            back = self.codec.restore(stored)
            same = not stored.exact or _equal(back, value) or self.codec.store(back).text == stored.text
        except Exception as error:
            raise NotStorableError(
                f"The result of {self.step} would not come back from where it is stored: {first_line(error)}"
            ) from error
        if not same:
            raise NotStorableError(
                f"The result of {self.step} would come back as another value from where it is stored. Let the return "
                "annotation name the very type that is returned."
            )
        now = datetime.now(UTC)
        head = to_json(
            {
                "format": _FORMAT,
                "key": self.key,
                "step": self.step,
                "stored": now.isoformat(timespec="seconds"),
                "expires": None if keep is None else (now + keep).isoformat(),
                "files": list(stored.files),
            }
        )
        if len(stored.text) + sum(map(len, stored.files.values())) > MOST_BYTES:
            raise NotStorableError(f"The result of {self.step} is larger than {MOST_BYTES >> 20} MiB.")
        self._content, self._files = _sealed(b"%s%s%s}" % (head[:-1], _VALUE, stored.text)), stored.files
        return back

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
                await _write(self.storage, side_file_name(self.key, digest), file)
            await _write(self.storage, self.key, self._content)
            if self.keys is not None:
                await _write(self.keys, self.key, self._content[len(_OPENING) :][:SEAL_LENGTH])
        except Exception as error:
            raise ResultNotStoredError(
                f"The result of {self.step} could not be stored ({first_line(error)}). "
                "Nothing that was stored before is lost: put the storage right and resume the run."
            ) from error


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or its type if it has none."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _sealed(record: bytes) -> bytes:
    return b"%s%s%s%s}" % (_OPENING, seal_of(record).encode(), _MIDDLE, record)


def _equal(one: object, other: object) -> bool:
    """Return whether two values are equal; False where that cannot be said, as of frames within others."""
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - comparing runs code of the types, which may raise anything
        return False


async def _assert_may_write(run_id: str) -> None:
    """Do as `assert_may_write` of leases, but wait for a store that is away: the call was made and is paid for."""
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
