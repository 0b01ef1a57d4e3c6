"""Limits of requests and tokens a minute that all runs share, and the requests of the last minute."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "model_limits",
        sa.Column("model", sa.String(), primary_key=True),
        sa.Column("requests", sa.Integer(), nullable=True),
        sa.Column("tokens", _COUNT, nullable=True),
    )
    op.create_table(
        "model_uses",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("tokens", _COUNT, nullable=False),
    )
    op.create_index("ix_model_uses_model_at", "model_uses", ["model", "at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("model_uses")
    op.drop_table("model_limits")
