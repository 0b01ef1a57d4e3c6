"""Sums, shares, ratios and statistics that are computed again: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.entries.test_means_and_shares import SALES, SPANS
from tests.agents.grounding.pairs.test_branches import ALONE, GAPS, PERCENTS, SPREAD, TWO
from tests.agents.grounding.pairs.test_phrasings import FARES, FERRY, PORTS, SHOPS, query
from tests.agents.grounding.twins.recorded import assert_told_apart

CITIES = query(
    ["city", "year", "rain", "days"],
    [
        ["Oslo", 2022, 763, 113],
        ["Oslo", 2023, 810, 120],
        ["Bergen", 2022, 2250, 231],
        ["Bergen", 2023, 2100, 225],
        ["Tromso", 2022, 1031, 160],
        ["Tromso", 2023, 990, 158],
    ],
    "SELECT city, year, sum(rain) AS rain, count(*) AS days FROM data GROUP BY ALL",
)
FIRMS = query(
    ["firm", "sales", "staff"],
    [["Smith Inc. North", 50, 7], ["Jones Co. South", 90, 11], ["Mr. Bean", 20, 3]],
    "SELECT firm, sum(s) AS sales, sum(p) AS staff FROM data GROUP BY firm",
)
HARBOURS = query(
    ["port", "n", "mean_fare"],
    [["Havre", 300, 41.2], ["Genoa", 120, 18.9], ["Elba", 2, 80.0]],
    "SELECT port, count(*) AS n, avg(fare) AS mean_fare FROM data GROUP BY port",
)
_PAIRS = [
    (
        PERCENTS,
        "Greens have 62 % and Blues 30 %, leaving 8 % to the rest.",
        "Greens have 62 % and Blues 30 %, leaving 18 % to the rest.",
    ),
    (
        PERCENTS,
        "Greens have 62 %; the remaining 38 % went to others.",
        "Greens have 62 %; the remaining 28 % went to others.",
    ),
    (TWO, "Bergau has about a quarter of the sales (25 %).", "Bergau has about a quarter of the sales (35 %)."),
    (
        TWO,
        "Altmark returned 20 % (6 of 30), compared with 10 % (1 of 10) in Bergau.",
        "Altmark returned 10 % (6 of 30), compared with 20 % (1 of 10) in Bergau.",
    ),
    (GAPS, "Ulm and Linz had 180 visitors.", "Ulm and Linz had 190 visitors."),
    (GAPS, "Ulm + Linz: 180 visitors.", "Ulm + Linz: 190 visitors."),
    (SHOPS, "Altona made 23.13 per customer in 2024.", "Altona made 33.13 per customer in 2024."),
    (PORTS, "Havre has 62 % of the passengers.", "Havre has 72 % of the passengers."),
    (
        PORTS,
        "The mean fare is 22.3 higher in Havre than in Genoa.",
        "The mean fare is 32.3 higher in Havre than in Genoa.",
    ),
    (
        SPANS,
        "HA had the longest delay (900) and the lowest mean (-6.9).",
        "HA had the longest delay (300) and the lowest mean (-6.9).",
    ),
    (SPANS, "B6 has the highest mean delay.", "HA has the highest mean delay."),
    (SPREAD, "For Home the mean is above the median.", "For Home the mean is below the median."),
    (
        SALES,
        "Home has the highest average sale (130.25) but the lowest total (1,302.5).",
        "Home has the highest average sale (110.0) but the lowest total (3,300).",
    ),
    (SALES, "Home sells 9.75 more on average than Consumer.", "Home sells 8.75 more on average than Consumer."),
    (FARES, "The standard deviation is 10.96.", "The standard deviation is 12.8."),
    (FARES, "Half of the fares lie between 6.5 and 14.5.", "Half of the fares lie between 4.5 and 36."),
    (FARES, "The maximum fare is 130, the minimum 1.", "The maximum fare is 36, the minimum 1."),
    (
        FARES,
        "Fares are skewed (skewness 2.9): the median is 9.",
        "Fares are skewed (skewness 2.9): the median is 12.8.",
    ),
    (FARES, "The maximum is 14 times the median.", "The maximum is 24 times the median."),
    (FARES, "The mean fare exceeds the median.", "The median fare exceeds the mean."),
    (FARES, "A quarter of the fares are above 14.5.", "A quarter of the fares are above 9."),
    (FERRY, "150 of 200 women survived.", "80 of 200 women survived."),
    (FERRY, "Women survived 3.75 times as often as men.", "Women survived 4.75 times as often as men."),
    (FERRY, "A third of the passengers were women.", "Half of the passengers were women."),
    (FERRY, "230 of the 600 passengers survived (38 %).", "230 of the 600 passengers survived (48 %)."),
    (FERRY, "Of the survivors, 65 % were women.", "Of the survivors, 55 % were women."),
    (FERRY, "The survival rate was 55 points higher for women.", "The survival rate was 45 points higher for women."),
    (FERRY, "25 % of the women died.", "35 % of the women died."),
    (ALONE, "The revenue is 340.5, or 28.4 per row.", "The revenue is 340.5, or 38.4 per row."),
    (FERRY, "There were 200 women; 150 of them survived.", "There were 200 women; 80 of them survived."),
    (FIRMS, "“Smith Inc. North” sold 50 with a staff of 7.", "“Smith Inc. North” sold 90 with a staff of 7."),
    (FIRMS, "Mr. Bean has sales of 20. Jones Co. South has 90.", "Mr. Bean has sales of 90. Jones Co. South has 20."),
    (HARBOURS, "Elba has the highest mean fare (80).", "Elba has the lowest mean fare (80)."),
    (
        CITIES,
        "Bergen had 2,250 mm of rain in 2022 and 2,100 mm in 2023.",
        "Bergen had 2,100 mm of rain in 2022 and 2,250 mm in 2023.",
    ),
    (CITIES, "In 2023 Oslo had 120 days of rain, Bergen 225.", "In 2023 Oslo had 225 days of rain, Bergen 120."),
    (CITIES, "In both years Bergen had the most rain.", "In both years Tromso had the most rain."),
    (
        CITIES,
        "In 2022 Bergen had almost three times as much rain as Oslo.",
        "In 2022 Bergen had almost four times as much rain as Oslo.",
    ),
    (CITIES, "Bergen had 1,487 mm more rain than Oslo in 2022.", "Bergen had 1,487 mm more rain than Oslo in 2023."),
    (
        CITIES,
        "Tromso had less rain in 2023 (990) than in 2022 (1,031).",
        "Tromso had less rain in 2023 (1,031) than in 2022 (990).",
    ),
    (CITIES, "Each city had more than 700 mm in both years.", "Each city had more than 800 mm in both years."),
    (
        CITIES,
        "Bergen, with 231 days, had the most rainy days in 2022.",
        "Bergen, with 160 days, had the most rainy days in 2022.",
    ),
    (
        CITIES,
        "The fewest days with rain were in Oslo: 113 in 2022 and 120 in 2023.",
        "The fewest days with rain were in Oslo: 120 in 2022 and 113 in 2023.",
    ),
    (CITIES, "Bergen's rain fell from 2,250 to 2,100.", "Oslo's rain fell from 2,250 to 2,100."),
    (CITIES, "Of the 4,044 mm in 2022, 2,250 fell in Bergen.", "Of the 4,044 mm in 2022, 1,031 fell in Bergen."),
    (CITIES, "Over half of the rain of 2022 fell in Bergen.", "Over two thirds of the rain of 2022 fell in Bergen."),
    (
        CITIES,
        "In 2022, Bergen (2,250) was ahead of Tromso (1,031) and Oslo (763).",
        "In 2022, Bergen (2,250) was ahead of Tromso (763) and Oslo (1,031).",
    ),
    (CITIES, "The ranking in 2023 is Bergen, Tromso, Oslo.", "In 2023 Tromso is ahead of Bergen."),
    (
        CITIES,
        "From 2022 to 2023 rain fell in Bergen and Tromso but rose in Oslo.",
        "From 2022 to 2023 rain rose in Bergen and Tromso but fell in Oslo.",
    ),
    (
        CITIES,
        "It rained on 120 days in Oslo in 2023, 7 more than in 2022.",
        "It rained on 120 days in Oslo in 2023, 9 more than in 2022.",
    ),
    (
        CITIES,
        "While Bergen had 2,100 mm in 2023, Tromso had 990.",
        "While Bergen had 990 mm in 2023, Tromso had 2,100.",
    ),
    (
        CITIES,
        "Total rain was 4,044 mm in 2022 and 3,900 mm in 2023.",
        "Total rain was 3,900 mm in 2022 and 4,044 mm in 2023.",
    ),
    (FERRY, "More men (400) than women (200) were on board.", "More men (200) than women (400) were on board."),
    (
        FERRY,
        "Men made up 67 % of the 600 passengers but only 35 % of the 230 survivors.",
        "Men made up 67 % of the 600 passengers but only 45 % of the 230 survivors.",
    ),
    (FERRY, "Among women, 75 % survived; among men, 20 %.", "Among women, 20 % survived; among men, 75 %."),
    (FERRY, "Three in four women survived, one in five men.", "Three in four men survived, one in five women."),
    (FARES, "95 % of the fares are at most 36.", "75 % of the fares are at most 36."),
    (FARES, "The fares have a mean of 12.8 and a median of 9.", "The fares have a mean of 9 and a median of 12.8."),
    (FARES, "The top 5 % of fares start at 36.", "The top 25 % of fares start at 36."),
    (
        FARES,
        "The lower quartile is 6.5 and the upper quartile 14.5.",
        "The lower quartile is 14.5 and the upper quartile 6.5.",
    ),
    (
        FARES,
        "The lower quartile is 6.5, the upper quartile 14.5.",
        "The lower quartile is 14.5, the upper quartile 6.5.",
    ),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_sentence_is_told_from_its_wrong_twin(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
