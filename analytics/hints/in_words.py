"""Hints in words, for a model that cannot see where they came from."""

from analytics.hints.hints import ColumnHints, Hints


def hints_in_words(hints: Hints | None) -> str:
    """Return what hints say, a line for each column and term; empty for none."""
    if hints is None:
        return ""
    lines = [f"One row is {hints.grain}."] if hints.grain else []
    if hints.fiscal_year_start != 1:
        lines.append(f"The fiscal year starts in month {hints.fiscal_year_start}.")
    lines += [f"{term}: {text}" for term, text in hints.glossary.items()]
    lines += [f"Column {name}: {said}." for name, column in hints.columns.items() if (said := _said(column))]
    return "What is known of the data:\n" + "\n".join(lines) if lines else ""


def _said(column: ColumnHints) -> str:
    if column.ignore:
        return "leave it out"
    parts = [
        column.description.rstrip("."),
        f"a {column.role}" if column.role else "",
        f"in {column.unit}" if column.unit else "",
        {"sum": "may be summed", "mean": "never summed"}.get(column.aggregate or "", ""),
        "an outcome that other columns may explain" if column.outcome else "",
        f"also called {', '.join(column.synonyms)}" if column.synonyms else "",
        f"{', '.join(map(str, column.sentinels))} stands for missing" if column.sentinels else "",
        "; ".join(f"{value} is {text}" for value, text in column.labels.items()),
    ]
    return ", ".join(part for part in parts if part)
