"""Payloads of events that were sent, until they have arrived."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; events that were sent before count as arrived."""
    op.add_column("arrivals", sa.Column("payload", sa.JSON(), nullable=True))
    op.add_column("arrivals", sa.Column("times", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("arrivals", "times")
    op.drop_column("arrivals", "payload")
