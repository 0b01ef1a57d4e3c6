"""A file that gives a limited number of bytes."""

from typing import Any

from analytics.errors import DatasetError


class Limited:
    """A file that refuses to give more than a number of bytes, against archives that unpack without end."""

    def __init__(self, file: Any, shown: str, left: int, how: str = "") -> None:
        self._file, self._shown, self._limit, self._left, self._how = file, shown, left, left, how

    def read(self, size: int) -> bytes:
        """Read at most `size` bytes.

        Raises:
            DatasetError: The limit is passed.
        """
        data = self._file.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise DatasetError(f"{self._shown}: more than {self._limit:,} bytes{self._how}, the limit")
        return data
