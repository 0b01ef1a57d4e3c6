"""Cache policies, and what they make keys of: digests, fingerprints of data sets and call paths."""

from cache_policies.canonical import UnkeyableError
from cache_policies.data import DataFile, SqlRows
from cache_policies.digest import digest
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
