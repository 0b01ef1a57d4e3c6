"""Weekdays and months that a column writes in another way than a text: `Wednesdays` and `Mittwoch` for Wed."""

from collections.abc import Collection

from analytics.questions.language.calendar_words import MONTHS, WEEKDAYS

_SHORT_DAYS = (
    [*WEEKDAYS[1]],
    ["mon", "tues", "weds", "thur", "fri", "sat", "sun"],
    ["mon", "tue", "wed", "thurs", "fri", "sat", "sun"],
    ["mo", "di", "mi", "do", "fr", "sa", "so"],
    ["mo", "tu", "we", "th", "fr", "sa", "su"],
)
_WAYS = ((*WEEKDAYS, *_SHORT_DAYS), MONTHS)
WORDS = frozenset(word for ways in (WEEKDAYS, MONTHS) for way in ways for word in way if len(word) > len("sept"))
"""Names of weekdays and months as a text writes them, in lower case."""
_FEWEST = 2
"""Entries from which on a column is one of weekdays or months."""


def called_otherwise(names: Collection[str]) -> dict[str, set[str]]:
    """Other words for the entries of a column of weekdays or of months, in lower case; empty for another column.

    Args:
        names: All entries of the column.
    """
    folded = {name: name.casefold().rstrip(".") for name in names}
    for ways in _WAYS:
        for way in ways:
            if len(folded) < _FEWEST or not set(folded.values()) <= set(way):
                continue
            places = {name: way.index(word) for name, word in folded.items()}
            return {
                name: {other[place] for other in ways if other[place] in WORDS} - {folded[name]}
                for name, place in places.items()
            }
    return {}


_DAYS_OFF = ("weekend", "weekends", "wochenende", "wochenenden")
_WORK_DAYS = ("workdays", "werktage", "werktagen", "arbeitstage", "arbeitstagen")


def days_together(names: Collection[str]) -> dict[str, set[str]]:
    """Words for several days of the week, with the entries that they are: `weekend` for Sat and Sun.

    Args:
        names: All entries of a column; of another than one of all days of the week nothing is returned.
    """
    folded = {name.casefold().rstrip("."): name for name in names}
    for way in (*WEEKDAYS, *_SHORT_DAYS):
        if set(folded) == set(way):
            off, work = {folded[day] for day in way[5:]}, {folded[day] for day in way[:5]}
            return {**dict.fromkeys(_DAYS_OFF, off), **dict.fromkeys(_WORK_DAYS, work)}
    return {}
