"""Bounds, missing values, wholes of shares, rows told by two names: the true sentence passes, its twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

TOWNS = query(
    ["town", "n", "survived", "survival_rate", "mean_fare"],
    [["Havre", 168, 93, 0.5536, 59.95], ["Cork", 77, 30, 0.3896, 13.28], [None, 2, 2, 1.0, 80.0]],
    "SELECT town, count(*) AS n, sum(survived) AS survived, avg(survived) AS survival_rate, avg(fare) AS mean_fare "
    "FROM data GROUP BY town",
)
SEXES = query(
    ["sex", "n", "survivors", "survival_rate"],
    [["female", 314, 233, 0.742], ["male", 577, 109, 0.1889]],
    "SELECT sex, count(*) AS n, sum(survived) AS survivors, avg(survived) AS survival_rate FROM data GROUP BY sex",
)
CLASSES = query(
    ["class", "passengers", "survival_rate", "mean_fare"],
    [["Third", 491, 0.2424, 13.68], ["First", 216, 0.6296, 84.15], ["Second", 184, 0.4728, 20.66]],
    "SELECT class, count(*) AS passengers, avg(survived) AS survival_rate, avg(fare) AS mean_fare FROM data GROUP BY 1",
)
CRIMES = query(
    ["city", "state", "2015_murders", "2016_murders"],
    [["Dallas", "Texas", 95, 118], ["Phoenix", "Arizona", 72, 111], ["Austin", "Texas", 23, 39]],
)
BIRTHS = query(
    ["year", "births"],
    [[2010, 4055975], [2011, 4006908], [2012, 4000868], [2013, 3973337], [2014, 4010532]],
    "SELECT year, sum(births) AS births FROM data GROUP BY year ORDER BY year",
)
SWEETS = query(
    ["name", "wins"],
    [["Twix", 81.6], ["Mars", 76.8], ["Nuts", 73.1], ["Bounty", 70.2]],
    "SELECT name, avg(won) AS wins FROM data GROUP BY name",
)
STATUSES = query(
    ["status", "n"],
    [["Absent", 33], ["Common", 21], ["Rare", 7]],
    "SELECT status, count(*) AS n FROM data GROUP BY status",
)
MEMBERS = query(
    ["name", "party", "born", "elected"],
    [["Ash", "Red", "1900-05-02", 1950], ["Elm", "Blue", "1911-03-04", 1962], ["Oak", "Red", "1920-01-09", 1971]],
)
GAMES = query(
    ["date", "venue", "score"],
    [["2007-09-11", "Oslo", "3-0"], ["2007-11-02", "Bergen", "1-1"], ["2008-03-01", "Turku", "2-1"]],
)
_PAIRS = [
    (MEMBERS, "Elm was elected before 1965.", "Elm was elected after 1965."),
    (MEMBERS, "Ash was elected after 1944.", "Ash was elected before 1944."),
    (MEMBERS, "Elm was born after 1910.", "Elm was born after 1912."),
    (
        GAMES,
        "The game in Oslo was played before 29 September 2007.",
        "The game in Oslo was played after 29 September 2007.",
    ),
    (GAMES, "Bergen was the venue after October 2007.", "Bergen was the venue before October 2007."),
    (GAMES, "Turku hosted a game after 2007.", "Oslo hosted a game after 2007."),
    (SEXES, "More than 18 % of men survived.", "Fewer than 18 % of men survived."),
    (
        STATUSES,
        "The two most frequent values are Absent (33) and Common (21).",
        "The two most frequent values are Absent (33) and Rare (7).",
    ),
    (
        STATUSES,
        "Absent has the highest count, followed by Common (21).",
        "Absent has the highest count, followed by Rare (7).",
    ),
    (
        STATUSES,
        "Absent leads with 33, followed by Common with 21 and Rare with 7.",
        "Absent leads with 33, followed by Rare with 7 and Common with 21.",
    ),
    (STATUSES, "Rare has the lowest count, then Common (21).", "Rare has the lowest count, then Absent (33)."),
    (BIRTHS, "In 2013 births fell below 4 million.", "In 2011 births fell below 4 million."),
    (BIRTHS, "Births were over 4 million in 2011.", "Births were over 4 million in 2013."),
    (SEXES, "More than 74 % of women survived.", "More than 74.3 % of women survived."),
    (TOWNS, "The town is unknown for 2 passengers.", "The town is unknown for 77 passengers."),
    (TOWNS, "2 passengers have no town.", "168 passengers have no town."),
    (TOWNS, "The town was not recorded for two passengers.", "The town was not recorded for 77 passengers."),
    (SEXES, "68 % of the survivors were women.", "74 % of the survivors were women."),
    (SEXES, "Of the 342 survivors, 68 % were women.", "Of the 342 survivors, 74 % were women."),
    (
        CLASSES,
        "First-class fares were on average six times those of third class.",
        "First-class fares were on average four times those of third class.",
    ),
    (
        CLASSES,
        "Survival in first class exceeds that in third class by 39 points.",
        "Survival in first class exceeds that in third class by 39 %.",
    ),
    (CLASSES, "First-class passengers paid $84.15 on average.", "First-class passengers paid at most $84.15."),
    (CLASSES, "The mean fare was $84.15 in first class.", "The mean fare was $84.15 across all classes."),
    (CLASSES, "The mean fare in first class was $84.15.", "The highest fare in first class was $84.15."),
    (CLASSES, "The highest mean fare, in first class, was $84.15.", "The largest fare paid in first class was $84.15."),
    (CRIMES, "Murders in Phoenix rose from 72 to 111.", "Murders in Phoenix dropped from 111 to 72."),
    (CRIMES, "Murders in Austin went from 23 to 39.", "Murders in Austin went from 39 to 39."),
    (SEXES, "233 of 314 women (74 %) survived.", "233 of 314 women (70 %) survived."),
    (CRIMES, "Dallas (Texas) had 118 murders in 2016.", "Dallas (Arizona) had 118 murders in 2016."),
    (CRIMES, "Austin (Texas) went from 23 to 39.", "Austin (Arizona) went from 23 to 39."),
    (
        SEXES,
        "Women were more likely to survive than men (74.2 % vs 18.9 %).",
        "Women were less likely to survive than men (74.2 % vs 18.9 %).",
    ),
    (SWEETS, "Mars and Nuts rank second and third.", "Nuts and Mars rank second and third."),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_sentence_is_told_from_its_wrong_twin(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
