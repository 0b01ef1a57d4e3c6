"""Associations between columns."""
