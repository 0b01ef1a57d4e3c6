"""Kind of a cell of text at a glance, for telling headers and units from values. Columns are typed elsewhere."""

import re

_NUMBER = re.compile(
    r"[-+\u2212(]?\s*[$\u20ac\u00a3\u00a5]?\s*(?:\d[\d.,'\u2019\u00a0\u202f]*|\.\d+)(?:[eE][-+]?\d+)?\s*[%\u20ac$\u00a3)]?"
)
_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[T ,]+\d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?")
_MISSING = {"", "-", "--", ".", "..", "?", "na", "n/a", "nan", "null", "none", "#n/a", "\\n"}


def kind(text: str) -> str:
    """`empty`, `number`, `date` or `text`."""
    text = text.strip()
    if text.casefold() in _MISSING:
        return "empty"
    if _DATE.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) else "text"


def shape(text: str) -> str:
    """The pattern of a text: letters and digits by one sign for each run, all else as it is."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text.strip()))
