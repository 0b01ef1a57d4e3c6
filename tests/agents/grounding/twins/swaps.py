"""True sentences made wrong by one change: a number, name, time or direction is replaced by another one."""

import calendar
import re
from collections.abc import Callable, Iterator
from typing import Any

from agents.outputs import Evidence

_NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w,]|\.\d)|(?<![\w.,-])\d+(?:\.\d+)?(?![\w,]|\.\d)")
_OPPOSITES = (
    *("more/fewer", "more/less", "higher/lower", "larger/smaller", "longer/shorter", "older/younger", "above/below"),
    *("rose/fell", "grew/shrank", "increased/decreased", "rise/fall", "climbed/dropped", "gained/lost", "won/lost"),
    *("most/fewest", "highest/lowest", "largest/smallest", "best/worst", "longest/shortest", "widest/narrowest"),
    *("over/under", "at least/at most", "before/after", "ahead of/behind", "increase/decrease", "growth/decline"),
    *("increases/decreases", "rises/falls", "peak/low", "later/earlier", "widened/narrowed"),
)
_OTHER = {
    **{right: left for left, _, right in (pair.partition("/") for pair in reversed(_OPPOSITES))},
    **{left: right for left, _, right in (pair.partition("/") for pair in reversed(_OPPOSITES))},
}
"""Word for the opposite of another."""

_DIRECTION = re.compile(rf"\b(?:{'|'.join(sorted(_OTHER, key=len, reverse=True))})\b", re.IGNORECASE)
_MONTHS = list(calendar.month_name)[1:]
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b")
_QUARTERS = ["Q1", "Q2", "Q3", "Q4"]
_QUARTER = re.compile(r"\bQ[1-4]\b")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d,]|\.\d)")


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _numbers(each)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def _entries(result: dict[str, Any]) -> list[list[str]]:
    """The different texts of each column of a result's rows; of results without columns, those under each key."""
    found: dict[str, list[str]] = {}
    lists = {key: value for key, value in result.items() if isinstance(value, list)}
    for key, rows in {"rows": lists["rows"]}.items() if "rows" in lists else lists.items():
        for row in rows:
            cells = row.items() if isinstance(row, dict) else enumerate(row if isinstance(row, list) else [])
            for column, text in cells:
                if (
                    isinstance(text, str)
                    and text[:1].isalpha()
                    and text not in (held := found.setdefault(f"{key} {column}", []))
                ):
                    held.append(text)
    return list(found.values())


def _put(statement: str, match: re.Match[str], told: str) -> str:
    return statement[: match.start()] + told + statement[match.end() :]


def numbers(statement: str, evidence: Evidence) -> Iterator[str]:
    """The statement with each of its numbers that the result holds replaced by the next larger one that it holds."""
    held = sorted({number for number in _numbers(evidence.result.model_dump()) if number >= 0})
    for match in _NUMBER.finditer(statement):
        own = float(match[0].replace(",", ""))
        if own in held and len(held) > 1:
            other = held[(held.index(own) + 1) % len(held)]
            yield _put(statement, match, f"{other:,.0f}" if other.is_integer() else f"{other:,}")


def last_digits(statement: str, evidence: Evidence) -> Iterator[str]:
    """The statement with its last number raised by three units of the last digit: by one could be a rounding."""
    *_, match = [None, *_NUMBER.finditer(statement)]
    if match:
        places = len(match[0].partition(".")[2])
        yield _put(statement, match, f"{float(match[0].replace(',', '')) + 3 * 10**-places:,.{places}f}")


def names(statement: str, evidence: Evidence) -> Iterator[str]:
    """The statement with each entry of a column replaced by the next one of that column that it does not name."""
    for entries in _entries(evidence.result.model_dump()):
        for place, entry in enumerate(entries):
            match = re.search(rf"\b{re.escape(entry)}\b", statement)
            following = [*entries[place + 1 :], *entries[:place]]
            other = next((each for each in following if each.casefold() not in statement.casefold()), None)
            if match and other:
                yield _put(statement, match, other)


def times(statement: str, evidence: Evidence) -> Iterator[str]:
    """The statement with each of its years, months and quarters replaced by the next one that it does not name."""
    years = sorted(set(_YEAR.findall(evidence.result.model_dump_json())))
    for pattern, held in ((_YEAR, years), (_MONTH, _MONTHS), (_QUARTER, _QUARTERS)):
        for match in pattern.finditer(statement):
            place = held.index(match[0]) if match[0] in held else len(held)
            other = next((each for each in [*held[place + 1 :], *held[:place]] if each not in statement), None)
            if match[0] in held and other:
                yield _put(statement, match, other)


def directions(statement: str, evidence: Evidence) -> Iterator[str]:
    """The statement with each word for a direction replaced by its opposite."""
    for match in _DIRECTION.finditer(statement):
        other = _OTHER[match[0].lower()]
        yield _put(statement, match, other.capitalize() if match[0][0].isupper() else other)


SWAPS: tuple[Callable[[str, Evidence], Iterator[str]], ...] = (numbers, last_digits, names, times, directions)
"""Ways to change a sentence."""


def swapped(statement: str, evidence: Evidence) -> Iterator[str]:
    """The statement with each of these changes."""
    for swap in SWAPS:
        yield from swap(statement, evidence)
