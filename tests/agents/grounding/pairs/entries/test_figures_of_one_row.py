"""Two columns of one row, against each other: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

POWER = query(
    ["month", "hydro_gwh", "coal_gwh"],
    [["2023-01", 210, 540], ["2023-02", 260, 480], ["2023-03", 390, 350], ["2023-04", 520, 240], ["2023-05", 560, 260]],
    "SELECT month, sum(hydro_gwh) AS hydro_gwh, sum(coal_gwh) AS coal_gwh FROM data GROUP BY month ORDER BY month",
)
MEMBERS = query(
    ["month", "signups", "cancellations"],
    [["2024-05", 415, 160], ["2024-06", 470, 155], ["2024-07", 390, 210], ["2024-08", 505, 130]],
    "SELECT month, sum(signups) AS signups, sum(cancellations) AS cancellations FROM data GROUP BY month",
)
GOODS = query(
    ["ware", "umsatz_eur", "verkaeufe"],
    [["Tee", 18200, 9100], ["Honig", 15400, 2800], ["Reis", 9600, 8000], ["Salz", 7800, 650]],
    "SELECT ware, sum(umsatz_eur) AS umsatz_eur, sum(verkaeufe) AS verkaeufe FROM data GROUP BY ware",
)
_GAPS = [
    (
        POWER,
        "The gap between the two was widest in January, when coal was 330 GWh ahead.",
        "The gap between the two was widest in January, when hydro was 330 GWh ahead.",
    ),
    (
        POWER,
        "The gap between the two was widest in January, when coal was 330 GWh ahead.",
        "The gap between the two was widest in May, when hydro was 300 GWh ahead.",
    ),
    (
        POWER,
        "The difference between hydro and coal was smallest in March (40 GWh).",
        "The difference between hydro and coal was smallest in February (220 GWh).",
    ),
    (
        POWER,
        "Der Abstand zwischen Hydro und Coal war im Januar mit 330 GWh am größten.",
        "Der Abstand zwischen Hydro und Coal war im Mai mit 300 GWh am größten.",
    ),
    (
        POWER,
        "In January coal produced 330 GWh more than hydro.",
        "In January coal produced 320 GWh more than hydro.",
    ),
    (
        MEMBERS,
        "July saw the most cancellations (210) and therefore a net gain of only 180.",
        "July saw the most cancellations (210) and therefore a net gain of only 280.",
    ),
    (MEMBERS, "In July sign-ups exceeded cancellations by 180.", "In July sign-ups exceeded cancellations by 190."),
    (MEMBERS, "Net sign-ups came to 375 in August.", "Net sign-ups came to 315 in August."),
    (GOODS, "Reis bringt 5.800 € weniger ein als Honig.", "Reis bringt 5.800 € mehr ein als Honig."),
    (
        GOODS,
        "Reis wird öfter verkauft als Honig, bringt aber 5.800 € weniger ein.",
        "Reis wird öfter verkauft als Honig, bringt aber 6.800 € weniger ein.",
    ),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _GAPS)
def test_a_difference_of_two_columns_is_computed_in_its_row(evidence, true, wrong):
    """The difference of two columns of a row is a measure: the numbers keep its sign, the largest gap has none."""
    assert_told_apart(evidence, true, wrong)


SHOPS = query(
    ["shop", "orders", "returns"],
    [["Anker", 1200, 60], ["Bello", 950, 76], ["Cora", 700, 70], ["Dino", 640, 48], ["Euro", 310, 31]],
    "SELECT shop, count(*) AS orders, sum(returned) AS returns FROM data GROUP BY shop",
)
PARTIES = query(
    ["party", "votes", "seats"],
    [["Greens", 12000, 6], ["Liberals", 8000, 4], ["Labour", 30000, 15], ["Union", 50000, 25]],
    "SELECT party, sum(votes) AS votes, sum(seats) AS seats FROM data GROUP BY party",
)
WAHL = query(
    ["partei", "stimmen", "sitze"],
    [["Rot", 12000, 6], ["Blau", 8000, 4], ["Gelb", 30000, 15]],
    "SELECT partei, sum(stimmen) AS stimmen, sum(sitze) AS sitze FROM data GROUP BY partei",
)
_RATIOS = [
    (
        SHOPS,
        "At Cora and Euro returns in relation to orders were 10 % each.",
        "At Cora and Euro returns in relation to orders were 20 % each.",
    ),
    (
        SHOPS,
        "Returns in relation to orders were highest at Cora.",
        "Returns in relation to orders were highest at Bello.",
    ),
    (
        PARTIES,
        "Each seat corresponds to 2,000 votes for every party.",
        "Each seat corresponds to 3,000 votes for every party.",
    ),
    (PARTIES, "One seat stands for 2,000 votes.", "One seat stands for 2,500 votes."),
    (WAHL, "Auf jeden Sitz kommen 2.000 Stimmen.", "Auf jeden Sitz kommen 2.500 Stimmen."),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _RATIOS)
def test_a_ratio_of_two_columns_is_computed_in_its_row(evidence, true, wrong):
    """A ratio of two columns is a measure of each row; the words say which one divides the other."""
    assert_told_apart(evidence, true, wrong)
