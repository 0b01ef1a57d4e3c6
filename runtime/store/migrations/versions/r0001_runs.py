"""Runs and their leases."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table `runs`."""
    op.create_table(
        "runs",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("entrypoint", sa.String()),
        sa.Column("script", sa.String()),
        sa.Column("directory", sa.String(), nullable=False),
        sa.Column("import_root", sa.String()),
        sa.Column("server", sa.String()),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("not_stored", sa.JSON(), nullable=False),
        sa.Column("dataset", sa.String()),
        sa.Column("model", sa.String()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("error", sa.String()),
        sa.Column("steps_made", sa.Integer(), nullable=False),
        sa.Column("steps_replayed", sa.Integer(), nullable=False),
        sa.Column("steps_in_attempt", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("usd", sa.Double()),
        sa.Column("definitions", sa.JSON(), nullable=False),
        sa.Column("calls", sa.JSON(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("process_started", sa.String()),
        sa.Column("heartbeat", sa.Double(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("updated", sa.Double(), nullable=False),
    )
    op.create_index("ix_runs_created", "runs", ["created"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_index("ix_runs_created", "runs")
    op.drop_table("runs")
