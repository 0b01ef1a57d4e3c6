"""Claims without a number of their own: rose or fell, more or less than, highest or lowest, every and only."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.grounding.binding.clauses import clause_span, in_clause
from agents.grounding.binding.directions import LESS, MORE, MOVED_DOWN, MOVED_UP, Pair, pairs_in
from agents.grounding.binding.owners import Owner, dimensions
from agents.grounding.binding.rows import rows_of
from agents.grounding.binding.sentences import Sentence
from agents.grounding.checks.counts import keeps
from agents.grounding.checks.series import Series, plain, series_for, value_over
from agents.grounding.claims.aggregates import judged_aggregates
from agents.grounding.claims.correlations import judged_correlations
from agents.grounding.claims.everywhere import everywhere
from agents.grounding.claims.judged import NO_ONE, NOT, Judged, at, decided, of_difference, scope_of, series_at
from agents.grounding.claims.none_and_equal import none_and_equal
from agents.grounding.claims.own_numbers import refuted_by_own_numbers
from agents.grounding.claims.since import judged_since, since_in
from agents.grounding.claims.superlatives import superlatives
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import Token, stems_of_name
from agents.grounding.tables.cells import Row, Table

_EVERY = re.compile(
    r"\b(?:every|each|all|always|consistently|steadily|continuously|throughout|without exception"
    r"|(?:day|week|month|quarter|year)\s+(?:after|by)\s+(?:day|week|month|quarter|year))\b",
    re.IGNORECASE,
)


def judged(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every claim of a sentence that the rows can decide."""
    for claim in _every_claim(sentence, vocabulary):
        if of_difference(sentence, claim, vocabulary) == vocabulary.of_changes:
            yield claim


def _every_claim(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    if since_in(sentence):
        yield from judged_since(sentence, vocabulary)
        return
    yield from _moves(sentence, vocabulary)
    yield from _than(sentence, vocabulary)
    yield from superlatives(sentence, vocabulary)
    yield from _every(sentence, vocabulary)
    yield from everywhere(sentence, vocabulary)
    yield from _only(sentence, vocabulary)
    yield from judged_aggregates(sentence, vocabulary)
    yield from judged_correlations(sentence, vocabulary)
    yield from none_and_equal(sentence, vocabulary)
    yield from refuted_by_own_numbers(sentence, vocabulary)


def _moves(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for pattern, sign in ((MOVED_UP, 1), (MOVED_DOWN, -1)):
        for match in pattern.finditer(sentence.text):
            if NOT.search(sentence.text[: match.start()]):
                continue
            if _other_steps(sentence, match.start()):
                continue
            pairs = [p for p in pairs_in(sentence, match.start()) if p.subject.date and p.reference.date]
            pairs = [p if p.oriented else _in_time(p) for p in pairs]
            yield from decided(list(_signs(sentence, match, pairs, sign, vocabulary)))


_NEXT_STEP = re.compile(r",?\s+(?:and\s+)?then\b|,?\s+\bbefore\s+\w+ing\b|;|,\s+(?:and|but|while)\s", re.IGNORECASE)


def _other_steps(sentence: Sentence, position: int) -> bool:
    """Return whether the times compared stand in other parts: `it fell to 2 in May and then rose to 5 in June`."""
    cuts = [0, *(m.start() for m in _NEXT_STEP.finditer(sentence.text)), len(sentence.text)]
    start, end = next((a, b) for a, b in pairwise(cuts) if a <= position <= b)
    return len(sentence.times) > 1 and len([m for m in sentence.times if start <= m.start < end]) < 2


def _in_time(pair: Pair) -> Pair:
    """The later time as the subject."""

    def order(mention: Mention) -> tuple[int, ...]:
        date = mention.date
        return date.order if date else ()

    if order(pair.subject) < order(pair.reference):
        return Pair(pair.reference, pair.subject, True)
    return pair


def _than(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for pattern, sign in ((MORE, 1), (LESS, -1)):
        for match in pattern.finditer(sentence.text):
            if NOT.search(sentence.text[: match.start()]):
                continue
            follows = sentence.text[match.end() :]
            to_number = any(
                re.fullmatch(r"\s*(?:(?:than|als)\s+)?[$€£]?", sentence.text[match.end() : n.start])
                for n in sentence.numbers
                if n.start >= match.end()
            )
            if (to_number or re.match(r"\s*(?:(?:than|als)\s+)?[$€£]?\d", follows)) and re.match(
                r"above|below|more|less|fewer|exceed\w*|mehr|weniger", match[0], re.IGNORECASE
            ):
                continue  # a bound; it is checked with its number
            if _NORM.match(follows):
                continue  # "far above the expected 25.4" compares with no name or time
            if NO_ONE.search(sentence.text[: match.start()]):
                continue  # "no region has fewer than Mid" says that Mid has the fewest
            pairs = [pair for pair in pairs_in(sentence, match.start()) if pair.oriented]
            yield from decided(list(_signs(sentence, match, pairs, sign, vocabulary)))


_NORM = re.compile(r"\s+(?:than\s+)?(?:the\s+|what\s+is\s+)?(?:expected|usual|normal|average|mean|median)\b")


def _signs(
    sentence: Sentence, match: re.Match[str], pairs: Sequence[Pair], sign: int, vocabulary: Vocabulary
) -> Iterator[Judged]:
    for pair in pairs:
        fixed = scope_of(sentence, (pair.subject, pair.reference), match.start())
        for one in series_at(sentence, match.start(), match.end(), vocabulary):
            values: list[float | None] = []
            for side in (pair.subject, pair.reference):
                rows = rows_of(one.table, Owner((side, *fixed), frozenset({side})), vocabulary)
                known = rows is not None and len(rows) < len(one.table.rows)
                values.append(value_over(one, rows) if known else None)
            left, right = values
            if left is not None and right is not None and left != right:
                told = (
                    f"{one.name} is {plain(left)} for {pair.subject.text} and {plain(right)} for {pair.reference.text}"
                )
                true = (left - right) * sign > 0
                yield Judged(match[0], match.start(), true, told, one.table.evidence, (pair.subject, pair.reference))


def _every(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for match in _EVERY.finditer(sentence.text):
        nouns = [word for word in sentence.words_after(match.end(), 3) if word.stem in vocabulary.row_words]
        if not nouns and match[0].casefold() in {"all", "every", "each"}:
            continue
        if any(n.word and sentence.text[match.end() : n.start] == " " for n in sentence.numbers):
            continue  # "all five working days" is a count of days
        names = [m for m in sentence.names if m not in sentence.left_out]
        spoken_of = in_clause(sentence.text, at(sentence, match.start(), match.end()), names)
        clause = sentence.text[slice(*clause_span(sentence.text, match.start()))]
        moved = _UPWARDS.search(clause) or _DOWNWARDS.search(clause)
        bound = next((n for n in sentence.numbers if n.hedge in {"over", "under", "at least", "at most"}), None)
        found: list[Judged] = []
        for one in series_at(sentence, match.start(), match.end(), vocabulary):
            if nouns and not any(noun.stem in one.table.row_words for noun in nouns):
                continue
            gone = [
                row
                for m in sentence.left_out
                for row in rows_of(one.table, Owner((m,), frozenset({m})), vocabulary) or ()
            ]
            there = in_range(sentence, one.table, vocabulary)
            if len({m.names for m in spoken_of}) == 1:
                own = rows_of(one.table, Owner((spoken_of[0],)), vocabulary)
                there = [row for row in there if own is None or row in own]
            rows = [row for row in there if one.value(row) is not None and row not in gone]
            steps = _in_order(one.table, rows, nouns)
            if moved and len(steps) > 2:
                sign = 1 if _UPWARDS.search(clause) else -1
                breaks = _breaks(one, steps, sign)
                if _JUDGES.search(clause) and not MOVED_UP.search(clause) and not MOVED_DOWN.search(clause):
                    breaks = min(breaks, _breaks(one, steps, -sign), key=len)  # which way is better is not known
                found.append(
                    Judged(
                        match[0],
                        match.start(),
                        not breaks,
                        f"{one.name}: not in {', '.join(breaks[:3])}" if breaks else one.name,
                        one.table.evidence,
                    )
                )
            elif bound is not None and len(rows) > 1 and nouns:
                outside = [row for row in rows if not keeps(bound, one.value(row) or 0.0, one)]
                told = (
                    f"{one.name}: {', '.join(f'{row.title} {plain(one.value(row) or 0.0)}' for row in outside[:3])}"
                    if outside
                    else one.name
                )
                found.append(Judged(match[0], match.start(), not outside, told, one.table.evidence))
        yield from decided(found)


_TO_SUBJECT = re.compile(r"\s+(?:[a-z]+\s+){0,2}?(?:(?:from|in|at|of|for|on)\s+)?(?:the\s+)?")


def _listed(sentence: Sentence, every: Sequence[Mention], first: Mention) -> list[Mention]:
    """A name with those that follow it in a list."""
    listed = [first]
    for mention in sorted(every, key=lambda m: m.start):
        between = sentence.text[listed[-1].end : mention.start] if mention.start > listed[-1].end else ""
        if between and re.fullmatch(r"\s*(?:,|and|&|or|,\s*and)\s*(?:the\s+|in\s+|for\s+)?", between):
            listed.append(mention)
    return listed


_JUDGES = re.compile(r"\b(?:improved|worsened)\b", re.IGNORECASE)
_UPWARDS = re.compile(rf"{MOVED_UP.pattern}|\b(?:gain(?:ed|s)?|added|improved)\b", re.IGNORECASE)
_DOWNWARDS = re.compile(rf"{MOVED_DOWN.pattern}|\b(?:lost|loses?|shed|worsened)\b", re.IGNORECASE)


def _in_order(table: Table, rows: Sequence[Row], nouns: Sequence[Token]) -> list[Row]:
    """Rows in the order of time, or of the number by which they are called: seasons 1 to 8."""
    if table.timed:
        return sorted((row for row in rows if row.moments), key=lambda row: row.order)
    for column in table.columns:
        called = [row.names.get(column, "") for row in rows]
        if called and all(name.isdigit() for name in called) and any(n.stem in stems_of_name(column) for n in nouns):
            return sorted(rows, key=lambda row: int(row.names[column]))
    return []


def _breaks(series: Series, rows: Sequence[Row], sign: int) -> list[str]:
    """The steps that do not go up or down as said, those of each entry by itself."""
    breaks: list[str] = []
    numbered = not any(row.moments for row in rows)
    for names in dict.fromkeys(tuple(sorted(row.names.items())) for row in rows) if not numbered else [()]:
        own = [row for row in rows if numbered or tuple(sorted(row.names.items())) == names]
        for before, row in pairwise(own):
            if ((series.value(row) or 0.0) - (series.value(before) or 0.0)) * sign <= 0:
                breaks.append(row.title)
    return breaks


_UNTIL = re.compile(r"\b(?:each|every)\b[^,;]{0,25}\b(?:up\s+to|until|till)\s+$", re.IGNORECASE)


def in_range(sentence: Sentence, table: Table, vocabulary: Vocabulary) -> Sequence[Row]:
    """The rows from one name or time to another that a sentence says it is about; else all."""
    for time in sentence.times if table.timed else ():
        if _UNTIL.search(sentence.text[: time.start]):
            last = [row.order for row in rows_of(table, Owner((time,), frozenset({time})), vocabulary) or ()]
            return [row for row in table.rows if last and row.moments and row.order <= max(last)]
    for kind in (*dimensions(sentence.names), list(sentence.times)):
        for left, right in pairwise(kind):
            between = sentence.text[left.end : right.start]
            before = sentence.text[: left.start]
            ranged = re.fullmatch(r"\s*(?:to|until|till|through|and|[-\u2013])\s*(?:the\s+)?", between)
            if not ranged or not re.search(r"\b(?:from|between)\s+(?:\w+\s+)?$", before, re.IGNORECASE):
                continue
            ends = [rows_of(table, Owner((m,), frozenset({m})), vocabulary) or [] for m in (left, right)]
            places = sorted(n for rows in ends for n, row in enumerate(table.rows) if row in rows)
            if all(ends) and places and places[-1] - places[0] + 1 < len(table.rows):
                return table.rows[places[0] : places[-1] + 1]
    return table.rows


_SIGN = re.compile(r"\b(?:(?P<negative>negative)|positive)\b", re.IGNORECASE)


def _alone(
    sentence: Sentence, match: re.Match[str], subjects: Sequence[Mention], vocabulary: Vocabulary
) -> Iterator[Judged]:
    """The only ones with a sign or an exact value: `the only airline with a negative delay`, `only A has 98`."""
    sign = _SIGN.search(sentence.text, match.end())
    number = next((n for n in sentence.numbers if n.start > match.end() and n.form == "plain" and not n.percent), None)
    if sign is None and (number is None or number.hedge):
        return
    scope = scope_of(sentence, subjects, match.start())
    near = number or at(sentence, match.start(), match.end())
    for one in series_for(sentence, near, vocabulary, rates=False):
        rows = rows_of(one.table, Owner(scope), vocabulary) or []
        kept: list[Row] = []
        for row in rows:
            value = one.value(row)
            if value is None or row.nameless:
                continue
            if (value < 0 if sign["negative"] else value > 0) if sign else value == near.values[0]:
                kept.append(row)
        own = [r for m in subjects for r in rows_of(one.table, Owner((m, *scope)), vocabulary) or ()]
        if kept and any(row in kept for row in own) and len(own) < len(rows):
            told = f"{one.name}: {', '.join(row.title for row in kept[:5])}"
            yield Judged(match[0], match.start(), all(row in own for row in kept), told, one.table.evidence)


_NOBODY = re.compile(r"\b(?:no|nobody|no one|none|not|never)\b", re.IGNORECASE)


def _only(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for match in re.finditer(r"\b(?:only|nur|einzige[rnsm]?)\b", sentence.text, re.IGNORECASE):
        follows = sentence.text[match.end() :]
        every = [*sentence.names, *sentence.times]
        subject = next((m for m in every if _TO_SUBJECT.fullmatch(sentence.text, match.end(), m.start)), None)
        noun = next(sentence.words_after(match.end(), 1), None)
        if subject is None and noun is not None and noun.stem in vocabulary.row_words:
            subject = next((m for m in every if m.end <= match.start()), None)
            subjects = [m for m in every if m.end <= match.start() and subject and bool(m.date) == bool(subject.date)]
        else:
            subjects = _listed(sentence, every, subject) if subject else []
        bound = next(
            (
                n
                for n in sentence.numbers
                if n.hedge in {"over", "under", "at least", "at most"} and n.start > match.end()
            ),
            None,
        )
        if subject is not None and bound is None:
            yield from decided(list(_alone(sentence, match, subjects, vocabulary)))
        if subject is None or bound is None or not follows or _NOBODY.search(sentence.text[match.end() : bound.start]):
            continue
        found: list[Judged] = []
        for one in series_for(sentence, bound, vocabulary, rates=bound.percent):
            rows = [row for row in one.table.rows if (value := one.value(row)) is not None and keeps(bound, value, one)]
            own = [r for m in subjects for r in rows_of(one.table, Owner((m,), frozenset({m})), vocabulary) or ()]
            if not own or len(own) == len(one.table.rows):
                continue
            told = f"{bound.hedge} {bound.text}: {', '.join(row.title for row in rows[:5]) or 'none'}"
            found.append(
                Judged(
                    match[0], match.start(), bool(rows) and all(row in own for row in rows), told, one.table.evidence
                )
            )
        yield from decided(found)
