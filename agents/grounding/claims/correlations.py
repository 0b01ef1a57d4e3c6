"""Claims about correlations: their sign, and which is the strongest."""

import re
from collections.abc import Iterator

from agents.grounding.binding.cells_meant import pair_named
from agents.grounding.binding.sentences import Sentence
from agents.grounding.checks.series import plain
from agents.grounding.claims.judged import NOT, Judged
from agents.grounding.names.vocabulary import Vocabulary

_POSITIVE = re.compile(r"\b(?:positive(?:ly)?|same direction|rise and fall together)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:negative(?:ly)?|inverse(?:ly)?|opposite directions?)\b", re.IGNORECASE)
_STRONGEST = re.compile(r"\b(?:strongest|closest|tightest)\b", re.IGNORECASE)


def judged_correlations(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence that names one pair of columns."""
    for table in vocabulary.tables:
        if "coefficient" not in table.measures:
            continue
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
