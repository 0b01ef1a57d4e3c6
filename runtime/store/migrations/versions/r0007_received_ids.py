"""Ids of signed requests that were taken, by which a repeated one is refused."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table `received_ids`."""
    op.create_table(
        "received_ids",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("created", sa.Double(), nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("received_ids")
