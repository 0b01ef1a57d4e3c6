"""Circuits of models: what failed in their newest window, and until when nobody asks them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "model_circuits",
        sa.Column("model", sa.String(), primary_key=True),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("window_start", "open_until", "probe_until")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("calls", "failures", "retries")),
        sa.Column("reason", sa.String(), nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("model_circuits")
