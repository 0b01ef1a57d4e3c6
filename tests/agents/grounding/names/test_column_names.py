"""Columns that are called like an aggregate, a number or an entry are read as columns."""

import pandas as pd
import pytest

import analytics
from agents.grounding.checker import flagged, unsupported_numbers
from agents.grounding.results.prose import prose_of
from agents.grounding.results.tables import tables_of
from agents.grounding.verdicts.statements import checks_of
from agents.outputs import Evidence


@pytest.fixture
def evidence():
    frame = pd.DataFrame(
        {
            "Total": [10, 20, 30, 40, 50, 60],
            "Median": [2.0, 2.5, 3.0, 3.5, 4.0, 9.0],
            "2021": [134, 130, 131, 132, 133, 163],
            "who": ["man", "man", "man", "woman", "woman", "child"],
        }
    )
    results = [
        *(analytics.calculate_statistics(frame, column) for column in ("Total", "Median", "2021")),
        analytics.compare_groups(frame, "Total", "who"),
    ]
    return [Evidence(id=f"E{n}", tool="tool", arguments={}, result=result) for n, result in enumerate(results, start=1)]


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("The mean of Total is 35, the median 35.", []),
        ("The mean of Total is 42, the median 35.", ["42"]),
        ("The mean of Median is 4, the median 3.25.", []),
        ("The mean of Median is 3.25, the median 4.", ["3.25", "4"]),
        ("The median of \u201c2021\u201d is 132.5, the maximum 163.", []),
        ("The median of \u201c2021\u201d is 130, the maximum 163.", ["130"]),
        ("The total of Total is 60 for man, 90 for woman and 60 for child.", []),
        ("The total of Total is 60 for man, 60 for woman and 60 for child.", ["60"]),
        ("By who: woman (mean 45), child (60) and man (20).", []),
        ("By who: woman (mean 45), child (60) and man (45).", ["45"]),
    ],
)
def test_columns_called_like_something_else(evidence, statement, wrong):
    """A name that is also a word for an aggregate, a number or a common word is bound as a column or an entry."""
    assert sorted(set(unsupported_numbers(statement, evidence))) == sorted(set(wrong))


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("By \u201cx; DROP y\u201d, the mean of Total is highest for West (35) and lowest for East (20).", []),
        ('By "x; DROP y", the mean of Total is highest for West (35) and lowest for East (20).', []),
        (
            "By \u201cx; DROP y\u201d, the mean of Total is highest for West (20) and lowest for East (35).",
            ["20", "35"],
        ),
        ('The share of parts over 6" is not known; Total was 99 for West.', ["99"]),
    ],
)
def test_a_name_in_quotation_marks_ends_no_sentence(statement, wrong):
    """A mark inside a quoted name of a column neither ends the sentence nor is a word of its own."""
    frame = pd.DataFrame({"Total": [10, 20, 30, 40, 50, 15], "x; DROP y": ["East"] * 3 + ["West"] * 3})
    result = analytics.compare_groups(frame, "Total", "x; DROP y")
    evidence = [Evidence(id="E1", tool="compare_groups", arguments={}, result=result)]
    assert set(wrong) <= set(unsupported_numbers(statement, evidence))
    assert wrong or unsupported_numbers(statement, evidence) == []


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("a: 10 infinite values, left out of all figures.", []),
        ("There are 10 infinite values in a.", []),
        ("a: 12 infinite values, left out of all figures.", ["12"]),
        ("b has 10 infinite values.", ["10"]),
    ],
)
def test_a_note_on_a_column_of_one_letter_is_about_that_column(statement, wrong):
    """The number of a note on a column called `a` may be said again of that column, and of no other."""
    frame = pd.DataFrame({"a": [1.0, float("inf"), 2.0, 3.0] * 10, "b": [0.5, 1.25, 2.0, 3.5] * 10})
    evidence = [Evidence(id="E1", tool="profile_dataset", arguments={}, result=analytics.profile_dataset(frame))]
    assert unsupported_numbers(statement, evidence) == wrong


@pytest.mark.parametrize(("coefficient", "wrong"), [("0.89", []), ("0.6", ["0.6"])])
def test_a_column_called_total_that_rises_is_no_total_rise(coefficient, wrong):
    """A verb after a column's name is no noun of a change, whose number would be a difference."""
    frame = pd.DataFrame({"total": [1, 2, 3, 4, 5, 6], "fare": [1, 3, 2, 4, 6, 5], "mark": [3, 1, 2, 6, 5, 4]})
    cited = Evidence(id="E1", tool="correlations", arguments={}, result=analytics.correlations(frame))
    told = f"total and fare rise and fall together: their rank correlation is {coefficient}."
    assert unsupported_numbers(told, [cited]) == wrong


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("The mean of sales is higher for Oslo (387, 9 rows) than for Bergen (15, 7 rows).", []),
        ("The mean of sales is lower for Bergen (15, 7 rows) than for Oslo (387, 9 rows).", []),
        ("The mean of sales is higher for Oslo (387, 7 rows) than for Bergen (15, 9 rows).", ["7"]),
        ("The mean of sales is lower for Bergen (15, 9 rows) than for Oslo (387, 9 rows).", ["9"]),
    ],
)
def test_each_bracket_belongs_to_the_name_before_it(statement, wrong):
    """Numbers in brackets behind two names that are compared are not both those of the subject."""
    frame = pd.DataFrame({"shop": ["Oslo"] * 9 + ["Bergen"] * 7, "sales": [387.0] * 9 + [15.0] * 7})
    cited = Evidence(id="E1", tool="t", arguments={}, result=analytics.compare_groups(frame, "sales", "shop"))
    assert unsupported_numbers(statement, [cited]) == wrong


@pytest.mark.parametrize(
    ("statement", "right"),
    [
        (
            "By side, the mean of sales is 4 for left, 3 for \u201cbottom\u201d (2 rows) and 1 for \u201ctop\u201d.",
            True,
        ),
        ("Sales are highest for left (4), bottom (3) and top (1).", True),
        ("Sales are highest for left (4), bottom (1) and top (3).", False),
        ("Of all, bottom is at the bottom.", False),
    ],
)
def test_an_entry_called_like_a_superlative_claims_nothing(statement, right):
    """`bottom (3)` is an entry with its value; the word in a sentence of its own still says that something is last."""
    frame = pd.DataFrame({"side": ["left", "bottom", "top"] * 2, "sales": [4.0, 3.0, 1.0] * 2})
    cited = Evidence(id="E1", tool="t", arguments={}, result=analytics.compare_groups(frame, "sales", "side"))
    assert (unsupported_numbers(statement, [cited]) == []) == right


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("Adults in class 3 have the highest mean of 2.8.", ["3"]),
        ("The mean of pclass is about 3 for True.", []),
        ("By sibsp, the mean of pclass is 2.4 in group 0.", []),
        ("By sibsp, the mean of pclass is 2.4 in group 2.", ["2"]),
    ],
)
def test_a_number_that_names_a_class_is_no_value(statement, wrong):
    """`class 3` is not verified by a mean of 2.8 that is rounded; an entry that is a number is known by its result."""
    frame = pd.DataFrame({"pclass": [2, 3, 2, 1, 3] * 20, "adult": [False, True, True, False, True] * 20})
    frame.loc[:37, "pclass"] = 3
    frame["sibsp"] = [0, 1, 0, 1, 1] * 20
    results = [analytics.compare_groups(frame, "pclass", "adult"), analytics.compare_groups(frame, "pclass", "sibsp")]
    cited = [Evidence(id=f"E{n}", tool="t", arguments={}, result=result) for n, result in enumerate(results, start=1)]
    assert sorted(unsupported_numbers(statement, cited)) == wrong


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("By exam1, the mean of level is higher in exam1 0 (8) than in exam1 1 (3).", []),
        ("By exam1, the mean of level is higher in exam1 0 (8) than in exam1 1 (8).", ["8"]),
    ],
)
def test_the_number_in_a_columns_name_is_no_entry(statement, wrong):
    """`exam1 0` is the entry 0 of `exam1`, and not the entry 1 beside a 0; nor that of another column `exam2`."""
    frame = pd.DataFrame({"exam1": [0] * 15 + [1] * 9, "exam2": [0, 1, 1] * 8, "level": [*range(1, 16), *[3] * 9]})
    results = [analytics.compare_groups(frame, "level", "exam1"), analytics.profile_dataset(frame)]
    evidence = [Evidence(id=f"E{n}", tool="tool", arguments={}, result=result) for n, result in enumerate(results, 1)]
    assert sorted(set(unsupported_numbers(statement, evidence))) == sorted(set(wrong))


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("By plot, the mean of harvest is higher for B (9) than for A (4); over all rows it is 6.5.", []),
        ("By plot, the mean of harvest is higher for B (9) than for A (4); over all rows it is 3.5.", ["3.5"]),
        ("The largest lrt is 12.", []),
        ("The largest lrt is 11.", ["11"]),
    ],
)
def test_common_words_do_not_name_a_column_like_them(statement, wrong):
    """All rows are not the values of `row`, and the largest value is none of `lrt`, though the letters are its own."""
    frame = pd.DataFrame({"plot": list("AB") * 12, "harvest": [4, 9] * 12, "row": [1, 2, 3, 4, 5, 6] * 4})
    frame["lrt"] = [1.0, 12.0, 2.0, 3.0] * 6
    results = [analytics.compare_groups(frame, "harvest", "plot"), analytics.calculate_statistics(frame, "lrt")]
    others = [Evidence(id="E3", tool="tool", arguments={}, result=analytics.profile_dataset(frame))]
    cited = [Evidence(id="E1", tool="tool", arguments={}, result=results["lrt" in statement])]
    checks = checks_of(statement, tables_of(cited), prose_of(cited), others=tables_of(others))
    assert sorted(set(flagged(checks))) == sorted(set(wrong))
