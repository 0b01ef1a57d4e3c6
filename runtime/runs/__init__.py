"""Runs: their records, leases and processes."""
