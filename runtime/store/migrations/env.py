"""Alembic's environment: migrations run on the connection, and in the transaction, of `runtime.store.database`."""

from alembic import context

from runtime.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite can change a column only by making the table anew.
    render_as_batch=True,
)
context.run_migrations()
