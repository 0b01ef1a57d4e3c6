"""Data set events in the store: which run has claimed one, and which wait to be sent."""
