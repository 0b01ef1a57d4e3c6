"""Tables of patterns of missing values."""

from collections.abc import Iterator

from agents.grounding.reading.words import words_of
from agents.grounding.results.measures import by_name, told_of, whole_table
from agents.grounding.tables.cells import Measure, Row, Table, plain_words
from agents.grounding.tables.moments import moment_in
from analytics.results import MissingPattern, MissingPatterns

_NAMED = frozenset(["column"])
_ROWS = words_of("n rows records values entries observations count cases")


def missing_tables(evidence: str, result: MissingPatterns) -> Iterator[Table]:
    """The missing values of each pattern, there and in all rows."""
    for pattern in result.patterns:
        yield from _tables(evidence, pattern)
    gaps = told_of("gaps", "columns missing gaps", needs="gaps missing incomplete empty blank")
    yield whole_table(evidence, (gaps, result.gaps))


def _tables(evidence: str, pattern: MissingPattern) -> Iterator[Table]:
    words = plain_words(pattern.column)
    missing = Measure("missing", words, "count", needs=words_of("missing them"))
    share = Measure("share", words, "share", needs=words_of("missing share rows"))
    count = Measure("count", frozenset({"n"}), "count", needs=_ROWS, of_rows=True)
    names = {"column": pattern.column}
    if pattern.pattern == "group" and pattern.value is not None:
        names |= {pattern.other: pattern.value}
    moment = moment_in(pattern.value, pattern.other) if pattern.value and pattern.pattern != "group" else None
    values = {"share": pattern.share, "count": float(pattern.rows)}
    if pattern.pattern == "together":
        values["missing"] = float(pattern.missing)
    row = Row(names, {pattern.other: moment} if moment else {}, values)
    yield Table(evidence, by_name(missing, share, count), [row], complete=False, of_columns=_NAMED)
    if pattern.pattern == "together":  # all rows in which the other column lacks a value
        other = Measure("missing", plain_words(pattern.other), "count", needs=words_of("missing them"))
        there = Row({"column": pattern.other}, {}, {"missing": float(pattern.rows)})
        yield Table(evidence, by_name(other), [there], complete=False, of_columns=_NAMED)
    overall = Row({"column": pattern.column}, {}, {"share": pattern.overall})
    yield Table(evidence, by_name(share), [overall], complete=False, of_columns=_NAMED)
