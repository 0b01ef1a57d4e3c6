"""Alembic migrations of the store, run by `runtime.store.tables` on first use."""
