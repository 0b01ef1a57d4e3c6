"""Structs of Thrift's compact protocol, in which a Parquet file keeps its metadata and its page headers.

https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from mmap import mmap
from typing import Any

_MOST_PARTS = 20_000_000
"""Fields and list entries that are read of a file: those of the headers of about two million pages (a choice)."""

_DEEPEST = 8
"""Structs inside structs; headers have two."""

_I32, _STRUCT = 5, 12
"""Types of numbers of 32 bits and of structs."""


class CompactReader:
    """Reader of the structs in one file.

    Args:
        content: The file, or a part of it.
    """

    def __init__(self, content: bytes | mmap) -> None:
        self.content = content
        self.at = 0
        self._left = _MOST_PARTS

    def struct(self, depth: int) -> dict[int, Any]:
        """Read a struct; return its numbers of 32 bits and its structs by field."""
        if depth > _DEEPEST:
            raise ValueError("a struct that is nested too deep")
        found: dict[int, Any] = {}
        field = 0
        while (head := self.byte()) != 0:
            field = field + (head >> 4) if head >> 4 else self.number()
            if field in found:  # readers differ in which one counts
                raise ValueError("a struct that says something twice")
            found[field] = self.value(head & 15, depth)
        return found

    def value(self, kind: int, depth: int, *, in_list: bool = False) -> Any:
        """Read a value of a type: the number or struct, and None for all that is skipped."""
        self.count()
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind in (4, _I32, 6):
            number = self.number()
            return number if kind == _I32 else None
        if kind in (1, 2):  # the type is the value, except in lists
            self.at += in_list
        elif kind in (3, 7):
            self.at += 1 if kind == 3 else 8
        elif kind == 8:
            length = self.varint()
            self.at += length
        elif kind in (9, 10):
            head = self.byte()
            for _ in range(head >> 4 if head >> 4 < 15 else self.varint()):
                self.value(head & 15, depth, in_list=True)
        else:
            raise ValueError("a field of an unknown type")
        return None

    def count(self) -> None:
        """Count a field or a list entry, of which a hostile file has too many."""
        self._left -= 1
        if self._left < 0:
            raise ValueError("more fields than are read of a file")

    def byte(self) -> int:
        """Read a byte."""
        byte = self.content[self.at]
        self.at += 1
        return byte

    def varint(self) -> int:
        """Read an unsigned number of any length up to 70 bits."""
        number = shift = 0
        while True:
            byte = self.byte()
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
            if shift > 63:
                raise ValueError("a number that is too long")
        return number

    def number(self) -> int:
        """Read a signed number; one of more than 32 bits would be cut off by some readers."""
        number = self.varint()
        if number >> 32:
            raise ValueError("a number that is too large")
        return (number >> 1) ^ -(number & 1)
