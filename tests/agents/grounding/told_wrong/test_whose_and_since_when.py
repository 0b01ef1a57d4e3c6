"""Superlatives of the kind that is compared, those that nobody shares, and moves from the time that is named."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

CLUBS = query(
    ["club", "wins", "goals"],
    [["Ajax", 20, 61], ["Celtic", 20, 70], ["Lyon", 7, 33], ["Turin", 0, 12]],
    "SELECT club, sum(w) AS wins, sum(g) AS goals FROM data GROUP BY club",
)
DELAYS = query(
    ["month", "origin", "delays"],
    [["2024-01", "EWR", 30], ["2024-01", "JFK", 20], ["2024-01", "LGA", 25], ["2024-02", "EWR", 22],
     ["2024-02", "JFK", 28], ["2024-02", "LGA", 21], ["2024-03", "EWR", 40], ["2024-03", "JFK", 35],
     ["2024-03", "LGA", 15]],
    "SELECT month, origin, sum(d) AS delays FROM data GROUP BY 1, 2",
)  # fmt: skip
VOTES = query(
    ["town", "candidate", "votes"],
    [["Ash", "Abel", 520], ["Ash", "Baker", 480], ["Elm", "Abel", 470], ["Elm", "Baker", 530], ["Oak", "Abel", 610],
     ["Oak", "Baker", 390]],
    "SELECT town, candidate, sum(v) AS votes FROM data GROUP BY 1, 2",
)  # fmt: skip
RAIN = query(
    ["year", "rain"],
    [[2018, 102], [2019, 80], [2020, 110], [2021, 95], [2022, 102]],
    "SELECT year, sum(r) AS rain FROM data GROUP BY year",
)
FLIGHTS = query(
    ["origin", "weekend", "flights"],
    [["EWR", "no", 75], ["EWR", "yes", 25], ["JFK", "no", 60], ["JFK", "yes", 40], ["LGA", "no", 90],
     ["LGA", "yes", 5]],
    "SELECT origin, weekend, count(*) AS flights FROM data GROUP BY 1, 2",
)  # fmt: skip
STAYS = query(
    ["hospital", "admissions", "mean_stay"],
    [["Elm", 15400, 4.2], ["Oak", 9800, 5.1], ["Pine", 9900, 4.8]],
    "SELECT hospital, admissions, mean_stay FROM data",
)
YIELDS = query(
    ["region", "crop", "yield_t"],
    [["Nord", "wheat", 7.1], ["Nord", "rye", 5.2], ["Sud", "wheat", 6.4], ["Sud", "rye", 5.6]],
    "SELECT region, crop, avg(yield_t) AS yield_t FROM data GROUP BY region, crop",
)
RETURNS = query(
    ["shop", "orders", "returned"],
    [["Bello", 950, 76], ["Cora", 1200, 60], ["Dino", 640, 32]],
    "SELECT shop, count(*) AS orders, sum(r) AS returned FROM data GROUP BY 1",
)

_PAIRS = [
    (CLUBS, "Ajax had the most wins.", "Ajax alone had the most wins."),
    (CLUBS, "Ajax and Celtic won 20 matches, more than any other club.", "Ajax won 20, more than any other club."),
    (CLUBS, "Turin won 0, fewer than any other club.", "Lyon won 7, fewer than any other club."),
    (CLUBS, "Nobody had fewer than 12 goals.", "Nobody had fewer than 30 goals."),
    (CLUBS, "No one scored more than 70 goals.", "No one scored more than 60 goals."),
    (DELAYS, "JFK's delays were highest in March.", "JFK's delays were highest in February."),
    (DELAYS, "In February, delays were highest at JFK.", "In February, delays were highest at EWR."),
    (DELAYS, "The best month of LGA was March.", "The best month of LGA was February."),
    (VOTES, "Abel's votes were highest in Oak.", "Abel's votes were highest in Ash."),
    (VOTES, "Baker's worst town by votes was Oak.", "Baker's worst town by votes was Ash."),
    (RAIN, "After 2020, rain fell to 95.", "After 2020, rain rose to 95."),
    (RAIN, "After 2021, rain rose to 102.", "After 2020, rain rose to 102."),
    (RAIN, "Rain was last above 105 in 2020.", "Rain was last above 105 in 2022."),
    (RAIN, "Rain exceeded 100 for the last time in 2022.", "Rain exceeded 100 for the last time in 2020."),
    (FLIGHTS, "JFK had 40 flights on the weekend.", "JFK had 25 flights on the weekend."),
    (FLIGHTS, "JFK had the most flights on the weekend.", "LGA had the most flights on the weekend."),
    (FLIGHTS, "EWR had fewer weekend flights than JFK.", "EWR had more weekend flights than JFK."),
    (FLIGHTS, "LGA had the fewest flights on the weekend.", "EWR had the fewest flights on the weekend."),
    (
        DELAYS,
        "LGA's delays fell from 25 to 15 from January to March.",
        "LGA's delays fell from 30 to 15 from January to March.",
    ),
    (DELAYS, "EWR led in two of the three months.", "EWR led in three of the three months."),
    (CLUBS, "Two clubs had more wins than Lyon.", "Two clubs had more wins than Ajax."),
    (STAYS, "Only Elm had more than 10,000 admissions.", "Only Elm and Pine had more than 10,000 admissions."),
    (STAYS, "The shortest stays are at Elm.", "The shortest stays are at Pine."),
    (YIELDS, "The lowest yield of all is rye in Nord.", "The lowest yield of all is rye in Sud."),
    (
        RETURNS,
        "Bello's return rate (8.0 %) is three points above that of Cora (5.0 %).",
        "Bello's return rate (8.0 %) is two points above that of Cora (5.0 %).",
    ),
    (RAIN, "Since 2021, rain has risen one year in a row.", "Since 2018, rain has risen two years in a row."),
    (FLIGHTS, "In total, 70 flights were on the weekend.", "In total, 60 flights were on the weekend."),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _PAIRS)
def test_what_a_sentence_compares_is_read_from_it(evidence, true, wrong):
    """A superlative is one of the kind that is named, an equal breaks one that nobody shares, a move has its start."""
    assert_told_apart(evidence, true, wrong)
