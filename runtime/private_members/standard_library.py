"""Private members of Python's standard library."""

import os
from typing import Any, cast

Environment = frozenset[tuple[Any, Any]]
"""Names and values of variables, not decoded; equal if the variables are."""


def environment() -> Environment:
    """Return the environment of this process as it is now.

    Uses `os.environ._data`. Missing: a public way to see that no variable has changed. Reading all of them decodes
    each, which takes twenty times as long.
    """
    # A copy: making the pairs may let another thread run, which sets a variable.
    return frozenset(cast(Any, os.environ)._data.copy().items())


def decoded(environment: Environment) -> dict[str, str]:
    """Return names and values of variables as `os.environ` has them.

    Uses `os.environ.decodekey` and `os.environ.decodevalue`, which are not documented.
    """
    names: Any = os.environ
    return {names.decodekey(name): names.decodevalue(value) for name, value in environment}
