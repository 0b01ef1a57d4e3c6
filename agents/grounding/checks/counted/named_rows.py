"""Counts of rows by what stands in their texts: `3 of the bridges are in Washington County`."""

import re
from collections.abc import Iterator

from agents.grounding.checks.series import Computed
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import stems_of_name, tokens
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Table

_STOPWORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the of in on at for from to and or is are was were be been had has have with by that which who there "
        "their its than as it not no only all each every this these those game games time times one two three row rows",
    )
)


def named_rows(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Counts of rows whose texts hold the words of the sentence: `3 of the bridges are in Washington County`.

    Rows are counted by each column of texts in which words of the sentence stand, and by all of these together.
    """
    if number.percent or number.form != "plain" or number.hedge:
        return
    said = {word.stem for word in sentence.words if len(word.stem) > 2 and word.lower not in _STOPWORDS}
    for table in vocabulary.tables:
        if not table.complete:
            continue
        chosen: list[frozenset[int]] = []
        for column in sorted(table.columns):
            texts = [frozenset(t.stem for t in tokens(row.names.get(column, ""))) for row in table.rows]
            spoken = {stem for stem in said if any(stem in text for text in texts)} - stems_of_name(column)
            most = max((len(spoken & text) for text in texts), default=0)
            if most:
                chosen.append(frozenset(n for n, text in enumerate(texts) if len(spoken & text) == most))
        chosen += _of_years(sentence, number, table)
        together = frozenset(range(len(table.rows))).intersection(*chosen) if chosen else frozenset[int]()
        for rows in dict.fromkeys([together, *chosen]):
            if rows:
                titles = ", ".join(table.rows[n].title for n in sorted(rows)[:4])
                yield Computed(float(len(rows)), f"{len(rows)} rows ({titles})", table.evidence, "count")


def _of_years(sentence: Sentence, number: WrittenNumber, table: Table) -> list[frozenset[int]]:
    """Rows with a year of the sentence in a column of years: `two halls opened in 1930`."""
    found: list[frozenset[int]] = []
    for year in (n for n in sentence.numbers if n.year and n is not number and _IN.search(sentence.text[: n.start])):
        for name in table.measures:
            values = [row.values.get(name) for row in table.rows]
            there = [value for value in values if value is not None]
            if there and all(_FIRST_YEAR <= v <= _LAST_YEAR and v == int(v) for v in there):
                found.append(frozenset(n for n, value in enumerate(values) if value == year.values[0]))
    return [rows for rows in found if rows]


_IN = re.compile(r"\b(?:in|during)\s+$", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1600, 2100
