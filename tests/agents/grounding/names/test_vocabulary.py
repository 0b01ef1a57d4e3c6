"""Names and measures of results: which are known, which are the same, and which are only those of other results."""

import pytest

from agents.grounding.names.mentions import aggregates_in
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import tokens
from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.results.tables import tables_of
from agents.grounding.tables.cells import Measure, Row, Table
from tests.agents.grounding.sentences.told import FLIGHTS, evidence, mention


def entries(column, *names, of_columns=False, **measures):
    """A table with a column of names and measures by name."""
    held = measures or {"n": Measure("n", frozenset({"n"}))}
    rows = [Row({column: name}, {}, dict.fromkeys(held, 1.0)) for name in names]
    return Table("E1", held, rows, of_columns=frozenset({column}) if of_columns else frozenset())


def found(text, tables, others=()):
    """The names of a text that are left."""
    known = Vocabulary(tables, others)
    return [mention(one) for one in known.without_columns(known.find_names(text, tokens(text)))]


PORTS = entries("port", "Oslo", "Bergen")
COLUMNS = entries("column", "fare", "Oslo", of_columns=True)
FARES = entries("port", "Bergen", fare=Measure("fare", frozenset({"far"})))
OTHERS = entries("kind", "Bad", "2000s", "missing", "fare", "True", "First")


@pytest.mark.parametrize(
    ("text", "tables", "others", "names"),
    [
        ("Oslo and Bergen", [PORTS], [], ["Oslo is oslo of port", "Bergen is bergen of port"]),
        ("fare in Oslo", [PORTS], [COLUMNS], ["Oslo is oslo of column/port"]),
        ("fare and Oslo", [COLUMNS], [], ["fare is fare of column", "Oslo is oslo of column"]),
        ("fare alone", [COLUMNS], [PORTS], ["fare is fare of column"]),
        ("fare of Bergen", [COLUMNS], [PORTS], ["Bergen is bergen of port"]),
        ("Bergen and 2000 and true fare", [FARES], [OTHERS],
         ["Bergen is bergen of port"]),
        ("kind 2000s, kind missing", [PORTS], [OTHERS], ["2000s is 2000s of kind", "missing is missing of kind"]),
    ],
)  # fmt: skip
def test_names_of_other_results_are_kept_where_they_can_be_meant(text, tables, others, names):
    """Entries that are columns of another result are not those that a sentence names, nor are common words."""
    assert found(text, tables, others) == names


def test_names_of_the_same_rows_are_the_same():
    """UA is United where both always stand in one row; a name with two others is none of them."""
    known = Vocabulary(tables_of([FLIGHTS]))
    assert known.same(["ua"]) == {"ua", "united air lines"}
    assert known.same(["united air lines"]) == {"ua", "united air lines"}
    two = Vocabulary(tables_of([evidence("a, b, n", "x, y, 1", "x, z, 2")]))
    assert two.same(["x"]) == {"x"}
    assert two.same(["y"]) == {"y"}


def test_a_column_of_several_words_is_found_as_it_is_spelled():
    """The longest of those that stand at a place, after small words."""
    held = {name: Measure(name, frozenset({"smok"})) for name in ("smokers_with", "smokers_with_cancer", "age")}
    known = Vocabulary([entries("port", "Oslo", **held)])
    text = "20 of the smokers with cancer, 30 smokers with it and 4 age"
    assert known.literal_at(text, 2) == {held["smokers_with_cancer"]}
    assert known.literal_at(text, text.index("30") + 2) == {held["smokers_with"]}
    assert known.literal_at(text, text.index("4 age") + 1) == frozenset()
    assert known.literal_at("x smokers with", 2) == {held["smokers_with"]}


def test_a_word_names_columns_of_all_results():
    """A longer word of another result's column is also one of a cited column that shortens it."""
    own, other = Measure("hwy", frozenset({"hwy"})), Measure("highway", frozenset({"highway"}))
    known = Vocabulary([entries("a", "x", hwy=own)], [entries("b", "y", highway=other)])
    assert known.named(tokens("highway")[0]) == {own, other}
    assert known.named(tokens("highway")[0], by_needs=False) == {own, other}
    assert {"highway", "hwy"} <= known.words
    assert known.own == {own}


def test_days_of_the_week_are_told_by_numbers():
    """From 1 on Monday is 1; from 0 on either Monday or Sunday is 0."""
    assert found("Sunday", [entries("weekday", *"1234567")]) == ["Sunday is 7 of weekday"]
    assert found("Sunday", [entries("weekday", *"0123456")]) == ["Sunday is 0/6 of weekday"]
    assert found("Monday", [entries("dow", *"0123456")]) == ["Monday is 0/1 of dow"]
    assert found("Sunday", [entries("weekday", *"01234567")]) == []
    assert found("Sunday", [entries("weekday", *"12345678")]) == []
    assert found("Sunday", [entries("day", *"1234567")]) == []
    assert found("Sunday", [entries("hour", *"1234567"), entries("day_of_week", *"67")]) == [
        "Sunday is 7 of day_of_week/hour"
    ]


@pytest.mark.parametrize(
    ("text", "names", "told"),
    [
        ("two wolves", ["wolf", "dog"], ["wolves is wolf of kind"]),
        ("their wives", ["wife", "dog"], ["wives is wife of kind"]),
        ("the dogs", ["dog", "cat"], ["dogs is dog of kind"]),
        ("a dog", ["dogs", "cat"], []),
        ("a horse", ["horses", "cat"], ["horse is horses of kind"]),
        ("even so", ["EV", "cat"], []),
        ("Saint John won", ["Saint John Bay", "cat"], ["Saint John is saint john bay of kind"]),
        ("the bay", ["saint john bay", "cat"], []),
        ("the basin", ["great lakes basin", "cat"], ["basin is great lakes basin of kind"]),
        ("visitors ordered", ["visitor", "ordered"], ["visitors is visitor of kind", "ordered is ordered of kind"]),
        ("high school diploma", ["high school", "the diploma"], ["high school is high school of kind"]),
        ("big red dogs", ["big red dog", "cat"], ["big red dogs is big red dog of kind"]),
    ],
)
def test_forms_of_names_are_found(text, names, told):
    """Plurals, and beginnings or last words of long names."""
    assert found(text, [entries("kind", *names)]) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("the mean fare", ["mean: mean"]),
        ("Gesamtumsatz und Durchschnittspreis", ["Gesamtumsatz: total", "Durchschnittspreis: mean"]),
        ("the mittlere Preis", ["mittlere: mean"]),
        ("a number of men", ["number: total"]),
        ("a number of men at a mean fare", ["number: total", "mean: mean"]),
        ("the mean number of men", ["mean: mean"]),
        ("an average median pay", ["average: mean"]),
        ("a mean, median pay", ["mean: mean", "median: median"]),
        ("the mean_fare and fare_mean, x_mean_y", []),
        ("number one", []),
    ],
)
def test_words_for_aggregates_are_found(text, told):
    """One word says how values are put together; parts of a column's name do not."""
    assert [f"{word.text}: {aggregate}" for word, aggregate in aggregates_in(text, tokens(text))] == told


def test_a_time_of_rows_is_known():
    """Any part that holds a row."""
    known = Vocabulary(tables_of([FLIGHTS]))
    assert known.holds_date(WrittenDate("", 2013, 2))
    assert not known.holds_date(WrittenDate("", 2013, 4))


def test_a_value_is_worked_out_once_for_a_sentence():
    """The same question about the same object gives the same answer; about another one, or another question, not."""
    known, one, other = Vocabulary([]), object(), object()
    answers = iter(range(9))
    asked = [("a", one), ("a", one), ("a", other), ("b", one), ("a", one)]
    assert [known.once(key, about, lambda: next(answers)) for key, about in asked] == [0, 0, 1, 2, 0]
