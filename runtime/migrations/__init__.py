"""Alembic migrations of the store, run by `runtime.store` on first use."""
