"""Digests of values and functions in a canonical form."""
