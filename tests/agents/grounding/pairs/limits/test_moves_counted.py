"""Moves that are counted, listed or the largest, and ranges of a measure."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

ACRES = query(
    ["year", "acres", "avg_yield"],
    [
        [2002, 4126, 63.08], [2003, 4730, 64.06], [2004, 4025, 69.23], [2005, 3273, 69.01], [2006, 2955, 68.16],
        [2007, 3506, 65.28], [2008, 3782, 69.74], [2009, 3117, 70.2], [2010, 2469, 70.09], [2011, 2244, 67.85],
    ],
    "SELECT year, sum(acres) AS acres, avg(yield) AS avg_yield FROM data GROUP BY year ORDER BY year",
)  # fmt: skip


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        ("Acreage rose in only three years: 2003, 2007 and 2008.", "Acreage rose in only two years: 2003 and 2008."),
        ("Acreage rose in three years (2003, 2007 and 2008).", "Acreage rose in three years (2003, 2006 and 2008)."),
        ("Acreage rose only in 2003, 2007 and 2008.", "Acreage rose only in 2003 and 2008."),
        ("After three years of decline, acreage rose in 2007.", "After four years of decline, acreage rose in 2007."),
        ("After two years of growth, acreage fell in 2009.", "After three years of growth, acreage fell in 2009."),
    ],
)
def test_moves_are_counted_and_all_that_there_are(true, wrong):
    """Times that are listed after a count or an `only` are all at which it moved so."""
    assert_told_apart(ACRES, true, wrong)


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        ("The sharpest drop in acreage came in 2005.", "The sharpest drop in acreage came in 2004."),
        ("The sharpest drop in acreage came in 2010.", "The sharpest drop in acreage came in 2009."),
        ("The largest fall in acreage was in 2005.", "The largest fall in acreage was in 2010."),
        ("The drop in acreage was steepest in 2010.", "The drop in acreage was steepest in 2004."),
    ],
)
def test_the_sharpest_move_is_so_in_numbers_or_in_percent(true, wrong):
    """The sharpest drop may be meant in numbers or in percent; the largest one is one of numbers."""
    assert_told_apart(ACRES, true, wrong)


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        ("The yield varies little, between 63.08 and 70.2.", "The yield varies little, between 65.28 and 70.2."),
        ("Yields were between 60 and 75.", "Yields were between 65 and 75."),
        ("The average yield stayed between 63 and 70.2.", "The average yield stayed between 64.06 and 70.2."),
    ],
)
def test_a_measure_stays_within_both_ends(true, wrong):
    """`Varies between` tells the lowest and the highest value; `stayed between` holds for all values."""
    assert_told_apart(ACRES, true, wrong)


def test_entries_listed_after_a_count_are_those_that_keep_its_bound():
    """`Two years had less than 2,500 acres: A and B` names just these two."""
    assert_told_apart(
        ACRES,
        "Two years had fewer than 2,500 acres: 2010 and 2011.",
        "Two years had fewer than 2,500 acres: 2009 and 2011.",
    )


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        (
            "2008 had 276 more acres than 2007 and 948 fewer than 2003.",
            "2008 had 276 fewer acres than 2007 and 948 more than 2003.",
        ),
        (
            "The second-highest acreage was that of 2002, followed by 2004.",
            "The second-highest acreage was that of 2002, followed by 2008.",
        ),
        ("From 2006 to 2007 acreage expanded by 18.6 %.", "From 2006 to 2007 acreage expanded by 8.6 %."),
    ],
)
def test_each_comparison_has_its_own_reference(true, wrong):
    """A comparison is with what stands behind its own `than`, and what follows a rank comes right after that rank."""
    assert_told_apart(ACRES, true, wrong)
