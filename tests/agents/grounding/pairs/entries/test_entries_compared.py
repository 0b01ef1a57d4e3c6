"""Entries beside each other, units and lists: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.entries.test_means_and_shares import SALES, SPANS
from tests.agents.grounding.pairs.test_phrasings import BIRTHS, PAIRS, SHOPS, TEAMS, TIPS, WEEK, YEAR
from tests.agents.grounding.pairs.test_rules import LINES
from tests.agents.grounding.twins.recorded import assert_told_apart

TWINS = {
    "year before a list": (
        SHOPS,
        "In 2024, Altona and Bergen had 18,975 and 8,870 Kunden.",
        "In 2024, Altona and Bergen had 8,870 and 18,975 Kunden.",
    ),
    "since the first month": (
        YEAR,
        "Orders were the highest in July since January 2023.",
        "Orders were the highest in August since January 2023.",
    ),
    "since the year": (YEAR, "Orders rose since January 2023.", "Orders fell since January 2023."),
    "mean and extreme": (
        SPANS,
        "UA had a mean delay of 12.6 and at most 300.",
        "UA had a mean delay of 13.0 and at most 300.",
    ),
    "largest of all": (SPANS, "The longest delay was 900.", "The longest delay was 950."),
    "mean of all": (SPANS, "Delays of UA average 12.6.", "Delays of UA average 13.0."),
    "total said": (SALES, "In total, segments sold 7,012.5.", "In total, segments sold 7,212.5."),
    "Of the wins": (TEAMS, "Of Nordstadt's 30 matches, 18 were won.", "Of Nordstadt's 30 matches, 20 were won."),
    "semicolon": (TEAMS, "Adlerhof won 20; Nordstadt won 18.", "Adlerhof won 18; Nordstadt won 20."),
    "against another": (
        TEAMS,
        "Adlerhof lost 4 matches versus 8 of Nordstadt.",
        "Adlerhof lost 8 matches versus 4 of Nordstadt.",
    ),
    "compared to": (
        TEAMS,
        "Adlerhof had 66 points, compared to 58 for Nordstadt.",
        "Adlerhof had 66 points, compared to 51 for Nordstadt.",
    ),
    "more than another": (
        TEAMS,
        "Adlerhof won two more matches than Nordstadt.",
        "Adlerhof won four more matches than Nordstadt.",
    ),
    "ahead": (TEAMS, "Adlerhof is 15 points ahead of Seeburg.", "Adlerhof is 14 points ahead of Seeburg."),
    "behind": (TEAMS, "Seeburg is 7 points behind Nordstadt.", "Seeburg is 9 points behind Nordstadt."),
    "list of points": (TEAMS, "- Adlerhof: 66 points\n- Moor: 23 points", "- Adlerhof: 23 points\n- Moor: 66 points"),
    "per match": (TEAMS, "Adlerhof took 2.2 points per match.", "Adlerhof took 3.2 points per match."),
    "percent of matches": (TEAMS, "Moor lost 57 % of its matches.", "Moor lost 67 % of its matches."),
    "thousand": (LINES, "UA had 58.7 thousand flights.", "UA had 85.7 thousand flights."),
    "unit of thousands": (LINES, "UA had 58.7k flights.", "UA had 58.7 million flights."),
    "percent of cancelled": (LINES, "0.9 % of B6's flights were cancelled.", "1.9 % of B6's flights were cancelled."),
    "all together": (LINES, "In all, 1,502 flights were cancelled.", "In all, 1,602 flights were cancelled."),
    "more flights": (LINES, "UA had 4,030 more flights than B6.", "UA had 4,300 more flights than B6."),
    "earlier": (LINES, "HA was 6.9 minutes early on average.", "HA was 9.6 minutes early on average."),
    "change in percent over years": (
        BIRTHS,
        "Births fell 8.5 % from 2007 to 2012.",
        "Births fell 9.5 % from 2007 to 2012.",
    ),
    "year to year": (
        BIRTHS,
        "Between 2008 and 2009 births fell by 119,746.",
        "Between 2009 and 2010 births fell by 119,746.",
    ),
    "second highest": (BIRTHS, "The second-highest year was 2008.", "The second-highest year was 2009."),
    "lowest year": (BIRTHS, "2011 had the fewest births.", "2012 had the fewest births."),
    "below four point": (
        BIRTHS,
        "Births were above 4 million in each year.",
        "Births were above 4.1 million in each year.",
    ),
    "pair of a coefficient": (PAIRS, "Fare correlates with distance at 0.92.", "Fare correlates with tip at 0.92."),
    "sign of a coefficient": (
        PAIRS,
        "Distance and tip are weakly correlated (-0.11).",
        "Distance and tip are correlated at 0.11.",
    ),
    "size of a group": (TIPS, "2,195 rides were paid by card.", "784 rides were paid by card."),
    "group as a part": (TIPS, "Card payments are 74 % of the rows.", "Card payments are 84 % of the rows."),
    "no tips": (TIPS, "Cash payments show no tips: a mean of 0.", "Card payments show a mean of 0."),
    "German year": (SHOPS, "Bergen setzte 2023 198.450 Euro um.", "Bergen setzte 2024 198.450 Euro um."),
    "weekdays": (WEEK, "Tuesday has the most births (1,310).", "Monday has the most births (1,310)."),
}


@pytest.mark.parametrize("kind", TWINS)
def test_what_is_said_of_one_entry_is_held_against_that_one(kind):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[kind])
