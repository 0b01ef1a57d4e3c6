"""Facts that outlive a run, their history, and the words by which they are found."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "memory_facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("column", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("valid_from", sa.String(), nullable=True),
        sa.Column("valid_until", sa.String(), nullable=True),
        sa.Column("expires", sa.Double(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("run", sa.String(), nullable=True),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("updated", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("content"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_memory_facts_run", "memory_facts", ["run"])
    op.create_index("ix_memory_facts_subject", "memory_facts", ["tenant", "subject_key"])
    op.create_table(
        "memory_changes",
        sa.Column("fact", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("fact", "version"),
    )
    op.create_table(
        "memory_words",
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("fact", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "fact"),
    )
    op.create_index("ix_memory_words_fact", "memory_words", ["fact"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("memory_words", "memory_changes", "memory_facts"):
        op.drop_table(table)
