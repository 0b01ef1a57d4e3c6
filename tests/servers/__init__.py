"""Servers of tests: a scripted model's, Prefect's, and databases."""
