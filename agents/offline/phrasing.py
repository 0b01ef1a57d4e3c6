"""Numbers, dates and names as the offline model writes them."""

import math
import re
from collections.abc import Sequence
from datetime import datetime

from agents.grounding.names.common_words import FUNCTION_WORDS
from analytics.results import DatasetProfile
from runtime.texts.number_text import fixed, significant

DASH = "\u2013"
_MOST_NAME = 60
"""Most characters of a name."""


def number(value: float) -> str:
    """A number at the precision that people read: 1,234, 12.6 or 0.042."""
    if not math.isfinite(value):
        return "not defined"
    value = float(value)  # whole numbers of Python 3.11 lack `is_integer`
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-4:
        return f"{value:.3g}"
    if size >= 100 or math.isclose(value, round(value), rel_tol=1e-12):  # 27.000000000000004 rows are 27
        return fixed(value, 0)
    return fixed(value, 1) if size >= 1 else significant(value, 2)


def share(part: float, whole: float) -> str:
    """A part of a whole as a percentage: 4.8 %."""
    percent = 100 * part / whole
    return f"{fixed(percent, 0) if percent >= 10 else significant(percent, 2)}\u00a0%"


_COMPARING = {
    "high", "higher", "highest", "low", "lower", "lowest", "less", "more", "most", "fewer", "up", "down",
    "top", "bottom", "best", "worst", "positive", "negative",
}  # fmt: skip
_MISREAD = {*FUNCTION_WORDS, *_COMPARING, "no", "none", "other", "others", "yes"}
"""Words of prose that are names in some data, in lower case: `no has 53 %`, `higher than for low (4.3)`."""


def name(text: str) -> str:
    """A name from the data, on one line, in quotation marks unless it is a word that is no number and not misread.

    A full stop at the end of a name (`desc.`) would be read as the end of the sentence.
    """
    text = re.sub(r"\s+", " ", text).strip()
    text = text if len(text) <= _MOST_NAME else text[: _MOST_NAME - 1] + "\u2026"
    plain = re.fullmatch(r"(?![\d.-]*$)\w(?:[\w.-]*\w)?", text) and text not in _MISREAD
    return text if plain else f"\u201c{text}\u201d"


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def with_numbers(advice: str, numbers: Sequence[int]) -> str:
    """Advice with the numbers of its findings: `Check the file (finding 2).`."""
    return f"{advice} (finding{'' if len(numbers) == 1 else 's'} {listed([str(each) for each in numbers])})."


def moment(time: datetime) -> str:
    """A point in time: 8 February 2013, with the time of day if it is not midnight."""
    clock = "" if (time.hour, time.minute, time.second) == (0, 0, 0) else f", {time:%H:%M}"
    return f"{time.day} {time:%B %Y}{clock}"


def point_in_time(time: datetime, until: datetime | None, step: str | None) -> str:
    """A point in time as long as it is: `on 8 February 2013`, `in May 2013`, `in the hour from 13:00 on …`.

    Args:
        time: Its start.
        until: First moment after it.
        step: Its length in words, such as day, month or 10 minutes; None for a moment.
    """
    if step == "month":
        return f"in {time:%B %Y}"
    if step == "year":
        return f"in {time:%Y}"
    if step == "day" and moment(time) == date_of(time):
        return f"on {moment(time)}"
    if step is None or until is None:
        return f"on {moment(time)}"
    if "." in step:  # an equal part of the whole time, which has no name
        return f"between {moment(time)} and {moment(until)}"
    start = date_of(time) if moment(time) == date_of(time) else f"{time:%H:%M} on {date_of(time)}"
    return f"in the {step} from {start}"


def places_alone(written: Sequence[str], most: int) -> int:
    """The number of first places, at most `most`, that no two values share as they are written, highest first."""
    for place in range(min(most, len(written))):
        if place + 1 < len(written) and written[place] == written[place + 1]:
            return place
    return min(most, len(written))


def size_of(profile: DatasetProfile) -> str:
    """The size of a data set: 240 rows and 4 columns from 1 January 2025 to 1 March 2025."""
    rows = "1 row" if profile.rows == 1 else f"{number(profile.rows)} rows"
    columns = "1 column" if len(profile.columns) == 1 else f"{number(len(profile.columns))} columns"
    period = ""
    if profile.period_start and profile.period_end and profile.period_start != profile.period_end:
        period = f" from {moment(profile.period_start)} to {moment(profile.period_end)}"
    return f"{rows} and {columns}{period}"


def date_of(time: datetime) -> str:
    """A date: 8 February 2013."""
    return f"{time.day} {time:%B %Y}"
