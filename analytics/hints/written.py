"""A file of hints that says what was understood of a table, to be corrected."""

from typing import Any

import yaml

from analytics.hints.hints import ColumnHints, Hints
from analytics.results import ColumnProfile, DatasetProfile

_HEAD = """\
# What was understood of {name}. Correct it, delete what you have nothing to say on, and give the file as --hints.
# Of a column: role (number, category, text, time, boolean, identifier; amount, count, price, temperature, rate,
# percentage, ordinal, latitude, longitude), unit, aggregate (sum; mean for what is never
# summed), outcome: true, sentinels: [-1], ignore: true, labels: {{"1": first class}}, synonyms: [takings], description.
# Of the table: grain: one order line, fiscal_year_start: 4, glossary: {{GMV: value of goods before returns}}.
"""


def write_hints(name: str, profile: DatasetProfile, hints: Hints | None = None) -> str:
    """A file of hints with the role of each column and its reason as a comment, and the hints that there are already.

    Args:
        name: Name of the table.
        profile: What was understood.
        hints: Hints that were given.
    """
    given = hints or Hints()
    lines = [_HEAD.format(name=_commented(name))]
    table = given.model_dump(mode="json", exclude_defaults=True, exclude={"columns"})
    lines += [f"{key}: {_yaml(value)}\n" for key, value in table.items()]
    lines.append("columns:\n")
    for column in profile.columns:
        lines += _column(column, given.columns.get(column.name, ColumnHints()))
    for ignored, column in given.columns.items():
        if column.ignore:
            lines += [f"  {_yaml(ignored)}:\n", "    ignore: true\n"]
    return "".join(lines)


def _column(column: ColumnProfile, given: ColumnHints) -> list[str]:
    lines = [
        f"  {_yaml(column.name)}:\n",
        f"    role: {column.quantity or column.role}  # {_commented(column.reason)}\n",
    ]
    said = given.model_dump(mode="json", exclude_defaults=True, exclude={"role"})
    lines += [f"    {key}: {_yaml(value)}\n" for key, value in said.items()]
    return lines


def _yaml(value: Any) -> str:
    """A value in one line of YAML, quoted where it has to be."""
    style = '"' if isinstance(value, str) and not value.isprintable() else None
    text = yaml.safe_dump(
        value, default_style=style, default_flow_style=True, allow_unicode=True, width=float("inf"), sort_keys=False
    )
    return text.removesuffix("...\n").strip()


def _commented(text: str) -> str:
    """A text in one line of a comment."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:200]
