"""Holds on models, whose servers asked to be left alone for some time."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "model_holds",
        sa.Column("model", sa.String(), primary_key=True),
        sa.Column("until", sa.Double(), nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("model_holds")
