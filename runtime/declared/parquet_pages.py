"""Page headers of a Parquet file: the sizes that they declare, for which a reader allocates memory.

The metadata at the end of a file repeats these figures for each column, but nobody checks that they agree: a page may
unpack to gigabytes while the metadata speaks of a few bytes. Headers are structs of Thrift's compact protocol
(https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md), described by
https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift.
"""

from collections.abc import Iterator
from mmap import mmap
from typing import Any, NamedTuple

_MOST_PARTS = 20_000_000
"""Fields and list entries that are read of all headers of a file: those of about two million pages (a choice)."""

_DEEPEST = 8
"""Structs inside structs; headers have two."""

_DATA, _DICTIONARY, _DATA_V2 = 0, 2, 3
"""Types of pages."""

_FIELD_OF_TYPE = {_DATA: 5, _DICTIONARY: 7, _DATA_V2: 8}
"""Field of a page header that describes a page of this type."""

_I32, _STRUCT = 5, 12


class Page(NamedTuple):
    """A page of a column, as its header describes it."""

    is_dictionary: bool
    """True if it lists the values to which other pages refer."""
    size: int
    """Bytes that it unpacks to."""
    values: int
    """Number of values, missing ones included."""
    encoding: int
    """Encoding of the values, by Parquet's number for it."""


class PageHeaders:
    """Reader of the page headers of one file.

    Args:
        content: The file.
    """

    def __init__(self, content: bytes | mmap) -> None:
        self._content = content
        self._at = 0
        self._left = _MOST_PARTS

    def of_column(self, start: int, values: int) -> Iterator[Page]:
        """Yield the pages of a column's part, as far as a reader follows them.

        Args:
            start: Place of the first page in the file.
            values: Number of values in the part, after which a reader stops.

        Raises:
            ValueError: There is no page header where one has to be.
        """
        self._at = start
        try:
            while values > 0:
                header = self._struct(0)
                kind, size, stored = header[1], header[2], header[3]
                about: dict[int, Any] = header[_FIELD_OF_TYPE[kind]] if kind in _FIELD_OF_TYPE else {1: 0}
                if min(size, stored, about[1]) < 0 or self._at + stored > len(self._content):
                    raise ValueError("a page that cannot be")
                self._at += stored
                if kind in _FIELD_OF_TYPE:
                    yield Page(kind == _DICTIONARY, size, about[1], about[4 if kind == _DATA_V2 else 2])
                if kind in (_DATA, _DATA_V2):
                    values -= about[1]
        except (IndexError, KeyError, TypeError) as error:
            raise ValueError("a page without its header") from error

    def _struct(self, depth: int) -> dict[int, Any]:
        """Read a struct; return its numbers of 32 bits and its structs by field."""
        if depth > _DEEPEST:
            raise ValueError("a page header that is nested too deep")
        found: dict[int, Any] = {}
        field = 0
        while (head := self._byte()) != 0:
            field = field + (head >> 4) if head >> 4 else self._number()
            if field in found:  # readers differ in which one counts
                raise ValueError("a page header that says something twice")
            found[field] = self._value(head & 15, depth)
        return found

    def _value(self, kind: int, depth: int, *, in_list: bool = False) -> Any:
        self._count()
        if kind == _STRUCT:
            return self._struct(depth + 1)
        if kind in (4, _I32, 6):
            number = self._number()
            return number if kind == _I32 else None
        if kind in (1, 2):  # the type is the value, except in lists
            self._at += in_list
        elif kind in (3, 7):
            self._at += 1 if kind == 3 else 8
        elif kind == 8:
            length = self._varint()
            self._at += length
        elif kind in (9, 10):
            head = self._byte()
            for _ in range(head >> 4 if head >> 4 < 15 else self._varint()):
                self._value(head & 15, depth, in_list=True)
        else:
            raise ValueError("a page header with an unknown field")
        return None

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise ValueError("more page headers than are read of a file")

    def _byte(self) -> int:
        byte = self._content[self._at]
        self._at += 1
        return byte

    def _varint(self) -> int:
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
            if shift > 63:
                raise ValueError("a number that is too long")
        return number

    def _number(self) -> int:
        """Read a signed number; one of more than 32 bits would be cut off by some readers."""
        number = self._varint()
        if number >> 32:
            raise ValueError("a number that is too large")
        return (number >> 1) ^ -(number & 1)
