"""The nearest known name, for errors about an unknown one."""

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of an error about an unknown name: the nearest known one, or all of a few."""
    names = list(known)
    folded = {each.casefold(): each for each in names}
    near = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.5)
    if near:
        return f"; did you mean {folded[near[0]]!r}?"
    return f"; there are {', '.join(names[:12])}{' and more' if len(names) > 12 else ''}"
