"""Words for percentiles and for missing or distinct values, which say that no other measure is meant."""

import re
from collections.abc import Iterable, Sequence

from agents.grounding.reading.words import stem, stems_of_name
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NAMELESS, Measure, Row, Table

_QUARTILE = re.compile(r"\b(?:(?P<low>lower|first|bottom)|(?P<high>upper|third|top))\s+quartile\b", re.IGNORECASE)
_PERCENTILE = re.compile(r"\b(\d+th)(?:\s+percentile\b|(?=[\s:,(]))", re.IGNORECASE)
_BETWEEN_QUARTILES = re.compile(r"\b(?:interquartile\s+range|IQR)\b[^.;,()\d]{0,25}$", re.IGNORECASE)
"""Words before a difference of two percentiles, which is none of them."""
MISSING = frozenset(stem(word) for word in ["missing", "gaps", "empty", "blank"])
DISTINCT = frozenset(stem(word) for word in ["distinct", "different", "unique"])


_SECOND_QUARTILE = 25
"""Characters between the word and a number that is the quartile."""


def other_quartile(sentence: Sentence, number: WrittenNumber, measure: Measure) -> bool:
    """Return whether a percentile is not the quartile that the sentence names."""
    ranks = _PERCENTILE.finditer(sentence.text) if "percentile" in sentence.text else ()
    named = next((m for m in reversed([*ranks]) if m.end() <= number.start), None)
    if named and number.start - named.end() <= _SECOND_QUARTILE and not measure.of_result:
        return measure.name != f"{named[1]} percentile"
    if _BETWEEN_QUARTILES.search(sentence.text[: number.start]):
        return True
    match = next(reversed([*_QUARTILE.finditer(sentence.text[: number.start])]), None)
    match = match or _QUARTILE.search(sentence.text)
    if match is None:
        return False
    if measure.name.endswith(" percentile"):
        return measure.name != ("25th percentile" if match["low"] else "75th percentile")
    return 0 <= number.start - match.end() <= _SECOND_QUARTILE


def other_need(measure: Measure, stems: set[str]) -> bool:
    """Return whether a measure is about values in general, where the sentence speaks of missing or different ones."""
    return any(stems & kind and measure.needs and not measure.needs & kind for kind in (MISSING, DISTINCT))


_WITHOUT_VALUE = re.compile(
    r"\b(?:unknown|missing|blank|empty|(?:not|never)\s+(?:been\s+)?(?:recorded|known|given|stated|filled)"
    r"|(?:no|without\s+an?y?|lack\w*\s+an?y?)\s+(?:known\s+|recorded\s+)?(?:values?|entry|data))\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\u201c[^\u201d]*\u201d")
_WITHOUT = re.compile(
    r"\b(?:no|without(?:\s+an?)?|lack(?:s|ed|ing)?(?:\s+an?)?)\s+(?P<column>(?:[a-z_]+\s*){1,2})", re.IGNORECASE
)


def says_missing(sentence: Sentence, number: WrittenNumber, tables: Iterable[Table]) -> bool:
    """Return whether the clause of a number says that values are missing: `the town is unknown`, `have no town`."""
    start, end = clause_span(sentence.text, number.start)
    earlier = [n.end for n in sentence.numbers if start <= n.start and n.end <= number.start]
    if earlier:  # "5 values are missing, 7 are zero"
        start = max(earlier[-1], sentence.text.rfind(",", earlier[-1], number.start))
    end = min([end, *(n.start for n in sentence.numbers if n.start >= number.end)])
    said = [match.start() for match in _WITHOUT_VALUE.finditer(sentence.text, start, end)]
    called = [(m.start, m.end) for m in sentence.names if NAMELESS not in m.names]  # entries called `unknown`
    called += [match.span() for match in _QUOTED.finditer(sentence.text)]
    if any(not any(first <= place < last for first, last in called) for place in said):
        return True
    words = [set(map(stem, match["column"].split())) for match in _WITHOUT.finditer(sentence.text, start, end)]
    columns = {
        c for table in tables for row in table.rows if row.nameless for c, n in row.names.items() if n == NAMELESS
    }
    return any(stems_of_name(column) & one for one in words for column in columns)


def counts_gaps(sentence: Sentence, number: WrittenNumber, tables: Sequence[Table]) -> bool:
    """Return whether a number tells how many values are missing, and some table tells of missing ones."""
    if number.form != "plain":
        return False
    known = any(row.nameless for table in tables for row in table.rows)
    known = known or any(measure.needs & MISSING for table in tables for measure in table.measures.values())
    return known and says_missing(sentence, number, tables)


def of_gaps(row: Row, measure: Measure) -> bool:
    """Return whether a cell tells of missing values: it counts them, or its row is that of those without a name."""
    return row.nameless or measure.of_result or bool((measure.needs | measure.words) & MISSING)
