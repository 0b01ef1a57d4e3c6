"""First digests: the digests of objects before the tools of their run changed them.

A tool may change the dependencies of its run. A retry is given the changed object, and its key must be the first
attempt's.
"""

from collections import OrderedDict
from weakref import ref

_MOST = 256
"""Objects whose digests are remembered. A run has one at a time for each agent run that it makes at once."""

_known: "OrderedDict[tuple[str, int], tuple[object, dict[str, str]]]" = OrderedDict()


def first_digest(scope: str, value: object, digested: str) -> str:
    """Return the digest that an object had before tools of this run changed it.

    A retry passes the changed object, and would otherwise find nothing of what was done with it. An object that was
    changed by anything else counts as a new one.

    Args:
        scope: Id of the outermost run.
        value: The object.
        digested: Its digest as it is now.
    """
    return _stood_for(scope, value).setdefault(digested, digested)


def note_change(scope: str, value: object, first: str, digested: str) -> None:
    """Remember the digest of an object before and after tools of its run changed it."""
    _stood_for(scope, value).setdefault(digested, first)


def _stood_for(scope: str, value: object) -> dict[str, str]:
    """Digests of an object, each with the one it counts as; kept while it lives or is among the newest few hundred."""
    key = (scope, id(value))
    held = _known.get(key)
    if held is None or (held[0]() if isinstance(held[0], ref) else held[0]) is not value:
        try:
            owner: object = ref(value)
        except TypeError:
            owner = (
                value  # lists and dicts take no weak references; holding them keeps their ids from being given again
            )
        held = _known[key] = (owner, {})
    _known.move_to_end(key)
    while len(_known) > _MOST:
        _known.popitem(last=False)
    return held[1]
