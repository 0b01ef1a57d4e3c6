"""The newest model answer of a run, and the answers that people had asked for again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns; runs from before have no answer that can be asked for again until they are resumed."""
    op.add_column("runs", sa.Column("last_answer", sa.String(), nullable=True))
    op.add_column("runs", sa.Column("asked_again", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("runs", "asked_again")
    op.drop_column("runs", "last_answer")
