"""The copy of private mode holds no texts, and times and names that enough rows share."""

import pandas as pd
import pytest

from analytics.errors import DatasetError
from analytics.privacy.private_copy import PrivateCopy, private_copy
from analytics.reading.read import read_dataset


@pytest.fixture
def copy_of(tmp_path):
    """Make the private copy of a frame."""

    def make(frame: pd.DataFrame, **options) -> PrivateCopy:
        dataset = read_dataset(frame, directory=tmp_path)
        return private_copy(dataset, rows=3, directory=tmp_path, **options)

    return make


def test_rare_names_share_a_token_or_are_missing(copy_of):
    """Names of fewer rows share one token if they are enough together, else they are missing and it is said."""
    shop = ["north"] * 6 + ["south"] * 5 + ["east", "west", "far"]
    copy = copy_of(pd.DataFrame({"shop": shop, "town": ["a b"] * 13 + ["rare"]}))
    frame = copy.dataset.frame()
    assert frame["shop"].tolist() == ["shop\u00b7A"] * 6 + ["shop\u00b7B"] * 5 + ["shop\u00b7other"] * 3
    assert frame["town"].isna().sum() == 1
    assert "Private mode: town counts as missing in 1 rows whose value has fewer than 3 rows." in copy.notes


def test_times_are_those_of_a_period_of_enough_rows(copy_of):
    """Times lose what tells rows apart: two a day, sixty a month."""
    when = pd.date_range("2024-01-01", periods=120, freq="12h")
    frame = copy_of(pd.DataFrame({"at": when, "x": 1.5})).dataset.frame()
    assert sorted(frame["at"].dt.strftime("%Y-%m-%d").unique()) == ["2024-01-01", "2024-02-01"]


@pytest.mark.parametrize(("ends", "months"), [("2024-04-09", 3), ("2024-04-30", 4)])
def test_times_of_an_incomplete_month_are_missing(copy_of, ends, months):
    """The copy knows no days: a month of nine days would be told as the lowest of all. A note says what is missing."""
    when = pd.date_range("2024-01-01", ends).repeat(2)
    copy = copy_of(pd.DataFrame({"at": when, "x": 1.5}))
    assert copy.dataset.frame()["at"].nunique() == months
    assert any("first or last month that is incomplete" in note for note in copy.notes) == (months == 3)


def test_columns_that_are_not_named_are_not_copied(copy_of):
    """Only columns that a pattern names are copied, and another choice is another key."""
    frame = pd.DataFrame({"sales_a": range(20), "sales_b": range(20), "salary": range(20)})
    some = copy_of(frame, columns=("sales_*",)).dataset
    assert some.columns == ["sales_a", "sales_b"]
    assert some.fingerprint != copy_of(frame).dataset.fingerprint
    with pytest.raises(DatasetError, match="no column is left in private mode"):
        copy_of(frame, columns=("cost",))


def test_tokens_and_the_way_back(copy_of):
    """A question's names become tokens, whatever their case; tokens become names, as part of no other token."""
    names = [f"shop {n}" for n in range(30)]
    tokens = copy_of(pd.DataFrame({"shop": names * 3, "x": range(90)})).tokens
    assert tokens.hide("Is SHOP 0 above shop 29, or not?") == "Is shop\u00b7A above shop\u00b7W, or not?"
    assert tokens.reveal("shop\u00b7A, Shop\u00b7AA and shop\u00b7ZZ") == "shop 0, shop 6 and shop\u00b7ZZ"
