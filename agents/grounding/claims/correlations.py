"""Claims about correlations: their sign, which is the strongest, and what is higher where something else is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.grounding.binding.columns.column_pairs import columns_named, pair_named
from agents.grounding.binding.directions import LESS, MORE, MOVED_DOWN, MOVED_UP
from agents.grounding.checks.series import plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import DENIED, NOT, Judged
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table

_SIGN = re.compile(
    r"\b(?:(?P<up>positive(?:ly)?|same\s+direction|rise\s+and\s+fall\s+together)"
    r"|negative(?:ly)?|inverse(?:ly)?|opposite\s+directions?)\b",
    re.IGNORECASE,
)
_STRONGEST = re.compile(
    r"\b(?:(?P<weak>weakest|loosest|least\s+(?:strongly|closely))|strongest|closest|tightest|most\s+(?:strongly|closely))\b",
    re.IGNORECASE,
)
_RANKED = re.compile(r"\b(?:second|third|fourth|fifth|next|one\s+of\s+the|among\s+the)[\s-]+$", re.IGNORECASE)
_OF_COLUMN = re.compile(
    r"\s+(?:rank\s+)?(?:correlation|relation(?:ship)?|link|association)\s+(?:of|with|for|to)\b", re.IGNORECASE
)
_MORE = re.compile(
    r"\b(?:(?P<less>less|weaker|more\s+(?:weakly|loosely))|more|stronger|closer)\b[^.;]{0,20}?\b(?:with|to)\s+(?P<left>[^.;]{1,40}?)"
    r"(?:\s+\([^()]*\))?\s+than\s+(?:with\s+|to\s+|that\s+with\s+)?(?P<right>[^.;,()]{1,40})",
    re.IGNORECASE,
)
"""Two correlations of a column: `correlates more strongly with distance than with tip`."""
_WITH_COLUMN = re.compile(r"\s(?:with|vs\.?|to)\s")
_OTHERS = re.compile(
    r"\b(?:(?P<none>none|no)|all|every|each|both)\b[^.;,]{0,30}?\b(?:others?|remaining|rest|columns?|variables?|measures?)\b",
    re.IGNORECASE,
)
_TENDS = re.compile(
    r"\b(?:tend(?:s|ed|ing)?\s+to|usually|generally|typically|(?:rises?|increases?|grows?|falls?|decreases?|drops?)\s+with)\b"
    r"|\bthe\s+(?:\w+er|more|less)\b[^.;,]{1,60},\s*the\s+(?:\w+er|more|less)\b",
    re.IGNORECASE,
)
_WITH = re.compile(r"\b(?:rises?|increases?|grows?|falls?|decreases?|drops?)\s+with\b", re.IGNORECASE)


def judged_correlations(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence about columns that are paired in a result."""
    for table in vocabulary.tables:
        if "coefficient" not in table.measures:
            continue
        yield from _compared(sentence, table)
        yield from _strongest(sentence, table)
        if "pearson" in table.measures:  # an effect of groups has no sign
            yield from _signed(sentence, table)
            yield from _tends(sentence, table)


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


def _pairs(table: Table, left: Sequence[str], right: Sequence[str]) -> list[Row]:
    wanted = {frozenset({a, b}) for a in left for b in right if a != b}
    return [row for row in table.rows if frozenset(row.names.values()) in wanted]


def _of(table: Table, columns: Sequence[str]) -> list[Row]:
    """The pairs that all of some columns are in."""
    return [row for row in table.rows if set(columns) <= set(row.names.values())]


def _joined(sentence: Sentence, table: Table, start: int, end: int) -> Iterator[list[str]]:
    """The pairs of columns that a part of a sentence lists as such: `A with B and C with D`."""
    joints = list(_WITH_COLUMN.finditer(sentence.text, start, end))
    for place, joint in enumerate(joints):
        after = joints[place + 1].start() if place + 1 < len(joints) else end
        left = columns_named(sentence, table.rows, joints[place - 1].end() if place else start, joint.start())
        right = columns_named(sentence, table.rows, joint.end(), after)
        if left and right:
            yield [left[-1][0], right[0][0]]


def _ranked(text: str, match: re.Match[str]) -> bool:
    """Return whether a superlative is that of the second or of some: `the second strongest`, `the weakest but one`."""
    return bool(_RANKED.search(text[: match.start()])) or text.startswith(" but ", match.end())


def _strongest(sentence: Sentence, table: Table) -> Iterator[Judged]:
    """The strongest pair of all, or of the column that the sentence is about."""
    for match in _STRONGEST.finditer(sentence.text):
        start, end = clause_span(sentence.text, match.start())
        named = columns_named(sentence, table.rows, start, end)
        pair = _of(table, [name for name, _ in named]) if len(named) == 2 else []
        if len(pair) != 1 or _ranked(sentence.text, match) or (match["weak"] and not table.complete):
            continue
        subject = [name for name, place in named if place < match.start()]
        if not subject and _OF_COLUMN.match(sentence.text, match.end()):
            subject = [named[0][0]]
        rows = _of(table, subject[:1]) if len(subject) < 2 else table.rows
        if sign := _SIGN.match(sentence.text, match.end() + 1):
            rows = [row for row in rows if (row.values["coefficient"] > 0) == bool(sign["up"])]
        if match["weak"] and len(rows) < 2:
            continue
        sizes = [abs(row.values["coefficient"]) for row in rows] or [0.0]
        extreme = min(sizes) if match["weak"] else max(sizes)
        best = next((row for row in rows if abs(row.values["coefficient"]) == extreme), pair[0])
        own = pair[0].values["coefficient"]
        told = f"{best.title} has {plain(best.values['coefficient'])}, {pair[0].title} {plain(own)}"
        yield Judged(match[0], match.start(), abs(own) == extreme, told, table.evidence)


def _signed(sentence: Sentence, table: Table) -> Iterator[Judged]:
    """The sign of the pairs that a sentence names."""
    for match in _SIGN.finditer(sentence.text):
        start, end = clause_span(sentence.text, match.start())
        if NOT.search(sentence.text[: match.start()]):
            continue
        named = columns_named(sentence, table.rows, start, end)
        columns = [name for name, _ in named]
        others = _OTHERS.search(sentence.text, start, end) if len(columns) == 1 else None
        numbers: tuple[WrittenNumber, ...] = ()
        if others:
            rows = _of(table, columns)
            numbers = tuple(n for n in sentence.numbers if others.start() <= n.start < others.end())
            if not table.complete and len(rows) < len({name for row in table.rows for name in row.names.values()}) - 1:
                continue
        elif len(columns) < 2 or DENIED.search(sentence.text, start, end):
            continue
        elif len(columns) == 2:
            rows = _of(table, columns)
        else:
            before = [name for name, place in named if place < match.start()]
            after = [name for name, place in named if place > match.start()]
            rows = _pairs(table, before, after or before) if before else _pairs(table, columns[:1], columns[1:])
            if len(_WITH_COLUMN.findall(sentence.text, start, match.start())) > 1:  # "A with B and C with D"
                rows = [row for pair in _joined(sentence, table, start, match.start()) for row in _of(table, pair)]
        if not rows or (others is None and len(columns) > 2 and re.search(r"\bonly\b", sentence.text[start:end])):
            continue
        kept = [row for row in rows if (row.values["coefficient"] > 0) == bool(match["up"])]
        true = not kept if others and others["none"] else len(kept) == len(rows)
        true = true and all(number.values[0] == len(rows) for number in numbers)
        told = ", ".join(f"{row.title}: {plain(row.values['coefficient'])}" for row in rows[:6])
        yield Judged(match[0], match.start(), true, told, table.evidence, numbers=numbers)
        if len(columns) == 2 and table.complete and re.search(r"\b(?:only|single|sole)\b", sentence.text[start:end]):
            of_first = re.search(r"\bonly\s+(?:with|to)\b", sentence.text[start:end])  # "A is linked only with B"
            every = _of(table, columns[:1]) if of_first else table.rows
            alike = [row for row in every if (row.values["coefficient"] > 0) == bool(match["up"])]
            told = f"{len(alike)} pairs: {', '.join(row.title for row in alike[:4])}"
            yield Judged(match[0], match.start(), len(alike) == 1 == len(kept), told, table.evidence)


def _tends(sentence: Sentence, table: Table) -> Iterator[Judged]:
    """Of two columns, the direction in which one goes where the other is higher: `older houses tend to be cheaper`."""
    for match in _TENDS.finditer(sentence.text):
        named = columns_named(sentence, table.rows, 0, len(sentence.text))
        rows = _of(table, [name for name, _ in named]) if len(named) == 2 else []
        if len(rows) != 1 or DENIED.search(sentence.text):
            continue
        ways = [(m.start(), way) for pattern, way in _WAYS for m in pattern.finditer(sentence.text)]
        signs = [way for _, way in sorted(ways)]
        if _WITH.fullmatch(match[0]):
            signs = [*signs, 1] if len(signs) == 1 else signs
        if len(signs) != 2:
            continue
        own = rows[0].values["coefficient"]
        told = f"{rows[0].title}: {plain(own)}"
        yield Judged(match[0], match.start(), own * signs[0] * signs[1] > 0, told, table.evidence)


_WAYS = ((MORE, 1), (LESS, -1), (MOVED_UP, 1), (MOVED_DOWN, -1))
"""Words for a direction."""
