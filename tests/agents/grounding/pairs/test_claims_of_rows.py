"""Claims of rows: more, most, every, only: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.entries.test_means_and_shares import SIGNS
from tests.agents.grounding.pairs.test_branches import FINALS, OUTLETS
from tests.agents.grounding.pairs.test_phrasings import PAIRS, query
from tests.agents.grounding.pairs.test_rules import BUILT, GAP, LINES
from tests.agents.grounding.twins.recorded import assert_told_apart

BANDS = query(
    ["age", "rate"],
    [["<25", 0.11], ["25-34", 0.14], ["35-44", 0.19], ["45+", 0.16]],
    "SELECT age, avg(bought) AS rate FROM data GROUP BY age",
)
CARS = query(
    ["cylinders", "n", "mean_mpg"],
    [["4", 199, 29.3], ["6", 83, 20.0], ["8", 103, 15.0]],
    "SELECT cylinders, count(*) AS n, avg(mpg) AS mean_mpg FROM data GROUP BY cylinders",
)
INCOMES = query(
    ["region", "income", "births"],
    [["North", 10.0, 5.1], ["South", 20.0, 4.2], ["East", 30.0, 3.3], ["West", 40.0, 2.4]],
    "SELECT region, avg(income) AS income, avg(births) AS births FROM data GROUP BY region",
)
UNDER = query(
    ["age", "rate"],
    [["25-34", 0.14], ["over 44", 0.22], ["35-44", 0.19], ["under 25", 0.11]],
    "SELECT age, avg(bought) AS rate FROM data GROUP BY age",
)
CRIMES = query(
    ["state", "murders", "thefts", "population"],
    [["Alba", 120, 4000, 2000000], ["Bora", 90, 5200, 1000000], ["Cora", 30, 1500, 500000]],
    "SELECT state, sum(m) AS murders, sum(t) AS thefts, sum(p) AS population FROM data GROUP BY state",
)
_PAIRS = [
    (CARS, "The more cylinders, the lower the mpg.", "The more cylinders, the higher the mpg."),
    (CARS, "The fewer cylinders, the higher the mpg.", "The fewer cylinders, the lower the mpg."),
    (CARS, "Mpg falls steadily with the number of cylinders.", "Mpg rises steadily with the number of cylinders."),
    (CARS, "The mean mpg falls with cylinders.", "The mean mpg grows with cylinders."),
    (INCOMES, "The higher the income, the lower the births.", "The higher the income, the higher the births."),
    (INCOMES, "The lower the income, the higher the births.", "The lower the income, the lower the births."),
    (BANDS, "The rate rises with age.", "The rate falls with age."),
    (UNDER, "The mean rate rises steadily with age.", "The mean rate falls steadily with age."),
    (BANDS, "The rate rises with age.", "The rate rises steadily with age."),
    (LINES, "The top three together had 161,410 flights.", "The top three together had 151,410 flights."),
    (LINES, "The two busiest carriers had 113,300 flights.", "The two busiest carriers had 123,300 flights."),
    (FINALS, "Moor won in 2019.", "Moor won in 2020."),
    (FINALS, "Adlerhof won in 2021.", "Adlerhof won in 2019."),
    (
        PAIRS,
        "Fare correlates more strongly with distance than with tip.",
        "Fare correlates more strongly with tip than with distance.",
    ),
    (
        PAIRS,
        "Distance correlates less strongly with tip than with fare.",
        "Distance correlates less strongly with fare than with tip.",
    ),
    (
        PAIRS,
        "Tip is more closely related to fare than to distance.",
        "Tip is more closely related to distance than to fare.",
    ),
    (PAIRS, "Distance and tip are inversely related.", "Fare and distance are inversely related."),
    (PAIRS, "The strongest link is that of fare and distance.", "The strongest link is that of distance and tip."),
    (
        PAIRS,
        "Fare and tip correlate at 0.40, fare and distance at 0.92.",
        "Fare and tip correlate at 0.92, fare and distance at 0.40.",
    ),
    (PAIRS, "Distance and tip have a coefficient of -0.11.", "Distance and tip have a coefficient of 0.40."),
    (
        LINES,
        "Apart from HA (342), each carrier had more than 48,000 flights.",
        "Apart from HA (342), each carrier had more than 50,000 flights.",
    ),
    (
        GAP,
        "In second class, women survived at 50 % and men at 35 %.",
        "In second class, women survived at 35 % and men at 50 %.",
    ),
    (GAP, "Men in first class had the lowest rate (16 %).", "Men in second class had the lowest rate (16 %)."),
    (SIGNS, "HA is the only carrier with a negative mean delay.", "DL is the only carrier with a negative mean delay."),
    (SIGNS, "HA was 6.9 minutes early on average.", "HA was 12.6 minutes early on average."),
    (OUTLETS, "Altmark rose by 20 % from 2023 to 2024.", "Bergau rose by 20 % from 2023 to 2024."),
    (OUTLETS, "Bergau fell from 90 to 80, Celle from 70 to 65.", "Bergau fell from 90 to 65, Celle from 70 to 80."),
    (OUTLETS, "In 2024 Altmark had 120, Bergau 80 and Celle 65.", "In 2024 Altmark had 100, Bergau 90 and Celle 70."),
    (OUTLETS, "In 2023 the three shops made 260 together.", "In 2023 the three shops made 265 together."),
    (OUTLETS, "In 2024 Altmark led Bergau by 40.", "In 2023 Altmark led Bergau by 40."),
    (
        OUTLETS,
        "The lead of Altmark over Bergau widened from 10 in 2023 to 40 in 2024.",
        "The lead of Altmark over Bergau narrowed from 10 in 2023 to 40 in 2024.",
    ),
    (OUTLETS, "Bergau lost 10 from 2023 to 2024, Celle 5.", "Bergau lost 5 from 2023 to 2024, Celle 10."),
    (CRIMES, "Alba had 33 thefts per murder.", "Alba had 43 thefts per murder."),
    (CRIMES, "Half of the murders were in Alba.", "A third of the murders were in Alba."),
    (CRIMES, "49 % of the thefts were in Bora.", "37 % of the thefts were in Bora."),
    (CRIMES, "Cora has the fewest thefts, 1,500.", "Alba has the fewest thefts, 4,000."),
    (CRIMES, "Alba is second by thefts.", "Bora is second by thefts."),
    (CRIMES, "Alba has twice as many people as Bora.", "Alba has three times as many people as Bora."),
    (CRIMES, "Alba has 2 million inhabitants.", "Alba has 1 million inhabitants."),
    (
        GAP,
        "In first class, women survived almost six times as often as men.",
        "In first class, women survived almost three times as often as men.",
    ),
    (
        GAP,
        "Men in second class (35 %) survived more often than men in first class (16 %).",
        "Men in first class (16 %) survived more often than men in second class (35 %).",
    ),
    (BUILT, "A is the oldest house.", "C is the oldest house."),
    (BUILT, "C is the youngest house.", "B is the youngest house."),
    (BUILT, "A is older than B.", "B is older than A."),
    (BUILT, "C is younger than B.", "B is younger than C."),
    (BUILT, "B was built later than A.", "A was built later than B."),
    (LINES, "UA and B6 together had more than 110,000 flights.", "UA and B6 together had more than 120,000 flights."),
    (LINES, "UA and B6 each had more than 50,000 flights.", "UA and DL each had more than 50,000 flights."),
    (LINES, "UA, B6 and DL had more than 45,000 flights.", "UA, B6 and HA had more than 45,000 flights."),
    (
        CRIMES,
        "Except for Alba, no state had more than 100 murders.",
        "Except for Bora, no state had more than 100 murders.",
    ),
    (CRIMES, "Alba and Bora account for 86 % of the population.", "Alba and Bora account for 76 % of the population."),
    (CRIMES, "Bora has more thefts than Alba and Cora.", "Alba has more thefts than Bora and Cora."),
    (
        CRIMES,
        "Bora has fewer murders than Alba, but more thefts.",
        "Bora has more murders than Alba, but fewer thefts.",
    ),
    (
        PAIRS,
        "Fare is most strongly correlated with distance (0.92), then with tip (0.40).",
        "Fare is most strongly correlated with tip (0.92), then with distance (0.40).",
    ),
    (
        GAP,
        "The gap is wider in first class (92 % vs. 16 %) than in second class (50 % vs. 35 %).",
        "The gap is wider in first class (50 % vs. 35 %) than in second class (92 % vs. 16 %).",
    ),
    (
        GAP,
        "Women's rate fell from 92 % in first to 50 % in second class.",
        "Women's rate fell from 92 % in first to 35 % in second class.",
    ),
    (
        LINES,
        "HA has the lowest mean delay (-6.9) and B6 the highest (13.0).",
        "HA has the lowest mean delay (9.3) and B6 the highest (13.0).",
    ),
    (LINES, "UA cancelled 1.2 % of its flights.", "UA cancelled 2.2 % of its flights."),
    (LINES, "B6 was 0.4 minutes later than UA on average.", "B6 was 0.9 minutes later than UA on average."),
    (
        LINES,
        "The four carriers cancelled 1,502 flights in total, 686 of them by UA.",
        "The four carriers cancelled 1,502 flights in total, 466 of them by UA.",
    ),
    (
        LINES,
        "HA, the smallest carrier, had 342 flights and one cancellation.",
        "UA, the smallest carrier, had 342 flights and one cancellation.",
    ),
    (
        LINES,
        "UA and B6, the two largest carriers, had 70 % of the flights.",
        "UA and B6, the two largest carriers, had 80 % of the flights.",
    ),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_sentence_is_told_from_its_wrong_twin(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
