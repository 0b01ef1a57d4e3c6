"""The entries and days that a statement speaks of."""

from datetime import date

import pytest

from agents.grounding.spoken_of import SpokenOf, spoken_of
from tests.agents.grounding.sentences.told import evidence

SALES = evidence("shop, day, sales", "Oslo, 2024-05-03, 990", "Bergen, 2024-05-04, 12", "Oslo, 2024-05-05, 70")
MONTHS = evidence("month, sales", "2024-05, 990", "2024-06, 70")
D3, D4, D5 = date(2024, 5, 3), date(2024, 5, 4), date(2024, 5, 5)


@pytest.mark.parametrize(
    ("statement", "days", "names", "written"),
    [
        ("Sales of Oslo were odd.", [D3, D5], {"Oslo"}, None),
        ("Sales were odd on 4 May 2024.", [D4], {"Bergen"}, D4),
        ("Sales were 990.", [D3], {"Oslo"}, None),
        ("Sales were 12 once.", [], set(), None),
        ("Bergen had 990.", [D4], {"Bergen"}, None),
        ("Sales rose.", [], set(), None),
        ("On 9 June 2024 and 4 May 2024 it rose.", [D4], {"Bergen"}, D4),
        ("In May 2024 sales were odd.", [], set(), date(2024, 5, 1)),
    ],
)
def test_entries_are_called_by_name_or_time_or_value(statement, days, names, written):
    """A name or day before a value; a small value says nothing."""
    assert spoken_of(statement, [SALES]) == SpokenOf(days, names, written)


def test_months_have_no_days():
    """An entry of a month is no day."""
    assert spoken_of("Sales were 990 in May 2024.", [MONTHS]) == SpokenOf([], set(), date(2024, 5, 1))
