"""Recognition of periods and parts of dates, over a time column or over columns of year, month and day."""

import re
from collections.abc import Callable
from datetime import date

from analytics.questions.language.calendar_words import MONTHS, SEASONS, WEEKDAYS
from analytics.questions.language.conditions import Condition
from analytics.questions.understanding.date_parts import part_sql
from analytics.questions.understanding.reading import DatePart, Reading
from analytics.results import ColumnProfile

_GROUPS: dict[str, DatePart] = {
    "fiscal year": "fiscal_year", "fiscal years": "fiscal_year", "financial year": "fiscal_year",
    "geschäftsjahr": "fiscal_year",
    "day of the week": "weekday", "day of week": "weekday", "days of the week": "weekday", "weekday": "weekday",
    "weekdays": "weekday", "wochentag": "weekday", "wochentagen": "weekday", "year": "year", "years": "year",
    "jahr": "year", "jahre": "year", "yearly": "year", "month": "month", "months": "month", "monthly": "month",
    "monat": "month", "monaten": "month", "quarter": "quarter", "quarters": "quarter", "quartal": "quarter",
    "hour of the day": "hour", "hour of day": "hour", "hour": "hour", "hours": "hour", "stunde": "hour",
    "uhrzeit": "hour", "time of day": "hour", "day": "day", "date": "day", "tag": "day", "daily": "day",
}  # fmt: skip
_HOURS = {
    "before noon": (0, 12), "in the morning": (6, 12), "after noon": (12, 24), "in the afternoon": (12, 18),
    "in the evening": (18, 24), "at night": (0, 6), "after midnight": (0, 6),
}  # fmt: skip
_SURE_HOURS = {"before noon", "after noon"}
_SINCE = {
    "since": ">=",
    "from": ">=",
    "after": ">",
    "before": "<",
    "until": "<=",
    "till": "<=",
    "seit": ">=",
    "nach": ">",
    "vor": "<",
}
_CENTURIES = range(1500, 2200)


def _chosen_time(reading: Reading) -> ColumnProfile | None:
    """The time column that the question names by one of its words, if there are several."""
    times = [column for column in reading.vocabulary.columns if column.role == "time"]
    if len(times) < 2:
        return None
    named = [mention for mention in reading.columns if mention.column.role == "time"]
    if len(named) != 1:
        return None
    reading.columns.remove(named[0])
    return named[0].column


def read_times(reading: Reading) -> None:
    """Years, quarters, months, days, weekdays and times of day as conditions, and parts of dates as groups."""
    column = _chosen_time(reading)

    def part(unit: DatePart) -> tuple[str, tuple[str, ...]] | None:
        return part_sql(reading.vocabulary, unit, column)

    text = " ".join(reading.words)
    _read_dates(reading, part)
    for phrase, (first, last) in _HOURS.items():
        start = reading.find(phrase.split(), exact=True)
        if start is not None and (found := part("hour")):
            sql = f"{found[0]} >= {first} AND {found[0]} < {last}"
            _add(
                reading,
                start,
                start + len(phrase.split()),
                "hour",
                found[1],
                sql,
                f"the time is {first}:00 to {last}:00",
            )
            if phrase not in _SURE_HOURS:
                reading.notes.append(f"\u201c{phrase}\u201d was taken to mean {first} to {last} o'clock")
    if clock := re.search(r"\b(before|after) (\d{1,2}) (am|pm|o clock)\b", text):
        _read_clock(reading, clock, part)
    _read_months(reading, part)
    _read_years(reading, part)
    for names in WEEKDAYS:
        for day, name in enumerate(names, 1):
            start = reading.find([name]) if len(name) > 3 else reading.find([name], exact=True)
            if start is not None and (found := part("weekday")):
                _add(
                    reading,
                    start,
                    start + 1,
                    "weekday",
                    found[1],
                    f"{found[0]} = {day}",
                    f"the weekday is {WEEKDAYS[0][day - 1].capitalize()}",
                )
    for phrase in ("weekends", "weekend", "wochenende"):
        if (start := reading.find([phrase])) is not None and (found := part("weekday")):
            _add(
                reading, start, start + 1, "weekday", found[1], f"{found[0]} >= 6", "the weekday is Saturday or Sunday"
            )
    phrases: list[str] = ["weekdays", "working days", "werktagen"]
    for phrase in phrases:
        start, found = reading.find(phrase.split(), exact=True), part("weekday")
        if start is not None and found and (reading.word(start - 1) in ("on", "during", "an") or _at_weekends(reading)):
            end = start + len(phrase.split())
            _add(reading, start, end, "weekday", found[1], f"{found[0]} < 6", "the weekday is Monday to Friday")
    for phrase in sorted(_GROUPS, key=len, reverse=True):
        words, unit = phrase.split(), _GROUPS[phrase]
        start = reading.find(words, exact=True)
        if start is not None and part(unit):
            reading.parts[start] = unit
            reading.use(start, start + len(words))


def _at_weekends(reading: Reading) -> bool:
    return any("Saturday or Sunday" in condition.said for _, condition in reading.periods.values())


def _add(reading: Reading, start: int, end: int, unit: DatePart, columns: tuple[str, ...], sql: str, said: str) -> None:
    reading.periods[start] = (unit, Condition(columns, sql, said))
    reading.use(start, end)


Part = Callable[[DatePart], tuple[str, tuple[str, ...]] | None]


def _read_dates(reading: Reading, part: Part) -> None:
    """Days, such as 2013-02-08, 8 February 2013, February 8, Christmas Day."""
    found = part("day")
    if found is None:
        return
    for place, token in enumerate(reading.tokens):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", token.text):
            _add(
                reading,
                place,
                place + 1,
                "day",
                found[1],
                f"{found[0]} = DATE '{token.text}'",
                f"the date is {token.text}",
            )
            continue
        month = _month(token.text)
        if not month or place in reading.used or (token.text == "may" and token.raw == "may"):
            continue
        for at in (place - 1, place + 1):
            number = reading.tokens[at].number if 0 <= at < len(reading.tokens) else None
            if number is None or not 1 <= number <= 31 or number % 1:
                continue
            year = reading.tokens[max(at, place) + 1].number if max(at, place) + 1 < len(reading.tokens) else None
            start, end = min(at, place), max(at, place) + 1
            if year and year in _CENTURIES:
                whole = date(int(year), month, int(number))
                _add(reading, start, end + 1, "day", found[1], f"{found[0]} = DATE '{whole}'", f"the date is {whole}")
            else:
                sql = f"month({found[0]}) = {month} AND day({found[0]}) = {int(number)}"
                _add(
                    reading,
                    start,
                    end,
                    "day",
                    found[1],
                    sql,
                    f"the day is {int(number)} {MONTHS[0][month - 1].capitalize()}",
                )
            break
    for phrase, (month, day) in {"christmas day": (12, 25), "christmas": (12, 25), "new year": (1, 1)}.items():
        if (start := reading.find(phrase.split(), exact=True)) is not None:
            end = start + len(phrase.split()) + (reading.word(start + len(phrase.split())) == "day")
            sql = f"month({found[0]}) = {month} AND day({found[0]}) = {day}"
            _add(reading, start, end, "day", found[1], sql, f"the day is {day} {MONTHS[0][month - 1].capitalize()}")


def _month(word: str) -> int | None:
    return next((names.index(word) + 1 for names in MONTHS if word in names), None)


def _read_months(reading: Reading, part: Part) -> None:
    found = part("month")
    for place, token in enumerate(reading.tokens):
        month = _month(token.text)
        if (
            month
            and found
            and place not in reading.used
            and not (token.text in ("may", "mar", "sep", "dec", "jan") and token.raw.islower())
        ):
            name = MONTHS[0][month - 1].capitalize()
            _add(reading, place, place + 1, "month", found[1], f"{found[0]} = {month}", f"the month is {name}")
    for season, months in SEASONS.items():
        if (start := reading.find([season], exact=True)) is not None and found:
            names = ", ".join(MONTHS[0][month - 1].capitalize() for month in months)
            sql = f"{found[0]} IN ({', '.join(map(str, months))})"
            _add(reading, start, start + 1, "quarter", found[1], sql, f"the month is one of {names}")
            reading.notes.append(f"{season} was taken to mean {names}")
    quarters = part("quarter")
    for place, token in enumerate(reading.tokens):
        if quarters and (named := re.fullmatch(r"q([1-4])", token.text)):
            _add(
                reading,
                place,
                place + 1,
                "quarter",
                quarters[1],
                f"{quarters[0]} = {named[1]}",
                f"the quarter is {named[1]}",
            )


def _read_fiscal_years(reading: Reading, part: Part) -> None:
    """`In fiscal year 2024` and `FY2024`."""
    found = part("fiscal_year")
    for place, word in enumerate(reading.words):
        short = re.fullmatch(r"fy(\d{4})", word)
        after = reading.tokens[place + 2].number if place + 2 < len(reading.tokens) else None
        long = word in ("fiscal", "financial") and reading.word(place + 1) == "year" and after in _CENTURIES
        if found and (short or long):
            year, end = (int(short[1]), place + 1) if short else (int(after or 0), place + 3)
            _add(reading, place, end, "fiscal_year", found[1], f"{found[0]} = {year}", f"the fiscal year is {year}")


def _read_years(reading: Reading, part: Part) -> None:
    _read_fiscal_years(reading, part)
    found = part("year")
    if found is None:
        return
    sql, columns = found
    for place, token in enumerate(reading.tokens):
        before, two = reading.word(place - 1), reading.word(place - 2)
        year = int(token.number) if token.number is not None and token.text.isdecimal() and len(token.text) == 4 else 0
        if (
            place in reading.used
            or year not in _CENTURIES
            or (before == "than" and two in ("more", "less", "fewer"))
            or before in ("over", "above", "under", "below")
        ):
            continue
        later = reading.tokens[place + 2].number if place + 2 < len(reading.tokens) else None
        joined = reading.word(place + 1) in ("to", "and", "until", "bis", "und") and later in _CENTURIES
        comparing = {"change", "difference", "trend"} & set(reading.kinds.values())
        if joined and before in ("between", "from", "zwischen", "von") and not comparing and later:
            _add(
                reading,
                place,
                place + 3,
                "year",
                columns,
                f"{sql} BETWEEN {year} AND {int(later)}",
                f"the year is {year} to {int(later)}",
            )
        elif (
            before in _SINCE
            and not (joined or (before == "from" and two not in ("", "starting")))
            and not (comparing and before == "from")
        ):
            sign = _SINCE[before]
            reading.use(place - 1, place)
            _add(reading, place, place + 1, "year", columns, f"{sql} {sign} {year}", f"the year is {before} {year}")
        else:
            _add(reading, place, place + 1, "year", columns, f"{sql} = {year}", f"the year is {year}")


def _read_clock(reading: Reading, clock: "re.Match[str]", part: Part) -> None:
    found = part("hour")
    start = reading.find(clock[0].split(), exact=True)
    if found is None or start is None:
        return
    hour = int(clock[2]) % 12 + 12 * (clock[3] == "pm") if clock[3] != "o clock" else int(clock[2])
    sign = "<" if clock[1] == "before" else ">="
    _add(
        reading,
        start,
        start + len(clock[0].split()),
        "hour",
        found[1],
        f"{found[0]} {sign} {hour}",
        f"the time is {clock[1]} {hour}:00",
    )
