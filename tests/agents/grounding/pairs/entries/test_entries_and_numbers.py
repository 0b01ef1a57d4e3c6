"""Entries and their numbers in lists, brackets and clauses: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_branches import PERCENTS, TIED, WARDS
from tests.agents.grounding.pairs.test_phrasings import PAINTINGS, TEAMS, TIPS, query
from tests.agents.grounding.twins.recorded import assert_told_apart

MARKS = query(
    ["class", "pupils", "mean_mark", "best_mark"],
    [["5a", 24, 2.4, 1.0], ["5b", 26, 2.9, 1.3], ["5c", 22, 2.1, 1.0]],
    "SELECT class, count(*) AS pupils, avg(mark) AS mean_mark, min(mark) AS best_mark FROM data GROUP BY class",
)
STAFF = query(
    ["department", "women", "men", "mean_pay", "working", "not_working"],
    [["Sales", 30, 20, 3100.0, 45, 5], ["Care", 80, 10, 2700.0, 70, 20], ["Works", 15, 65, 2900.0, 72, 8]],
    "SELECT department, sum(f) AS women, sum(m) AS men, avg(pay) AS mean_pay, sum(w) AS working, "
    "sum(n) AS not_working FROM data GROUP BY department",
)
VOTES = query(
    ["district", "adams", "baker", "clark"],
    [["Elm", 1827, 6408, 2815], ["Oak", 2331, 5748, 2788], ["Ash", 5456, 1760, 3330], ["Fir", 4308, 1320, 3959]],
)
_PAIRS = [
    (TEAMS, "The four teams averaged 49.5 points.", "The four teams averaged 59.5 points."),
    (TEAMS, "The lowest was 23 points.", "The lowest was 51 points."),
    (TEAMS, "Points range from 23 to 66.", "Points range from 23 to 58."),
    (TEAMS, "Seeburg drew more often than it lost.", "Nordstadt drew more often than it lost."),
    (TEAMS, "Nordstadt drew less often than it lost.", "Seeburg drew less often than it lost."),
    (TEAMS, "Adlerhof won more matches than it lost.", "Moor won more matches than it lost."),
    (TEAMS, "Moor won fewer matches than it drew.", "Moor won fewer matches than it won."),
    (
        TEAMS,
        "Adlerhof has more points than Nordstadt, Seeburg and Moor.",
        "Nordstadt has more points than Adlerhof, Seeburg and Moor.",
    ),
    (TEAMS, "Nordstadt has more points than Seeburg and Moor.", "Seeburg has more points than Nordstadt and Moor."),
    (
        TEAMS,
        "Moor has fewer than 30 points, Seeburg more than 50.",
        "Moor has more than 30 points, Seeburg fewer than 50.",
    ),
    (TEAMS, "Adlerhof and Nordstadt have more than 55 points.", "Adlerhof and Seeburg have more than 55 points."),
    (TEAMS, "Points range from 66 (Adlerhof) to 23 (Moor).", "Points range from 66 (Moor) to 23 (Adlerhof)."),
    (
        TEAMS,
        "Adlerhof, Nordstadt and Seeburg won 20, 18 and 14 matches.",
        "Adlerhof, Nordstadt and Seeburg won 20, 14 and 18 matches.",
    ),
    (
        TEAMS,
        "20 wins vs 4 losses in Adlerhof, 18 wins vs 8 losses in Nordstadt.",
        "20 wins vs 8 losses in Adlerhof, 18 wins vs 4 losses in Nordstadt.",
    ),
    (
        TEAMS,
        "20 wins and 4 losses for Adlerhof, 18 and 8 for Nordstadt.",
        "20 wins and 8 losses for Adlerhof, 18 and 4 for Nordstadt.",
    ),
    (
        TEAMS,
        "Wins: Adlerhof 20, Nordstadt 18, Seeburg 14, Moor 5.",
        "Wins: Adlerhof 20, Nordstadt 18, Seeburg 5, Moor 14.",
    ),
    (TEAMS, "Moor is last. It has 23 points.", "Moor is last. It has 51 points."),
    (TEAMS, "Moor is last. Its 17 losses are the most.", "Moor is last. Its 17 wins are the most."),
    (TEAMS, "All teams but Moor have more than 50 points.", "All teams but Seeburg have more than 50 points."),
    (TEAMS, "Excluding Moor, the lowest number of points is 51.", "Excluding Moor, the lowest number of points is 23."),
    (TEAMS, "Excluding Moor, the teams average 58.3 points.", "Excluding Moor, the teams average 49.5 points."),
    (TEAMS, "Three of the four teams won more than they lost.", "All four teams won more than they lost."),
    (TEAMS, "Only Moor lost more than it won.", "Only Seeburg lost more than it won."),
    (TIPS, "Card tips were 3.02 on average over 2,195 trips.", "Card tips were 3.02 on average over 784 trips."),
    (
        TIPS,
        "The mean tip is 3.02 for card, while cash trips show 0.",
        "The mean tip is 0 for card, while cash trips show 3.02.",
    ),
    (TIPS, "There are 2 payment groups.", "There are 3 payment groups."),
    (WARDS, "Of the 358 cardiology patients, 162 are female.", "Of the 358 cardiology patients, 80 are female."),
    (WARDS, "162 of 242 women are in cardiology.", "162 of 252 women are in cardiology."),
    (WARDS, "Surgery had 155 patients in all.", "Surgery had 165 patients in all."),
    (WARDS, "52 % of surgery patients are female.", "42 % of surgery patients are female."),
    (WARDS, "Surgery: 80 women, 75 men.", "Surgery: 75 women, 80 men."),
    (WARDS, "Cardiology had 358 patients (162 women, 196 men).", "Cardiology had 358 patients (196 women, 162 men)."),
    (PAINTINGS, "Clouds are in 179 of the 403 episodes.", "Clouds are in 361 of the 403 episodes."),
    (PAINTINGS, "179 episodes show clouds, 69 a cabin.", "69 episodes show clouds, 179 a cabin."),
    (PAINTINGS, "Trees are in 90 % of the episodes.", "Trees are in 80 % of the episodes."),
    (PAINTINGS, "Of 403 episodes, 361 have trees.", "Of 403 episodes, 179 have trees."),
    (VOTES, "Baker beat Adams in Elm.", "Adams beat Baker in Elm."),
    (VOTES, "In Ash, Adams leads with 5,456 votes.", "In Ash, Clark leads with 3,330 votes."),
    (VOTES, "Baker beat Adams by 4,581 votes in Elm.", "Baker beat Adams by 4,681 votes in Elm."),
    (VOTES, "Adams has 13,922 votes in all.", "Adams has 14,922 votes in all."),
    (VOTES, "All three candidates together have 42,050 votes.", "All three candidates together have 43,050 votes."),
    (VOTES, "Adams and Baker together have 29,158 votes.", "Adams and Baker together have 39,158 votes."),
    (VOTES, "Baker has 1,314 votes more than Adams.", "Baker has 2,314 votes more than Adams."),
    (VOTES, "In Elm, Baker has more votes than Adams and Clark.", "In Elm, Clark has more votes than Adams and Baker."),
    (VOTES, "Adams leads Clark by 349 in Fir.", "Adams leads Clark by 449 in Fir."),
    (STAFF, "Sales pays 400 more than Care on average.", "Sales pays 500 more than Care on average."),
    (STAFF, "In Care, 70 are working.", "In Care, 20 are working."),
    (STAFF, "The mean pay is highest in Sales (3,100).", "The mean pay is highest in Works (3,100)."),
    (STAFF, "125 women work in the three departments.", "135 women work in the three departments."),
    (STAFF, "Care has eight times as many women as men.", "Care has six times as many women as men."),
    (STAFF, "Works has 4.3 times as many men as women.", "Works has 5.3 times as many men as women."),
    (STAFF, "Works has the fewest women and the most men.", "Works has the fewest men and the most women."),
    (MARKS, "The 26 pupils of 5b have a mean mark of 2.9.", "The 24 pupils of 5b have a mean mark of 2.9."),
    (MARKS, "5c has the lowest mean mark, 2.1.", "5a has the lowest mean mark, 2.4."),
    (MARKS, "There are 72 pupils in the three classes.", "There are 82 pupils in the three classes."),
    (MARKS, "Each class has at least 22 pupils.", "Each class has at least 24 pupils."),
    (TEAMS, "Adlerhof won 15 more matches than Moor.", "Adlerhof won 16 more matches than Moor."),
    (TEAMS, "Seeburg drew 30 % of its 30 matches.", "Seeburg drew 40 % of its 30 matches."),
    (TEAMS, "Moor lost 17 of its 30 matches.", "Moor lost 18 of its 30 matches."),
    (TEAMS, "Adlerhof and Nordstadt won 38 matches together.", "Adlerhof and Nordstadt won 39 matches together."),
    (TEAMS, "Nordstadt is 8 points behind Adlerhof.", "Nordstadt is 9 points behind Adlerhof."),
    (
        TEAMS,
        "Adlerhof leads the table with 66 points, followed by Nordstadt with 58.",
        "Adlerhof leads the table with 66 points, followed by Seeburg with 58.",
    ),
    (TEAMS, "Seeburg is ahead of Moor by 28 points.", "Seeburg is ahead of Moor by 29 points."),
    (TEAMS, "Only 8 points separate Adlerhof and Nordstadt.", "Only 7 points separate Adlerhof and Nordstadt."),
    (TEAMS, "The four teams won 57 matches in all.", "The four teams won 58 matches in all."),
    (TEAMS, "All four teams played 30 matches.", "All four teams played 32 matches."),
    (TEAMS, "Seeburg has the most draws (9).", "Moor has the most draws (8)."),
    (
        TEAMS,
        "Adlerhof has the fewest losses (4), Moor the most (17).",
        "Adlerhof has the fewest losses (4), Seeburg the most (7).",
    ),
    (TEAMS, "Neither Seeburg nor Moor has more than 55 points.", "Neither Nordstadt nor Moor has more than 55 points."),
    (TEAMS, "On average the teams have 49.5 points.", "On average the teams have 52.5 points."),
    (
        TEAMS,
        "| team | wins |\n|---|---|\n| Adlerhof | 20 |\n| Moor | 5 |",
        "| team | wins |\n|---|---|\n| Adlerhof | 18 |\n| Moor | 5 |",
    ),
    (
        TEAMS,
        "The table:\n| team | wins |\n|---|---|\n| Seeburg | 14 |\nMoor won 5.",
        "The table:\n| team | wins |\n|---|---|\n| Seeburg | 5 |\nMoor won 5.",
    ),
    (
        TEAMS,
        "- Adlerhof: 66 points\n- Nordstadt: 58 points\n- Seeburg: 51 points",
        "- Adlerhof: 66 points\n- Nordstadt: 51 points\n- Seeburg: 58 points",
    ),
    (TIED, "Adlers and Bocks share first place with 50 points.", "Adlers and Cranes share first place with 50 points."),
    (TIED, "Two teams have 50 points.", "Three teams have 50 points."),
    (TIED, "Cranes are 20 points behind Adlers.", "Cranes are 30 points behind Adlers."),
    (
        PERCENTS,
        "Greens got 62 percent, more than twice as much as Blues.",
        "Greens got 62 percent, more than three times as much as Blues.",
    ),
    (TIPS, "2,195 card payments were made.", "784 card payments were made."),
    (STAFF, "Works has 65 men, Sales 20 and Care 10.", "Works has 65 men, Sales 10 and Care 20."),
    (
        STAFF,
        "Average pay is 3,100 in Sales, compared with 2,700 in Care.",
        "Average pay is 2,700 in Sales, compared with 3,100 in Care.",
    ),
    (
        STAFF,
        "Care pays the least, 2,700, and Sales the most, 3,100.",
        "Care pays the least, 2,900, and Sales the most, 3,100.",
    ),
    (STAFF, "Pay in Sales is 15 % above that in Care.", "Pay in Sales is 25 % above that in Care."),
    (MARKS, "The mean mark is 0.8 higher in 5b than in 5c.", "The mean mark is 0.9 higher in 5b than in 5c."),
    (MARKS, "5a and 5c have 46 pupils together.", "5a and 5c have 48 pupils together."),
    (MARKS, "A third of the 72 pupils (24) are in 5a.", "A third of the 72 pupils (26) are in 5a."),
    (VOTES, "In Elm and Oak, Baker got 6,408 and 5,748 votes.", "In Elm and Oak, Baker got 5,748 and 6,408 votes."),
    (WARDS, "In surgery, women outnumber men by 5.", "In surgery, women outnumber men by 6."),
    (
        WARDS,
        "Cardiology has 2.3 times as many patients as surgery.",
        "Cardiology has 3.3 times as many patients as surgery.",
    ),
    (WARDS, "242 of the 513 patients are women.", "252 of the 513 patients are women."),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_sentence_is_told_from_its_wrong_twin(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
