"""Cells of tool results: what each number belongs to, measures and how it was put together."""
