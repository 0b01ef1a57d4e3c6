"""Findings of the offline model about groups, outcomes and drivers: what a measure goes with."""
