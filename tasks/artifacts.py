"""Texts among the artifacts of a run, in Prefect's user interface."""

import re
from functools import partial
from typing import Any

from prefect.artifacts import create_markdown_artifact

from runtime.prefect_server.transport import patiently
from runtime.texts.safe_text import clean, harmless

_LONGEST_DESCRIPTION = 500
"""Characters of an artifact's description."""


def publish_markdown(text: str, *, key: str, description: str | None = None) -> str:
    """Put a text among the artifacts of the run around this point. A server that is away is waited for.

    Args:
        text: Markdown, in which texts from outside are escaped.
        key: Name under which Prefect keeps the versions of it.
        description: One line of plain text.

    Returns:
        The artifact's id.
    """
    create: Any = create_markdown_artifact  # its type leaves out `_sync`, which keeps it synchronous in async flows
    told = description and harmless(description, _LONGEST_DESCRIPTION)  # Prefect reads it as Markdown, too
    return str(patiently(partial(create, clean(text), key=key, description=told, _sync=True)))


def artifact_key(name: str) -> str:
    """`name` as Prefect's artifact keys want it: lower-case letters, digits and dashes."""
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-")
    return f"analysis-{key}" if key else "analysis"
