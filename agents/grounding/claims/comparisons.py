"""Claims without a number of their own: rose or fell, more or less than, highest or lowest, every and only."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.directions import LESS, MORE, MOVED_DOWN, MOVED_UP, Pair, pairs_in
from agents.grounding.binding.mentions import Mention
from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_of
from agents.grounding.binding.sentences import Sentence
from agents.grounding.binding.vocabulary import Vocabulary
from agents.grounding.checks.counts import keeps
from agents.grounding.checks.series import plain, series_for, value_over
from agents.grounding.claims.aggregates import judged_aggregates
from agents.grounding.claims.correlations import judged_correlations
from agents.grounding.claims.judged import NOT, Judged, decided, scope_of, series_at
from agents.grounding.claims.since import judged_since, since_in
from agents.grounding.claims.superlatives import superlatives

_EVERY = re.compile(
    r"\b(?:every|each|all|always|consistently|steadily|continuously|throughout|without exception)\b", re.IGNORECASE
)


def judged(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every claim of a sentence that the rows can decide."""
    if since_in(sentence):
        yield from judged_since(sentence, vocabulary)
        return
    yield from _moves(sentence, vocabulary)
    yield from _than(sentence, vocabulary)
    yield from superlatives(sentence, vocabulary)
    yield from _every(sentence, vocabulary)
    yield from _only(sentence, vocabulary)
    yield from judged_aggregates(sentence, vocabulary)
    yield from judged_correlations(sentence, vocabulary)


def _moves(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for pattern, sign in ((MOVED_UP, 1), (MOVED_DOWN, -1)):
        for match in pattern.finditer(sentence.text):
            if NOT.search(sentence.text[: match.start()]):
                continue
            before = sentence.text[: match.start()].split(";")[-1]
            del before
            pairs = [p for p in pairs_in(sentence, match.start()) if p.subject.date and p.reference.date]
            pairs = [p if p.oriented else _in_time(p) for p in pairs]
            yield from decided(list(_signs(sentence, match, pairs, sign, vocabulary)))


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
            if re.match(r"\s*(?:than\s+)?[$€£]?\d", follows) and re.match(
                r"above|below|more|less|fewer|exceed\w*", match[0], re.IGNORECASE
            ):
                continue  # a bound; it is checked with its number
            pairs = [pair for pair in pairs_in(sentence, match.start()) if pair.oriented]
            yield from decided(list(_signs(sentence, match, pairs, sign, vocabulary)))


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
                yield Judged(match[0], match.start(), (left - right) * sign > 0, told, one.table.evidence)


def _every(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for match in _EVERY.finditer(sentence.text):
        nouns = [word for word in sentence.words_after(match.end(), 3) if word.stem in vocabulary.row_words]
        if not nouns and match[0].casefold() in {"all", "every", "each"}:
            continue
        moved = MOVED_UP.search(sentence.text) or MOVED_DOWN.search(sentence.text)
        bound = next((n for n in sentence.numbers if n.hedge in {"over", "under", "at least", "at most"}), None)
        found: list[Judged] = []
        for one in series_at(sentence, match.start(), match.end(), vocabulary):
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
        yield from decided(found)


def _only(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for match in re.finditer(r"\bonly\b", sentence.text, re.IGNORECASE):
        follows = sentence.text[match.end() :]
        every = [*sentence.names, *sentence.times]
        subject = next((m for m in every if 0 <= m.start - match.end() <= 3), None)
        noun = next(sentence.words_after(match.end(), 1), None)
        if subject is None and noun is not None and noun.stem in vocabulary.row_words:
            subject = next((m for m in every if m.end <= match.start()), None)
            subjects = [m for m in every if m.end <= match.start() and subject and bool(m.date) == bool(subject.date)]
        else:
            subjects = [subject] if subject else []
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
