"""Deterministic Prefect tasks: load, charts, report, notifications. Import them from their modules."""
