"""Claims that all or none of the values of a column keep a bound, held against its lowest and highest value."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.checks.series import plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged, decided
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Table

_ALL_OR_NONE = re.compile(
    r"(?<!\bnot )(?<!\bnearly )(?<!\balmost )(?<!\bnicht )(?<!\bof )\b(?:(?P<all>all|every|each|alle|jede[rsn]?)"
    r"|none(?=\s+of\b)|not\s+(?:one|a\s+single)|no(?=\s)|keine?[rsn]?)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:between|zwischen)\s+$", re.IGNORECASE)
_SMALL = frozenset(["of", "the", "these", "those", "der", "den"])
_OF_COLUMN = ("minimum", "maximum")


def all_values(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim about rows as a whole: a name or time would mean some of them."""
    for match in _ALL_OR_NONE.finditer(sentence.text):
        _, end = clause_span(sentence.text, match.start())
        of_some = any(m.date or vocabulary.is_cited(m) for m in sentence.mentions)
        bounds = [n for n in sentence.numbers if match.end() <= n.start < end and n.hedge and n.hedge != "about"]
        bounds = _between(sentence, match.end(), end) or bounds
        if not bounds or any(n.percent or n.form != "plain" for n in bounds) or len(bounds) > 2 or of_some:
            continue
        if sentence.aggregates or (len(bounds) > 1 and not _BETWEEN.search(sentence.text[: bounds[0].start])):
            continue  # the means of groups are none of the values
        noun = next((w.stem for w in sentence.words if w.start >= match.end() and w.lower not in _SMALL), "")
        tables = [table for table in vocabulary.tables if table.whole and table.measures.keys() >= {*_OF_COLUMN}]
        named = [vocabulary.named(w, by_needs=False) for w in sentence.words if match.end() <= w.start < end]
        groups = {t.evidence for t in vocabulary.tables if noun in t.row_words and not t.whole}
        tables = [table for table in tables if not groups - {table.evidence}]  # "no region", of another result
        scores = [sum(table.measures["maximum"] in one for one in named) for table in tables]
        most = max(scores, default=0)
        said = [t for t, score in zip(tables, scores, strict=True) if score == most and (most or len(tables) == 1)]
        found = [_judged(match, bounds, table) for table in said]
        yield from decided([one for one in found if one])


def _between(sentence: Sentence, start: int, end: int) -> list[WrittenNumber]:
    """The two ends of a range in a part of a sentence: `between 13 and 50`; none if there is no such range."""
    numbers = [n for n in sentence.numbers if start <= n.start < end]
    ends = len(numbers) == 2 and re.fullmatch(r"\s+(?:and|und)\s+", sentence.text[numbers[0].end : numbers[1].start])
    return numbers if ends and _BETWEEN.search(sentence.text[: numbers[0].start]) else []


def _judged(match: re.Match[str], bounds: Sequence[WrittenNumber], table: Table) -> Judged | None:
    """The claim over one column; None where its lowest or highest value is not told."""
    low, high = (table.rows[0].values.get(name) for name in _OF_COLUMN)
    if low is None or high is None or (len(bounds) > 1 and not match["all"]):
        return None
    limit, way = bounds[0].values[-1], str(bounds[0].hedge)
    if len(bounds) > 1:
        true = limit <= low and high <= bounds[1].values[-1]
    elif match["all"]:
        true = {"over": low > limit, "at least": low >= limit, "under": high < limit, "at most": high <= limit}[way]
    else:
        true = {"over": high <= limit, "at least": high < limit, "under": low >= limit, "at most": low > limit}[way]
    told = f"the values run from {plain(low)} to {plain(high)}"
    return Judged(match[0], match.start(), true, told, table.evidence, numbers=tuple(bounds))
