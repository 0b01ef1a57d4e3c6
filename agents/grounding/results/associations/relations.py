"""Tables of pairs of columns that go together."""

from collections.abc import Iterator

from agents.grounding.reading.words import words_of
from agents.grounding.results.measures import by_name, known, told_of, whole_table
from agents.grounding.tables.cells import Measure, Row, Table, plain_words
from analytics.results import RelatedColumns, RelatedPair

_STRENGTH = "effect strength association coefficient cramér cramer v rho correlation"
_ROWS = words_of("n rows records values entries observations count cases")


def relation_tables(evidence: str, result: RelatedColumns) -> Iterator[Table]:
    """The strength of each pair; of categories the share of one value in rows with the other, and in all rows."""
    for pair in result.pairs:
        yield whole_table(evidence, (told_of("effect size", _STRENGTH, "other"), pair.effect_size))
        yield from _shares(evidence, pair)
    yield whole_table(
        evidence,
        (told_of("tested", "pairs tested compared"), result.tested),
        (told_of("related", "related pairs together"), result.related),
    )


def _shares(evidence: str, pair: RelatedPair) -> Iterator[Table]:
    if pair.left_value is None or pair.right_value is None or pair.share is None or pair.overall is None:
        return
    share = Measure("share", plain_words(pair.right), "share", needs=words_of("share rate percent rows"))
    count = Measure("count", frozenset({"n"}), "count", needs=_ROWS, of_rows=True)
    values = known(share=pair.share, count=pair.rows_there)
    there = {pair.left: pair.left_value, pair.right: pair.right_value}
    yield Table(evidence, by_name(share, count), [Row(there, {}, values)], complete=False)
    overall = Row({pair.right: pair.right_value}, {}, {"share": pair.overall})
    yield Table(evidence, by_name(share), [overall], complete=False)
