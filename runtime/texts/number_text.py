"""Numbers as readers of a report see them."""

import math
from decimal import ROUND_HALF_UP, Context, Decimal


def fixed(value: float, places: int) -> str:
    """A number with so many decimal places, thousands separated; halves are rounded up, as people do: 100.5 is 101."""
    return f"{Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"


def significant(value: float, digits: int) -> str:
    """A number with at most so many significant digits, without zeros at its end; halves are rounded up."""
    context = Context(prec=digits, rounding=ROUND_HALF_UP)
    return f"{context.create_decimal(repr(float(value))).normalize(context):f}"


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
        return fixed(value, 1)
    return fixed(value, 2) if size >= 1 else significant(value, 3)


def format_p_value(value: float | None) -> str:
    """A p-value as papers print it."""
    if value is None:
        return "not defined"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
