"""Columns that are called like an aggregate, a number or an entry are read as columns."""

import pandas as pd
import pytest

import analytics
from agents.grounding.evidence import unsupported_numbers
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
