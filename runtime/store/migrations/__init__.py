"""Alembic migrations of the store, run by `runtime.store.database` on first use."""
