"""Verdicts that are neither right nor wrong: causes, and comparisons that were not read."""
