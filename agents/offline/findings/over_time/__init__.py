"""Findings of the offline model about time: events, new levels, patterns, months and years."""
