"""Times in cells, and dates of a sentence that mean them."""

from datetime import date, datetime

import pytest

from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.tables.moments import Moment, means, moment_in, moment_of


@pytest.mark.parametrize(
    ("text", "column", "moment"),
    [
        *(("2013", "year", Moment(2013)), ("2013", "model_year", Moment(2013)), ("2013", "sales", None)),
        *(("2013", "yearly", Moment(2013)), ("999", "year", None), ("1000", "year", Moment(1000))),
        *(("2500", "year", Moment(2500)), ("2501", "year", None), ("1990", "decade", Moment(1990))),
        *(("70", "model_year", Moment(1970)), ("31", "model_year", None), ("32", "year", Moment(1932))),
        *(("170", "year", None), ("70", "yr", None), ("7", "year", None)),
        *(("2", "month", Moment(month=2)), ("12", "Month", Moment(month=12)), ("13", "month", None)),
        *(("0", "month", None), ("1", "monthly", Moment(month=1)), ("0", "hour", Moment(hour=0))),
        *(("23", "dep_hour", Moment(hour=23)), ("24", "hour", None), ("5", "hours", None)),
        *(("1", "quarter", Moment(quarter=1)), ("4", "fiscal quarter", Moment(quarter=4)), ("5", "qtr", None)),
        *(("0", "quarter", None), ("12345", "year", None), ("2013-02", "", Moment(2013, 2))),
        *(("2013-02-08", "", Moment(2013, 2, 8)), ("2013-02-08T10:00", "", Moment(2013, 2, 8, 10, 0))),
        *(("2013-02-08T00:30", "", Moment(2013, 2, 8, 0, 30)), ("2013-02-08 00:00:00", "", Moment(2013, 2, 8))),
        *(("2013-02-31", "", None), ("Feb 2013", "", Moment(2013, 2)), ("February", "", Moment(month=2))),
        *(("2013-Q3", "", Moment(2013, quarter=3)), ("Q3 2013", "", Moment(2013, quarter=3))),
        *(("Q3", "", Moment(quarter=3)), ("q4", "", Moment(quarter=4)), ("10:30", "", None), ("", "year", None)),
        *(("in Feb 2013", "", None), ("Feb 2013 and May 2013", "", None), (" 2013 ", "year", Moment(2013))),
        *((f"February{' ' * 40}2013", "", None), ("3 May 2013", "", Moment(2013, 5, 3)), ("Peter", "year", None)),
        *((f"3 May 2013{' ' * 10}{'0' * 21}", "", None),),
    ],
)
def test_moments_are_read_from_cells(text, column, moment):
    """A date is one by its text; a number by its column's name, within the range that it can have."""
    assert moment_in(text, column) == moment


def test_midnight_is_the_whole_day():
    """A time of day is kept unless it is midnight."""
    assert moment_of(date(2013, 2, 8)) == moment_of(datetime.fromisoformat("2013-02-08")) == Moment(2013, 2, 8)
    assert moment_of(datetime.fromisoformat("2013-02-08T00:01")) == Moment(2013, 2, 8, 0, 1)
    assert moment_of(datetime.fromisoformat("2013-02-08T09:00")) == Moment(2013, 2, 8, 9, 0)


def test_moments_are_ordered_from_year_to_minute():
    """A part that is not known comes before one that is."""
    assert Moment(2013).order < Moment(2013, 1).order < Moment(2013, 1, 1, 0, 0).order < Moment(2013, 1, 1, 0, 1).order
    assert Moment(2013, 2).order == (2013, -1, 2, -1, -1, -1)


@pytest.mark.parametrize(
    ("written", "moment", "same"),
    [
        *((WrittenDate("", 2013), Moment(2013, 5, 3), True), (WrittenDate("", 2012), Moment(2013), False)),
        *((WrittenDate("", 2013, 5), Moment(2013), False), (WrittenDate("", 2013, 5), Moment(None, 5), True)),
        *((WrittenDate("", None, 5), Moment(2013, 5), True), (WrittenDate("", None, 5), Moment(2013, 6), False)),
        *(
            (WrittenDate("", 2013, half=1), Moment(2013, 6), True),
            (WrittenDate("", 2013, half=1), Moment(2013, 7), False),
        ),
        *((WrittenDate("", half=2), Moment(2013, 7), True), (WrittenDate("", half=2), Moment(2013, 12), True)),
        *((WrittenDate("", half=1), Moment(2013, 1), True), (WrittenDate("", half=1), Moment(2013), False)),
        *(
            (WrittenDate("", half=1), Moment(2013, quarter=2), True),
            (WrittenDate("", half=1), Moment(2013, quarter=3), False),
        ),
        *((WrittenDate("", quarter=1), Moment(2013, 3), True), (WrittenDate("", quarter=1), Moment(2013, 4), False)),
        *(
            (WrittenDate("", quarter=4), Moment(2013, 12), True),
            (WrittenDate("", quarter=2), Moment(2013, quarter=2), True),
        ),
        *(
            (WrittenDate("", quarter=2), Moment(2013), False),
            (WrittenDate("", quarter=2), Moment(2013, quarter=3), False),
        ),
        *(
            (WrittenDate("", 2013, 5, 3, 0, 0), Moment(2013, 5, 3), True),
            (WrittenDate("", 2013, 5, 3, 1, 0), Moment(2013, 5, 3), False),
        ),
        *(
            (WrittenDate("", 2013, 5, None, 0), Moment(2013, 5), False),
            (WrittenDate("", hour=9, minute=0), Moment(hour=9), True),
        ),
        *(
            (WrittenDate("", hour=9, minute=30), Moment(hour=9), False),
            (WrittenDate("", 2013, 5, 3, 0, 30), Moment(2013, 5, 3), False),
        ),
        *((WrittenDate("", hour=0), Moment(2013, 5), False), (WrittenDate("", month=5, day=0), Moment(month=5), False)),
    ],
)
def test_a_written_date_means_a_moment_inside_it(written, moment, same):
    """Each part that is written has to agree; the year may be left out of the data, and minutes of zero."""
    assert means(written, moment) is same
