"""Names of entries, times and numbers that sentences hold, over entries of some results."""

import pytest

from tests.agents.grounding.sentences.told import read, told

READ = {
    "passengers": {
        "Men paid 50, women 60 and children 7.": [
            [
                "Men is man of who",
                "women is woman of who",
                "children is child of who",
                "number 50",
                "number 60",
                "number 7",
            ]
        ],
        "The man in class 3 paid 8.5, in third class 8.5.": [
            ["man is man of who", "class 3 is 3 of class", "third class is 3 of class", "number 8.5", "number 8.5"]
        ],
        "3rd-class and first-class passengers; ranked 3rd": [
            ["first-class is 1 of class", "number 3rd"],
            ["number 3rd"],
        ],
        "Class 2 and 3 had 60.": [["Class 2 is 2 of class", "3 is 3 of class", "number 60"]],
        "Southampton (S) had 50, Cherbourg 60.": [
            [
                "Southampton is s/southampton of port/town",
                "S is s of port",
                "Cherbourg is cherbourg of town",
                "number 50",
                "number 60",
            ]
        ],
        "S had 50, but s had not.": [["S is s of port", "number 50"]],
        "C was second, Q third.": [["C is c of port", "Q is q of port", "number second"]],
        "Females paid 60, males 50; girls paid 60.": [
            ["Females is f/w of sex", "males is m of sex", "number 60", "number 50"],
            ["girls is f/w of sex", "number 60"],
        ],
        "Alone they paid 50, not alone 60; non-alone 7.": [
            ["Alone is true of alone", "not alone is false of alone", "number 50", "number 60"],
            ["non-alone is false of alone", "number 7"],
        ],
        "True rows paid 50, and it is true that false ones paid less.": [
            ["True is true of alone", "true is true of alone", "false is false of alone", "number 50"]
        ],
        "The mean fare for “S” was 50.": [["S is s of port", "number 50", "mean: mean"]],
        "In group man the fare was 50.": [["man is man of who", "number 50"]],
        "Queenstown's children": [["Queenstown is queenstown of town", "children is child of who"]],
        "a third of the women, two thirds of men": [
            ["women is woman of who", "men is man of who", "number a third", "number two thirds"]
        ],
        "The average median fare; the mean number of men; the number of women": [
            ["average: mean"],
            ["men is man of who", "mean: mean"],
            ["women is woman of who", "number: total"],
        ],
        "A total of 50; total fare; the highest fare": [["number 50", "total: total"], ["total: total"], []],
        "Classes 1, 2 and 3; classes 1 to 2": [
            ["Classes 1 is 1 of class", "2 is 2 of class", "3 is 3 of class"],
            ["classes 1 is 1 of class", "2 is 2 of class"],
        ],
        "the classes are 3 and 1": [["3 is 3 of class", "1 is 1 of class"]],
        "a class of 3 and 2 children": [["class of 3 is 3 of class", "2 is 2 of class", "children is child of who"]],
        "rows with alone 1 and with alone = 1": [
            ["alone is true of alone", "alone is true of alone", "number 1", "number 1"]
        ],
        "8.5 for 3; row 12": [["number 8.5", "number 3"], ["number 12"]],
        "class 1.5 and class 3% and class 3": [
            ["class 3 is 3 of class", "class 3 is 3 of class", "number 1.5", "number 3%"]
        ],
    },
    "flights": {
        "UA had 50 flights in January 2013, AS 60 in February.": [
            [
                "UA is ua of carrier",
                "AS is as of carrier",
                "January 2013 is year 2013 month 1",
                "February is month 2",
                "number 50",
                "number 60",
            ]
        ],
        "as had 60, ha 4; As had 60.": [["ha is ha of carrier", "number 60", "number 4"], ["number 60"]],
        "United Air Lines and United had 50.": [
            ["United Air Lines is united air lines of airline", "United is united air lines of airline", "number 50"]
        ],
        "Alaska Airlines in brackets (AS) had 60.": [
            ["Alaska Airlines is alaska airlines of airline", "AS is as of carrier", "number 60"]
        ],
        "Alaska (AS) had 60, Hawaiian (HA) 4.": [
            [
                "Alaska is alaska airlines/as of airline/carrier",
                "Hawaiian is ha/hawaiian airlines of airline/carrier",
                "HA is ha of carrier",
                "number 60",
                "number 4",
            ]
        ],
        "In 2013 there were 114, in 2014 none.": [["2013 is year 2013", "number 114", "number 2014"]],
        "2013 flights were counted; there were 2013 flights.": [["2013 is year 2013"], ["number 2013"]],
        "In the following month 60; a month later 60.": [["number 60"], ["number 60"]],
        "In January UA had 50. In the following month AS had 60.": [
            ["UA is ua of carrier", "January is month 1", "number 50"],
            ["AS is as of carrier", "the following month is month 2", "number 60"],
        ],
        "In March HA had 4, the previous month AS 60; two months earlier UA 50.": [
            [
                "HA is ha of carrier",
                "AS is as of carrier",
                "March is month 3",
                "the previous month is month 2",
                "number 4",
                "number 60",
            ],
            ["UA is ua of carrier", "number two", "number 50"],
        ],
        "In the last month HA had 4, in the first month UA 50.": [
            [
                "HA is ha of carrier",
                "UA is ua of carrier",
                "the last month is year 2013 month 3",
                "the first month is year 2013 month 1",
                "number 4",
                "number 50",
            ]
        ],
        "in the last month of the year": [[]],
        "on the 3rd there was nothing": [["number 3rd"]],
        "Within two months of January 2013": [["January 2013 is year 2013 month 1", "number two"]],
        "In January 2013 UA had 50, two months later HA 4.": [
            [
                "UA is ua of carrier",
                "HA is ha of carrier",
                "January 2013 is year 2013 month 1",
                "two months later is year 2013 month 3",
                "number 50",
                "number 4",
            ]
        ],
        "The airline Alaska had 60.": [["Alaska is alaska airlines of airline", "number 60"]],
        "In early 2013 and since 2013": [["2013 is year 2013", "2013 is year 2013"]],
        "Between January and March 2013 UA led.": [
            ["UA is ua of carrier", "January is year 2013 month 1", "March 2013 is year 2013 month 3"]
        ],
        "2013: 114 flights (2013) - 2013": [
            ["2013 is year 2013", "2013 is year 2013", "2013 is year 2013", "number 114"]
        ],
        "UA's flights in 2013-02": [["UA is ua of carrier", "2013-02 is year 2013 month 2"]],
    },
    "countries": {
        "Canadians rated Good, Americans Bad.": [
            [
                "Canadians is canada of country",
                "Good is good of rating",
                "Americans is usa of country",
                "Bad is bad of rating",
            ]
        ],
        "South Korea and Korea had 5; South Koreans too.": [
            ["South Korea is south korea of country", "Korea is south korea of country", "number 5"],
            ["South is south korea of country"],
        ],
        "Europe and Central Asia had 9.": [["Europe and Central Asia is europe central asia of country", "number 9"]],
        "Europe, Central Asia had 9.": [["Europe, Central Asia is europe central asia of country", "number 9"]],
        "Europe or Asia and others": [
            ["Europe is europe central asia of country", "Asia is europe central asia of country"]
        ],
        "The good countries: a good rating": [["good is good of rating"]],
        "Rated “Good” by 3, rated Good.": [["Good is good of rating", "Good is good of rating", "number 3"]],
        "Spanish people had 8; the Spaniards 8.": [
            ["Spanish is spain of country", "number 8"],
            ["Spaniards is spain of country", "number 8"],
        ],
        "canada had 3; CANADA had 3.": [
            ["canada is canada of country", "number 3"],
            ["CANADA is canada of country", "number 3"],
        ],
        "Mixed ratings: 9; mixed feelings": [["Mixed is mixed of rating", "number 9"], ["mixed is mixed of rating"]],
        "“Bad” was given by Spain; bad luck": [["Bad is bad of rating", "Spain is spain of country"], []],
    },
    "days": {
        "On Sunday 5, on Mondays 5.": [
            ["Sunday is 7/sun of day_of_week/day_part", "Mondays is 1 of day_of_week", "number 5", "number 5"]
        ],
        "Weekdays 6 and 7; weekday 2": [
            ["Weekdays 6 is 6 of day_of_week", "7 is 7 of day_of_week"],
            ["weekday 2 is 2 of day_of_week"],
        ],
        "day_of_week 2 had 5; day_of_week 9": [["day_of_week 2 is 2 of day_of_week", "number 5"], ["number 9"]],
        "Day_of_week 2, 6 and 9": [["Day_of_week 2 is 2 of day_of_week", "6 is 6 of day_of_week", "number 9"]],
        "Thursday, Friday, Saturday; Thur and Sat": [
            ["Thursday is thur of day_part", "Friday is fri of day_part", "Saturday is 6/sat of day_of_week/day_part"],
            ["Thur is thur of day_part", "Sat is sat of day_part"],
        ],
        "Sat, 30 May; Sunday, 3 May; Sunday the 3 May": [
            ["Sat is sat of day_part", "30 May is month 5 day 30"],
            ["3 May is month 5 day 3"],
            ["3 May is month 5 day 3"],
        ],
        "thurs; Fridays": [["thurs is thur of day_part"], ["Fridays is fri of day_part"]],
    },
    "cars": {
        "four-cylinder cars, eight cylinders, 8-cylinder cars": [
            ["four-cylinder is 4 of cylinders", "8-cylinder is 8 of cylinders", "number eight"]
        ],
        "14 have eight cylinders; the four cylinders": [
            ["eight cylinders is 8 of cylinders", "number 14"],
            ["number four"],
        ],
        "cylinders are 8 and 6; cylinders of 6": [
            ["8 is 8 of cylinders", "6 is 6 of cylinders"],
            ["cylinders of 6 is 6 of cylinders"],
        ],
        "most of cylinders are 8": [["number 8"]],
        "the 6 cylinders; 6 cylinders, with 6 cylinders": [["number 6"], ["6 cylinders is 6 of cylinders", "number 6"]],
        "6.5 cylinders; cylinders 6.5": [["number 6.5"], ["number 6.5"]],
        "cylinder 4, 5, and 7": [["cylinder 4 is 4 of cylinders", "5 is 5 of cylinders", "number 7"]],
        "cylinder 4 - 6": [["cylinder 4 is 4 of cylinders", "6 is 6 of cylinders"]],
        "cylinders 24; cylinder group 8": [["cylinders 24 is 24 of cylinders"], ["number 8"]],
    },
    "families": {
        "with four or more siblings; at least three siblings": [
            ["four is 4 of siblings"],
            ["at least three siblings is 3/4 of siblings together"],
        ],
        "siblings of 2 or more; with 1 or fewer siblings": [
            ["siblings of 2 is 2 of siblings", "2 or more is 2/3/4 of siblings together"],
            ["1 or fewer siblings is 0/1 of siblings together"],
        ],
        "at most 1 sibling; with at most 1 sibling": [
            ["at most 1 sibling is 0/1 of siblings together"],
            ["at most 1 sibling is 0/1 of siblings together"],
        ],
        "having 9 or more siblings; with 0 or more siblings": [["number 9"], ["0 is 0 of siblings"]],
        "smokers 5, non-smokers 5; smoking": [
            ["smokers is yes of smoker", "non-smokers is no of smoker", "number 5", "number 5"],
            ["smoking is yes of smoker"],
        ],
        "Yes votes 5, no answers; yes": [
            ["Yes is yes of smoker", "no is no of smoker", "number 5"],
            ["yes is yes of smoker"],
        ],
        "over 35 and under 35; older than 35; over 40": [
            ["over 35 is >35 of age_group", "under 35 is <35 of age_group"],
            ["older than 35 is >35 of age_group"],
            ["number 40"],
        ],
        "aged 36-40; 41-50; 36-41": [
            ["36-40 is 36-40 of age_group"],
            ["41-50 is 41 - 50 of age_group"],
            ["number 36", "number 41"],
        ],
        "with 2 siblings; groups of three (5) or four (5) siblings": [
            ["2 siblings is 2 of siblings"],
            ["three is 3 of siblings", "four is 4 of siblings", "number 5", "number 5"],
        ],
        "families of 2, 3 and 4": [["2 is 2 of siblings", "number 3", "number 4"]],
        "with 0 siblings; carrying 1; with 2 passengers": [["0 siblings is 0 of siblings"], ["number 1"], ["number 2"]],
        "bottoms out when 3 with 21": [["number 3", "number 21"]],
        "group of 2 siblings; parties of 3": [["2 is 2 of siblings"], ["3 is 3 of siblings"]],
        "smoker's; SMOKERS": [["smoker is yes of smoker"], ["SMOKERS is yes of smoker"]],
    },
    "seasons": {
        "season 8 and season 1; season 7; S08": [
            ["season 8 is s08 of season", "season 1 is s01 of season"],
            ["number 7"],
            ["S08 is s08 of season"],
        ],
        "season 08; seasons 1 and 2": [["season 08 is s08 of season"], ["seasons 1 is s01 of season", "number 2"]],
    },
    "dates": {
        "on the 3rd there were 9; the 4th day; on the 5th": [
            ["the 3rd is year 2024 month 5 day 3", "number 9"],
            ["number 4th"],
            ["number 5th"],
        ],
        "On 3 May 9 and on the following day 9, two days later none.": [
            [
                "3 May is month 5 day 3",
                "the following day is year 2024 month 5 day 4",
                "number 9",
                "number 9",
                "number two",
            ]
        ],
        "In May 2024 on the 4th; in June on the 4th": [
            ["May 2024 is year 2024 month 5", "the 4th is year 2024 month 5 day 4"],
            ["June is month 6", "number 4th"],
        ],
    },
}
"""Names, times and numbers found in each sentence of a text, by the result whose entries are known."""


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in READ.items() for text in texts])
def test_names_times_and_numbers_are_found(name, text):
    """Each entry is found in the forms in which prose writes it, and nothing else is taken for one."""
    assert [told(sentence) for sentence in read(name, text)] == READ[name][text]
