"""Further sentences over the tables of the other files: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.numbers.test_bound_numbers import CLASSES
from tests.agents.grounding.pairs.test_branches import DAILY, FINALS, FLAT, OUTLETS, PERCENTS, SIGNED, SPREAD, TIED
from tests.agents.grounding.pairs.test_phrasings import BIRTHS, FARES, FERRY, TEAMS
from tests.agents.grounding.pairs.test_rules import LINES
from tests.agents.grounding.twins.recorded import assert_told_apart

_PAIRS = [
    (SPREAD, "Half of Consumer sales are above 60.", "Half of Consumer sales are above 84."),
    (SPREAD, "Half of Home sales are 14 or less.", "Half of Home sales are 21 or less."),
    (
        FARES,
        "The middle half of fares lies between 6.5 and 14.5.",
        "The middle half of fares lies between 4.5 and 14.5.",
    ),
    (FARES, "The middle 90 % of fares lie between 4.5 and 36.", "The middle 90 % of fares lie between 6.5 and 36."),
    (FARES, "The top quarter of fares starts at 14.5.", "The top quarter of fares starts at 9."),
    (FARES, "At least 40 % of fares are above 9.", "At least 60 % of fares are above 9."),
    (FARES, "At most 10 % of fares are above 36.", "At most 3 % of fares are above 36."),
    (FARES, "Most fares are below 14.5.", "Most fares are above 14.5."),
    (FARES, "A quarter of fares are 6.5 or less.", "A quarter of fares are 9 or less."),
    (FARES, "The mean is above the median.", "The mean is below the median."),
    (
        LINES,
        "Each of the four carriers had more than 300 flights.",
        "Each of the four carriers had more than 400 flights.",
    ),
    (LINES, "More than a third of flights are those of UA.", "More than half of flights are those of UA."),
    (TIED, "Cranes have 30 points, the other two 50 each.", "Cranes have 30 points, the other two 40 each."),
    (
        TEAMS,
        "Moor had less than half as many points as Nordstadt.",
        "Seeburg had less than half as many points as Nordstadt.",
    ),
    (BIRTHS, "Births first fell below 4.1 million in 2010.", "Births first fell below 4.1 million in 2011."),
    (
        BIRTHS,
        "Births fell from 4,380,784 to 4,010,532, or 8.5 %.",
        "Births fell from 4,380,784 to 4,010,532, or 9.5 %.",
    ),
    (BIRTHS, "The decline was steepest in 2010 (-135,016).", "The decline was steepest in 2010 (-119,746)."),
    (BIRTHS, "The decline from 2007 to 2012 amounts to 370,252.", "The decline from 2007 to 2012 amounts to 370,525."),
    (BIRTHS, "Births never fell below 4 million.", "Births never fell below 4.2 million."),
    (BIRTHS, "Since 2009 births have stayed below 4.2 million.", "Since 2009 births have stayed below 4.1 million."),
    (BIRTHS, "Births fell until 2011.", "Births rose until 2011."),
    (BIRTHS, "Births rose after 2011.", "Births fell after 2011."),
    (FERRY, "80 % of the men died.", "75 % of the men died."),
    (FERRY, "A quarter of the women died.", "A fifth of the women died."),
    (FINALS, "Moor won once, in 2019.", "Moor won once, in 2020."),
    (LINES, "UA had 58,665 flights, about 4,000 more than B6.", "UA had 58,665 flights, about 6,000 more than B6."),
    (SIGNED, "The balance was positive only in February.", "The balance was positive only in March."),
    (SIGNED, "The balance was -5 in January and 3 in February.", "The balance was 3 in January and -5 in February."),
    (
        OUTLETS,
        "Revenue of Altmark rose by 20 %, that of Bergau fell by 11 %.",
        "Revenue of Altmark rose by 11 %, that of Bergau fell by 20 %.",
    ),
    (
        OUTLETS,
        "In 2024 Altmark had 40 more than Bergau, in 2023 just 10.",
        "In 2024 Altmark had 10 more than Bergau, in 2023 just 40.",
    ),
    (
        OUTLETS,
        "Total revenue rose from 260 in 2023 to 265 in 2024.",
        "Total revenue rose from 260 in 2023 to 275 in 2024.",
    ),
    (OUTLETS, "Total revenue rose by 1.9 % from 2023 to 2024.", "Total revenue rose by 2.9 % from 2023 to 2024."),
    (DAILY, "Sales were highest on January 2 (9).", "Sales were highest on January 4 (7)."),
    (PERCENTS, "Greens and Blues have 92 %, the rest 8 %.", "Greens and Blues have 92 %, the rest 12 %."),
    (PERCENTS, "Greens have about twice as much as Blues.", "Blues have about twice as much as Others."),
    (FARES, "Above 36 lie 5 % of fares.", "Above 36 lie 15 % of fares."),
    (FARES, "Above 9 lies half of the fares.", "Above 14.5 lies half of the fares."),
    (
        FERRY,
        "The rate rises from 20 % for men to 75 % for women.",
        "The rate falls from 20 % for men to 75 % for women.",
    ),
    (FERRY, "The rate rises from 20 to 75 %.", "The rate falls from 20 to 75 %."),
    (
        BIRTHS,
        "After 2009 births fell to 4,055,975 and then 4,006,908.",
        "After 2009 births fell to 4,006,908 and then 4,055,975.",
    ),
    (
        BIRTHS,
        "Births peaked in 2007 and have since fallen to 4,010,532.",
        "Births peaked in 2007 and have since fallen to 4,006,908.",
    ),
    (BIRTHS, "Births fell for four years in a row.", "Births fell for five years in a row."),
    (FLAT, "Over the four quarters orders came to 169.", "Over the four quarters orders came to 179."),
    (CLASSES, "The largest class is third.", "The largest class is second."),
    (CLASSES, "The largest class has 300 passengers.", "The largest class has 100 passengers."),
    (CLASSES, "The first class is larger than the second.", "The second class is larger than the first."),
    (
        OUTLETS,
        "Two of the three shops sold less in 2024 than in 2023.",
        "All of the three shops sold less in 2024 than in 2023.",
    ),
    (TEAMS, "Seeburg and Nordstadt won 14 and 18 matches.", "Seeburg and Nordstadt won 18 and 14 matches."),
    (
        TEAMS,
        "Half of the four teams won more than half of their 30 matches.",
        "All of the four teams won more than half of their 30 matches.",
    ),
    (TEAMS, "Three of the four teams have more than 50 points.", "Two of the four teams have more than 50 points."),
    (TEAMS, "The top two teams have 124 points together.", "The top two teams have 134 points together."),
    (
        TEAMS,
        "Neither Adlerhof nor Nordstadt lost more than 8 matches.",
        "Neither Adlerhof nor Nordstadt lost more than 7 matches.",
    ),
    (TEAMS, "All teams but Moor have more than 50 points.", "All teams but Seeburg have more than 50 points."),
    (
        TEAMS,
        "Adlerhof has nearly three times as many points as Moor.",
        "Seeburg has nearly three times as many points as Moor.",
    ),
    (LINES, "B6 and DL together had 102,745 flights.", "B6 and DL together had 112,745 flights."),
    (
        TEAMS,
        "Adlerhof has 66 points; the remaining three teams have fewer.",
        "Adlerhof has 66 points; the remaining two teams have fewer.",
    ),
    (LINES, "UA had nearly 59,000 flights.", "UA had nearly 70,000 flights."),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_sentence_is_told_from_its_wrong_twin(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
