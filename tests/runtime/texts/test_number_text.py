"""Rules of numbers as readers see them."""

import pytest

from runtime.texts.number_text import fixed, format_number, significant


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (100.5, 0, "101"),
        (2.25, 1, "2.3"),
        (-2.25, 1, "-2.3"),
        (1234.45, 1, "1,234.5"),
        (0.125, 2, "0.13"),
        (7, 1, "7.0"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: float, places: int, text: str) -> None:
    """Halves of what is written are rounded as people do it, not to the even digit or by their binary form."""
    assert fixed(value, places) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"), [(0.125, 2, "0.13"), (0.0999, 2, "0.1"), (0.00045, 3, "0.00045"), (6.25, 2, "6.3")]
)
def test_significant_digits_have_no_zeros_at_the_end(value: float, digits: int, text: str) -> None:
    """A number of few significant digits is short and has no exponent."""
    assert significant(value, digits) == text


def test_readable_precision_depends_on_size() -> None:
    """Large numbers have one decimal place, small ones three digits, whole ones none."""
    written = [format_number(value) for value in (1234.25, 3.14159, 0.012345, 12.0, 5)]
    assert written == ["1,234.3", "3.14", "0.0123", "12", "5"]
