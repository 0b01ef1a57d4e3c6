"""Cache policies, and what they make keys of: digests, fingerprints of data sets and call paths.

What needs Prefect is loaded when it is first used, so that a data set can be read without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cache_policies.digests.digest import digest
from cache_policies.digests.unkeyable import UnkeyableError

if TYPE_CHECKING:
    from cache_policies.datasets.references import DataFile, SqlRows
    from cache_policies.policies import ACROSS_RUNS, DURABLE, NEVER, AcrossRuns, Durable, Never

__all__ = [
    "ACROSS_RUNS",
    "DURABLE",
    "NEVER",
    "AcrossRuns",
    "DataFile",
    "Durable",
    "Never",
    "SqlRows",
    "UnkeyableError",
    "digest",
]

_OF_DATA = ("DataFile", "SqlRows")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'cache_policies' has no attribute {name!r}")
    value = getattr(import_module(f"cache_policies.{'datasets.references' if name in _OF_DATA else 'policies'}"), name)
    globals()[name] = value
    return value
