"""Data sets that lie elsewhere."""
