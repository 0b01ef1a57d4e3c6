"""Claims about correlations: their sign, and which is the strongest."""

import re
from collections.abc import Iterator
from dataclasses import replace

from agents.grounding.binding.columns.column_pairs import pair_named
from agents.grounding.checks.series import plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import NOT, Judged
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Table

_POSITIVE = re.compile(r"\b(?:positive(?:ly)?|same direction|rise and fall together)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:negative(?:ly)?|inverse(?:ly)?|opposite directions?)\b", re.IGNORECASE)
_STRONGEST = re.compile(r"\b(?:strongest|closest|tightest)\b", re.IGNORECASE)


_MORE = re.compile(
    r"\b(?:(?P<less>less|weaker|more\s+(?:weakly|loosely))|more|stronger|closer)\b[^.;]{0,20}?\b(?:with|to)\s+(?P<left>[^.;]{1,40}?)"
    r"(?:\s+\([^()]*\))?\s+than\s+(?:with\s+|to\s+|that\s+with\s+)?(?P<right>[^.;,()]{1,40})",
    re.IGNORECASE,
)
"""Two correlations of a column: `correlates more strongly with distance than with tip`."""


def _compared(sentence: Sentence, table: Table) -> Iterator[Judged]:
    for match in _MORE.finditer(sentence.text):
        if NOT.search(sentence.text[: match.start()]):
            continue
        found: list[float] = []
        for side in ("left", "right"):
            words = [
                w for w in sentence.words if w.end <= match.start() or match.start(side) <= w.start < match.end(side)
            ]
            rows = pair_named(replace(sentence, words=words), table.rows)
            found += [rows[0].values["coefficient"]] if len(rows) == 1 else []
        if len(found) == 2:
            told = f"{match['left']} {plain(found[0])}, {match['right'].strip()} {plain(found[1])}"
            true = (abs(found[0]) < abs(found[1])) if match["less"] else (abs(found[0]) > abs(found[1]))
            yield Judged(match[0], match.start(), true, told, table.evidence)


def judged_correlations(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence that names one pair of columns."""
    for table in vocabulary.tables:
        if "coefficient" not in table.measures:
            continue
        yield from _compared(sentence, table)
        rows = pair_named(sentence, table.rows)
        if len(rows) != 1 or (len(table.rows) > 1 and len(rows) == len(table.rows)):
            continue
        own = rows[0].values["coefficient"]
        told = f"{rows[0].title}: {plain(own)}"
        for pattern, sign in ((_POSITIVE, 1), (_NEGATIVE, -1)):
            for match in pattern.finditer(sentence.text):
                if not NOT.search(sentence.text[: match.start()]):
                    yield Judged(match[0], match.start(), own * sign > 0, told, table.evidence)
        for match in _STRONGEST.finditer(sentence.text):
            best = max(table.rows, key=lambda row: abs(row.values["coefficient"]))
            told = f"{best.title} has {plain(best.values['coefficient'])}, {told}"
            yield Judged(match[0], match.start(), abs(own) == abs(best.values["coefficient"]), told, table.evidence)
