"""Private members of pandas."""

from typing import Any

import numpy as np
import pandas as pd


def shares_memory(table: Any, earlier: Any) -> bool:
    """Tell whether a frame or series is unchanged since an earlier shallow copy of it.

    Under copy-on-write, a change of one of the two moves it to other memory. Cells of type object are never taken for
    unchanged, since a list in a cell may grow in place.

    Uses `_mgr` with its `blocks`, and of each block `refs` and `mgr_locs`. Missing: a public way to ask whether two
    frames share all their memory. On a pandas without these members the answer is `False`: each frame is read again.

    Args:
        table: A frame or series.
        earlier: A shallow copy of it.
    """
    try:
        blocks, before = table._mgr.blocks, earlier._mgr.blocks
        return (
            len(blocks) == len(before)
            and all(
                block.refs is other.refs and np.array_equal(block.mgr_locs.as_array, other.mgr_locs.as_array)
                for block, other in zip(blocks, before, strict=True)
            )
            and all(block.dtype != object for block in blocks)
            and all(
                axis.is_(other) and axis.names == other.names
                for axis, other in zip(table.axes, earlier.axes, strict=True)
            )
            and (isinstance(table, pd.DataFrame) or table.name == earlier.name)
        )
    except (AttributeError, ValueError):
        return False


def attributes_beside(table: Any) -> dict[str, object]:
    """Return the attributes that a subclass of a frame or series holds beside its data, by name.

    Uses `_metadata`, in which pandas' guide to subclassing has such attributes listed. Missing: a method that lists
    them.
    """
    names: list[str] = getattr(table, "_metadata", [])
    return {name: getattr(table, name, None) for name in names if name != "_name"}  # the name of a series is data
