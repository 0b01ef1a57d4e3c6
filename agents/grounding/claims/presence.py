"""Claims of what there is at all: `WA has no breweries`, `all Adelie live on Dream`, `Adelie live only on Dream`.

They are judged where every word of the clause is known, since one more condition makes another claim of it: `no order
paid in cash was late`.
"""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.owners import Owner, dimensions
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import ADDITIVE, plain
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged
from agents.grounding.reading.words import Token, stems_of_name
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY, Measure, Row, Table

_SAID = re.compile(
    r"\b(?:(?P<none>none(?=\s+of\b)|not\s+(?:one|a\s+single)|no(?=\s))|(?P<all>all|every|each)|(?P<only>only))\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|lives?|lived|occurs?|occurred|comes?|came|belongs?|belonged|won|wins?|left|leaves?"
    r"|departs?|departed|paid)\b",
    re.IGNORECASE,
)
_HAS = re.compile(r"ha(?:s|ve|d)|w[io]ns?", re.IGNORECASE)
"""Verbs of a subject that is no part of what is counted: `all shops had orders`."""
_KNOWN = re.compile(
    r"an?|the|of|in|on|at|by|for|to|with|from|and|or|there|any|both|found|seen|recorded|made|home|located|based"
    r"|exclusively|entirely",
    re.IGNORECASE,
)
"""Words that add no condition."""


def presence(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for match in _SAID.finditer(sentence.text):
        start, end = clause_span(sentence.text, match.start())
        others = [m for m in _SAID.finditer(sentence.text, start, end) if m.start() != match.start()]
        if others or sentence.left_out or _numbered(sentence, match, start, end):
            continue
        inside = [m for m in sentence.mentions if start <= m.start < end and m.start != match.start()]
        for table in vocabulary.tables if inside else ():
            named = [w for w in sentence.words if start <= w.start < end and not _covered(w, sentence, match)]
            measure = _measure(table, named, vocabulary)
            if measure is None or not table.complete or not all(_of(table, m) for m in inside):
                continue
            if all(_is_known(word, measure, table, named, vocabulary) for word in named):
                yield from _judged(sentence, match, inside, table, measure, (start, end), named, vocabulary)


def _numbered(sentence: Sentence, match: re.Match[str], start: int, end: int) -> bool:
    """Return whether a clause has a number that is not the size of the whole: `none of the 32 orders`."""
    return any(
        not re.fullmatch(r"\s+(?:of\s+)?(?:the\s+)?", sentence.text[match.end() : n.start])
        for n in sentence.numbers
        if start <= n.start < end and not n.year
    )


def _covered(word: Token, sentence: Sentence, match: re.Match[str]) -> bool:
    parts = (*sentence.mentions, *sentence.numbers)
    return match.start() <= word.start < match.end() or any(p.start <= word.start < p.end for p in parts)


def _of(table: Table, mention: Mention) -> bool:
    return table.timed if mention.date else bool(mention.columns & table.columns)


def _measure(table: Table, words: Sequence[Token], vocabulary: Vocabulary) -> Measure | None:
    """The measure that tells how many there are: the only one, or the one that is named."""
    own = [m for m in table.measures.values() if not m.of_result]
    named = {m for word in words for m in vocabulary.named(word) if m in own}
    chosen = list(named) if named else own
    if len(chosen) != 1 or chosen[0].aggregate not in ADDITIVE or chosen[0].needs:
        return None
    if any(row.values.get(chosen[0].name, 0.0) < 0 for row in table.rows):
        return None
    return chosen[0] if named or chosen[0].of_rows or chosen[0].aggregate == "count" else None


def _is_known(word: Token, measure: Measure, table: Table, words: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Return whether a word is one for the rows, the measure or a column of names, or adds no condition."""
    if _KNOWN.fullmatch(word.text) or _VERB.fullmatch(word.text) or measure in vocabulary.named(word):
        return True
    if word.stem in table.row_words or any(word.stem in stems_of_name(column) for column in table.columns):
        return True
    if not measure.of_rows or any(measure in vocabulary.named(w) for w in words):
        return False
    unknown = [w for w in words if re.fullmatch(r"[a-z]{3,}s", w.lower) and not _KNOWN.fullmatch(w.text)]
    return unknown[:1] == [word]  # the penguins of a table that counts them


def _judged(
    sentence: Sentence,
    match: re.Match[str],
    inside: Sequence[Mention],
    table: Table,
    measure: Measure,
    clause: tuple[int, int],
    words: Sequence[Token],
    vocabulary: Vocabulary,
) -> Iterator[Judged]:
    evidence, lists = table.evidence, [kind for kind in dimensions(inside) if len(kind) > 1]
    if match["none"]:
        if any(re.search(r"\band\b", sentence.text[kind[0].end : kind[-1].start]) for kind in lists):
            return  # none in both years is not none in any of them
        count = _sum(_rows(table, inside, vocabulary), measure)
        told = f"{measure.name}: {plain(count)} of {', '.join(m.text for m in inside)}"
        yield Judged(match[0], match.start(), count == 0, told, evidence, tuple(inside))
        return
    verb = _VERB.search(sentence.text, match.end() if match["all"] else clause[0], clause[1])
    if verb is None:
        yield from _at_all(sentence, match, inside, table, measure, words, vocabulary) if match["all"] else ()
        return
    of_whole, of_part = ([m for m in inside if (m.start < verb.start()) is before] for before in (True, False))
    columns = {stem for column in table.columns for stem in stems_of_name(column)}
    if not of_part or any(w.stem in columns for w in words if w.start < verb.start()):
        return
    if match["only"] and match.start() < verb.start():
        return
    if match["all"] and ((_HAS.fullmatch(verb[0]) and not of_whole) or any(m.end <= match.start() for m in inside)):
        return
    whole, part = (_sum(_rows(table, some, vocabulary), measure) for some in (of_whole, inside))
    each = all(
        _sum(_rows(table, [*of_whole, m], vocabulary), measure) for kind in dimensions(of_part) for m in kind
    )  # "only on Dream and Biscoe" is on both
    told = f"{measure.name}: {plain(part)} of {plain(whole)}"
    yield Judged(match[0], match.start(), part == whole > 0 and each, told, evidence, tuple(inside))


def _at_all(
    sentence: Sentence,
    match: re.Match[str],
    inside: Sequence[Mention],
    table: Table,
    measure: Measure,
    words: Sequence[Token],
    vocabulary: Vocabulary,
) -> Iterator[Judged]:
    """The claim that something is there for every entry of a column: `Gentoo live on all three islands`."""
    noun = next((word for word in words if word.start >= match.end()), None)
    column = next((c for c in sorted(table.columns) if noun and noun.stem in stems_of_name(c)), None)
    if (
        column is None
        or not _VERB.search(sentence.text, 0, match.start())
        or any(m.end > match.start() for m in inside)
    ):
        return
    rows = [row for row in _rows(table, inside, vocabulary) if row.values.get(measure.name)]
    held = sorted({row.names[column] for row in rows if column in row.names})
    every = {row.names[column] for row in _rows(table, (), vocabulary) if column in row.names}
    told = f"{', '.join(m.text for m in inside)}: {', '.join(held[:5]) or 'none'}"
    yield Judged(match[0], match.start(), len(held) == len(every), told, table.evidence, tuple(inside))


def _rows(table: Table, mentions: Sequence[Mention], vocabulary: Vocabulary) -> list[Row]:
    """The rows that are of one of the names of each kind."""
    rows = [row for row in table.rows if not (row.whole or row.called & NO_ENTRY)]
    for kind in dimensions(mentions):
        found = [row for m in kind for row in rows_of(table, Owner((m,), frozenset({m})), vocabulary) or ()]
        rows = [row for row in rows if row in found]
    return rows


def _sum(rows: Sequence[Row], measure: Measure) -> float:
    return sum(row.values.get(measure.name, 0.0) for row in rows)
