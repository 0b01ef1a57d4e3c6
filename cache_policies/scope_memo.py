"""Digests of live objects, taken once in a run and kept for it."""

from collections import OrderedDict
from weakref import ref

Digested = tuple[str, tuple[str, ...]]

_MOST = 256
_known: "OrderedDict[tuple[str, int], tuple[object, Digested]]" = OrderedDict()


def first_digest(scope: str, value: object) -> Digested | None:
    """Return what `remember_digest` was told about this very object in this run, or `None`.

    An object that a tool changes keeps the digest it had at first: a retry passes the changed object, and would
    otherwise find nothing of what was done with it.

    Args:
        scope: Id of the outermost run.
        value: The object.
    """
    held = _known.get((scope, id(value)))
    if held is None:
        return None
    owner = held[0]() if isinstance(held[0], ref) else held[0]
    return held[1] if owner is value else None


def remember_digest(scope: str, value: object, digested: Digested) -> None:
    """Keep the digest of an object for as long as the object lives, or as it is among the newest few hundred."""
    try:
        owner: object = ref(value)
    except TypeError:
        owner = value  # lists and dicts take no weak references; holding them keeps their ids from being given again
    _known[(scope, id(value))] = (owner, digested)
    while len(_known) > _MOST:
        _known.popitem(last=False)
