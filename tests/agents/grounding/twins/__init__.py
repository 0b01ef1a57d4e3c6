"""Verdicts on sentences and on changed ones, as they were recorded."""
