"""Claims without a number of their own: rose or fell, more or less than, highest or lowest, every and only."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.grounding.checks.binding import Owner, dimensions, rows_of
from agents.grounding.checks.counts import keeps
from agents.grounding.checks.derivations import Series, plain, rank_of, series_for, value_over
from agents.grounding.checks.directions import (
    HIGHEST,
    LESS,
    LOWEST,
    MORE,
    MOVED_DOWN,
    MOVED_UP,
    Pair,
    pairs_in,
)
from agents.grounding.checks.mentions import Mention, Vocabulary
from agents.grounding.checks.sentences import Sentence
from agents.grounding.reading.words import stems_of_name
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Row
from agents.grounding.tables.matching import says, says_cell

_NOT = re.compile(r"\b(?:not|never|neither|nor|n't|cannot)\b[^,;:]{0,20}$|\bno\s$", re.IGNORECASE)
_NO_SUPERLATIVE = re.compile(
    r"(?:\bat\s+(?:the\s+)?|\bfor\s+the\s+|[-\w]*\bone of the\s+(?:\w+\s+)?|\bamong the\s+(?:\w+\s+)?)$", re.IGNORECASE
)
_EVERY = re.compile(
    r"\b(?:every|each|all|always|consistently|steadily|continuously|throughout|without exception)\b", re.IGNORECASE
)
_RANKED = re.compile(
    r"(?:\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|next|\d+(?:st|nd|rd|th))[\s-]+"
    r"|\btop\s+\w+\s*)$",
    re.IGNORECASE,
)
_FREQUENT = re.compile(r"\s*(?:frequent|common|often|popular|likely|recent)", re.IGNORECASE)


_ADDITIVE = {"total", "count", None}


@dataclass(frozen=True)
class Judged:
    """A claim that was held against the rows.

    Attributes:
        text: The words that make it.
        start: Position of the words.
        true: Whether the rows say so.
        told: What they say.
        evidence: Ids of the results.
    """

    text: str
    start: int
    true: bool
    told: str
    evidence: str


def judged(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every claim of a sentence that the rows can decide."""
    yield from _moves(sentence, vocabulary)
    yield from _than(sentence, vocabulary)
    yield from _superlatives(sentence, vocabulary)
    yield from _every(sentence, vocabulary)
    yield from _only(sentence, vocabulary)


def at(sentence: Sentence, start: int, end: int) -> WrittenNumber:
    """A place in a sentence, to bind it as a number would be."""
    return WrittenNumber(sentence.text[start:end], start, end, (0.0,), (0.0,))


def _series(sentence: Sentence, start: int, end: int, vocabulary: Vocabulary) -> list[Series]:
    rates = bool(
        re.search(r"\b(?:rate|share|proportion|percentage|ratio|likely|often)\b", sentence.text, re.IGNORECASE)
    )
    found = series_for(sentence, at(sentence, start, end), vocabulary, rates=rates)
    return [one for one in found if not names_text(sentence, end, one, vocabulary)]


def names_text(sentence: Sentence, end: int, series: Series, vocabulary: Vocabulary) -> bool:
    """Return whether the words after a superlative name something that the table does not measure.

    `The highest score` where scores are texts such as 17.11 (113), or `the largest percentage` where there is none.
    What a row is called is no measure, but says nothing against one: `the busiest carrier`.
    """
    words = [word for word in sentence.words_after(end, 4) if word.lower not in _GENERAL]
    if not words or any(vocabulary.named(word) & set(series.table.measures.values()) for word in words):
        return False
    columns = [column for column in series.table.columns if any(w.stem in stems_of_name(column) for w in words)]
    return len(series.table.columns) > 1 if columns else not any(w.stem in series.table.row_words for w in words)


_GENERAL = frozenset(
    {
        "number",
        "numbers",
        "value",
        "values",
        "total",
        "figure",
        "figures",
        "amount",
        "count",
        "level",
        "overall",
    }
)


def _decided(found: Sequence[Judged]) -> Iterator[Judged]:
    """One judgement of several readings: true if any reading is."""
    if found:
        yield next((one for one in found if one.true), found[0])


def _moves(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for pattern, sign in ((MOVED_UP, 1), (MOVED_DOWN, -1)):
        for match in pattern.finditer(sentence.text):
            if _NOT.search(sentence.text[: match.start()]):
                continue
            before = sentence.text[: match.start()].split(";")[-1]
            del before
            pairs = [p for p in pairs_in(sentence, match.start()) if p.subject.date and p.reference.date]
            pairs = [p if p.oriented else _in_time(p) for p in pairs]
            yield from _decided(list(_signs(sentence, match, pairs, sign, vocabulary)))


def _in_time(pair: Pair) -> Pair:
    """The later time as the subject."""

    def order(mention: Mention) -> tuple[int, ...]:
        date = mention.date
        return tuple((part or 0) for part in (date.year, date.quarter, date.month, date.day, date.hour)) if date else ()

    if order(pair.subject) < order(pair.reference):
        return Pair(pair.reference, pair.subject, True)
    return pair


def _than(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for pattern, sign in ((MORE, 1), (LESS, -1)):
        for match in pattern.finditer(sentence.text):
            if _NOT.search(sentence.text[: match.start()]):
                continue
            follows = sentence.text[match.end() :]
            if re.match(r"\s*(?:than\s+)?[$€£]?\d", follows) and re.match(
                r"above|below|more|less|fewer|exceed\w*", match[0], re.IGNORECASE
            ):
                continue  # a bound; it is checked with its number
            pairs = [pair for pair in pairs_in(sentence, match.start()) if pair.oriented]
            yield from _decided(list(_signs(sentence, match, pairs, sign, vocabulary)))


def _signs(
    sentence: Sentence, match: re.Match[str], pairs: Sequence[Pair], sign: int, vocabulary: Vocabulary
) -> Iterator[Judged]:
    for pair in pairs:
        fixed = _scope(sentence, (pair.subject, pair.reference), match.start())
        for one in _series(sentence, match.start(), match.end(), vocabulary):
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
                yield Judged(match[0], match.start(), (left - right) * sign > 0, told, one.table.evidence)


def _scope(sentence: Sentence, sides: Sequence[Mention], position: int) -> tuple[Mention, ...]:
    kinds = [
        kind
        for kind in (*dimensions(sentence.names), list(sentence.times))
        if kind and not any(s in kind for s in sides)
    ]
    found: list[Mention] = []
    for kind in kinds:
        before = [mention for mention in kind if mention.end <= position]
        found.append(before[-1] if before else kind[0])
    return tuple(found)


def _superlatives(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    # A column of a query may be called "least": its name claims nothing.
    columns = {measure.name.casefold() for measure in vocabulary.measures}
    words = sorted(
        (match.start(), match.end(), highest)
        for pattern, highest in ((HIGHEST, True), (LOWEST, False))
        for match in pattern.finditer(sentence.text)
        if match[0].casefold() not in columns
        and not _NO_SUPERLATIVE.search(sentence.text[: match.start()])
        and not _RANKED.search(sentence.text[: match.start()])
        and not _NOT.search(sentence.text[: match.start()])
        and not re.match(r"\s*(?:of\s+(?:the|all|its)\b|\d)", sentence.text[match.end() :])
        and not _FREQUENT.match(sentence.text[match.end() :])
    )
    leads = [word for word in words if sentence.text[word[0] : word[1]].casefold() in {"led", "lead", "leads", "top"}]
    words = [word for word in words if word not in leads] or words
    for place, (start, end, highest) in enumerate(words):
        found: list[Judged] = []
        series = _series(sentence, start, end, vocabulary)
        if sentence.text[start:end].casefold() in {"most", "fewest"} and any(
            one.measure.aggregate in _ADDITIVE for one in series
        ):
            series = [one for one in series if one.measure.aggregate in _ADDITIVE]  # the most sales are no mean
        for kind in (*dimensions(sentence.names), list(sentence.times)):
            subjects = _subjects(sentence, kind, words, place)
            if not subjects:
                continue
            scope = _scope(sentence, kind, start)
            for one in series:
                found += _extreme(
                    sentence.text[start:end],
                    start,
                    one,
                    subjects,
                    scope,
                    highest,
                    vocabulary,
                    sentence.left_out,
                    sentence.numbers,
                )
        if not sentence.names and not sentence.times:
            found += _extreme_number(sentence, start, end, series, highest, vocabulary)
        yield from _decided(found)


def _subjects(
    sentence: Sentence, kind: Sequence[Mention], words: Sequence[tuple[int, int, bool]], place: int
) -> list[Mention]:
    """The names that a superlative is said of: those after it up to the next one, or the one before it."""
    start, end, _ = words[place]
    following = words[place + 1][0] if place + 1 < len(words) else len(sentence.text)
    previous = words[place - 1][1] if place else 0
    after = [m for m in kind if end <= m.start < following]
    before = [m for m in kind if previous <= m.start and m.end <= start]
    first = bool(kind) and kind[0].start > words[0][0]
    if after and (first or not before):
        listed = [after[0]]
        for mention in after[1:]:
            if re.fullmatch(
                r"\s*(?:\([^)]*\))?\s*(?:,|and|&|,\s*and|,?\s*followed by|,?\s*then)?\s*(?:in\s+|for\s+)?",
                sentence.text[listed[-1].end : mention.start],
            ):
                listed.append(mention)
            else:
                break
        return listed
    if before:
        if re.search(r"\bthan\b|\bcompared\b", sentence.text[: before[-1].start]) and len(before) > 1:
            return [before[0]]
        return [before[-1]]
    return []


def _extreme(
    word: str,
    start: int,
    series: Series,
    subjects: Sequence[Mention],
    scope: tuple[Mention, ...],
    highest: bool,
    vocabulary: Vocabulary,
    left_out: Sequence[Mention],
    numbers: Sequence[WrittenNumber],
) -> Iterator[Judged]:
    table = series.table
    every = rows_of(table, Owner(scope, frozenset()), vocabulary)
    gone = [row for m in left_out for row in rows_of(table, Owner((m,), frozenset({m})), vocabulary) or ()]
    every = [row for row in every or () if row not in gone]
    if len(every) < 2:
        return
    for subject in subjects:
        own = rows_of(table, Owner((subject, *scope), frozenset({subject})), vocabulary)
        if not own or len(own) == len(every) or _within(series, own, highest, numbers):
            return
        ranks = [rank for row in own if (rank := rank_of(series, row, every, ascending=not highest)) is not None]
        if not ranks:
            return
        best = min(ranks)
        ordered = _ordered(series, every, highest)
        true = best <= len(subjects)
        if true and not table.complete and not highest and len(every) == len(table.rows):
            return  # rows that are not there may be lower
        leader = ordered[0]
        told = f"{leader.title} is {'highest' if highest else 'lowest'} by {series.name}"
        told += f" with {plain(series.value(leader) or 0.0)}"
        told += f"; {subject.text} is number {best}"
        yield Judged(word, start, true, told, table.evidence)


def _within(series: Series, own: Sequence[Row], highest: bool, numbers: Sequence[WrittenNumber]) -> bool:
    """Return whether the superlative is one among the subject's rows: `the lowest attendance in Leeds was 17,132`."""
    values = [value for row in own if (value := series.value(row)) is not None]
    extreme = (max if highest else min)(values, default=None)
    return len(values) > 1 and extreme is not None and any(says(number, extreme) for number in numbers)


def _ordered(series: Series, rows: Sequence[Row], highest: bool) -> list[Row]:
    there = [row for row in rows if series.value(row) is not None]
    return sorted(there, key=lambda row: series.value(row) or 0.0, reverse=highest)


def _extreme_number(
    sentence: Sentence, start: int, end: int, series: Sequence[Series], highest: bool, vocabulary: Vocabulary
) -> Iterator[Judged]:
    """A superlative with a number but without a name: `the peak was 472`."""
    del vocabulary
    near = [n for n in sentence.numbers if n.start >= end and n.form == "plain"]
    if not near:
        return
    number = near[0]
    for one in series:
        ordered = _ordered(one, one.table.rows, highest)
        if len(ordered) < 2 or one.measure.aggregate in {"highest", "lowest"}:
            continue
        values = [one.value(row) or 0.0 for row in ordered]
        if not any(says_cell(number, value, one.measure) or says(number, value) for value in values):
            continue
        true = says_cell(number, values[0], one.measure) or says(number, values[0])
        told = f"the {'highest' if highest else 'lowest'} {one.name} is {plain(values[0])} ({ordered[0].title})"
        yield Judged(sentence.text[start:end], start, true, told, one.table.evidence)


def _every(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for match in _EVERY.finditer(sentence.text):
        nouns = [word for word in sentence.words_after(match.end(), 3) if word.stem in vocabulary.row_words]
        if not nouns and match[0].casefold() in {"all", "every", "each"}:
            continue
        moved = MOVED_UP.search(sentence.text) or MOVED_DOWN.search(sentence.text)
        bound = next((n for n in sentence.numbers if n.hedge in {"over", "under", "at least", "at most"}), None)
        found: list[Judged] = []
        for one in _series(sentence, match.start(), match.end(), vocabulary):
            if nouns and not any(noun.stem in one.table.row_words for noun in nouns):
                continue
            rows = [row for row in one.table.rows if one.value(row) is not None]
            if moved and one.table.timed and len(rows) > 2:
                rows = sorted(rows, key=lambda row: max(moment.order for moment in row.moments.values()))
                values = [one.value(row) or 0.0 for row in rows]
                sign = 1 if MOVED_UP.search(sentence.text) else -1
                breaks = [
                    row.title for row, a, b in zip(rows[1:], values, values[1:], strict=False) if (b - a) * sign <= 0
                ]
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
        yield from _decided(found)


def _only(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for match in re.finditer(r"\bonly\b", sentence.text, re.IGNORECASE):
        follows = sentence.text[match.end() :]
        every = [*sentence.names, *sentence.times]
        subject = next((m for m in every if 0 <= m.start - match.end() <= 3), None)
        noun = next(sentence.words_after(match.end(), 1), None)
        if subject is None and noun is not None and noun.stem in vocabulary.row_words:
            subject = next((m for m in every if m.end <= match.start()), None)
        bound = next(
            (
                n
                for n in sentence.numbers
                if n.hedge in {"over", "under", "at least", "at most"} and n.start > match.end()
            ),
            None,
        )
        if subject is None or bound is None or not follows:
            continue
        found: list[Judged] = []
        for one in series_for(sentence, bound, vocabulary, rates=bound.percent):
            rows = [row for row in one.table.rows if (value := one.value(row)) is not None and keeps(bound, value, one)]
            own = rows_of(one.table, Owner((subject,), frozenset({subject})), vocabulary)
            if not own or len(own) == len(one.table.rows):
                continue
            told = f"{bound.hedge} {bound.text}: {', '.join(row.title for row in rows[:5]) or 'none'}"
            found.append(
                Judged(
                    match[0], match.start(), bool(rows) and all(row in own for row in rows), told, one.table.evidence
                )
            )
        yield from _decided(found)
