"""Rules of columns that repeat another one."""

import numpy as np
import pandas as pd

from analytics import profile_dataset
from analytics.profile.repeats import repeated_columns


def test_copies_recodings_and_coarser_columns_are_told_apart():
    """The column in words, of zeros and ones, or the first is kept; a chance relation of few rows is none."""
    random = np.random.default_rng(1)
    who = random.choice(["man", "woman", "child"], 200)
    level = random.choice([1, 2, 3], 200)
    frame = pd.DataFrame({"level": level, "survived": random.integers(0, 2, 200), "who": who})
    frame = frame.assign(
        level_name=frame.level.map({1: "First", 2: "Second", 3: "Third"}),
        alive=frame.survived.map({0: "no", 1: "yes"}),
        man=frame.who == "man",
        again=frame.who,
        other=random.integers(0, 2, 200),
    )
    found = {each.column: (each.of, each.how) for each in repeated_columns(frame)}
    assert found == {
        "level": ("level_name", "recoding"),
        "alive": ("survived", "recoding"),
        "again": ("who", "copy"),
        "man": ("who", "coarser"),
    }
    assert repeated_columns(frame.head(10)) == []


def test_the_profile_names_columns_that_say_the_same_once():
    """One note names them all, beside the column that each repeats."""
    frame = pd.DataFrame({"code": [1, 2, 3] * 20, "name": ["a", "b", "c"] * 20, "n": range(60)})
    assert "Columns that say the same as another one: code (as name)." in profile_dataset(frame).notes


def test_copies_are_found_in_a_wide_table() -> None:
    """A column that repeats one far to its left is found, however many columns stand between."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame(random.integers(0, 4, (100, 150)), columns=[f"c{place}" for place in range(150)])
    frame["late"] = frame["c2"]
    frame["words"] = frame["c140"].map({0: "a", 1: "b", 2: "c", 3: "d"})
    found = {each.column: (each.of, each.how) for each in repeated_columns(frame)}
    assert found == {"late": ("c2", "copy"), "c140": ("words", "recoding")}
