"""Statements about texts: their quotes and numbers."""
