"""Ranks, parts, wholes and gaps of the entries of one table: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_branches import FINALS, SPREAD, TWO, WARDS
from tests.agents.grounding.pairs.test_phrasings import (
    FARES,
    FERRY,
    PAINTINGS,
    PAIRS,
    PORTS,
    REGIONS,
    TEAMS,
    TIPS,
    query,
)
from tests.agents.grounding.pairs.test_rules import GAP, LINES
from tests.agents.grounding.pairs.test_seldom_read import GAMES
from tests.agents.grounding.pairs.test_steps_and_bounds import MAJORS, ROCKETS
from tests.agents.grounding.test_second_reading import VOTES
from tests.agents.grounding.twins.recorded import assert_told_apart

MEDALS = query(
    ["country", "gold", "silver", "bronze"], [["Norway", 120, 100, 80], ["Sweden", 60, 70, 80], ["Austria", 20, 40, 60]]
)
CITIES = query(
    ["city", "state", "people"],
    [
        ["Austin", "Texas", 950],
        ["Dallas", "Texas", 1300],
        ["Houston", "Texas", 2300],
        ["Miami", "Florida", 450],
        ["Tampa", "Florida", 390],
    ],
)
SCORES = query(["winner", "score"], [["Adlerhof", "4-1"], ["Seeburg", "3-0"], ["Moor", "2-1"]])
_PAIRS = [
    (*VOTES, "In Ash, Clark was 2,126 votes behind Adams.", "In Ash, Clark was 2,126 votes ahead of Adams."),
    (*VOTES, "In Elm, Baker led Clark by 3,593 votes.", "In Elm, Baker led Clark by 3,693 votes."),
    (
        *VOTES,
        "All three candidates together had 10,867 votes in Oak.",
        "All three candidates together had 10,876 votes in Oak.",
    ),
    (*VOTES, "Baker had 15,236 votes in all four districts.", "Baker had 15,336 votes in all four districts."),
    (*VOTES, "In Oak, 53 % of the votes went to Baker.", "In Oak, 63 % of the votes went to Baker."),
    (
        *VOTES,
        "In Ash, Adams had three times as many votes as Baker.",
        "In Ash, Adams had twice as many votes as Baker.",
    ),
    (REGIONS, "Excluding North, there are 1,101 patients.", "Excluding North, there are 1,111 patients."),
    (
        REGIONS,
        "Apart from Mid (249), each region had at least 270 patients.",
        "Apart from Mid (249), each region had at least 280 patients.",
    ),
    (
        TEAMS,
        "Apart from Adlerhof, no team won more than 18 matches.",
        "Apart from Adlerhof, no team won more than 15 matches.",
    ),
    (TEAMS, "Without Moor, the fewest wins are 14 (Seeburg).", "Without Moor, the fewest wins are 18 (Nordstadt)."),
    (TEAMS, "Adlerhof won more matches than Moor.", "Moor won more matches than Adlerhof."),
    (REGIONS, "None of the regions has fewer than 249 patients.", "None of the regions has fewer than 260 patients."),
    (TEAMS, "Nordstadt came second with 58 points.", "Nordstadt came third with 58 points."),
    (TEAMS, "Seeburg ranks third by wins.", "Seeburg ranks second by wins."),
    (TEAMS, "Adlerhof won 67 % of its matches (20 of 30).", "Adlerhof won 57 % of its matches (20 of 30)."),
    (TEAMS, "The four teams won 57 matches.", "The four teams won 67 matches."),
    (TEAMS, "On average, the teams had 49.5 points.", "On average, the teams had 59.5 points."),
    (TEAMS, "Moor lost 13 matches more than Adlerhof.", "Moor lost 14 matches more than Adlerhof."),
    (TEAMS, "Moor has 43 points fewer than Adlerhof.", "Moor has 33 points fewer than Adlerhof."),
    (
        TEAMS,
        "Adlerhof has nearly three times as many points as Moor.",
        "Adlerhof has nearly twice as many points as Moor.",
    ),
    (TEAMS, "Half of the teams won 18 matches or more.", "All of the teams won 18 matches or more."),
    (TEAMS, "Two teams lost fewer than eight matches.", "Three teams lost fewer than eight matches."),
    (TEAMS, "Losses range from 4 to 17.", "Losses range from 7 to 17."),
    (PORTS, "Havre had 300 passengers, 62 % of all 482.", "Havre had 300 passengers, 52 % of all 482."),
    (PORTS, "The port is unknown for two passengers.", "The port is unknown for three passengers."),
    (
        PORTS,
        "Passengers from Havre paid 41.2 on average, more than twice as much as those from Genoa (18.9).",
        "Passengers from Havre paid 41.2 on average, more than three times as much as those from Genoa (18.9).",
    ),
    (FERRY, "Of 600 passengers, 230 survived.", "Of 600 passengers, 240 survived."),
    (FERRY, "Men were two thirds of the passengers.", "Men were three quarters of the passengers."),
    (
        FERRY,
        "The survival rate of women was 55 points above that of men.",
        "The survival rate of women was 45 points above that of men.",
    ),
    (FERRY, "Women were 3.75 times as likely to survive as men.", "Women were 2.75 times as likely to survive as men."),
    (FARES, "Fares average 12.8, but half are at most 9.0.", "Fares average 12.8, but half are at most 6.5."),
    (FARES, "Only 5 % of fares exceed 36.", "Only 5 % of fares exceed 14.5."),
    (FARES, "A quarter of the fares are below 6.5.", "A quarter of the fares are below 9.0."),
    (FARES, "The total of all fares is 38,400.", "The total of all fares is 39,400."),
    (TIPS, "The difference is not significant (p = 0.57).", "The difference is significant (p = 0.57)."),
    (PAINTINGS, "Clouds appear in 44 % of the 403 episodes.", "Clouds appear in 54 % of the 403 episodes."),
    (PAINTINGS, "Trees are twice as frequent as clouds.", "Trees are three times as frequent as clouds."),
    (
        PAINTINGS,
        "There are 110 more episodes with clouds than with cabins.",
        "There are 120 more episodes with clouds than with cabins.",
    ),
    (WARDS, "Cardiology has 358 patients.", "Cardiology has 368 patients."),
    (WARDS, "Women are 242 of the 513 patients.", "Women are 252 of the 513 patients."),
    (WARDS, "In surgery, women outnumber men (80 to 75).", "In surgery, men outnumber women (80 to 75)."),
    (MAJORS, "Nursing has 11 graduates more than Accounting.", "Nursing has 12 graduates more than Accounting."),
    (
        MAJORS,
        "Biology has twice as many graduates as Accounting.",
        "Biology has three times as many graduates as Accounting.",
    ),
    (
        MAJORS,
        "The unemployment rate of Nursing is 3.9 points below that of Biology.",
        "The unemployment rate of Nursing is 4.9 points below that of Biology.",
    ),
    (MAJORS, "Only Biology has an unemployment rate above 8 %.", "Only Accounting has an unemployment rate above 8 %."),
    (ROCKETS, "Altair had 114 launches more than Borea.", "Altair had 124 launches more than Borea."),
    (ROCKETS, "96 % of the launches of Altair were successes.", "86 % of the launches of Altair were successes."),
    (ROCKETS, "There were 675 launches, 636 of them successes.", "There were 675 launches, 646 of them successes."),
    (GAMES, "Adlers played 5 games more than Bocks.", "Adlers played 6 games more than Bocks."),
    (
        GAMES,
        "Cranes, with only 2 games, scored 3.5 goals on average.",
        "Cranes, with only 35 games, scored 3.5 goals on average.",
    ),
    (FINALS, "Adlerhof won in 2018, 2020 and 2021.", "Adlerhof won in 2018, 2019 and 2021."),
    (LINES, "UA had 4,030 flights more than B6.", "UA had 5,030 flights more than B6."),
    (
        TWO,
        "Altmark had 20 % of its sales returned, Bergau 10 %.",
        "Altmark had 30 % of its sales returned, Bergau 10 %.",
    ),
    (TWO, "Sales were 40 and returns 7 in both shops.", "Sales were 40 and returns 8 in both shops."),
    (
        SPREAD,
        "The mean sales of Consumer are four times those of Home.",
        "The mean sales of Consumer are five times those of Home.",
    ),
    (SPREAD, "For Consumer the mean is 24 above the median.", "For Consumer the mean is 34 above the median."),
    (MEDALS, "Norway won 220 gold and silver medals.", "Norway won 230 gold and silver medals."),
    (MEDALS, "40 % of the medals of Norway were gold.", "50 % of the medals of Norway were gold."),
    (MEDALS, "All three countries won 200 gold medals.", "All three countries won 210 gold medals."),
    (MEDALS, "Austria won three times as much bronze as gold.", "Austria won twice as much bronze as gold."),
    (MEDALS, "Norway and Sweden won 80 bronze medals each.", "Norway and Austria won 80 bronze medals each."),
    (
        CITIES,
        "Three of the five cities are in Texas, two in Florida.",
        "Two of the five cities are in Texas, three in Florida.",
    ),
    (CITIES, "The cities in Texas have 4,550 people.", "The cities in Texas have 4,650 people."),
    (CITIES, "Miami has 60 people more than Tampa.", "Miami has 70 people more than Tampa."),
    (CITIES, "Houston has 43 % of all people.", "Houston has 53 % of all people."),
    (SCORES, "Adlerhof won 4-1.", "Adlerhof won 4-2."),
    (WARDS, "80 of the 155 surgery patients were women.", "80 of the 165 surgery patients were women."),
    (FERRY, "Of the 400 men, 320 died.", "Of the 400 men, 330 died."),
    (FERRY, "80 % of the men did not survive.", "70 % of the men did not survive."),
    (FERRY, "A quarter of the women died.", "A third of the women died."),
    (FERRY, "Survival ranges from 20 % (men) to 75 % (women).", "Survival ranges from 30 % (men) to 75 % (women)."),
    (TEAMS, "Points range from 23 (Moor) to 66 (Adlerhof).", "Points range from 23 (Moor) to 58 (Nordstadt)."),
    (TEAMS, "No team has over 66 points.", "No team has over 58 points."),
    (TEAMS, "All teams played 30 matches.", "All teams played 29 matches."),
    (
        TEAMS,
        "A gap of 8 points (66 vs. 58) separates Adlerhof and Nordstadt.",
        "A gap of 9 points (66 vs. 58) separates Adlerhof and Nordstadt.",
    ),
    (TEAMS, "Adlerhof has 33 % of all 198 points.", "Adlerhof has 43 % of all 198 points."),
    (TEAMS, "Adlerhof and Nordstadt have 124 points together.", "Adlerhof and Nordstadt have 134 points together."),
    (TEAMS, "Every team but Moor won at least 14 matches.", "Every team but Seeburg won at least 14 matches."),
    (TEAMS, "Three of the four teams have more than 50 points.", "Two of the four teams have more than 50 points."),
    (REGIONS, "Patients range from 249 (Mid) to 291 (North).", "Patients range from 270 (East) to 291 (North)."),
    (
        REGIONS,
        "North has 291 patients and Mid 249, a difference of 42.",
        "North has 291 patients and Mid 249, a difference of 52.",
    ),
    (REGIONS, "Only Mid has fewer than 250 patients.", "Only East has fewer than 250 patients."),
    (REGIONS, "North and South have 291 patients each.", "North and East have 291 patients each."),
    (REGIONS, "The five regions have 1,392 patients.", "The five regions have 1,492 patients."),
    (REGIONS, "Mid has 18 % of all patients.", "Mid has 28 % of all patients."),
    (REGIONS, "On average, a region has 278 patients.", "On average, a region has 288 patients."),
    (PORTS, "The share of Genoa is 25 % of all passengers.", "The share of Genoa is 35 % of all passengers."),
    (
        PORTS,
        "Havre and Genoa account for 87 % of all passengers.",
        "Havre and Genoa account for 77 % of all passengers.",
    ),
    (PORTS, "Most passengers came from Havre.", "Most passengers came from Genoa."),
    (LINES, "UA and B6 had 70 % of the flights.", "UA and B6 had 80 % of the flights."),
    (LINES, "Only HA had a negative mean delay (-6.9).", "Only HA had a negative mean delay (-7.9)."),
    (LINES, "Flights of HA leave 6.9 minutes early on average.", "Flights of HA leave 7.9 minutes early on average."),
    (
        LINES,
        "B6 has the longest mean delay (13.0), UA the second longest (12.6).",
        "UA has the longest mean delay (12.6), B6 the second longest (13.0).",
    ),
    (FARES, "95 % of the fares are at most 36.", "95 % of the fares are at most 14.5."),
    (FARES, "The mean is 3.8 above the median.", "The mean is 4.8 above the median."),
    (FARES, "The mean (12.8) exceeds the median (9.0).", "The median (9.0) exceeds the mean (12.8)."),
    (FARES, "The highest fare is 130, the lowest 1.", "The highest fare is 36, the lowest 1."),
    (PAIRS, "Fare and distance correlate at 0.92.", "Fare and distance correlate at 0.40."),
    (PAIRS, "Distance and tip are negatively related (-0.11).", "Distance and tip are positively related (-0.11)."),
    (
        PAIRS,
        "The strongest correlation is 0.92, between fare and distance.",
        "The strongest correlation is 0.40, between fare and tip.",
    ),
    (
        GAP,
        "The gap between women and men is 76 points in first class.",
        "The gap between women and men is 86 points in first class.",
    ),
    (
        GAP,
        "In second class, 35 % of men survived, in first class 16 %.",
        "In second class, 16 % of men survived, in first class 35 %.",
    ),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_rank_part_or_gap_is_told_from_a_wrong_one(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
