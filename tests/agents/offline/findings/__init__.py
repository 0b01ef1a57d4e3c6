"""Findings of the offline model, by what they are about."""
