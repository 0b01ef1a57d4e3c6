"""Sentences written out with what was found in them, over the entries of some made-up results."""

from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.results.tables import tables_of
from agents.grounding.sentences.sentence import Sentence, sentences
from agents.outputs import Evidence
from analytics.results import QueryResult


def evidence(columns: str, *rows: str, sql: str = "SELECT * FROM data") -> Evidence:
    """A query's rows; cells stand between commas."""
    names = columns.split(", ")
    cells = [[_cell(cell) for cell in row.split(", ")] for row in rows]
    result = QueryResult(sql=sql, columns=names, rows=cells, truncated=False, row_limit=60)
    return Evidence(id="E1", tool="query", arguments={}, result=result)


def _cell(text: str) -> object:
    if text in {"True", "False"}:
        return text == "True"
    return float(text) if text.replace(".", "").isdigit() and "." in text else int(text) if text.isdigit() else text


PASSENGERS = evidence(
    "who, class, alone, sex, port, town, fare",
    "man, 1, True, m, S, Southampton, 50.5", "woman, 2, False, f, C, Cherbourg, 60.5",
    "child, 3, False, f, Q, Queenstown, 7.25", "man, 3, True, m, S, Southampton, 8.5",
    sql="SELECT who, class, alone, sex, port, town, avg(fare) AS fare FROM data GROUP BY ALL",
)  # fmt: skip
FLIGHTS = evidence(
    "carrier, airline, month, flights",
    "UA, United Air Lines, 2013-01, 50", "AS, Alaska Airlines, 2013-02, 60", "HA, Hawaiian Airlines, 2013-03, 4",
)  # fmt: skip
COUNTRIES = evidence(
    "country, rating, people",
    "Canada, Good, 3", "USA, Bad, 4", "South Korea, Good, 5", "Europe Central Asia, Mixed, 9", "Spain, Bad, 8",
)  # fmt: skip
_GROUPED = "SELECT * FROM data GROUP BY ALL"
DAYS = evidence("day_of_week, day_part, n", "1, Thur, 5", "2, Fri, 5", "6, Sat, 5", "7, Sun, 5", sql=_GROUPED)
CARS = evidence("cylinders, n", "4, 9", "6, 9", "8, 9", "5, 9", "24, 9", sql=_GROUPED)
FAMILIES = evidence(
    "siblings, age_group, smoker, n",
    "0, <35, Yes, 9", "1, >35, No, 9", "2, 36-40, Yes, 9", "3, 36-40, No, 9", "4, 41 - 50, No, 9", sql=_GROUPED,
)  # fmt: skip
SEASONS = evidence("season, n", "S01, 9", "S02, 9", "S08, 9", "T09, 9")
DATES = evidence("day, n", "2024-05-03, 9", "2024-05-04, 9", "2024-05-29, 9")
RESULTS = {
    "passengers": PASSENGERS,
    "flights": FLIGHTS,
    "countries": COUNTRIES,
    "days": DAYS,
    "cars": CARS,
    "families": FAMILIES,
    "seasons": SEASONS,
    "dates": DATES,
}


def vocabulary(name: str) -> Vocabulary:
    """The names and times of a result."""
    return Vocabulary(tables_of([RESULTS[name]]))


def mention(one: Mention) -> str:
    """Write out a name or time."""
    if one.date:
        parts = ("year", "half", "quarter", "month", "day", "hour", "minute")
        return f"{one.text} is " + " ".join(
            f"{part} {getattr(one.date, part)}" for part in parts if getattr(one.date, part) is not None
        )
    kind = " together" if one.together else ""
    return f"{one.text} is {'/'.join(sorted(one.names))} of {'/'.join(sorted(one.columns))}{kind}"


def told(sentence: Sentence) -> list[str]:
    """Write out what was found in a sentence."""
    assert all(sentence.text[one.start : one.end] == one.text for one in sentence.names)
    return [
        *map(mention, sentence.names),
        *map(mention, sentence.times),
        *(f"number {number.text}" for number in sentence.numbers),
        *(f"{word.text}: {aggregate}" for word, aggregate in sentence.aggregates),
    ]


def read(name: str, text: str) -> list[Sentence]:
    """Read the sentences of a text over the entries of a result."""
    return sentences(text, vocabulary(name))
