"""Numbers as they are written held against values."""

import pytest

from agents.grounding.reading.written_numbers import read
from agents.grounding.tables.cells import Measure
from agents.grounding.tables.matching import bounds, says, says_cell, says_scaled


def number(text):
    [one] = read(text)[0]
    return one


SAYS = {
    "12.3": ([12.3, 12.25, 12.35, -12.3], [12.24, 12.36, 12.4, 0.0]),
    "-12.3": ([-12.3], [12.3, -12.4]),
    "5m": ([5.4, 5_400_000.0], [5_600_000.0, 500.0]),
    "about 400": ([400.0, 415.0, 420.0, 381.0], [421.0, 379.0, 460.0]),
    "about 400,000": ([419_999.0], [421_000.0]),
    "about 7": ([7.34, 6.6], [7.6, 7.51]),
    "about 5": ([5.4], [5.6]),
    "about 0": ([0.4], [0.6, 1.0]),
    "about 412": ([412.4], [413.0]),
    "about 10 times": ([10.4], [11.0]),
    "about twice": ([2.2, 2.23, 1.77], [2.3, 1.7]),
    "over 400": ([401.0, 472.0, 499.0], [500.0, 399.0, 520.0]),
    "at least 400": ([400.0, 450.0], [500.0, 399.0]),
    "over 4,000": ([4_999.0], [5_001.0, 3_999.0]),
    "over 10": ([10.1, 12.4], [12.6, 9.4]),
    "nearly 400": ([399.0, 301.0], [299.0, 401.0]),
    "nearly five times": ([4.9, 4.4], [3.9, 4.2, 5.3]),
    "nearly twice": ([1.9, 1.71], [1.69]),
    "over half": ([0.51, 0.515], [0.48, 0.499]),
    "over half of": ([0.5], [0.49]),
    "under half of": ([0.49], [0.53]),
    "20": ([20.4], [20.6, 19.4]),
    "three": ([3.0, 3.0 - 2e-9], [3.01]),
    "about one": ([1.04], [1.06]),
}


@pytest.mark.parametrize("text", SAYS)
def test_a_number_is_a_value_as_exactly_as_it_is_written(text):
    """Rounding to the last digit, `about`, bounds and multiples each leave so much room and no more."""
    told = number(text if "half" not in text or "of" in text else f"{text} of")
    right, wrong = SAYS[text]
    assert [value for value in right if not says(told, value)] == []
    assert [value for value in wrong if says(told, value)] == []


def test_a_sign_is_held_against_a_sign_where_it_counts():
    """A number without a sign may be a drop in words, unless the sign counts."""
    assert says(number("5"), -5.0)
    assert not says(number("5"), -5.0, sign=True)
    assert not says(number("-5"), 5.0)


@pytest.mark.parametrize(
    ("text", "held", "scale", "said"),
    [
        *(("548.2 million", 548.2, 1e6, True), ("0.55 billion", 548.2, 1e6, True), ("548.2", 548.2, 1e6, True)),
        *(("548.2 thousand", 548.2, 1e6, False), ("548,200,000", 548.2, 1e6, True), ("548.2", 548.2e6, 1e6, False)),
        *(("69.6 thousand", 69_564.0, 1e3, False), ("69.6 thousand", 69_564.0, 1.0, True), ("7", 0.007, 1.0, False)),
    ],
)
def test_a_number_is_held_in_the_unit_of_its_column(text, held, scale, said):
    """A written scale is taken at its word; without one the column's unit may be left out or multiplied out."""
    assert says_scaled(number(text), held, scale) is said


def test_the_sign_counts_in_each_unit():
    """A sign that counts does so with the unit and without."""
    assert not says_scaled(number("5 million"), -5.0, 1e6, sign=True)
    assert not says_scaled(number("5"), -5.0, 1e6, sign=True)
    assert not says_scaled(number("5,000,000"), -5.0, 1e6, sign=True)
    assert says_scaled(number("5,000,000"), -5.0, 1e6)


@pytest.mark.parametrize(
    ("text", "kept", "broken"),
    [("over 5", 5.1, 5.0), ("at least 5", 5.0, 4.9), ("under 5", 4.9, 5.0), ("at most 5", 5.0, 5.1)],
)
def test_bounds_are_kept_or_broken(text, kept, broken):
    """`Over` and `under` leave the bound itself out; `at least` and `at most` take it in."""
    assert bounds(number(text), kept) is True
    assert bounds(number(text), broken) is False


def test_no_bound_is_neither_kept_nor_broken():
    """A number without such a word, or with `about`, sets no bound; a scale counts in the bound."""
    assert bounds(number("5"), 9.0) is None
    assert bounds(number("about 5"), 9.0) is None
    assert bounds(number("over 5 m"), 9.0) is True
    assert bounds(number("over 5m"), 9.0) is False


CELLS = {
    "12.3 %": {None: [(0.123, True), (0.0123, False), (12.3, True), (12.5, False)], "count": [(12.3, False)],
               "total": [(12.3, False)],
               "mean": [(12.3, True), (0.123, True)], "percent": [(12.3, True), (0.123, False)]},
    "1.5 %": {None: [(1.5, True)], "count": [(1.5, False)]},
    "100 %": {None: [(1.0, True)], "count": [(1.0, False), (100.0, False)], "share": [(1.0, True), (100.0, True)]},
    "half of": {None: [(0.5, True), (50.0, False)], "percent": [(50.0, True), (0.5, False)]},
    "12": {None: [(12.0, True), (0.12, False)], "percent": [(12.0, True)]},
    "twice": {None: [(2.0, True)], "count": [(2.0, False)], "share": [(2.0, True)], "other": [(2.0, True)],
              "mean": [(2.0, False)], "": [(2.0, False)]},
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for text, kinds in CELLS.items() for kind in kinds])
def test_a_number_is_held_in_the_unit_of_its_cell(text, kind):
    """A percentage is a share or a percentage; a fraction a share; a multiple only what may be a ratio."""
    words = frozenset({"x"} if kind != "" else ())
    aggregate = None if kind in {None, "", "percent"} else kind
    measure = Measure("x", words, aggregate, percent=kind == "percent")
    assert [(held, says_cell(number(text), held, measure)) for held, _ in CELLS[text][kind]] == CELLS[text][kind]


def test_a_cell_is_held_in_the_unit_of_its_column():
    """A value in millions is written with its unit or multiplied out."""
    assert says_cell(number("5 million"), 5.0, Measure("sales (million)", frozenset({"sal"})))
    assert not says_cell(number("5 thousand"), 5.0, Measure("sales (million)", frozenset({"sal"})))
