"""Snapshots of frames and series that cost nothing, and fingerprints that are taken once for each content.

Both rest on pandas' copy-on-write: a shallow copy shares its memory with the original until either is changed in
place, and the one that is changed then moves to memory of its own. So a frame that still shares all its memory with
an earlier shallow copy holds what it held then.

Copy-on-write does not see what goes past pandas: a write to `frame["a"].array`, or to a numpy array that a frame was
made of with `copy=False`. Nor does it see a list in a cell grow, so frames with cells of that kind are read each time.
"""

from collections import OrderedDict
from typing import Any, TypeVar
from weakref import ref

import pandas as pd

from cache_policies.datasets.fingerprints import fingerprint_frame
from runtime.private_members.pandas import shares_memory

Table = TypeVar("Table", bound="pd.DataFrame | pd.Series[Any]")

_MOST = 16
"""Frames whose fingerprint is remembered. Each holds on to the memory of the frame as it was, until that is gone."""

_known: "OrderedDict[int, tuple[ref[Any], Any, str]]" = OrderedDict()


def snapshot(table: Table) -> Table:
    """Return a frame or series as it is now, whatever is done to the original later. Its data is not copied."""
    taken = table.copy(deep=False)
    try:
        # The original gets its fingerprint now, too: the next run may be given it, and an agent in a tool the snapshot.
        _remember(taken, fingerprint_once(table))
    except (TypeError, AttributeError):  # cells that are live objects
        _known.pop(id(taken), None)
    return taken


def fingerprint_once(table: "pd.DataFrame | pd.Series[Any]") -> str:
    """Return what `fingerprint_frame` returns, which reads a frame only if it has changed since the last time."""
    known = _remembered(table)
    if known is None:
        known = fingerprint_frame(table if isinstance(table, pd.DataFrame) else table.to_frame())
        _remember(table, known)
    return known


def _remember(table: Any, fingerprint: str) -> None:
    key = id(table)
    _known[key] = (ref(table, lambda _: _known.pop(key, None)), table.copy(deep=False), fingerprint)
    _known.move_to_end(key)
    while len(_known) > _MOST:
        _known.popitem(last=False)


def _remembered(table: Any) -> str | None:
    known = _known.get(id(table))
    if known is None or known[0]() is not table:
        return None
    return known[2] if shares_memory(table, known[1]) else None
