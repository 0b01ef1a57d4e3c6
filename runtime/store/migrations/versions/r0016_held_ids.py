"""Until when an id of a signed request is held by the receiver that works on it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the column."""
    op.add_column("received_ids", sa.Column("held_until", sa.Double(), nullable=True))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("received_ids", "held_until")
