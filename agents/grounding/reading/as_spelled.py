"""Texts whose marks are spelled in one way, to find a date, a score or a season however it is written."""

import re
from functools import lru_cache


@lru_cache(maxsize=20_000)
def as_spelled(text: str) -> str:
    """A text with its marks spelled in one way: `16 / 05 / 1981` as `16/05/1981`, and every dash as `-`."""
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text.strip().casefold())
    return re.sub(r"(?<=\d)\s+(?=[ap]\.?m\b)", "", re.sub(r"(?<=\d)\s*([-/:])\s*(?=\d)", r"\1", text))
