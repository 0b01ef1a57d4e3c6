"""Data sets in keys."""
