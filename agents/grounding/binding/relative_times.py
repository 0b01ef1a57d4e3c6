"""Times that are told from another one: `on the following day`, `two years later`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.number_words import words_in
from agents.grounding.reading.written_dates import moved_by

_NEXT = re.compile(
    r"\bthe\s+(?:(?:following|next)\s+(?P<unit>day|month|year)|(?P<span>day|month|year)\s+(?P<way>after|before)(?=[\s,.;:)]))",
    re.IGNORECASE,
)


_SO_MANY = (
    r"(?P<count>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty)\s+"
    r"(?P<unit>day|month|year)s"
)
_LATER = re.compile(
    rf"\b{_SO_MANY}\s+(?P<way>later|after(?:wards|\s+that)|earlier|before(?=[\s,.;:)]))\b", re.IGNORECASE
)
_WITHIN = re.compile(rf"\b(?P<way>within)\s+(?:just\s+|only\s+)?{_SO_MANY}\b", re.IGNORECASE)
_BACK = ("earlier", "before")
_SINCE = re.compile(r"\bsince\s+$", re.IGNORECASE)


def relative_times(text: str, times: Sequence[Mention], vocabulary: Vocabulary) -> Iterator[Mention]:
    """The day, month or year after the one named last, or the day before: `on the following day`."""
    for match in _NEXT.finditer(text):
        dates = [m.date for m in times if m.end <= match.start() and m.date]
        if not dates:
            continue
        unit = (match["unit"] or match["span"]).lower()
        step = -1 if (match["way"] or "").lower() == "before" else 1
        date = moved_by(dates[-1], unit, step)
        if date and vocabulary.holds_date(date):
            yield Mention(match.start(), match.end(), match[0], date=replace(date, text=match[0]))
    for match in (*_LATER.finditer(text), *_WITHIN.finditer(text)):
        dates = [m.date for m in times if m.end <= match.start() and m.date and not _SINCE.search(text[: m.start])]
        count = next((word.value for word in words_in(match["count"])), None)
        step = int(count if count is not None else float(match["count"]))
        for last in reversed(dates):
            date = moved_by(last, match["unit"].lower(), -step if match["way"].lower() in _BACK else step)
            if date and vocabulary.holds_date(date):
                yield Mention(match.start(), match.end(), match[0], date=replace(date, text=match[0]))
                break
