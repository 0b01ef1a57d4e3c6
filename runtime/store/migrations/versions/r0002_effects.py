"""Effects: what happens outside, each once."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table `effects`."""
    op.create_table(
        "effects",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String()),
        sa.Column("problem", sa.String()),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("process_started", sa.String()),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("updated", sa.Double(), nullable=False),
    )
    op.create_index("ix_effects_scope", "effects", ["scope"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_index("ix_effects_scope", "effects")
    op.drop_table("effects")
