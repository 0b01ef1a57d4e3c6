"""Meaning of a query's columns and conditions, read from its SQL."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.grounding.tables.cells import Aggregate, aggregate_in
from analytics.questions.language.words import word_set

_FUNCTIONS: tuple[tuple[Aggregate, str], ...] = (
    ("rank", r"\b(?:rank|dense_rank|row_number)\s*\("),
    ("median", r"\b(?:median|quantile\w*|percentile\w*)\s*\("),
    ("mean", r"\b(?:avg|mean|favg)\s*\("),
    ("total", r"\b(?:sum|fsum)\s*\("),
    ("count", r"\bcount\s*\("),
    ("highest", r"\b(?:max|arg_max)\s*\("),
    ("lowest", r"\b(?:min|arg_min)\s*\("),
    ("spread", r"\b(?:stddev\w*|std|variance|var_\w+)\s*\("),
)
_EQUAL = re.compile(r"""(?:\b(\w+)|"([^"]+)"|\))\s*=\s*'([^']*)'""")
_EQUAL_NUMBER = re.compile(r"""(?:\b(\w+)|"([^"]+)")\s*\)?\s*=\s*(\d+)\b""")
_CALL = re.compile(r"\b\w+\s*\(")
_WORDS = re.compile(r"'[^']*'|\"[^\"]+\"|[^\W\d]\w*")
_KEYWORDS = word_set(
    "select from where group by order as and or case when then else end over partition distinct cast date true "
    "false null is not in between like filter interval double integer bigint varchar asc desc with data round "
    "coalesce nullif"
)


@dataclass(frozen=True)
class SqlColumn:
    """One column of a query's result.

    Attributes:
        sources: Columns of the data that it is computed from.
        aggregate: How.
        percent: It is multiplied by 100.
        computed: It holds an aggregate function or arithmetic, so it names no row.
    """

    sources: tuple[str, ...] = ()
    aggregate: Aggregate | None = None
    percent: bool = False
    computed: bool = False


@dataclass(frozen=True)
class Conditions:
    """Texts and numbers in a query's conditions.

    Attributes:
        equal: Column and text that it has to be.
        texts: Every text in the conditions, such as dates.
        numbers: Every number in the conditions.
    """

    equal: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    texts: list[str] = field(default_factory=list[str])
    numbers: list[float] = field(default_factory=list[float])


def sql_columns(sql: str, names: Sequence[str]) -> list[SqlColumn]:
    """Meaning of each column of the result, by position; by name alone where the statement is not understood."""
    items = _select_items(sql)
    if len(items) != len(names):
        items = list(names)
    return [_column(item, name, sql) for item, name in zip(items, names, strict=True)]


def conditions(sql: str) -> Conditions:
    """The conditions after WHERE and HAVING."""
    found = Conditions()
    for part in re.findall(
        r"\b(?:WHERE|HAVING|FILTER)\b(.*?)(?=\bGROUP\s+BY\b|\bORDER\s+BY\b|\bLIMIT\b|$)", sql, re.IGNORECASE | re.DOTALL
    ):
        if not re.search(r"\bOR\b", part, re.IGNORECASE):
            equal = (*_EQUAL.findall(part), *_EQUAL_NUMBER.findall(part))
            found.equal.extend((name or quoted or "condition", text) for name, quoted, text in equal)
        found.texts.extend(re.findall(r"'([^']*)'", part))
        found.numbers.extend(float(number) for number in re.findall(r"(?<![\w.'-])\d+(?:\.\d+)?(?![\w'-])", part))
    return found


def _column(item: str, name: str, sql: str) -> SqlColumn:
    percent = "pct" in name.casefold() or "percent" in name.casefold()
    expression = re.sub(r"(?is)\s+as\s+(?:\w+|\"[^\"]+\")\s*$", "", item).strip()
    if re.fullmatch(r"\w+|\"[^\"]+\"", expression):
        inner = _defined(expression.strip('"'), sql)
        if inner is None:
            return SqlColumn((expression.strip('"'),), aggregate_in(name), percent)
        expression = inner
    sources = tuple(
        dict.fromkeys(
            word.strip('"')
            for word in _WORDS.findall(_CALL.sub(" ( ", expression))
            if not word.startswith("'") and word.casefold() not in _KEYWORDS
        )
    )
    inner = [_defined(source, sql) for source in sources]
    found = _functions_in(expression)
    below: list[Aggregate] = [each for text in inner if text for each in _functions_in(text)]
    aggregate: Aggregate | None = found[0] if found else None
    outside = _outside(expression)
    if "/" in outside and (
        len(found) > 1 or len(re.findall(r"\b(?:sum|count)\s*\(", expression, re.IGNORECASE)) > 1 or below
    ):
        aggregate = "share"
    return SqlColumn(
        sources=sources,
        aggregate=aggregate or aggregate_in(name) or (below[0] if below and len(set(below)) == 1 else None),
        percent=percent or bool(re.search(r"\b100(?:\.0*)?\b", outside)),
        computed=bool(found) or bool(re.search(r"[*/+]", outside)),
    )


def _functions_in(expression: str) -> list[Aggregate]:
    return [aggregate for aggregate, pattern in _FUNCTIONS if re.search(pattern, expression, re.IGNORECASE)]


def _outside(expression: str) -> str:
    """The expression without what its casts and texts hold."""
    return re.sub(r"'[^']*'", " ", expression)


def _defined(name: str, sql: str) -> str | None:
    """The expression that a subquery calls `name`."""
    for item in _all_items(sql):
        match = re.fullmatch(rf"(?is)(.+?)\s+as\s+\"?{re.escape(name)}\"?", item)
        if match and not re.fullmatch(rf"\"?{re.escape(name)}\"?", match[1].strip()):
            return match[1].strip()
    return None


def _all_items(sql: str) -> list[str]:
    items: list[str] = []
    for match in re.finditer(r"\bSELECT\b", sql, re.IGNORECASE):
        items += _items(sql[match.end() :])
    return items


def _select_items(sql: str) -> list[str]:
    """The items of the outermost SELECT."""
    depth = 0
    outer = None
    for match in re.finditer(r"[()]|'[^']*'|\bSELECT\b", sql, re.IGNORECASE):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0 and match[0].casefold() == "select":
            outer = match.end()
            break
    return _items(sql[outer:]) if outer is not None else []


def _items(text: str) -> list[str]:
    """Parts between commas, up to FROM."""
    items: list[str] = []
    depth = start = 0
    for match in re.finditer(r"[(),]|'[^']*'|\bFROM\b|$", text, re.IGNORECASE):
        mark = match[0].casefold()
        depth += {"(": 1, ")": -1}.get(mark, 0)
        if depth < 0 or (depth == 0 and mark in {"from", ""}):
            items.append(text[start : match.start()].strip())
            break
        if depth == 0 and mark == ",":
            items.append(text[start : match.start()].strip())
            start = match.end()
    return [re.sub(r"(?i)^distinct\s+", "", item) for item in items if item]
