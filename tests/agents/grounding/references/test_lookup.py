"""References that mean no cell, and what the model is told then."""

from agents.grounding.references.fill import fill
from agents.grounding.tables.cells import Measure, Row, Table


def problem(text, *tables):
    """Why a reference is not filled."""
    [why] = fill(text, {"E1": list(tables)} if tables else {}).unfilled.values()
    return why


def table(*names, **values):
    """A table of rows that are called so, each with the same measures."""
    measures = {name: Measure(name, frozenset({name}), "total") for name in values}
    return Table("E1", measures, [Row({"shop": name}, {}, values) for name in names])


def test_without_results_there_is_nothing_to_cite():
    """The error names the evidence that can be cited: none, one id, or several."""
    assert problem("{E9: a}") == "there is no E9; there is no evidence yet"
    assert problem("{E9: a}", table("Oslo", sales=3.0)) == "there is no E9; there is only E1"
    [why] = fill("{E9: a}", {"E1": [], "E2": []}).unfilled.values()
    assert why == "there is no E9; there are E1, E2"
    [why] = fill("{E1: a}", {"E1": []}).unfilled.values()
    assert why == "E1 holds no numbers"


def test_the_entry_and_the_column_have_to_be_named():
    """Of two entries one has to be named, and of two columns one; a table of one row needs no entry."""
    two = table("Oslo", "Bergen", sales=3.0, visits=4.0)
    assert problem("{E1: sales}", two).startswith(
        "this is no single number of E1; it has: Oslo, sales; Bergen, sales; "
    )
    assert problem("{E1: Oslo}", two).startswith("this is no single number of E1; it has: Oslo, sales; Oslo, visits; ")
    assert fill("{E1: sales}", {"E1": [table("Oslo", sales=3.0, visits=4.0)]}).text == "3"
    assert fill("{E1: Oslo}", {"E1": [table("Oslo", "Bergen", sales=3.0)]}).text == "3"


def test_at_most_six_cells_are_told():
    """A long list says no more."""
    many = table(*(f"shop {n}" for n in range(9)), sales=3.0)
    assert problem("{E1: sales}", many).count("; ") == 6
    assert problem("{E1: xyz}", many).count("shop") == 6


def test_near_names_are_told():
    """Up to three names that are written alike."""
    names = ["Oslo North", "Oslo South", "Oslo Nort", "Oslo Norte"]
    assert problem("{E1: Oslo Nrth, sales}", table(*names, sales=3.0)) == (
        "'Oslo Nrth' is not in E1; nearest: Oslo North, Oslo Nort, Oslo Norte"
    )


def test_the_cell_that_is_named_most_exactly_wins():
    """A day is not the event that holds it, and cells of the same value are one."""
    held = Measure("sales", frozenset({"sales"}), "total")
    both = Table("E1", {"sales": held}, [Row({"shop": "Oslo"}, {}, {"sales": 3.0}),
                                         Row({"shop": "Oslo", "kind": "food"}, {}, {"sales": 4.0})])  # fmt: skip
    assert fill("{E1: Oslo, sales}", {"E1": [both]}).text == "3"
    assert fill("{E1: Oslo, food, sales}", {"E1": [both]}).text == "4"
    same = Table("E1", {"sales": held}, [Row({"shop": "Oslo East"}, {}, {"sales": 3.0}),
                                         Row({"shop": "Oslo West"}, {}, {"sales": 3.0})])  # fmt: skip
    assert fill("{E1: Oslo, sales}", {"E1": [same]}).text == "3"
    apart = Table("E1", {"sales": held}, [Row({"shop": "Oslo East"}, {}, {"sales": 3.0}),
                                          Row({"shop": "Oslo West"}, {}, {"sales": 4.0})])  # fmt: skip
    assert problem("{E1: Oslo, sales}", apart) == (
        "several cells of E1 fit, say which: Oslo East, sales; Oslo West, sales"
    )


def test_a_name_with_a_comma_is_one_part():
    """Neighbouring parts are joined where a name holds the mark between them."""
    assert fill("{E1: Bergen, North, sales}", {"E1": [table("Bergen, North", "Oslo", sales=3.0)]}).text == "3"
    assert fill("{E1: sales, Bergen, North}", {"E1": [table("Bergen, North", "Oslo", sales=3.0)]}).text == "3"
