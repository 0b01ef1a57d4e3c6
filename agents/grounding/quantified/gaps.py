"""Claims that values are missing in columns, or in none: `values are missing in fare and age`, `town has no gaps`."""

import re
from collections.abc import Iterator

from agents.grounding.binding.directions import HIGHEST, LESS, LOWEST, MORE
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import Series, plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import DENIED, Judged, decided
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence

LACKING = re.compile(
    r"\b(?P<full>(?:no|without(?:\s+any)?|not\s+(?:have|has|contain|lack)(?:\s+any)?|keine)\s+"
    r"(?:missing|gaps|blank|empty|fehlende\w*|l\u00fccken)\w*(?:\s+(?:values?|entries|data|cells|werte))?"
    r"|(?:is|are)\s+(?:fully\s+)?complete(?:ly\s+filled)?|no\s+values?\s+(?:is|are)\s+missing)"
    r"|\b(?:missing\s+(?:values?|entries|data|cells)|gaps|(?:values?|data|entries)\s+(?:is\s+|are\s+)?missing"
    r"|(?:is|are)\s+(?:incomplete|missing)|incomplete|fehlen(?:de)?\b(?:\s+werte)?|l\u00fccken)\b",
    re.IGNORECASE,
)
"""Words that say of columns that they have missing values, or that they have none."""
_ONLY = re.compile(r"\b(?:only|nur|every|each|all|any|most|other|except|but|apart|than|besides)\b", re.IGNORECASE)


def series_of_gaps(vocabulary: Vocabulary) -> list[Series]:
    """The numbers of missing values by column, where a result tells them of its columns."""
    return [
        Series(table, m, m.name, lambda row, name=m.name: row.values.get(name))
        for table in vocabulary.tables
        for m in table.measures.values()
        if table.only_with and m.aggregate == "count"
    ]


def gaps(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim about columns that a sentence names."""
    series = series_of_gaps(vocabulary)
    for match in LACKING.finditer(sentence.text) if series else ():
        start, end = clause_span(sentence.text, match.start())
        text = sentence.text[start:end]
        if any(way.search(text) for way in (_ONLY, HIGHEST, LOWEST, MORE, LESS)):
            continue
        if DENIED.search(sentence.text[start : match.start()]) or DENIED.search(sentence.text[match.end() : end]):
            continue
        found: list[Judged] = []
        for one in series:
            named = [m for m in sentence.names if start <= m.start < end and m.columns & one.table.of_columns]
            rows = [row for m in named for row in rows_named(one.table, m, vocabulary)]
            wrong = [row for row in rows if (one.held(row) == 0) != bool(match["full"])]
            if rows:
                told = ", ".join(f"{row.title} {plain(one.held(row))}" for row in (wrong or rows)[:4])
                found.append(Judged(match[0], match.start(), not wrong, f"missing: {told}", one.table.evidence))
        yield from decided(found)
