"""Name of the deployment that started a run."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column."""
    op.add_column("runs", sa.Column("deployment", sa.String(), nullable=True))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("runs", "deployment")
