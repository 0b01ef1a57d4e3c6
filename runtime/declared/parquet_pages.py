"""Page headers of a Parquet file: the sizes that they declare, for which a reader allocates memory.

The metadata at the end of a file repeats these figures for each column, but nobody checks that they agree: a page may
unpack to gigabytes while the metadata speaks of a few bytes. Headers are described by
https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from runtime.declared.compact_protocol import CompactReader

_DATA, _DICTIONARY, _DATA_V2 = 0, 2, 3
"""Types of pages."""

_FIELD_OF_TYPE = {_DATA: 5, _DICTIONARY: 7, _DATA_V2: 8}
"""Field of a page header that describes a page of this type."""


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


class PageHeaders(CompactReader):
    """Reader of the page headers of one file."""

    def of_column(self, start: int, values: int) -> Iterator[Page]:
        """Yield the pages of a column's part, as far as a reader follows them.

        Args:
            start: Place of the first page in the file.
            values: Number of values in the part, after which a reader stops.

        Raises:
            ValueError: There is no page header where one has to be.
        """
        self.at = start
        try:
            while values > 0:
                header = self.struct(0)
                kind, size, stored = header[1], header[2], header[3]
                about: dict[int, Any] = header[_FIELD_OF_TYPE[kind]] if kind in _FIELD_OF_TYPE else {1: 0}
                if min(size, stored, about[1]) < 0 or self.at + stored > len(self.content):
                    raise ValueError("a page that cannot be")
                self.at += stored
                if kind in _FIELD_OF_TYPE:
                    yield Page(kind == _DICTIONARY, size, about[1], about[4 if kind == _DATA_V2 else 2])
                if kind in (_DATA, _DATA_V2):
                    values -= about[1]
        except (IndexError, KeyError, TypeError) as error:
            raise ValueError("a page without its header") from error
