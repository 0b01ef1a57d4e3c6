"""Numbers of a sentence: what they can mean, to which digit they are written, and of which kind they are."""

import pytest

from agents.grounding.reading.written_numbers import WrittenNumber, as_years, read

READ = {
    "There were 12 cars.": ["12 [11:13] is 12 ±0.5 by 1"],
    "It cost $1,250.50 and €3.": ["$1,250.50 [8:17] is 1250.5 ±0.005 by 0.01", "€3 [22:24] is 3 ±0.5 by 1"],
    "1.234,5 kg in 2013": ["1.234,5 [0:7] is 1234.5 ±0.05 by 0.1", "2013 [14:18] is 2013 ±0.5 by 1, year"],
    "2.345.678 rows": ["2.345.678 [0:9] is 2345678 ±0.5 by 1"],
    "8.255 rows": ["8.255 [0:5] is 8.255 ±0.0005 or 8255 ±0.5 by 0.001"],
    "gut 15.000 rows": ["15.000 [4:10] is 15 ±0.0005 or 15000 ±0.5 by 1000, over"],
    "The gap is -3 degrees, then -4.5 and minus 2.": [
        "-3 [11:13] is -3 ±0.5 by 1, signed",
        "-4.5 [28:32] is -4.5 ±0.05 by 0.1, signed",
        "minus 2 [37:44] is -2 ±0.5 by 1, signed",
    ],
    "from 5-7 (3 - 2)": [
        "5 [5:6] is 5 ±0.5 by 1",
        "7 [7:8] is 7 ±0.5 by 1",
        "3 [10:11] is 3 ±0.5 by 1",
        "2 [14:15] is 2 ±0.5 by 1",
    ],
    "12,5 and .5 rows": ["12,5 [0:4] is 12.5 ±0.05 by 0.1", ".5 [9:11] is 0.5 ±0.05 by 0.1"],
    "1.5e3 and 2e-2 rows": ["1.5e3 [0:5] is 1500 ±50 by 100", "2e-2 [10:14] is 0.02 ±0.005 by 0.01"],
    "8-9 % of rows": ["8 [0:1] is 8 ±0.5 by 1, percent", "9 % [2:5] is 9 ±0.5 by 1, percent"],
    "8 % of rows": ["8 % [0:3] is 8 ±0.5 by 1, percent"],
    "between 8 and 9 percent": ["8 [8:9] is 8 ±0.5 by 1, percent", "9 percent [14:23] is 9 ±0.5 by 1, percent"],
    "between 3 and 4 thousand rows": [
        "3 [8:9] is 3 ±0.5 or 3000 ±500 by 1000",
        "4 thousand [14:24] is 4000 ±500 by 1000",
    ],
    "3 to 4 million": ["3 [0:1] is 3 ±0.5 or 3000000 ±500000 by 1e+06", "4 million [5:14] is 4000000 ±500000 by 1e+06"],
    "1,000-1,500 % and 1,200 to 1,500 %": [
        "1,000 [0:5] is 1000 ±0.5 by 1000",
        "1,500 % [6:13] is 1500 ±0.5 by 100, percent",
        "1,200 [18:23] is 1200 ±0.5 by 100",
        "1,500 % [27:34] is 1500 ±0.5 by 100, percent",
    ],
    "1999-2003 million": ["1999 [0:4] is 1999 ±0.5 by 1, year", "2003 million [5:17] is 2003000000 ±500000 by 1e+06"],
    "in 2012 or 5 % of rows": ["2012 [3:7] is 2012 ±0.5 by 1, year", "5 % [11:14] is 5 ±0.5 by 1, percent"],
    "in the 1990s, 30s and 95th": [
        "1990 [7:11] is 1990 ±0.5 by 10, year",
        "30 [14:16] is 30 ±0.5 by 10",
        "95th [22:26] is 95 ±0.5 by 1, rank",
    ],
    "8-9th place": ["8 [0:1] is 8 ±0.5 by 1", "9th [2:5] is 9 ±0.5 by 1, rank"],
    "2 percentage points, 3 pp, 4 percentage-points": [
        "2 percentage points [0:19] is 2 ±0.5 by 1, percent, points",
        "3 pp [21:25] is 3 ±0.5 by 1, percent, points",
        "4 percentage-points [27:46] is 4 ±0.5 by 1, percent, points",
    ],
    "3 Prozentpunkte und 4 Prozent, 5 per cent": [
        "3 Prozentpunkte [0:15] is 3 ±0.5 by 1, percent, points",
        "4 Prozent [20:29] is 4 ±0.5 by 1, percent",
        "5 per cent [31:41] is 5 ±0.5 by 1, percent",
    ],
    "5 ‰ of rows": ["5 ‰ [0:3] is 5 ±0.5 by 1"],
    "5m and 5M, 7k and 7K, 8b and 8bn": [
        "5m [0:2] is 5 ±0.5 or 5000000 ±500000 by 1e+06",
        "5M [7:9] is 5000000 ±500000 by 1e+06",
        "7k [11:13] is 7000 ±500 by 1000",
        "7K [18:20] is 7000 ±500 by 1000",
        "8b [22:24] is 8 ±0.5 or 8000000000 ±5e+08 by 1e+09",
        "8bn [29:32] is 8000000000 ±5e+08 by 1e+09",
    ],
    "3 Mio. und 2 Mrd. und 4 Tausend": [
        "3 Mio. [0:6] is 3000000 ±500000 by 1e+06",
        "2 Mrd. [11:17] is 2000000000 ±5e+08 by 1e+09",
        "4 Tausend [22:31] is 4000 ±500 by 1000",
    ],
    "12 and 3 thousand": ["12 [0:2] is 12 ±0.5 by 1", "3 thousand [7:17] is 3000 ±500 by 1000"],
    "3 trillion and 4 mn": ["3 trillion [0:10] is 3e+12 ±5e+11 by 1e+12", "4 mn [15:19] is 4000000 ±500000 by 1e+06"],
    "top 5 of 7": ["5 [4:5] is 5 ±0.5 by 1, rank", "7 [9:10] is 7 ±0.5 by 1"],
    "number 3, rank 4, no. 5, #6, top-3, top 5 %": [
        "3 [7:8] is 3 ±0.5 by 1, rank",
        "4 [15:16] is 4 ±0.5 by 1, rank",
        "5 [22:23] is 5 ±0.5 by 1, rank",
        "6 [26:27] is 6 ±0.5 by 1, rank",
        "3 [33:34] is 3 ±0.5 by 1, rank",
        "5 % [40:43] is 5 ±0.5 by 1, percent",
    ],
    "cars with more cylinders number 192": ["192 [32:35] is 192 ±0.5 by 1"],
    "films last 110 minutes": ["110 [11:14] is 110 ±0.5 by 10"],
    "the last 12 months": ["12 [9:11] is 12 ±0.5 by 1, rank"],
    "films last 110": ["110 [11:14] is 110 ±0.5 by 10, rank"],
    "the 3rd place and the 1st": ["3rd [4:7] is 3 ±0.5 by 1, rank", "1st [22:25] is 1 ±0.5 by 1, rank"],
    "2x, 4 times the rate, 5-fold, 6 fold": [
        "2x [0:2] is 2 ±0.5 by 1, multiple",
        "4 times [4:11] is 4 ±0.5 by 1, multiple",
        "5-fold [22:28] is 5 ±0.5 by 1, multiple",
        "6 fold [30:36] is 6 ±0.5 by 1, multiple",
    ],
    "10 x clouds": ["10 x [0:4] is 10 ±0.5 by 10"],
    "10 x the rate": ["10 x [0:4] is 10 ±0.5 by 10, multiple"],
    "flew 26,397 times": ["26,397 times [5:17] is 26397 ±0.5 by 1"],
    "100 times, 99 times": ["100 times [0:9] is 100 ±0.5 by 100", "99 times [11:19] is 99 ±0.5 by 1, multiple"],
    "100 times as many": ["100 times [0:9] is 100 ±0.5 by 100, multiple"],
    "won 3 times": ["3 times [4:11] is 3 ±0.5 by 1"],
    "won 3 times as many": ["3 times [4:11] is 3 ±0.5 by 1, multiple"],
    "(5) and ($5), (5 %) and (5 to 6)": [
        "5 [1:2] is 5 ±0.5 by 1, brackets",
        "$5 [9:11] is 5 ±0.5 by 1, brackets",
        "5 % [15:18] is 5 ±0.5 by 1, percent, brackets",
        "5 [25:26] is 5 ±0.5 by 1",
        "6 [30:31] is 6 ±0.5 by 1",
    ],
    "2012, $2012, -2012, 2,012 and 2012 %": [
        "2012 [0:4] is 2012 ±0.5 by 1, year",
        "$2012 [6:11] is 2012 ±0.5 by 1",
        "-2012 [13:18] is -2012 ±0.5 by 1, signed",
        "2,012 [20:25] is 2012 ±0.5 by 1",
        "2012 % [30:36] is 2012 ±0.5 by 1, percent",
    ],
    "COVID-19 in E12 and [E3]": [],
    "1. First 2) second": ["2 [9:10] is 2 ±0.5 by 1, rank"],
    "p95, UA1545, 9abc, x_5": ["9 [13:14] is 9 ±0.5 by 1"],
    "12,000 and 120 and 1,250,000": [
        "12,000 [0:6] is 12000 ±0.5 by 1000",
        "120 [11:14] is 120 ±0.5 by 10",
        "1,250,000 [19:28] is 1250000 ±0.5 by 10000",
    ],
    "0.50 and 0 and 10.0": [
        "0.50 [0:4] is 0.5 ±0.005 by 0.01",
        "0 [9:10] is 0 ±0.5 by 1",
        "10.0 [15:19] is 10 ±0.05 by 0.1",
    ],
    "twenty percent, twenty per cent and three": [
        "twenty [0:6] is 20 ±0 by 1, percent, word",
        "twenty [16:22] is 20 ±0 by 1, percent, word",
        "three [36:41] is 3 ±0 by 1, word",
    ],
    "A total of 5 - 7 cats": ["5 [11:12] is 5 ±0.5 by 1", "7 [15:16] is 7 ±0.5 by 1"],
    "a range of 5 or 6 times": ["5 [11:12] is 5 ±0.5 by 1, multiple", "6 times [16:23] is 6 ±0.5 by 1, multiple"],
    "10 kg, 5 mB, 5 B.": ["10 [0:2] is 10 ±0.5 by 10", "5 [7:8] is 5 ±0.5 by 1", "5 [13:14] is 5 ±0.5 by 1"],
    "12 and 13 %": ["12 [0:2] is 12 ±0.5 by 1", "13 % [7:11] is 13 ±0.5 by 1, percent"],
    "grew 1.250 %": ["1.250 % [5:12] is 1.25 ±0.0005 or 1250 ±0.5 by 10, percent"],
    "about 12, more than 13, at least 14 rows": [
        "12 [6:8] is 12 ±0.5 by 1, about",
        "13 [20:22] is 13 ±0.5 by 1, over",
        "14 [33:35] is 14 ±0.5 by 1, at least",
    ],
    "the mark of 3,000 is passed by two": [
        "3,000 [12:17] is 3000 ±0.5 by 1000, over",
        "two [31:34] is 2 ±0 by 1, word",
    ],
    "twice, one third, double-digit and second place": [
        "twice [0:5] is 2 ±0.1 by 0.5, multiple, word",
        "one third [7:16] is 0.3333333333 ±0.02 by 0.1, fraction, word",
        "double-digit [18:30] is 10 ±0 by 1, at least, word",
        "second [35:41] is 2 ±0 by 1, rank, word",
    ],
    "under a million, 3 hundred": [
        "a million [6:15] is 1000000 ±0 by 1, under, word",
        "3 hundred [17:26] is 300 ±50 by 100",
    ],
    "12 of 2,195 trips averaged 3.02 on average over 2,195 trips": [
        "12 [0:2] is 12 ±0.5 by 1",
        "2,195 [6:11] is 2195 ±0.5 by 1",
        "3.02 [27:31] is 3.02 ±0.005 by 0.01",
        "2,195 [48:53] is 2195 ±0.5 by 1",
    ],
    "over the last 15 years and over the 15 rows": [
        "15 [14:16] is 15 ±0.5 by 1, at least, rank",
        "15 [36:38] is 15 ±0.5 by 1, over",
    ],
    "5 or more, 5 or fewer, 5 rows or more": [
        "5 [0:1] is 5 ±0.5 by 1, at least",
        "5 [11:12] is 5 ±0.5 by 1, at most",
        "5 [23:24] is 5 ±0.5 by 1, at least",
    ],
    "the limit of 20 was not reached by five": [
        "20 [13:15] is 20 ±0.5 by 10, under",
        "five [35:39] is 5 ±0 by 1, word",
    ],
    "1,5 % to 2,5 %": ["1,5 % [0:5] is 1.5 ±0.05 by 0.1, percent", "2,5 % [9:14] is 2.5 ±0.05 by 0.1, percent"],
    "A 0 or 0 % share": ["0 [2:3] is 0 ±0.5 by 1, percent", "0 % [7:10] is 0 ±0.5 by 1, percent"],
    "0.125 and 01.250 and 1.250m": [
        "0.125 [0:5] is 0.125 ±0.0005 by 0.001",
        "01.250 [10:16] is 1.25 ±0.0005 by 0.001",
        "1.250m [21:27] is 1.25 ±0.0005 or 1250000 ±500 by 1000",
    ],
    "30-40 kg, 2013-2015": [
        "30 [0:2] is 30 ±0.5 by 10",
        "40 [3:5] is 40 ±0.5 by 10",
        "2013 [10:14] is 2013 ±0.5 by 1, year",
        "2015 [15:19] is 2015 ±0.5 by 1, year",
    ],
    "-0.5 % and (-3)": [
        "-0.5 % [0:6] is -0.5 ±0.05 by 0.1, signed, percent",
        "-3 [12:14] is -3 ±0.5 by 1, signed, brackets",
    ],
    "1.5e3 m and 2.5e+2": ["1.5e3 [0:5] is 1500 ±50 by 100", "2.5e+2 [12:18] is 250 ±5 by 10"],
    "US$500 and A$5": ["$500 [2:6] is 500 ±0.5 by 100", "$5 [12:14] is 5 ±0.5 by 1"],
    "3 out of 10 and five": ["3 [0:1] is 3 ±0.5 by 1", "10 [9:11] is 10 ±0.5 by 10", "five [16:20] is 5 ±0 by 1, word"],
    "the first quarter had 5, the second had 7, and 8": [
        "5 [22:23] is 5 ±0.5 by 1",
        "7 [40:41] is 7 ±0.5 by 1",
        "8 [47:48] is 8 ±0.5 by 1",
    ],
    "both 1990s to 5 %": ["1990 [5:9] is 1990 ±0.5 by 10, year", "5 % [14:17] is 5 ±0.5 by 1, percent"],
    "between 1.5 and 2 m": ["1.5 [8:11] is 1.5 ±0.05 by 0.1", "2 [16:17] is 2 ±0.5 by 1"],
    "1,000 to 2nd": ["1,000 [0:5] is 1000 ±0.5 by 1000", "2nd [9:12] is 2 ±0.5 by 1, rank"],
}
"""Numbers of each text: meaning with how far rounding may have moved it, value of the last digit, kind."""


def _told(number: WrittenNumber) -> str:
    means = " or ".join(f"{value:.10g} ±{half:g}" for value, half in zip(number.values, number.half_units, strict=True))
    kinds = [
        *([number.hedge] if number.hedge else []),
        *([number.form] if number.form != "plain" else []),
        *(kind for kind in ("signed", "percent", "points", "word", "year", "brackets") if getattr(number, kind)),
    ]
    return ", ".join([f"{number.text} [{number.start}:{number.end}] is {means} by {number.unit:g}", *kinds])


@pytest.mark.parametrize("text", READ)
def test_numbers_are_read_as_they_are_written(text):
    """Digits, signs, units, scales and words around a number tell what it means and how exactly."""
    assert [_told(number) for number in read(text)[0]] == READ[text]


def test_digits_of_a_known_name_are_no_numbers():
    """Digits inside a name of a column or group are not read, but those of a name that is a number are."""
    numbers, _ = read(
        "Boeing 737-800 had 12, Boeing 737 had 7, and 2,000 had 5.", ["Boeing 737", "Boeing 737-800", "2,000"]
    )
    assert [number.text for number in numbers] == ["12", "7", "2,000", "5"]


def test_a_name_ends_where_its_digits_end():
    """A name whose digits go on is another one, and so is one before a percent sign."""
    numbers, _ = read("Group 1 had 3, Group 10 had 4, Group 1.5 had 6 and Group 1% had 5.", ["Group 1"])
    assert [number.text for number in numbers] == ["3", "10", "4", "1.5", "6", "1%", "5"]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("12\u2019345.5 rows", 12345.5, "plain"),
        ("2\u202f345 rows", 2345.0, "plain"),
        ("fell to \u22124.5", -4.5, "plain"),
        ("3 \u00d7 the rate", 3.0, "multiple"),
    ],
)
def test_marks_of_typesetting_are_read(text, value, kind):
    """Apostrophes and narrow spaces group digits; the minus and times signs count like those of a keyboard."""
    [number] = read(text)[0]
    assert (number.values, number.form, number.signed) == ((value,), kind, value < 0)


def test_numbers_that_may_be_years_are_dates_too():
    """A plain number of four digits between 1600 and 2199 can be a year."""
    numbers, _ = read("In 2013 and 2,013 and 1599.")
    assert [(date.text, date.year, date.start, date.end) for date in as_years(numbers)] == [("2013", 2013, 3, 7)]
