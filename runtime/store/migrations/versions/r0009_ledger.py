"""The ledger: what runs, days and months have spent, and the worst cases of requests under way."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ACCOUNTS = ("micros", "tokens", "requests", "unpriced")


def upgrade() -> None:
    """Make the tables, and move what runs have spent from their own table."""
    accounts = op.create_table(
        "accounts",
        sa.Column("key", sa.String(), primary_key=True),
        *(sa.Column(name, _COUNT, nullable=False) for name in _ACCOUNTS),
        sa.Column("updated", sa.Double(), nullable=False),
    )
    op.create_table(
        "reservations",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("run", sa.String(), nullable=False, index=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("accounts", sa.JSON(), nullable=False),
        sa.Column("micros", _COUNT, nullable=False),
        sa.Column("tokens", _COUNT, nullable=False),
        sa.Column("under_way", sa.Boolean(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
    )
    connection = op.get_bind()
    runs = sa.table("runs", *(sa.column(name) for name in ("id", "tokens", "usd", "calls", "updated")))
    spent = connection.execute(sa.select(runs).where(runs.c.tokens > 0)).all()
    moved = [
        {
            "key": f"run {run.id}",
            "micros": round((run.usd or 0.0) * 1_000_000),
            "tokens": run.tokens,
            "requests": 0,  # was not counted
            "unpriced": int(run.usd is None),
            "updated": run.updated,
        }
        for run in spent
    ]
    if moved:
        op.bulk_insert(accounts, moved)
    with op.batch_alter_table("runs") as table:
        table.drop_column("tokens")
        table.drop_column("usd")
        table.add_column(sa.Column("budget", sa.JSON()))
        table.add_column(sa.Column("seconds", sa.Double(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop the tables. What was spent is not moved back."""
    with op.batch_alter_table("runs") as table:
        table.drop_column("budget")
        table.drop_column("seconds")
        table.add_column(sa.Column("tokens", _COUNT, nullable=False, server_default="0"))
        table.add_column(sa.Column("usd", sa.Double()))
    op.drop_table("reservations")
    op.drop_table("accounts")
