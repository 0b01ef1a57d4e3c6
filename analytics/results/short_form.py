"""The short form of a result: what a model sees of it. The whole result stays in the evidence."""

import json
from collections.abc import Callable
from typing import Any

MOST_ENTRIES = 20
"""Entries of a list in a short form: enough to see a pattern, few enough for small models."""

_LONGEST_TEXT = 2_000
"""Characters of one text, such as a query."""


def cut(body: dict[str, Any], field: str, most: int) -> None:
    """Keep the first `most` entries of a list and add up in `not_shown` how many were left out."""
    if field in body and len(body[field]) > most:
        body["not_shown"] = body.get("not_shown", 0) + len(body[field]) - most
        body[field] = body[field][:most]


def halve_until(body: dict[str, Any], field: str, fits: Callable[[dict[str, Any]], bool]) -> None:
    """Leave out the later half of a list until the body fits or one entry is left."""
    while len(body.get(field, ())) > 1 and not fits(body):
        cut(body, field, len(body[field]) // 2)


def length(body: dict[str, Any]) -> int:
    """Characters of a body as JSON."""
    return len(json.dumps(body, ensure_ascii=False))


def rounded(value: Any) -> Any:
    """Plain JSON with numbers of six digits, whole ones without a decimal point, and texts cut at 2,000 characters."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    if isinstance(value, float):
        short = float(f"{value:.6g}")
        return int(short) if short.is_integer() and abs(short) < 1e15 else short
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return value[:_LONGEST_TEXT] + "…"
    return value
