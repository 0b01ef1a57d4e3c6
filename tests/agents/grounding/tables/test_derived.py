"""Tables that follow from a table: columns as entries, steps in time, gaps of two entries, sums."""

# ruff: noqa: E501 - a row of a table stands on one line

from dataclasses import replace

import pytest

from agents.grounding.tables.cells import Measure, Row, Table
from agents.grounding.tables.derived import gaps, long_form, margins, once, steps, two_sided
from agents.grounding.tables.moments import Moment
from tests.agents.grounding.tables.told import told

SALES = Measure("sales", frozenset({"sal"}), "total")
PRICE = Measure("price", frozenset({"pric"}), "mean")
RATE = Measure("rate", frozenset({"rat"}), "share", percent=True)
VISITS = Measure("visits", frozenset({"visit"}), "total")
ROWS = Measure("n", frozenset({"row"}), "count", of_rows=True)
TESTED = Measure("p_value", frozenset({"p"}), "other", of_result=True)


def table(measures, rows, **further):
    """A table of rows with names by column, a year and values in the order of the measures."""
    held = {measure.name: measure for measure in measures}
    return Table(
        "E1",
        held,
        [
            Row(
                names,
                {"year": Moment(year)} if year else {},
                {name: value for name, value in zip(held, values, strict=False) if value is not None},
            )
            for names, year, *values in rows
        ],
        **further,
    )


SHOPS = table(
    [SALES, PRICE, RATE, TESTED],
    [
        ({"shop": "A"}, 2021, 10.0, 2.0, 5.0, 0.1),
        ({"shop": "A"}, 2020, 8.0, 0.0, 4.0, 0.1),
        ({"shop": "B"}, 2020, 4.0, 3.0, 9.0, 0.1),
        ({"shop": "B"}, 2021, 2.0, 3.5, 8.0, 0.1),
    ],
    row_words=frozenset({"shop"}),
    filters=frozenset({"retail"}),
)
"""Two shops in two years."""
MEATS = [Measure(name, frozenset({name, "kg"}), "total") for name in ("beef_kg", "pork_kg", "total_kg")]


def test_steps_are_differences_and_growth_from_one_period_to_the_next():
    """Each entry is followed on its own, in the order of time; growth needs a value to grow from, and no percentage."""
    assert told(steps(SHOPS)) == STEPS


def test_steps_need_time_and_more_than_one():
    """A table without time, with one step alone, with too many rows or of coefficients has none."""
    timeless = table([SALES], [({"shop": name}, None, 1.0) for name in "AB"])
    one = table([SALES], [({}, 2020, 1.0), ({}, 2021, 2.0)])
    part = table([SALES], [({}, 2020, 1.0), ({}, 2021, 2.0), ({}, None, 7.0), ({}, 2022, 4.0)])
    long = table([SALES], [({"shop": str(n)}, 2020 + year, 1.0) for n in range(101) for year in (0, 1)])
    fits = table([SALES], [({"shop": str(n)}, 2020 + year, 1.0) for n in range(100) for year in (0, 1)])
    fitted = table([Measure("coefficient", frozenset({"coefficient"}))], [({}, 2020 + n, 1.0) for n in range(3)])
    assert [len(told(steps(each))) for each in (timeless, one, part, long, fits, fitted)] == [0, 0, 5, 0, 103, 0]


def test_steps_leave_out_what_is_missing():
    """A value without one before it has no step, while others of the same row have theirs."""
    sold = Measure("sold", frozenset({"sold"}), "total", sure=False, unit=1e3)
    rows = [({}, 2020, 5.0, None, 1.0), ({}, 2021, None, 3.0, 2.0), ({}, 2022, 6.0, None, 3.0)]
    assert told(steps(table([SALES, PRICE, sold], rows)))[3:] == [
        "  change of sold (sold) unsure, in 1000, needs abov abstand added",
        "  growth of sold (sold) share, percent, unsure, needs abov abstand added",
        "    year=2021: change of sold 1, growth of sold 100",
        "    year=2022: change of sold 1, growth of sold 50",
    ]


def test_gaps_are_differences_of_two_entries_at_each_time():
    """The first entry less the second, wherever both are; the two count as filters."""
    assert told(gaps(SHOPS, "shop", frozenset({"a"}), frozenset({"b"}))) == GAPS
    assert told(gaps(SHOPS, "shop", frozenset({"a"}), frozenset({"c"}))) == []


def test_gaps_keep_the_other_names():
    """Two entries are compared within each entry of the other columns, the first row of each."""
    rows = [
        ({"shop": shop, "kind": kind}, None, float(n)) for n, (shop, kind) in enumerate(["Ax", "Bx", "Ay", "By", "Bx"])
    ]
    assert told(gaps(table([SALES], rows), "shop", frozenset({"b"}), frozenset({"a"})))[3:] == [
        "    kind=x: change of sales 1",
        "    kind=y: change of sales 1, growth of sales 50",
    ]
    many = table([SALES], rows * 41)
    assert told(gaps(many, "shop", frozenset({"b"}), frozenset({"a"}))) == []
    assert told(gaps(table([SALES], rows * 40), "shop", frozenset({"b"}), frozenset({"a"}))) != []


def test_columns_of_one_kind_are_entries_of_a_long_table():
    """Columns that measure the same in the same way become rows, without one that is the sum of the others."""
    rows = [({}, 2020, 7.0, 3.0, 2.0, 5.0, 9.0, 0.1, 0.2), ({}, 2021, 8.0, 4.0, 1.0, 5.5, 9.0, 0.1, 0.2)]
    held = table([PRICE, *MEATS, ROWS, TESTED, replace(TESTED, name="q_value")], rows)
    assert told(long_form(held)) == LONG


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ((3.0, 2.0, 5.0), 2), ((3.0, 2.0, 6.0), 2), ((3.0, 2.0, 6.3), 3), ((3.0, 2.0, 4.9), 3), ((3.0, 2.0, 0.0), 3),
        ((4.0, 1.0, 6.25), 2), ((-3.0, -2.0, -5.0), 3),
    ],
)  # fmt: skip
def test_a_column_is_the_whole_if_the_others_make_up_most_of_it(values, rows):
    """The others are at least four fifths of it in each row, and no more than all."""
    assert len(told(long_form(table(MEATS, [({}, 2020, *values)])))) - 2 == rows


def test_a_long_table_needs_columns_of_one_kind():
    """Columns of other aggregates or units are not put together, nor where there are too many rows or columns."""
    two = MEATS[:2]
    scaled = [Measure(f"{name}_{unit}", frozenset({name}), "total") for name, unit in (("beef", "k"), ("pork", "mn"))]
    both = [Measure("beef_mio", frozenset({"beef"}), "total"), Measure("pork_mio", frozenset({"pork"}), "total")]
    many = [Measure(f"c{n}", frozenset({"c"}), "total") for n in range(13)]
    coefficients = [*two, Measure("coefficient", frozenset({"coefficient"}))]
    tables = [
        *(table(two, [({"shop": str(n)}, None, 1.0, 2.0) for n in range(size)]) for size in (200, 201)),
        *(table(many[:size], [({}, None, *range(size))]) for size in (12, 13)),
        table(scaled, [({}, None, 1.0, 2.0)]),
        table([SALES, PRICE], [({}, None, 1.0, 2.0)]),
        table(coefficients, [({}, None, 1.0, 2.0, 3.0)]),
        table([*two, VISITS], [({}, None, 1.0)]),
    ]
    assert [len(told(long_form(each))) for each in tables] == [402, 0, 14, 0, 0, 0, 0, 3]
    assert told(long_form(table(both, [({}, None, 1.0, 2.0)])))[1] == "  value (value) total, unsure, in 1e+06"


def test_a_column_of_two_entries_has_two_sides():
    """Two entries in more than two rows can be compared within them."""
    rows = [({"sex": sex, "port": port}, None, 1.0) for sex in ("F", "M") for port in "XYZ"]
    assert list(two_sided(table([SALES], rows))) == [("sex", frozenset({"f"}), frozenset({"m"}))]
    assert list(two_sided(table([SALES], rows[::3]))) == []


def test_margins_are_sums_by_each_column_by_time_and_over_all():
    """Totals and counts are summed; means and shares are not."""
    assert told(margins(table([SALES, PRICE, VISITS], SUMMED))) == MARGINS


SUMMED = [
    *(({"shop": "A", "kind": "x"}, 2020, 1.0, 9.0, 5.0), ({"shop": "B", "kind": "x"}, 2020, 2.0, 9.0)),
    *(({"shop": "A", "kind": "y"}, 2021, 4.0, 9.0, 7.0), ({"kind": "y"}, 2021, 8.0, 9.0, 9.0)),
]


def test_margins_need_all_rows_and_something_to_add():
    """A cut table, one of a single or too many rows, one of means alone and one summed already have no sums."""
    rows = [({"shop": name}, None, 1.0) for name in "AB"]
    value = Measure("value", frozenset({"value"}))
    tables = [
        *(table([SALES], rows), table([SALES], rows, complete=False), table([SALES], rows[:1]), table([PRICE], rows)),
        *(table([value], rows), table([Measure("x", frozenset({"x"}))], rows), table([TESTED], rows)),
        table([Measure("n", frozenset({"n"}), "count", needs=frozenset({"missing"}))], rows),
        *(table([SALES], [({"shop": str(n)}, None, 1.0) for n in range(size)]) for size in (200, 201)),
    ]
    assert [told(margins(each))[2:] for each in tables[:2]] == [["    : sales 2"], []]
    assert [len(told(margins(each))) for each in tables] == [3, 0, 0, 0, 3, 0, 0, 0, 3, 0]


def test_margins_by_a_column_need_entries_that_come_again():
    """A column that names each row once has no sums of its own."""
    rows = [({"shop": name, "kind": kind}, None, 1.0) for name, kind in ("Ax", "Bx", "Cy")]
    assert [line for line in told(margins(table([SALES], rows))) if "=" in line] == [
        "    kind=x: sales 2",
        "    kind=y: sales 1",
    ]


def test_derived_tables_are_worked_out_once():
    """The same derived table of the same table is the same object; other arguments give another."""
    assert once(SHOPS, steps)[0] is once(SHOPS, steps)[0]
    sides = frozenset({"a"}), frozenset({"b"})
    assert once(SHOPS, gaps, "shop", *sides) is not once(SHOPS, gaps, "shop", *sides[::-1])


STEPS = [
    "table E1: a row is a shop; of retail",
    "  change of sales (sal) needs abov abstand added",
    "  growth of sales (sal) share, percent, needs abov abstand added",
    "  change of price (pric) needs abov abstand added",
    "  growth of price (pric) share, percent, needs abov abstand added",
    "  change of rate (rat) percent, needs abov abstand added",
    "    shop=A year=2021: change of sales 2, growth of sales 25, change of price 2, change of rate 1",
    "    shop=B year=2021: change of sales -2, growth of sales -50, change of price 0.5, growth of price 16.667, change of rate -1",
]
GAPS = [
    "table E1: a row is a shop; of a, b, retail",
    "  change of sales (sal) needs abov abstand added",
    "  growth of sales (sal) share, percent, needs abov abstand added",
    "  change of price (pric) needs abov abstand added",
    "  growth of price (pric) share, percent, needs abov abstand added",
    "  change of rate (rat) percent, needs abov abstand added",
    "    year=2021: change of sales 8, growth of sales 400, change of price -1.5, growth of price -42.857, change of rate -3",
    "    year=2020: change of sales 4, growth of sales 100, change of price -3, growth of price -100, change of rate -5",
]
LONG = [
    "table E1: ",
    "  value (kg) total, unsure",
    "    column=beef kg year=2020: value 3",
    "    column=pork kg year=2020: value 2",
    "    column=beef kg year=2021: value 4",
    "    column=pork kg year=2021: value 1",
]
MARGINS = [
    "table E1: ",
    "  sales (sal) total",
    "  visits (visit) total",
    "    : sales 15, visits 21",
    "table E1: ",
    "  sales (sal) total",
    "  visits (visit) total",
    "    kind=x: sales 3, visits 5",
    "    kind=y: sales 12, visits 16",
    "table E1: ",
    "  sales (sal) total",
    "  visits (visit) total",
    "    shop=A: sales 5, visits 12",
    "    shop=B: sales 2, visits 0",
    "    : sales 8, visits 9",
    "table E1: ",
    "  sales (sal) total",
    "  visits (visit) total",
    "    year=2020: sales 3, visits 5",
    "    year=2021: sales 12, visits 16",
]
