"""Parts of the names of data whose digits are no numbers: the `200 metre butterfly` of a table of such races."""

import re
from collections.abc import Collection, Iterator

from agents.grounding.reading.as_spelled import as_spelled

_WORDS = r"[^\W_]+(?:['\u2019]s)?"
_DIGIT = r"\d{1,4}"
_PARTS = (
    re.compile(rf"(?<![\w.,]){_WORDS}\s+{_DIGIT}\s+{_WORDS}(?!\w)", re.IGNORECASE),
    re.compile(rf"(?<![\w.,]){_DIGIT}\s+{_WORDS}\s+{_WORDS}(?!\w)", re.IGNORECASE),
)
"""A number with two words beside it: three words together are hardly there by accident."""
_SEASON = re.compile(rf"(?:{_WORDS}\s+)?(?P<season>(?<![\w.,-])\d{{4}}[-/\u2013]\d{{2}})(?:\s+{_WORDS})?(?!\w)")


def title_parts(statement: str, titles: Collection[str]) -> Iterator[str]:
    """Yield such parts as a statement writes them.

    Args:
        statement: Prose.
        titles: Names of the data.
    """
    spelled = [as_spelled(title) for title in titles]
    for match in _SEASON.finditer(statement) if spelled else ():
        if any(re.search(rf"(?<!\w){re.escape(as_spelled(match['season']))}(?!\w)", title) for title in spelled):
            yield match[0]
    for pattern in _PARTS if spelled else ():
        for start in range(len(statement)):
            if (start == 0 or statement[start - 1].isspace()) and (match := pattern.match(statement, start)):
                part = as_spelled(match[0])
                if any(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", title) for title in spelled):
                    yield match[0]
