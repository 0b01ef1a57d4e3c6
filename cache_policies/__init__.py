"""What makes two calls the same call: digests, dataset fingerprints, call paths and the cache policies made of them."""

from cache_policies.digest import UnkeyableError, digest
from cache_policies.policies import DURABLE, Call, Durable

__all__ = ["DURABLE", "Call", "Durable", "UnkeyableError", "digest"]
