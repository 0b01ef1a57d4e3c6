"""Processes are killed at every point: what is lost, and what is done twice."""
