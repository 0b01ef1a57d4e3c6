"""Columns whose names look like something else: an aggregate, a number, a superlative."""

import re
from calendar import month_abbr, month_name
from collections.abc import Collection

_AGGREGATE = r"(?:mean|median|average|sum|total|minimum|maximum|range|share|distribution|values?)\s+of\s+"
_COMPOUND = re.compile(r"\w+(?:[._]\w+)+")
"""Names of several parts, which is no word of prose: `items.sales.sum`."""
_MONTHS = frozenset(month.casefold() for month in (*month_name[1:], *month_abbr[1:]))
_OPENS = "\u201c\"`'\u2018"
_CLOSES = "\u201d\"`'\u2019"


def is_compound(column: str) -> bool:
    """Return whether a column's name has several parts that no word of prose has."""
    return bool(_COMPOUND.fullmatch(column))


def column_spans(text: str, columns: Collection[str], ambiguous: Collection[str]) -> list[tuple[int, int]]:
    """Places where a sentence names a column by a word or number that would be read as something else.

    In quotation marks every column's name counts. Without them only a name that is written exactly so: `Total` for a
    column called so, but not the `total` of `the total of sales`.

    Args:
        text: The sentence.
        columns: Names of columns.
        ambiguous: Words that mean something else, in lower case, such as those for aggregates.
    """
    spans: list[tuple[int, int]] = []
    for column in columns:
        if not column or column not in text:
            continue
        name = re.escape(column)
        spans += [match.span("name") for match in re.finditer(rf"[{_OPENS}](?P<name>{name})[{_CLOSES}]", text)]
        spans += [match.span("name") for match in re.finditer(rf"\b[Bb]y\s+(?P<name>{name})(?=\s*[,:])", text)]
        spans += [match.span() for match in re.finditer(rf"^{name}(?=:)", text)]
        spans += [match.span("name") for match in re.finditer(rf"\b[Vv]alues?\s+of\s+(?P<name>{name})(?!\w)", text)]
        if column.casefold() in _MONTHS:
            spans += [match.span("name") for match in re.finditer(rf"\b{_AGGREGATE}(?P<name>{name})(?!\w)", text)]
        if is_compound(column):
            spans += [match.span() for match in re.finditer(rf"(?<![\w.]){name}(?!\w|\.\w)", text)]
        if column.casefold() not in ambiguous:
            continue
        for match in re.finditer(rf"(?<![\w{_OPENS}]){name}(?!\w|\s+(?:of|number)\b)", text):
            before = text[: match.start()]
            article = re.search(r"\b(?:the|a|an|in|its|their|of\s+the|by)\s+$", before, re.IGNORECASE)
            if not article or column != column.casefold() or re.search(rf"\b{_AGGREGATE}$", before, re.IGNORECASE):
                spans.append(match.span())
    return spans
