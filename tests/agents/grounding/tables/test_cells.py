"""Rows and columns of tables: what they are called and what they stand for."""

import pytest

from agents.grounding.tables.cells import (
    Measure,
    Row,
    Table,
    UnsureScale,
    aggregate_in,
    aggregates_in_name,
    cells_of,
    plain_words,
    scale_in,
)
from agents.grounding.tables.moments import Moment


@pytest.mark.parametrize(
    ("row", "title"),
    [
        (Row({"a": "North", "b": "North", "c": "x"}), "North, x"),
        (Row({"a": "North"}, {"t": Moment(2021, 3, 4)}), "North, 2021-03-04"),
        (Row({}, {"t": Moment(month=3)}), "March"),
        (Row({}, {"t": Moment(2021, 3)}), "2021-03"),
        (Row({}, {"t": Moment(None, 3, 4)}), "03-04"),
        (Row({}, {"t": Moment(2021, quarter=2), "u": Moment(hour=5)}), "2021 Q2"),
        (Row({"a": "1", "b": "2", "c": "3", "d": "4"}), "1, 2, 3"),
        (Row(), ""),
    ],
)
def test_a_row_is_called_by_its_names_and_times(row, title):
    """Each name once, then its times, three in all."""
    assert row.title == title


def test_a_row_without_names_and_times_stands_for_everything():
    """A row of the whole has neither; one without a name is a group of its own."""
    assert Row().whole
    assert not Row({"a": "x"}).whole
    assert not Row({}, {"t": Moment(2021)}).whole
    assert Row({"a": "(missing)"}).nameless
    assert not Row({"a": "x"}).nameless
    assert Row({"a": "North", "b": "X"}).called == {"north", "x"}


def test_a_row_stands_where_its_last_time_is():
    """Of several times the last one orders rows."""
    assert Row({}, {"t": Moment(2021), "u": Moment(2022)}).order == Moment(2022).order
    assert Row().order == ()


def test_a_table_knows_its_columns():
    """Its columns, whether it is one of the whole, has times, or tells of the result itself."""
    measures = {"n": Measure("n", frozenset({"n"}))}
    one = Table("E1", measures, [Row({"a": "x"}, {}, {"n": 1.0}), Row({"b": "y"}, {"t": Moment(2021)})])
    assert (one.columns, one.whole, one.timed, one.tells_of_itself) == ({"a", "b"}, False, True, False)
    whole = Table("E1", {"p": Measure("p", frozenset(), of_result=True)}, [Row({}, {}, {"p": 0.5})])
    assert (whole.columns, whole.whole, whole.timed, whole.tells_of_itself) == (frozenset(), True, False, True)
    assert [(cell.measure.name, cell.value) for cell in cells_of([one, whole])] == [("n", 1.0), ("p", 0.5)]


def test_measures_of_one_name_are_told_apart():
    """Equal measures are one in a set, and others of the same name are not."""
    words = frozenset({"sal"})
    held = {
        Measure("sales", words),
        Measure("sales", words),
        Measure("sales", words, "mean"),
        Measure("sales", words, percent=True),
    }
    assert len(held) == 3


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        *(("viewers (million)", 1e6), ("revenue_musd", 1e6), ("sales_in_k", 1e3), ("sales_keur", 1e3)),
        *(("budget_bn", 1e9), ("inthousands", 1e3), ("m", 1.0), ("k", 1.0), ("sales", 1.0), ("mio", 1e6)),
    ],
)
def test_units_are_told_by_names(name, scale):
    """A word for a scale, alone or with a currency; a letter at the end may be one, and alone is none."""
    assert scale_in(name) == scale
    assert isinstance(scale_in(name), UnsureScale) == (name == "sales_in_k")
    assert Measure(name, frozenset()).scale == scale
    assert Measure(name, frozenset(), unit=5.0).scale == 5.0


def test_aggregates_are_told_by_names():
    """The words of a column's name tell how it was put together; without them the rest are its words."""
    assert [aggregate_in(name) for name in ("avg_price", "Total Sales", "price", "n")] == [
        "mean",
        "total",
        None,
        "count",
    ]
    assert aggregates_in_name("avg_median_price") == {"mean", "median"}
    assert plain_words("avg_price", "total_sales") == {"pric", "sal"}
    assert plain_words("total") == {"total"}
