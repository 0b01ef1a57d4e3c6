"""Attempts at a run: one process at a time holds its lease."""
