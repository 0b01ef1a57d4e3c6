"""A verdict on every number, name and claim of a statement."""
