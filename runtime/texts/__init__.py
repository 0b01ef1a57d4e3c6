"""Texts made safe to show, log or store: without secrets, control characters or invisible characters."""
