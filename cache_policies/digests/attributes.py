"""Attributes of plain Python objects, which are all that such an object holds."""

import functools
import inspect
import struct
import sys
import sysconfig
import types
from enum import Enum

_HEAP_TYPE = 1 << 9  # CPython's `Py_TPFLAGS_HEAPTYPE`: the class was made at run time, not compiled into an extension
_POINTER_BYTES = struct.calcsize("P")
"""Bytes of a pointer, which is what a slot takes in an instance."""

_LIBRARY_DIRECTORIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_in_library: dict[str, bool] = {}


def attributes_of(value: object) -> dict[str, object] | None:
    """Return the attributes of an object, by name, or `None` for one that also holds something that is no attribute.

    Connections, locks and generators are such objects: their state is in memory that only their own code reads.
    Values that a `cached_property` has kept are left out, since they follow from the other attributes.
    """
    kind = type(value)
    return own_attributes(value) if kind is not object and _is_plain(kind) else None


def own_attributes(value: object) -> dict[str, object]:
    """Return what was set on an object, in its `__dict__` and its slots, and text that its class was given."""
    kind = type(value)
    found = class_text(kind)
    for base in reversed(kind.__mro__):
        for name, member in vars(base).items():
            slot = isinstance(member, types.MemberDescriptorType) and not name.startswith("__")
            if slot and hasattr(value, name):
                found[name] = getattr(value, name)
    for name, attribute in getattr(value, "__dict__", {}).items():
        if not isinstance(inspect.getattr_static(kind, name, None), functools.cached_property):
            found[name] = attribute
    return found


def class_text(kind: type) -> dict[str, object]:
    """Return the text and enum members among the attributes of a class, which tell apart classes of one name.

    Numbers are left out: they are often counters. So is what a library's class holds.
    """
    found: dict[str, object] = {}
    for base in reversed(kind.__mro__):
        if not is_library(base):
            found.update(
                (name, value)
                for name, value in vars(base).items()
                if isinstance(value, str | bytes | Enum) and not name.startswith("__")
            )
    return found


def is_library(kind: type) -> bool:
    """Tell whether a class comes from an installed distribution or from Python itself, not from a user's own code."""
    name = kind.__module__
    known = _in_library.get(name)
    if known is None:
        # A user's script or notebook is `__main__`, whatever has started it.
        file = "" if name == "__main__" else getattr(sys.modules.get(name), "__file__", None) or ""
        known = name in sys.builtin_module_names or file.startswith(_LIBRARY_DIRECTORIES)
        _in_library[name] = known
    return known


@functools.lru_cache(maxsize=1024)
def _is_plain(kind: type) -> bool:
    """Tell whether instances have room for attributes only. CPython makes the same sum before it pickles one."""
    slots = 0
    for base in kind.__mro__:
        if base is not object and not base.__flags__ & _HEAP_TYPE:
            return False
        slots += sum(isinstance(member, types.MemberDescriptorType) for member in vars(base).values())
    pointers = slots + (kind.__dictoffset__ > 0) + (kind.__weakrefoffset__ > 0)
    return kind.__itemsize__ == 0 and kind.__basicsize__ <= object.__basicsize__ + _POINTER_BYTES * pointers
