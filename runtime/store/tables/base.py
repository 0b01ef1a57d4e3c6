"""Base of all tables of the store, and the revision of its newest migration."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Dialect,
    Double,
    Integer,
    String,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase

SCHEMA = "0020"
"""Revision of the newest migration. It is written here too, so that a current store is used without loading Alembic."""


class PlainText(TypeDecorator[str]):
    """Text without the null character, which PostgreSQL refuses and an error about data may hold."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it is sent to the database."""
        del dialect
        return value and value.replace("\0", "\N{SYMBOL FOR NULL}")


Count = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits, which SQLite's integers have."""


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON, str: PlainText, float: Double}  # noqa: RUF012 - SQLAlchemy's way to say it
