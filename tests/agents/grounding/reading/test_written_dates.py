"""Dates, parts of dates and times of day as sentences write them."""

import pytest

from agents.grounding.reading.written_dates import WrittenDate, moved_by, read_dates

READ = {
    "On 2013-02-09T21:05:00Z and 2013-02-09": [
        "2013-02-09T21:05:00Z [3:23]: year 2013, month 2, day 9, hour 21, minute 5",
        "2013-02-09 [28:38]: year 2013, month 2, day 9",
    ],
    "2013-02 and 2013-13": ["2013-02 [0:7]: year 2013, month 2"],
    "8/2/2013 and 8.2.2013": [
        "8/2/2013 [0:8]: year 2013, month 2, day 8, month_first",
        "8.2.2013 [13:21]: year 2013, month 2, day 8",
    ],
    "3 March 2019, 21:00": ["3 March 2019, 21:00 [0:19]: year 2019, month 3, day 3, hour 21, minute 0"],
    "March 3rd, 2019 at 10:30": ["March 3rd, 2019 at 10:30 [0:24]: year 2019, month 3, day 3, hour 10, minute 30"],
    "3 March, 4 May 2019": ["3 March [0:7]: year 2019, month 3, day 3", "4 May 2019 [9:19]: year 2019, month 5, day 4"],
    "on 12 and 9 February 2013": [
        "9 February 2013 [3:25]: year 2013, month 2, day 9",
        "12 February 2013 [3:25]: year 2013, month 2, day 12, may_be_count",
    ],
    "on February 9 and 12, 2013": [
        "9 February 2013 [3:26]: year 2013, month 2, day 9",
        "12 February 2013 [3:26]: year 2013, month 2, day 12, may_be_count",
    ],
    "6-8 March 2013": [
        "6 March 2013 [0:14]: year 2013, month 3, day 6, may_be_count",
        "6-8 March 2013 [0:14]: year 2013, month 3, day 7, between",
        "8 March 2013 [0:14]: year 2013, month 3, day 8",
    ],
    "March 6 to the 9th": [
        "6 March [0:18]: month 3, day 6",
        "March 6 to the 9th [0:18]: month 3, day 7, between",
        "March 6 to the 9th [0:18]: month 3, day 8, between",
        "9 March [0:18]: month 3, day 9, may_be_count",
    ],
    "6 to 8 and 11 March": [
        "6 March [0:19]: month 3, day 6, may_be_count",
        "6 to 8 and 11 March [0:19]: month 3, day 7, between",
        "8 March [0:19]: month 3, day 8, may_be_count",
        "11 March [0:19]: month 3, day 11",
    ],
    "in January and March 2013": ["January [3:10]: year 2013, month 1", "March 2013 [15:25]: year 2013, month 3"],
    "in January of 2012, and March 2013": [
        "January of 2012 [3:18]: year 2012, month 1",
        "March 2013 [24:34]: year 2013, month 3",
    ],
    "In January there were 3; March 2013": ["January [3:10]: month 1", "March 2013 [25:35]: year 2013, month 3"],
    "from March to May 2013 and June": [
        "March [5:10]: year 2013, month 3",
        "May 2013 [14:22]: year 2013, month 5",
        "June [27:31]: month 6",
    ],
    "Q3 2013 and Q4": ["Q3 2013 [0:7]: year 2013, quarter 3", "Q4 [12:14]: quarter 4"],
    "quarter 2 and the third quarter of 2012": [
        "quarter 2 [0:9]: quarter 2",
        "third quarter of 2012 [18:39]: year 2012, quarter 3",
    ],
    "the first quarter and the second": ["first quarter [4:17]: quarter 1", "second [26:32]: quarter 2"],
    "the second and the third quarter of 2012": [
        "second [4:10]: quarter 2",
        "third quarter of 2012 [19:40]: year 2012, quarter 3",
    ],
    "H1 2013 and H2": ["H1 2013 [0:7]: year 2013, half 1", "H2 [12:14]: half 2"],
    "the first half of 2013 and the second half": [
        "first half of 2013 [4:22]: year 2013, half 1",
        "second half [31:42]: half 2",
    ],
    "in the first half, 5; in the second, 7": ["first half [7:17]: half 1", "second [29:35]: half 2"],
    "first half of the rows": [],
    "the second half of the year": ["second half of the year [4:27]: half 2"],
    "im ersten Halbjahr 2013 und zweiten Jahreshälfte": [
        "ersten Halbjahr 2013 [3:23]: year 2013, half 1",
        "zweiten Jahreshälfte [28:48]: half 2",
    ],
    "12 am, 12 pm, 3 p.m., 9:30 a.m. and 11:05 PM": [
        "12 am [0:5]: hour 0",
        "12 pm [7:12]: hour 12",
        "3 p.m. [14:20]: hour 15",
        "9:30 a.m. [22:31]: hour 9, minute 30",
        "11:05 PM [36:44]: hour 23, minute 5",
    ],
    "9 o'clock and 21:30 Uhr": ["9 o'clock [0:9]: hour 9", "21:30 Uhr [14:23]: hour 21, minute 30"],
    "15:45 and 24:10 and 3:10": ["15:45 [0:5]: hour 15, minute 45", "3:10 [20:24]: hour 3, minute 10"],
    "May was wet; may be; Mar. and mar": ["May [0:3]: month 5", "Mar. [21:25]: month 3"],
    "5. Mai 2013, März, Oktober, Dezember und 3. Okt 2012": [
        "5. Mai 2013 [0:11]: year 2013, month 5, day 5",
        "März [13:17]: month 3",
        "Oktober [19:26]: month 10",
        "Dezember [28:36]: month 12",
        "3. Okt 2012 [41:52]: year 2012, month 10, day 3",
    ],
    "3 of May 2013": ["3 of May 2013 [0:13]: year 2013, month 5, day 3"],
    "on 3 May, 10:30 and 4 May": [
        "3 May, 10:30 [3:15]: month 5, day 3, hour 10, minute 30",
        "4 May [20:25]: month 5, day 4",
    ],
    "on 3 May 2013 10:30, 11:30": [
        "3 May 2013 10:30 [3:19]: year 2013, month 5, day 3, hour 10, minute 30",
        "11:30 [21:26]: hour 11, minute 30",
    ],
    "Sept 2013 and Dec. 2012": ["Sept 2013 [0:9]: year 2013, month 9", "Dec. 2012 [14:23]: year 2012, month 12"],
    "10 of 12 May": ["12 May [6:12]: month 5, day 12"],
    "at 10:30 on 3 May": ["10:30 [3:8]: hour 10, minute 30", "3 May [12:17]: month 5, day 3"],
    "31 February 2013": ["31 February 2013 [0:16]: year 2013, month 2, day 31"],
    "in 2013 and May": ["May [12:15]: month 5"],
    "the 9th and 10th of March": ["9 March [4:25]: month 3, day 9, may_be_count", "10 March [4:25]: month 3, day 10"],
    "2 and 4 July at 9 am": [
        "2 July [0:12]: month 7, day 2, may_be_count",
        "2 and 4 July at 9 am [0:20]: month 7, day 4, hour 9",
    ],
    "in the first half, 5; the third, 6; the second, 7": ["first half [7:17]: half 1", "second [40:46]: half 2"],
    "Q1 and H1, the second": ["Q1 [0:2]: quarter 1", "H1 [7:9]: half 1"],
    "the first quarter, the second and the fourth": [
        "first quarter [4:17]: quarter 1",
        "second [23:29]: quarter 2",
        "fourth [38:44]: quarter 4",
    ],
    "Q3 and the second, Q4": ["Q3 [0:2]: quarter 3", "second [11:17]: quarter 2", "Q4 [19:21]: quarter 4"],
}
"""Dates of each text, with the parts that are written."""

_PARTS = ("year", "half", "quarter", "month", "day", "hour", "minute")


def _told(date: WrittenDate) -> str:
    parts = [f"{part} {getattr(date, part)}" for part in _PARTS if getattr(date, part) is not None]
    kinds = [kind for kind in ("may_be_count", "month_first", "between") if getattr(date, kind)]
    return f"{date.text} [{date.start}:{date.end}]: {', '.join([*parts, *kinds])}"


@pytest.mark.parametrize("text", READ)
def test_dates_are_read_as_they_are_written(text):
    """Each way of writing a date, a range of days or a time of day gives its parts."""
    assert [_told(date) for date in read_dates(text)] == READ[text]


@pytest.mark.parametrize(
    ("written", "unit", "step", "moved"),
    [
        (WrittenDate("", 2012, 2, 28), "day", 2, WrittenDate("", 2012, 3, 1)),
        (WrittenDate("", 2013, 1, 1), "day", -1, WrittenDate("", 2012, 12, 31)),
        (WrittenDate("", None, 1, 1), "day", 1, None),
        (WrittenDate("", 2013, None, 1), "day", 1, None),
        (WrittenDate("", 2013, 1), "day", 1, None),
        (WrittenDate("", 2013, 2, 31), "day", 1, None),
        (WrittenDate("", 2013, 12), "month", 1, WrittenDate("", 2014, 1)),
        (WrittenDate("", 2013, 1), "month", -1, WrittenDate("", 2012, 12)),
        (WrittenDate("", None, 12), "month", 3, WrittenDate("", None, 3)),
        (WrittenDate("", 2013, 12, 1), "month", 1, None),
        (WrittenDate("", 2013), "month", 1, None),
        (WrittenDate("", 2013), "year", -3, WrittenDate("", 2010)),
        (WrittenDate("", 2013, 1), "year", 1, None),
        (WrittenDate("", None), "year", 1, None),
    ],
)
def test_a_date_is_moved_where_all_of_it_is_known(written, unit, step, moved):
    """A day, month or year is moved over the ends of months and years; one with a part missing is not moved."""
    assert moved_by(written, unit, step) == moved


def test_dates_are_ordered_from_year_to_minute():
    """Parts that are not written come first."""
    day, month, year, before = (WrittenDate("", *parts) for parts in ((2013, 1, 2), (2013, 1), (2013,), (2012, 12)))
    assert sorted([day, month, year, before], key=lambda date: date.order) == [before, year, month, day]
