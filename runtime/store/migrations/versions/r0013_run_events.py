"""Events of runs, whether those of spans were sent to the Prefect server, and an index of the newest spans."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_DUE = sa.text("delivery IS NOT NULL")


def upgrade() -> None:
    """Make the table, and add the column to spans."""
    op.create_table(
        "run_events",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("occurred", sa.Double(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=True),
        sa.Column("updated", sa.Double(), nullable=False),
    )
    op.create_index("ix_run_events_run", "run_events", ["run"])
    op.create_index("ix_run_events_delivery", "run_events", ["updated"], sqlite_where=_DUE, postgresql_where=_DUE)
    op.add_column("spans", sa.Column("delivery", sa.String(), nullable=True))
    op.create_index("ix_spans_updated", "spans", ["updated"])
    op.create_index("ix_spans_delivery", "spans", ["updated"], sqlite_where=_DUE, postgresql_where=_DUE)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_spans_delivery", "spans")
    op.drop_index("ix_spans_updated", "spans")
    op.drop_column("spans", "delivery")
    op.drop_table("run_events")
