"""Keys of arrivals that fit into an index, more tokens, and an index of the events that may have to be sent again."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_KEY = ("dataset", "partition", "version")


def upgrade() -> None:
    """Shorten keys that are too long, as `runtime.dataset_events.claims` does from now on; change the tables."""
    connection = op.get_bind()
    arrivals = sa.table("arrivals", *(sa.column(name, sa.String()) for name in (*_KEY, "deployment")))
    # A text of 600 bytes has 150 characters at least.
    long = sa.or_(*(sa.func.length(arrivals.c[name]) > 149 for name in _KEY))
    for row in connection.execute(sa.select(arrivals).where(long)).mappings().all():
        same = sa.and_(*(arrivals.c[name] == value for name, value in row.items()))
        bounded = {name: _bounded(row[name]) for name in _KEY}
        connection.execute(sa.update(arrivals).where(same).values(**bounded))
    where = sa.text("payload IS NOT NULL")
    op.create_index("ix_arrivals_waiting", "arrivals", ["created"], sqlite_where=where, postgresql_where=where)
    if connection.dialect.name != "sqlite":  # whose integers have 64 bits
        op.alter_column("runs", "tokens", type_=sa.BigInteger())


def downgrade() -> None:
    """Drop the index. The keys stay as they are, and so do the columns that hold more."""
    op.drop_index("ix_arrivals_waiting", "arrivals")


def _bounded(text: str) -> str:
    written = text.encode()
    return text if len(written) <= 600 else f"sha256:{hashlib.sha256(written).hexdigest()}"
