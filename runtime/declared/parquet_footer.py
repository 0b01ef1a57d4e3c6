"""Metadata of the columns of a Parquet file, read without the library that would end the process.

`RowGroupMetaData.column` of pyarrow 26 cannot raise: where the metadata of a column contradicts itself, or is
encrypted, the process ends. So it is read here first, and such a file is refused. The fields are those of
https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift.
"""

from collections.abc import Iterator
from mmap import mmap
from typing import Any, NamedTuple

from runtime.declared.compact_protocol import CompactReader

_I64, _LIST, _SET = 6, 9, 10
"""Types of Thrift's compact protocol."""

_ROW_GROUPS, _COLUMNS = 4, 1
_ABOUT, _ENCRYPTED = 3, (8, 9)
_VALUES, _DATA_PAGE, _DICTIONARY_PAGE, _SIZES = 5, 9, 11, 16
_BYTES_OF_TEXTS, _REPETITION_LEVELS, _DEFINITION_LEVELS = 1, 2, 3
"""Fields of the file, a column in a row group, what is said about it, and its sizes."""


class ColumnPart(NamedTuple):
    """A column's part in one row group."""

    group: int
    """Number of the row group."""
    place: int
    """Number of the column in the schema."""
    start: int
    """Place of its first page in the file."""
    values: int
    """Number of values, missing ones included."""


def column_parts(content: bytes | mmap, schema: Any) -> Iterator[ColumnPart]:
    """Yield the parts of columns in all row groups.

    Args:
        content: The file, or its end from its metadata on.
        schema: Its `ParquetSchema`.

    Raises:
        ValueError: The metadata cannot be read, contradicts itself, or is encrypted.
    """
    try:
        for number, group in enumerate(_Footer(content).read()[_ROW_GROUPS]):
            for place, chunk in enumerate(group[_COLUMNS]):
                yield _part(number, place, chunk, schema.column(place))
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError("metadata without a field that it needs") from error


def footer(file: Any) -> bytes:
    """Return the end of an open file from its metadata on."""
    file.seek(-8, 2)
    size = int.from_bytes(file.read(8)[:4], "little")
    file.seek(-min(size + 8, file.tell()), 2)
    return file.read()


def _part(group: int, place: int, chunk: dict[int, Any], column: Any) -> ColumnPart:
    about = chunk.get(_ABOUT)
    if about is None or any(field in chunk for field in _ENCRYPTED):
        raise ValueError("a column whose metadata is encrypted or missing")
    _check_sizes(about.get(_SIZES) or {}, column)
    start, dictionary = about[_DATA_PAGE], about.get(_DICTIONARY_PAGE)
    return ColumnPart(group, place, dictionary if dictionary and dictionary < start else start, about[_VALUES])


def _check_sizes(sizes: dict[int, Any], column: Any) -> None:
    levels = {_REPETITION_LEVELS: column.max_repetition_level, _DEFINITION_LEVELS: column.max_definition_level}
    if any(sizes.get(field) and len(sizes[field]) != most + 1 for field, most in levels.items()):
        raise ValueError("a column with counts of levels that it has not")
    if _BYTES_OF_TEXTS in sizes and column.physical_type != "BYTE_ARRAY":
        raise ValueError("a column of numbers with a size of its texts")


class _Footer(CompactReader):
    """Reader of the metadata at the end of a file: also its lists and its numbers of 64 bits."""

    def read(self) -> dict[int, Any]:
        """Return the fields of the file's metadata."""
        size = len(self.content)
        self.at = size - 8 - int.from_bytes(self.content[size - 8 : size - 4], "little")
        if self.at < 0:
            raise ValueError("metadata larger than the file")
        try:
            return self.struct(0)
        except (IndexError, TypeError) as error:
            raise ValueError("metadata that ends too early") from error

    def value(self, kind: int, depth: int, *, in_list: bool = False) -> Any:
        if kind == _I64:
            self.count()
            number = self.varint()
            return (number >> 1) ^ -(number & 1)
        if kind in (_LIST, _SET):
            self.count()
            head = self.byte()
            length = head >> 4 if head >> 4 < 15 else self.varint()
            return [self.value(head & 15, depth, in_list=True) for _ in range(length)]
        return super().value(kind, depth, in_list=in_list)
