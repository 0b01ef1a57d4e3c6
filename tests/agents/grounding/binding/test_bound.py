"""What each number of a sentence is about: entries, times and columns."""

# ruff: noqa: E501 - what a number is bound to stands on one line

import pytest

from tests.agents.grounding.binding.bound import bound

BOUND = {
    "ports": {
        "In January 2013 Oslo had 50 trips.": [
            "50: Oslo! + January 2013! -> n of Oslo, 2013-01; sales of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01"
        ],
        "Oslo had 900 and Bergen 700 in sales in January.": [
            "900: Oslo! + January -> n of Oslo, 2013-01; sales of Oslo, 2013-01; mean_delay of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "700: Bergen! + January! -> sales of Bergen, 2013-01",
        ],
        "Sales were 900 in Oslo, against 700 in Bergen, in January 2013.": [
            "900: Oslo! + January 2013 -> sales of Oslo, 2013-01",
            "700: Bergen! + January 2013 -> sales of Bergen, 2013-01",
        ],
        "Sales of Oslo were 900 by 50 trips in January.": [
            "900: Oslo! + January! -> sales of Oslo, 2013-01",
            "50: Oslo + January! -> sales of Oslo, 2013-01",
        ],
        "The mean delay of Oslo was 12.5 in January and 13.5 in February.": [
            "12.5: Oslo! + January! -> mean_delay of Oslo, 2013-01",
            "13.5: Oslo + February! -> mean_delay of Oslo, 2013-02; max_delay of Oslo, 2013-02",
        ],
        "In February, 30 % were late in Oslo, while in Bergen 40 % were.": [
            "30 %: Oslo! + February! -> late_pct of Oslo, 2013-02",
            "40 %: Bergen! + February -> late_pct of Bergen, 2013-02",
        ],
        "Sales at Oslo fell from 900 to 800 in February.": [
            "900: Oslo! + February! or Oslo! or February! or Oslo! -> sales of Oslo, 2013-02; sales of Oslo, 2013-01; sales of Bergen, 2013-02",
            "800: Oslo + February! -> sales of Oslo, 2013-02",
        ],
        "Sales at Oslo slipped from 900 in January to 800 in February.": [
            "900: Oslo! + January! -> sales of Oslo, 2013-01",
            "800: Oslo + February! -> sales of Oslo, 2013-02",
        ],
        "Oslo had 900, more than Bergen (700), in January.": [
            "900: Oslo! + January -> n of Oslo, 2013-01; sales of Oslo, 2013-01; mean_delay of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "700: Bergen! + January -> n of Bergen, 2013-01; sales of Bergen, 2013-01; mean_delay of Bergen, 2013-01; max_delay of Bergen, 2013-01; late_pct of Bergen, 2013-01",
        ],
        "Oslo led in January with 900 in sales. It had 50 trips.": [
            "900: Oslo! + January! -> sales of Oslo, 2013-01",
            "50: Oslo + January -> n of Oslo, 2013-01; sales of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
        ],
        "Oslo had 900 in January. In February it had 800.": [
            "900: Oslo! + January! -> n of Oslo, 2013-01; sales of Oslo, 2013-01; mean_delay of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "800: February! -> n of Oslo, 2013-02; n of Bergen, 2013-02; sales of Oslo, 2013-02; sales of Bergen, 2013-02; mean_delay of Oslo, 2013-02; mean_delay of Bergen, 2013-02; …",
        ],
        "Of the 50 trips from Oslo in January, 20 % were late.": [
            "50: Oslo! + January! -> n of Oslo, 2013-01; sales of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "20 %: Oslo! + January! -> late_pct of Oslo, 2013-01",
        ],
        "The highest delay was 90 at Oslo in January.": [
            "90: Oslo! + January! -> mean_delay of Oslo, 2013-01; max_delay of Oslo, 2013-01"
        ],
        "Overall 260 trips were made.": ["260: all -> "],
        "All ports together had 3,000 in sales.": ["3,000: all -> "],
        "Oslo had 800 in February, up from 900 a month earlier.": [
            "800: Oslo! + February! -> n of Oslo, 2013-02; sales of Oslo, 2013-02; mean_delay of Oslo, 2013-02; max_delay of Oslo, 2013-02; late_pct of Oslo, 2013-02",
            "900: Oslo! + a month earlier -> n of Oslo, 2013-01; sales of Oslo, 2013-01; mean_delay of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
        ],
        "Oslo and Bergen had 900 and 700 in January.": [
            "900: Oslo! + January! -> n of Oslo, 2013-01; sales of Oslo, 2013-01; mean_delay of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "700: Bergen + January! -> n of Bergen, 2013-01; sales of Bergen, 2013-01; mean_delay of Bergen, 2013-01; max_delay of Bergen, 2013-01; late_pct of Bergen, 2013-01",
        ],
        "50 trips from Oslo, 70 from Bergen in January": [
            "50: Oslo! + January -> n of Oslo, 2013-01; sales of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "70: Bergen! + January! -> n of Bergen, 2013-01; sales of Bergen, 2013-01; mean_delay of Bergen, 2013-01; max_delay of Bergen, 2013-01; late_pct of Bergen, 2013-01",
        ],
        "20 % of the trips from Oslo were late in January.": ["20 %: Oslo! + January -> late_pct of Oslo, 2013-01"],
        "Between January and February 2013 Oslo had 1,700.": [
            "1,700: Oslo! + February 2013! -> n of Oslo, 2013-02; sales of Oslo, 2013-02; mean_delay of Oslo, 2013-02; max_delay of Oslo, 2013-02; late_pct of Oslo, 2013-02"
        ],
        "Bergen: 70 trips; 10 % late; Oslo: 50.": [
            "70: Bergen! -> n of Bergen, 2013-01; n of Bergen, 2013-02; sales of Bergen, 2013-01; sales of Bergen, 2013-02; max_delay of Bergen, 2013-01; max_delay of Bergen, 2013-02; …",
            "10 %: Bergen or all -> late_pct of Bergen, 2013-01; late_pct of Bergen, 2013-02; late_pct of Oslo, 2013-01; late_pct of Oslo, 2013-02",
            "50: Oslo! -> n of Oslo, 2013-01; n of Oslo, 2013-02; sales of Oslo, 2013-01; sales of Oslo, 2013-02; mean_delay of Oslo, 2013-01; mean_delay of Oslo, 2013-02; …",
        ],
        "There were 50 delays in January.": [
            "50: January! -> mean_delay of Oslo, 2013-01; mean_delay of Bergen, 2013-01; max_delay of Oslo, 2013-01; max_delay of Bergen, 2013-01"
        ],
        "On average 12.5 over 50 trips at Oslo in January": [
            "12.5: Oslo! + January -> mean_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "50: Oslo! + January! -> n of Oslo, 2013-01; mean_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
        ],
        "12.5 minutes at Oslo, 7.5 at Bergen in January": [
            "12.5: Oslo! + January -> n of Oslo, 2013-01; mean_delay of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "7.5: Bergen! + January! -> n of Bergen, 2013-01; sales of Bergen, 2013-01; mean_delay of Bergen, 2013-01; max_delay of Bergen, 2013-01; late_pct of Bergen, 2013-01",
        ],
        "Excluding Oslo, Bergen had 700 in January.": [
            "700: Bergen! + January! -> n of Bergen, 2013-01; sales of Bergen, 2013-01; mean_delay of Bergen, 2013-01; max_delay of Bergen, 2013-01; late_pct of Bergen, 2013-01"
        ],
        "342 in total: Oslo 50, Bergen 70 in January": [
            "342: January -> n of Oslo, 2013-01; n of Bergen, 2013-01; sales of Oslo, 2013-01; sales of Bergen, 2013-01; late_pct of Oslo, 2013-01; late_pct of Bergen, 2013-01",
            "50: Oslo! + January -> n of Oslo, 2013-01; sales of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "70: Bergen! + January! -> n of Bergen, 2013-01; sales of Bergen, 2013-01; mean_delay of Bergen, 2013-01; max_delay of Bergen, 2013-01; late_pct of Bergen, 2013-01",
        ],
        "Trips were 50 vs 60 at Oslo, 70 vs 80 at Bergen.": [
            "50: Oslo! -> n of Oslo, 2013-01; n of Oslo, 2013-02; sales of Oslo, 2013-01; sales of Oslo, 2013-02; mean_delay of Oslo, 2013-01; mean_delay of Oslo, 2013-02; …",
            "60: Oslo! -> n of Oslo, 2013-01; n of Oslo, 2013-02; sales of Oslo, 2013-01; sales of Oslo, 2013-02; mean_delay of Oslo, 2013-01; mean_delay of Oslo, 2013-02; …",
            "70: Bergen! -> n of Bergen, 2013-01; n of Bergen, 2013-02; sales of Bergen, 2013-01; sales of Bergen, 2013-02; mean_delay of Bergen, 2013-01; mean_delay of Bergen, 2013-02; …",
            "80: Bergen! -> n of Bergen, 2013-01; n of Bergen, 2013-02; sales of Bergen, 2013-01; sales of Bergen, 2013-02; mean_delay of Bergen, 2013-01; mean_delay of Bergen, 2013-02; …",
        ],
        "Oslo led in January. It had 900 in sales, more than Bergen.": [
            "900: Oslo! -> sales of Oslo, 2013-01; sales of Oslo, 2013-02"
        ],
        "In January Bergen leads, ahead of Oslo at 20 % late (10 of 50 trips).": [
            "20 %: Oslo! + January! -> late_pct of Oslo, 2013-01",
            "10: Bergen + January! or Oslo + January -> late_pct of Bergen, 2013-01; late_pct of Oslo, 2013-01",
            "50: Bergen + January! or Oslo + January -> late_pct of Bergen, 2013-01; late_pct of Oslo, 2013-01",
        ],
        "January (Oslo 50, Bergen 70 trips) and February (Oslo 60, Bergen 80)": [
            "50: Oslo! + January! -> n of Oslo, 2013-01; sales of Oslo, 2013-01; mean_delay of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "70: Bergen! + January! -> n of Bergen, 2013-01; sales of Bergen, 2013-01; max_delay of Bergen, 2013-01; late_pct of Bergen, 2013-01",
            "60: Oslo! + February! -> n of Oslo, 2013-02; sales of Oslo, 2013-02; mean_delay of Oslo, 2013-02; max_delay of Oslo, 2013-02; late_pct of Oslo, 2013-02",
            "80: Bergen! + February -> n of Bergen, 2013-02; sales of Bergen, 2013-02; mean_delay of Bergen, 2013-02; max_delay of Bergen, 2013-02; late_pct of Bergen, 2013-02",
        ],
        "Oslo (50 trips) and Bergen (70 trips) in January": [
            "50: Oslo! + January -> n of Oslo, 2013-01; sales of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "70: Bergen! + January -> n of Bergen, 2013-01; sales of Bergen, 2013-01; max_delay of Bergen, 2013-01; late_pct of Bergen, 2013-01",
        ],
        "In January (50 trips) Oslo was behind.": [
            "50: Oslo + January! -> n of Oslo, 2013-01; sales of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01"
        ],
        "From January to February 2013 sales at Oslo fell from 900 to 800.": [
            "900: Oslo! + January! or January! or Oslo! -> sales of Oslo, 2013-01; sales of Bergen, 2013-01; sales of Oslo, 2013-02",
            "800: Oslo + February 2013 -> sales of Oslo, 2013-02",
        ],
        "In January 900 in sales at Oslo, in February 800.": [
            "900: Oslo! + January! -> sales of Oslo, 2013-01",
            "800: Oslo! + February! -> sales of Oslo, 2013-02",
        ],
        "In January the mean delay was 12.5 at Oslo, while sales were 900.": [
            "12.5: Oslo! + January! -> mean_delay of Oslo, 2013-01",
            "900: Oslo + January or January -> sales of Oslo, 2013-01; sales of Bergen, 2013-01",
        ],
        "In January there were 50 trips at Oslo and 70 at Bergen.": [
            "50: Oslo! + January! -> n of Oslo, 2013-01; sales of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "70: Bergen! + January! -> n of Bergen, 2013-01; sales of Bergen, 2013-01; mean_delay of Bergen, 2013-01; max_delay of Bergen, 2013-01; late_pct of Bergen, 2013-01",
        ],
        "2.5 times the sales of Oslo": ["2.5 times: Oslo! -> sales of Oslo, 2013-01; sales of Oslo, 2013-02"],
        "Sales at Oslo in the month before were 900.": ["900: Oslo! -> sales of Oslo, 2013-01; sales of Oslo, 2013-02"],
        "Sales in February were 800 at Oslo, 900 in the previous month.": [
            "800: Oslo! + February! -> sales of Oslo, 2013-02",
            "900: Oslo! + the previous month! -> sales of Oslo, 2013-01",
        ],
        "While Oslo had 900 in January, Bergen had 700 in sales.": [
            "900: Oslo! + January! -> n of Oslo, 2013-01; sales of Oslo, 2013-01; mean_delay of Oslo, 2013-01; max_delay of Oslo, 2013-01; late_pct of Oslo, 2013-01",
            "700: Bergen! + January! -> sales of Bergen, 2013-01",
        ],
        "Sales, 900 at Oslo in January, exceed 700 at Bergen.": [
            "900: Oslo! + January! -> sales of Oslo, 2013-01",
            "700: Bergen! + January! -> sales of Bergen, 2013-01",
        ],
        "Sales of 900, 800 at Oslo in January and February": [
            "900: Oslo + January -> sales of Oslo, 2013-01",
            "800: Oslo! + February -> sales of Oslo, 2013-02",
        ],
        "The sales of both ports are 900 and 700 in January.": [
            "900: January! -> sales of Oslo, 2013-01; sales of Bergen, 2013-01",
            "700: January! -> sales of Oslo, 2013-01; sales of Bergen, 2013-01",
        ],
        "Neither port had 1,000 in sales in any month.": ["1,000: all -> "],
    },
    "people": {
        "109 of 577 men survived (18.9 %), and 233 of 314 women (74.2 %).": [
            "109: men -> passengers of man; survived of man; survival_rate of man; fare of man; median_age of man",
            "577: men -> survived of man",
            "18.9 %: men! -> survived of man; survival_rate of man",
            "233: women -> survived of woman; survival_rate of woman",
            "314: women -> survived of woman",
            "74.2 %: women! -> survived of woman; survival_rate of woman",
        ],
        "Women survived at 74.2 %, men at 18.9 %.": [
            "74.2 %: Women! -> survived of woman; survival_rate of woman",
            "18.9 %: men! -> survived of man; survival_rate of man",
        ],
        "342 survived (233 women, 109 men).": [
            "342: all -> survived of man; survived of woman; survived of child",
            "233: women -> survived of woman",
            "109: men -> survived of man",
        ],
        "The survival rate was 0.742 for women against 0.189 for men.": [
            "0.742: women! -> survived of woman; survival_rate of woman",
            "0.189: men! -> survived of man; survival_rate of man",
        ],
        "Women paid 44.5 on average, men 25.5.": [
            "44.5: Women! -> survival_rate of woman; fare of woman",
            "25.5: men! -> survival_rate of man; fare of man",
        ],
        "The median age of men was 29, that of women 27.": [
            "29: men! -> median_age of man",
            "27: women! -> median_age of woman",
        ],
        "577 men and 314 women were aboard.": [
            "577: men -> passengers of man; survived of man; median_age of man",
            "314: women -> passengers of woman; survived of woman; median_age of woman",
        ],
        "Half of the children survived: 20.": [
            "Half: children! -> survived of child; survival_rate of child",
            "20: children! -> survived of child; survival_rate of child",
        ],
        "314 women with a fare of 44.5": ["314: women -> ", "44.5: women! -> fare of woman"],
        "233 women were saved.": ["233: women -> passengers of woman; survived of woman; median_age of woman"],
        "The average fare of the 40 children was 30.5.": [
            "40: children -> fare of child",
            "30.5: children! -> fare of child",
        ],
        "Women paid more than men: 44.5 against 25.5.": [
            "44.5: Women! -> passengers of woman; survived of woman; survival_rate of woman; fare of woman; median_age of woman",
            "25.5: men -> passengers of man; survived of man; survival_rate of man; fare of man; median_age of man",
        ],
        "Men had 109 survivors among 577 passengers.": [
            "109: Men! -> survived of man",
            "577: Men! -> passengers of man; survived of man",
        ],
        "Of the 314 women, 233 survived, and of the 577 men 109.": [
            "314: women! -> passengers of woman; survived of woman; median_age of woman",
            "233: women! -> survived of woman",
            "577: men -> survived of man",
            "109: men! -> survived of man; survival_rate of man",
        ],
        "Each man paid 25.5.": [
            "25.5: man! -> passengers of man; survived of man; survival_rate of man; fare of man; median_age of man"
        ],
        "Men paid about 26, women over 44.": [
            "26: Men! -> passengers of man; survived of man; survival_rate of man; fare of man; median_age of man",
            "44: women! -> passengers of woman; survived of woman; survival_rate of woman; fare of woman; median_age of woman",
        ],
        "The share of men is 62 %.": [
            "62 %: men! -> passengers of man; survived of man; survival_rate of man; fare of man; median_age of man"
        ],
        "Women survived 3.9 times as often as men.": ["3.9 times: Women! -> survived of woman; survival_rate of woman"],
        "The number of women who survived is 233.": ["233: women! -> survived of woman"],
        "233 of the women survived.": ["233: women! -> survived of woman; survival_rate of woman"],
        "Of the women 233 survived.": ["233: women! -> survived of woman"],
        "Women, with 314 passengers, paid 44.5 in fare.": [
            "314: Women! -> passengers of woman",
            "44.5: Women! -> fare of woman",
        ],
        "The survival rate of women was 74.2 % (233 of 314).": [
            "74.2 %: women! -> survived of woman; survival_rate of woman",
            "233: women or women -> survived of woman; survival_rate of woman",
            "314: women or women -> survived of woman; survival_rate of woman",
        ],
        "577 passengers were men, 314 women.": ["577: men -> passengers of man", "314: women -> passengers of woman"],
        "Men: 577 passengers, 109 survived, a fare of 25.5.": [
            "577: Men! -> passengers of man",
            "109: Men! -> survived of man",
            "25.5: Men! -> fare of man",
        ],
        "The mean fare is 25.5 for men and the median age 29.": [
            "25.5: men! -> fare of man",
            "29: men! -> median_age of man",
        ],
        "Survived: 233 women, 109 men, 20 children.": [
            "233: women -> survived of woman",
            "109: men -> survived of man",
            "20: children -> survived of child",
        ],
        "Women had a survival rate four times as high (74.2 %).": [
            "four times: Women! -> survived of woman; survival_rate of woman",
            "74.2 %: Women! or Women -> survived of woman; survival_rate of woman",
        ],
        "Passengers paid 44.5 in fare if women, 25.5 if men.": [
            "44.5: women -> fare of woman",
            "25.5: men -> fare of man",
        ],
        "Men (577) outnumber women (314) and children (40) among passengers.": [
            "577: Men! -> passengers of man; survived of man; survival_rate of man; fare of man; median_age of man",
            "314: women! -> passengers of woman; survived of woman; survival_rate of woman; fare of woman; median_age of woman",
            "40: children! -> passengers of child",
        ],
        "Most passengers were men (62 %).": ["62 %: men! -> passengers of man"],
        "233 women who survived paid 44.5 on average.": [
            "233: women -> survived of woman; survival_rate of woman",
            "44.5: women! -> survival_rate of woman",
        ],
    },
    "teams": {
        "Ajax scored 72 goals and conceded 30.": [
            "72: Ajax! -> goals_for of Ajax",
            "30: Ajax! -> goals_against of Ajax",
        ],
        "Ajax has 88 points, 13 more than Celtic with 75.": [
            "88: Ajax! -> points of Ajax",
            "13: Ajax! -> points of Ajax",
            "75: Celtic! -> points of Celtic",
        ],
        "Celtic won 22 matches, Lyon 17.": ["22: Celtic! -> wins of Celtic", "17: Lyon! -> wins of Lyon"],
        "Ajax won with 88 points, ahead of Celtic with 75 and Lyon with 60.": [
            "88: Ajax! -> points of Ajax",
            "75: Celtic! -> points of Celtic",
            "60: Lyon! -> points of Lyon",
        ],
        "Lyon let in 45 goals against 40 for Celtic.": [
            "45: Lyon! -> goals_against of Lyon",
            "40: Celtic! -> goals_against of Celtic",
        ],
        "Goals against: Ajax 30, Celtic 40, Lyon 45.": [
            "30: Ajax! -> goals_against of Ajax",
            "40: Celtic! -> goals_against of Celtic",
            "45: Lyon! -> goals_against of Lyon",
        ],
        "Ajax, Celtic and Lyon have 88, 75 and 60 points.": [
            "88: Ajax! -> points of Ajax; goals_for of Ajax; goals_against of Ajax; wins of Ajax",
            "75: Celtic -> points of Celtic; goals_for of Celtic; goals_against of Celtic; wins of Celtic",
            "60: Lyon -> points of Lyon",
        ],
        "Ajax leads (88 points, 28 wins).": ["88: Ajax! -> points of Ajax", "28: Ajax! -> wins of Ajax"],
        "Ajax is 1st with 88.": [
            "1st: Ajax! -> points of Ajax; goals_for of Ajax; goals_against of Ajax; wins of Ajax",
            "88: Ajax! -> points of Ajax; goals_for of Ajax; goals_against of Ajax; wins of Ajax",
        ],
        "Ajax had more than 27 wins.": ["27: Ajax! -> wins of Ajax"],
        "The teams won 67 matches together.": ["67: all -> "],
        "A team scored 62 goals on average.": ["62: all -> goals_for of Ajax; goals_for of Celtic; goals_for of Lyon"],
        "Ajax beat Celtic by 13 points.": ["13: Ajax! -> points of Ajax"],
        "It has 88 points. Ajax leads with 72 goals for and 30 against.": [
            "88: all -> points of Ajax; points of Celtic; points of Lyon",
            "72: Ajax! -> goals_for of Ajax",
            "30: Ajax! -> goals_for of Ajax; goals_against of Ajax",
        ],
        "Celtic has 75 points (60 goals for).": [
            "75: Celtic! -> points of Celtic",
            "60: Celtic! or Celtic -> goals_for of Celtic",
        ],
        "With 28 wins Ajax leads Celtic (22) and Lyon (17).": [
            "28: Ajax -> wins of Ajax",
            "22: Celtic! -> wins of Celtic",
            "17: Lyon! -> wins of Lyon",
        ],
        "Lyon's 60 points are the fewest.": ["60: Lyon! -> points of Lyon"],
    },
    "groups": {
        "name_1 has a mean delay of 5.5, against 9.5 overall.": [
            "5.5: name_1! -> mean of name_1",
            "9.5: name_1! -> mean of name_1; median of name_1; total of name_1",
        ],
        "The mean delay is 9.5 in 3 groups.": [
            "9.5: all -> mean of name_1; mean of name_6; mean of name_11; overall mean",
            "3: all -> number of groups",
        ],
        "name_1 had 4 rows, name_6 9 rows.": ["4: name_1! -> count of name_1", "9: name_6! -> count of name_6"],
        "The difference is significant (p = 0.03), effect size 0.2.": [
            "0.03: all -> mean of name_1; mean of name_6; mean of name_11; median of name_1; median of name_6; median of name_11; …",
            "0.2: all -> mean of name_1; mean of name_6; mean of name_11; median of name_1; median of name_6; median of name_11; …",
        ],
        "A total delay of 7.5 for name_1 and a median of 6.5.": [
            "7.5: name_1! -> total of name_1; overall total",
            "6.5: name_1! -> median of name_1",
        ],
        "Delays of name_6 average 10.5.": ["10.5: name_6! -> mean of name_6"],
        "The three carriers differ; 27 rows in all.": ["three: all -> number of groups", "27: all -> overall count"],
        "name_1 had 4 delays.": ["4: name_1! -> total of name_1"],
        "name_1: 5.5 (median 6.5, n = 4)": [
            "5.5: name_1! -> mean of name_1; median of name_1; total of name_1; count of name_1",
            "6.5: name_1! or name_1 -> median of name_1; count of name_1; overall count",
            "4: name_1! or name_1 -> count of name_1; overall count",
        ],
    },
    "figures": {
        "Delays range from 1 to 90 with a mean of 9.5 and a median of 8.5.": [
            "1: all -> mean; minimum; maximum; share between percentiles",
            "90: all -> mean; minimum; maximum; share between percentiles",
            "9.5: all -> mean; minimum; maximum; share between percentiles",
            "8.5: all -> median; share between percentiles",
        ],
        "5 values are missing, 7 are zero.": [
            "5: all -> count",
            "7: all -> count; missing; share missing; total; mean; minimum; …",
            "zero: all -> count; missing; share missing; total; mean; minimum; …",
        ],
        "The 95th percentile is 30; 4 values lie above it.": [
            "95th: all -> 5th percentile; percentile 5th; 25th percentile; percentile 25th; 75th percentile; percentile 75th; …",
            "30: all -> percentile 5th; percentile 25th; percentile 75th; 95th percentile; percentile 95th; share 5; …",
            "4: all -> count; above the 95th percentile",
        ],
        "Half of the delays are below 8.5, a quarter above 14.": [
            "Half: all -> total; mean; minimum; median; maximum; share not zero; …",
            "8.5: all -> total; mean; minimum; median; maximum; share not zero; …",
            "a quarter: all -> total; mean; minimum; median; maximum; share not zero; …",
            "14: all -> total; mean; minimum; median; maximum; share not zero; …",
        ],
        "The standard deviation is 3.5, the skewness 1.25.": [
            "3.5: all -> standard deviation",
            "1.25: all -> total; mean; standard deviation; minimum; median; maximum; …",
        ],
        "The middle half of delays lies between 4 and 14.": [
            "half: all -> total; mean; minimum; median; maximum; interquartile range; …",
            "4: all -> total; mean; minimum; median; maximum; interquartile range; …",
            "14: all -> total; mean; minimum; median; maximum; interquartile range; …",
        ],
        "100 delays, 950 in total": ["100: all -> total; mean; minimum; median; maximum", "950: all -> total"],
        "90 is the longest delay, 10 times the mean.": [
            "90: all -> total; mean; minimum; median; maximum; share 5; …",
            "10 times: all -> total; mean; minimum; median; maximum; share 5; …",
        ],
        "105 rows, of which 5 have no value of delay": [
            "105: all -> count; rows",
            "5: all -> count; rows; missing; share missing; total; mean; …",
        ],
        "The typical delay is 8.5 minutes, at most 90.": [
            "8.5: all -> total; mean; minimum; median; maximum",
            "90: all -> total; mean; minimum; median; maximum",
        ],
        "95 % of delays are below 30.": [
            "95 %: all -> total; mean; minimum; median; maximum; mean less median; …",
            "30: all -> total; mean; minimum; median; maximum; mean less median; …",
        ],
        "7 % of delays are zero.": [
            "7 %: all -> total; mean; minimum; median; maximum; zeros; …",
            "zero: all -> total; mean; minimum; median; maximum; zeros; …",
        ],
        "The mean of delay is 9.5, its median 8.5, its maximum 90.": [
            "9.5: all -> mean; minimum; maximum",
            "8.5: all -> median",
            "90: all -> minimum; maximum",
        ],
        "delay: mean 9.5, median 8.5, total 950": ["9.5: all -> mean", "8.5: all -> median", "950: all -> total"],
        "5 rows without a value for delay": ["5: all -> count; rows"],
        "The quartiles of delay are 4 and 14.": [
            "4: all -> total; mean; minimum; median; maximum; 5th percentile; …",
            "14: all -> total; mean; minimum; median; maximum; 5th percentile; …",
        ],
    },
    "pairs": {
        "left_2 and right_3 correlate with 3.5 (p = 4.5, n = 7).": [
            "3.5: all -> coefficient of left_2, right_3; p_value of left_2, right_3",
            "4.5: all -> coefficient of left_2, right_3; p_value of left_2, right_3",
            "7: all -> coefficient of left_2, right_3; count of left_2, right_3; pairs checked",
        ],
        "left_9 and right_10 correlate at 10.5, Pearson 12.5.": [
            "10.5: all -> coefficient of left_9, right_10; pearson of left_9, right_10",
            "12.5: all -> coefficient of left_9, right_10; pearson of left_9, right_10",
        ],
        "The correlation of left_2 and right_3 is 3.5, that of left_9 and right_10 10.5.": [
            "3.5: all -> coefficient of left_2, right_3",
            "10.5: all -> coefficient of left_9, right_10",
        ],
    },
}
"""Numbers with the names that may own them (`!` where it is certain), and the cells that they can be."""


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in BOUND.items() for text in texts])
def test_numbers_are_bound_to_entries_and_columns(name, text):
    """A number belongs to the names around it, and is a value of the columns and aggregates that are said."""
    assert bound(name, text) == BOUND[name][text]
