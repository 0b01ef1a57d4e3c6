"""Check for folders that hide packages of this collection, because they come first on Python's path."""

from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("agents", "analytics", "cache_policies", "deployments", "flows", "runtime", "tasks")
"""The packages of this collection."""

_HOME = Path(__file__).resolve().parents[1]


class HiddenPackageError(ImportError):
    """Error raised when another folder is imported in place of a package of ours; the message names it."""


def hidden_packages(*names: str) -> dict[str, str]:
    """Find packages of ours in place of which Python imports something else.

    Args:
        names: Packages to look at; by default all.

    Returns:
        The name of each hidden package with the file or folder that is imported in its place.
    """
    found = dict[str, str]()
    for name in names or PACKAGES:
        try:
            spec = find_spec(name)
        except ValueError:  # a module without a spec, made by hand
            spec = None
        where = None if spec is None else spec.origin or next(iter(spec.submodule_search_locations or []), None)
        if where is None or Path(where).resolve().parent != _HOME / name:
            found[name] = where or "nothing that can be found"
    return found


def require_own(*names: str) -> None:
    """Check that Python imports these packages of this collection and not others of the same names.

    Raises:
        HiddenPackageError: It does not; the message is one line.
    """
    for name, where in hidden_packages(*names).items():
        raise HiddenPackageError(
            f"{where} hides the package {name!r} of analyst-flows: see docs/beside-your-flows.md", name=name, path=where
        )
