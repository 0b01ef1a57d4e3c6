"""Seconds, processor time and memory of steps, starts, keys and large tables."""
