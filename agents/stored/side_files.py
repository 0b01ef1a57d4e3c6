"""Tables of a result, each in a Parquet file beside it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from prefect.filesystems import WritableFileSystem

from runtime.declared.leaves import file_digest
from runtime.declared.values import MOST_FILES
from runtime.prefect_server.bounded_reads import read_bounded
from runtime.prefect_server.result_files import MOST_BYTES


class SideFiles(Mapping[str, bytes]):
    """Tables beside a result, each read when it is asked for, and all together no more than a result may have.

    Args:
        storage: Where the result is.
        key: What the result is found by.
        names: Digests that the result names.
        loop: The event loop of the storage, which is another thread's.
        room: Bytes that they may have.
    """

    def __init__(
        self, storage: WritableFileSystem, key: str, names: Sequence[str], loop: asyncio.AbstractEventLoop, room: int
    ) -> None:
        if len(names) > MOST_FILES:
            raise ValueError(f"it names {len(names)} tables, more than {MOST_FILES}")
        self._storage, self._key, self._loop, self._room = storage, key, loop, room
        self._names = dict.fromkeys(names)
        self._read: dict[str, bytes] = {}

    @property
    def size(self) -> int:
        """Bytes that were read."""
        return sum(map(len, self._read.values()))

    def __getitem__(self, digest: str) -> bytes:
        if digest not in self._names:
            raise KeyError(digest)
        if digest not in self._read:
            read = read_bounded(self._storage, side_file_name(self._key, digest))
            content = asyncio.run_coroutine_threadsafe(read, self._loop).result()
            if file_digest(content) != digest:
                raise ValueError("the checksum of its table is wrong")
            self._read[digest] = content
            if self.size > self._room:
                raise ValueError(f"its tables are larger than {MOST_BYTES >> 20} MiB")
        return self._read[digest]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def side_file_name(path: str, digest: str) -> str:
    """Return where a table of the result at `path` lies."""
    return f"{path}.{digest}.parquet"
