"""Digests of values and functions."""
