"""Numbers as readers of a report see them."""

import math


def format_number(value: float) -> str:
    """A number at a readable precision: about four significant digits, thousands separated, whole numbers whole."""
    if isinstance(value, int):
        return f"{value:,}"
    if math.isnan(value):
        return "\u2013"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    size = abs(value)
    if value.is_integer() and size < 1e15:
        return f"{int(value):,}"
    if size >= 1e15 or size < 1e-4:
        return f"{value:.3g}"
    if size >= 100:
        return f"{value:,.1f}"
    return f"{value:.2f}" if size >= 1 else f"{value:.3g}"


def format_p_value(value: float | None) -> str:
    """A p-value as papers print it."""
    if value is None:
        return "not defined"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
