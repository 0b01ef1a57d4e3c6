"""Keys of tables: what identifies the rows, what nearly does, and what only looks like it."""

import numpy as np
import pandas as pd

from analytics import find_keys, read_dataset
from analytics.engine.relation import Relation

N = 400


def orders() -> pd.DataFrame:
    """Orders of which two were loaded twice under their number, with amounts that all differ by chance."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"order_id": [f"A{n:04d}" for n in range(N)], "amount": random.normal(50, 9, N)})
    frame["shop"] = random.choice(["North", "South"], N)
    frame.loc[17, "order_id"] = "A0003"
    frame.loc[[200, 300], "order_id"] = "A0100"
    frame.loc[399, "order_id"] = None
    return frame


def test_a_near_key_names_the_rows_that_break_it(tmp_path):
    """Rows that share a number are counted and named, over a frame and over a table on disk; amounts are no key."""
    frame = orders()
    dataset = read_dataset(frame, directory=tmp_path)
    for table in (frame, Relation(dataset.snapshot, dataset.rows)):
        (key,) = find_keys(table).candidates
        assert (key.column, key.other, key.rows, key.shared) == ("order_id", None, 399, 5)
        assert [(each.rows, each.count) for each in key.examples] == [([4, 18], 2), ([101, 201, 301], 3)]


def test_a_pair_identifies_rows_that_no_column_does():
    """A city and a day are the key of figures by city and day; two rows that share both are named."""
    days = pd.date_range("2024-01-01", periods=100)
    frame = pd.DataFrame({"day": days.repeat(4), "city": ["Oslo", "Bergen", "Voss", "Bodø"] * 100, "rain": range(N)})
    (key,) = find_keys(frame).candidates
    assert ({key.column, key.other}, key.shared) == ({"day", "city"}, 0)
    frame.loc[8, "city"] = "Bergen"
    (key,) = find_keys(frame).candidates
    assert (key.shared, key.examples[0].rows) == (2, [9, 10])


def test_chance_is_no_key():
    """Times of events that hardly ever coincide, categories side by side, and few rows have no key."""
    random = np.random.default_rng(4)
    moments = pd.to_datetime("2024-01-01") + pd.to_timedelta(random.integers(0, 40_000, N), "s")
    frame = pd.DataFrame({"at": moments, "kind": random.choice(["a", "b"], N)})
    frame.loc[7, "at"] = frame.loc[3, "at"]
    assert find_keys(frame).candidates == []
    assert find_keys(orders().head(10)).candidates == []
