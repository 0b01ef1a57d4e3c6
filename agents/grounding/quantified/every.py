"""Claims about every step of time: `rose in every year`, `fell month after month`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.binding.owners import Owner, kinds_in
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.checks.series import Series
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged, at, decided, series_at
from agents.grounding.reading.words import Token, stems_of_name
from agents.grounding.sentences.clauses import clause_span, in_clause
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table, in_time

_EVERY = re.compile(
    r"\b(?:every|each|all|always|consistently|steadily|continuously|throughout|without exception"
    r"|(?:day|week|month|quarter|year)\s+(?:after|by)\s+(?:day|week|month|quarter|year))\b",
    re.IGNORECASE,
)


_NOT_EVERY = re.compile(r"\b(?:not|nearly|almost)\s+$", re.IGNORECASE)


def every(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for match in _EVERY.finditer(sentence.text):
        nouns = [word for word in sentence.words_after(match.end(), 3) if word.stem in vocabulary.row_words]
        if not nouns and match[0].casefold() in {"all", "every", "each"}:
            continue
        if _NOT_EVERY.search(sentence.text[: match.start()]):
            continue  # "not every shop grew" is read as a claim of some
        if re.match(r"\s+(?:the\s+)?others?\b", sentence.text[match.end() :]):
            continue
        names = [m for m in sentence.names if m not in sentence.left_out]
        spoken_of = in_clause(sentence.text, at(sentence, match.start(), match.end()), names)
        clause = sentence.text[slice(*clause_span(sentence.text, match.start()))]
        counted = any(n.word and sentence.text[match.end() : n.start] == " " for n in sentence.numbers)
        if counted and not (sentence.times and sentence.words_after(match.end(), 2)):
            continue  # "all five working days" is a count of days
        moved = _UPWARDS.search(clause) or _DOWNWARDS.search(clause)
        found: list[Judged] = []
        # The years of `every year` are the rows, no column of the number of years.
        view = replace(sentence, words=[word for word in sentence.words if word not in nouns])
        for one in series_at(view, match.start(), match.end(), vocabulary):
            if nouns and not any(noun.stem in one.table.row_words for noun in nouns):
                continue
            gone = [row for m in sentence.left_out for row in rows_named(one.table, m, vocabulary)]
            there = in_range(sentence, one.table, vocabulary)
            if len({m.names for m in spoken_of}) == 1:
                own = rows_of(one.table, Owner((spoken_of[0],)), vocabulary)
                there = [row for row in there if own is None or row in own]
            steps = _in_order(one.table, [row for row, _ in one.valued(there)], nouns)
            if moved and len(steps) > 2:
                verb, sign = _nearest_move(sentence, match)
                breaks = _breaks(one, steps, sign, gone)
                if _JUDGES.fullmatch(verb):
                    breaks = min(breaks, _breaks(one, steps, -sign, gone), key=len)  # which way is better is not known
                found.append(
                    Judged(
                        match[0],
                        match.start(),
                        not breaks,
                        f"{one.name}: not in {', '.join(breaks[:3])}" if breaks else one.name,
                        one.table.evidence,
                    )
                )
        yield from decided(found)


_JUDGES = re.compile(r"\b(?:improved|worsened)\b", re.IGNORECASE)
_UPWARDS = re.compile(rf"{MOVED_UP.pattern}|\b(?:gain(?:ed|s)?|added|improved)\b", re.IGNORECASE)
_DOWNWARDS = re.compile(rf"{MOVED_DOWN.pattern}|\b(?:lost|loses?|shed|worsened)\b", re.IGNORECASE)


def _nearest_move(sentence: Sentence, match: re.Match[str]) -> tuple[str, int]:
    """The verb of the clause that stands nearest to a claim, and whether it says up or down."""
    start, end = clause_span(sentence.text, match.start())
    moves = [
        (abs(verb.start() - match.start()), verb[0], sign)
        for way, sign in ((_UPWARDS, 1), (_DOWNWARDS, -1))
        for verb in way.finditer(sentence.text, start, end)
    ]
    _, verb, sign = min(moves)
    return verb, sign


def _in_order(table: Table, rows: Sequence[Row], nouns: Sequence[Token]) -> list[Row]:
    """Rows in the order of time, or of the number by which they are called: seasons 1 to 8."""
    if table.timed:
        return in_time(rows)
    for column in table.columns:
        called = [row.names.get(column, "") for row in rows]
        if called and all(name.isdigit() for name in called) and any(n.stem in stems_of_name(column) for n in nouns):
            return sorted(rows, key=lambda row: int(row.names[column]))
    return []


def says_each_step(text: str) -> bool:
    """Return whether a sentence says that something rose or fell in each period."""
    return bool(_EVERY.search(text) and (_UPWARDS.search(text) or _DOWNWARDS.search(text)))


def _breaks(series: Series, rows: Sequence[Row], sign: int, gone: Sequence[Row] = ()) -> list[str]:
    """The steps that do not go up or down as said, those of each entry by itself; not those to the rows left out."""
    breaks: list[str] = []
    numbered = not any(row.moments for row in rows)
    for names in dict.fromkeys(tuple(sorted(row.names.items())) for row in rows) if not numbered else [()]:
        own = [row for row in rows if numbered or tuple(sorted(row.names.items())) == names]
        for before, row in pairwise(own):
            if row not in gone and (series.held(row) - series.held(before)) * sign <= 0:
                breaks.append(row.title)
    return breaks


_FROM = re.compile(r"\b(?:each|every)\b[^,;]{0,25}\bafter\s+$", re.IGNORECASE)
AFTER = re.compile(
    r"\b(?:after|following|nach)\s+(?:(?:an?|the|its|their|dem|der)\s+)?(?:(?:[\w-]+\s+){1,3}(?:in|of|im)\s+(?:the\s+)?)?$",
    re.IGNORECASE,
)
"""Words before a time after which something holds: `after 2020`, `after the slump in 2020`."""
_AFTERWARDS = re.compile(
    r"\b(?:each|every)\s+(?:[\w-]+\s+){1,2}(?:after(?:wards)?|since|thereafter|that\s+followed)\b\W*(?!\s*\w)",
    re.IGNORECASE,
)
"""Words by which something holds after the time named before: `rose in every month after`."""
_OPENS = re.compile(r"\b(?:from|since|starting\s+(?:in|with))\s+$", re.IGNORECASE)
_ON = re.compile(r"\s+(?:on|onwards?)\b(?!\s+(?:the|a)\b)", re.IGNORECASE)
"""Words around a time from which on something holds: `from 1951 on`."""
_UNTIL = re.compile(r"\b(?:each|every)\b[^,;]{0,25}\b(?:up\s+to|until|till|(?P<before>before))\s+$", re.IGNORECASE)


def in_range(sentence: Sentence, table: Table, vocabulary: Vocabulary) -> Sequence[Row]:
    """The rows from one name or time to another that a sentence says it is about; else all."""
    rows, bounded = list(table.rows), False
    for time in sentence.times if table.timed else ():
        begins = _FROM.search(sentence.text[: time.start])
        begins = begins or AFTER.search(sentence.text[: time.start])
        begins = begins or _AFTERWARDS.search(sentence.text, time.end)
        begins = begins or (_OPENS.search(sentence.text[: time.start]) and _ON.match(sentence.text, time.end))
        ends = _UNTIL.search(sentence.text[: time.start])
        there = [row.order for row in rows_named(table, time, vocabulary)]
        if begins:
            rows, bounded = [row for row in rows if there and row.moments and row.order >= min(there)], True
        elif ends:
            last = [row for row in rows if there and row.moments and row.order <= max(there)]
            rows, bounded = [row for row in last if not ends["before"] or row.order not in there], True
    if bounded:
        return rows
    for kind in kinds_in(sentence):
        for left, right in pairwise(kind):
            between = sentence.text[left.end : right.start]
            before = sentence.text[: left.start]
            ranged = re.fullmatch(
                r"\s*(?:\([^()]*\)\s*)?(?:to|until|till|through|and|[-\u2013])\s*(?:the\s+)?", between
            )
            if not ranged or not re.search(r"\b(?:from|between)\s+(?:\w+\s+)?$", before, re.IGNORECASE):
                continue
            ends = [rows_named(table, m, vocabulary) for m in (left, right)]
            if table.timed and left.date and right.date and all(ends):
                first, last = min(row.order for row in ends[0]), max(row.order for row in ends[1])
                return [row for row in table.rows if row.moments and first <= row.order <= last]
            places = sorted(n for rows in ends for n, row in enumerate(table.rows) if row in rows)
            if all(ends) and places and places[-1] - places[0] + 1 < len(table.rows):
                return table.rows[places[0] : places[-1] + 1]
    return table.rows
