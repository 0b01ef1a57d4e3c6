"""Claims about what comes right after the highest or lowest: `UA had the most, followed by B6 and EV`."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.beside import key_of, lists_of
from agents.grounding.binding.directions import HIGHEST, LOWEST
from agents.grounding.binding.owners import Owner, kinds_in
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.checks.series import Series
from agents.grounding.claims.superlatives.of_a_number import ordered
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import NOT, Judged, decided, scope_of, series_at
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY

_FOLLOWED = re.compile(r"\b(?:followed\s+by|(?<=, )then)\s+(?:the\s+)?", re.IGNORECASE)
_NEAR = 12
"""Characters between these words and the first name."""


def followed_by(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for match in _FOLLOWED.finditer(sentence.text):
        start, _ = clause_span(sentence.text, match.start())
        ways = ((HIGHEST, True), (LOWEST, False))
        words = [(m, high) for way, high in ways for m in way.finditer(sentence.text, start, match.start())]
        if not words or NOT.search(sentence.text[: match.start()]):
            continue
        word, highest = max(words, key=lambda pair: pair[0].start())
        found: list[Judged] = []
        for kind in kinds_in(sentence):
            groups = [g for g in lists_of(sentence, kind) if 0 <= g[0].start - match.end() <= _NEAR]
            leaders = {key_of(m) for m in kind if m.end <= match.start()}
            if not groups or len(leaders) != 1:
                continue
            for one in series_at(sentence, word.start(), word.end(), vocabulary):
                found += _judged(sentence, match, one, groups[0], highest, vocabulary, _place_of(sentence, word))
        yield from decided(found)


def _judged(
    sentence: Sentence,
    match: re.Match[str],
    series: Series,
    following: Sequence[Mention],
    highest: bool,
    vocabulary: Vocabulary,
    first: int,
) -> Iterator[Judged]:
    scope = scope_of(sentence, following, match.start())
    every = rows_of(series.table, Owner(scope, frozenset()), vocabulary) or []
    every = [row for row in every if not row.called & NO_ENTRY]
    in_order = ordered(series, every, highest)
    if len(every) < 2 or not (series.table.complete or in_order == every):
        return  # rows that were cut off may come between
    named = [rows_named(series.table, m, vocabulary, scope) for m in following]
    if any(len(own) != 1 or own[0] not in in_order for own in named):
        return
    places = in_order[first : first + len(named)]  # of rows with the same value any may come first
    true = [series.held(own[0]) for own in named] == [series.held(row) for row in places]
    told = f"by {series.name}: {', '.join(row.title for row in in_order[: first + len(following)])}"
    yield Judged(match[0].strip(), match.start(), true, told, series.table.evidence, tuple(following))


def _place_of(sentence: Sentence, word: re.Match[str]) -> int:
    """The place of a superlative: 2 for the `highest` of `second-highest`."""
    ranks = (n for n in sentence.numbers if n.form == "rank" and sentence.text[n.end : word.start()] in {"-", " "})
    return int(next((n.values[0] for n in ranks), 1))
