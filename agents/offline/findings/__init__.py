"""Findings of the offline model: sentences filled from tool results, each with its claims."""
