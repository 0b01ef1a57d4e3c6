"""Entries and their numbers in lists, brackets and clauses: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.twins.recorded import assert_told_apart
from tests.agents.grounding.twins.test_branches import WARDS
from tests.agents.grounding.twins.test_phrasings import PAINTINGS, TEAMS, TIPS

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
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_sentence_is_told_from_its_wrong_twin(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
