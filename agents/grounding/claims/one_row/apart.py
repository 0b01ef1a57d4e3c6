"""Names and times that a sentence puts together although no row holds both: `Moor played for Leeds`.

The rows of a query name several things each: a player, a club, a day. Rows of groups have one name each, and of rows
that were left out nothing is known: neither says that two names do not belong together.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from agents.grounding.binding.beside import lists_of
from agents.grounding.binding.owners import dimensions
from agents.grounding.binding.rows import rows_named
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import DENIED
from agents.grounding.reading.words import stems_of_name
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table
from agents.outputs import Check

_PARTS = re.compile(r"[;:]|,?\s+(?:and|or|but|while|whereas|und|oder|aber|w\u00e4hrend)\s+", re.IGNORECASE)
_TAKEN_APART = re.compile(
    r"\b(?:than|without|except|excluding|besides|instead|unlike|like|compared|respectively|before|after"
    r"|earlier|later|since|until|till|through|throughout|between|never|other|different"
    r"|follow\w*|overt\w+|replac\w+|als|ohne|au\u00dfer|statt|seit|bis|nach|vor|zwischen|andere\w*)\b",
    re.IGNORECASE,
)
"""Words by which a sentence compares or takes apart what it names, so that no single row has it all."""


def apart(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[tuple[int, Check]]:
    """Yield the first name or time that stands in no row with another one of its part of the sentence."""
    text = sentence.text
    if _TAKEN_APART.search(text) or DENIED.search(text) or "?" in text or sentence.left_out:
        return
    if found := _listed_apart(sentence, vocabulary):
        yield found
        return
    cuts = [
        m.span()
        for m in _PARTS.finditer(text)
        if not any(s.start < m.end() and m.start() < s.end for s in sentence.mentions)
    ]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    complete = all(table.complete for table in vocabulary.tables)
    for start, end in zip(starts, ends, strict=True):
        inside = [m for m in sentence.mentions if start <= m.start < end and _is_sure(m)]
        for place, one in enumerate(inside):
            beside = [t.columns - {"row"} for t in vocabulary.tables if one.columns & t.columns]
            column = _said_column(one, text, start, frozenset[str]().union(*beside))
            if column in one.columns:
                inside[place] = replace(one, columns=frozenset({column}))
            elif column and complete and _in_another_column(one, column):
                yield one.start, Check(text=one.text, verdict="unverified", detail=f"no row has it as {column}")
                return
        inside = sorted([*inside, *_labels(sentence, start, end, vocabulary)], key=lambda m: m.start)
        if found := _first_apart(inside, text, vocabulary):
            one, other = found
            detail = f"no row has it together with {one.text}"
            yield other.start, Check(text=other.text, verdict="unverified", detail=detail)
            return


def anchor_and_list(sentence: Sentence) -> tuple[Mention, list[Mention]] | None:
    """The only name or time of one kind, and those of another kind that are listed beside it: `Adams, Ash and Elm`."""
    kinds = [*dimensions(sentence.names), *([list(sentence.times)] if sentence.times else [])]
    if len(kinds) != 2:
        return None
    anchor, listed = sorted(kinds, key=len)
    if len(anchor) != 1 or len(lists_of(sentence, sorted(listed, key=lambda m: m.start))) != 1:
        return None
    return anchor[0], listed


def _listed_apart(sentence: Sentence, vocabulary: Vocabulary) -> tuple[int, Check] | None:
    """The first of a list that stands in no row with what is told of all of them: `Adams won in Ash and Oak`."""
    found = anchor_and_list(sentence)
    if found is None or not all(_is_sure(m) for m in (found[0], *found[1])):
        return None
    anchor, listed = found
    tables = [table for table in vocabulary.tables if len(table.columns | _times(table)) > 1]
    if not all(table.complete for table in tables):
        return None
    apart: list[Mention] = []
    for table in tables:
        rows = _rows(table, anchor, vocabulary)
        others = [_rows(table, m, vocabulary) for m in listed]
        if rows and all(others):
            missing = [m for m, own in zip(listed, others, strict=True) if not any(row in rows for row in own)]
            if not missing:
                return None
            apart = apart or missing
    detail = f"no row has it together with {anchor.text}"
    return (apart[0].start, Check(text=apart[0].text, verdict="unverified", detail=detail)) if apart else None


_IS = r"\s+(?:is|was|are|were)\s+(?:the\s+)?"
_AFTER = r"(?=\s*[.,;:)]|\s*$|\s+(?:of|at|in|on|for|by|with|when|where|during|from|to|and|or|but)\b)"


def _said_column(mention: Mention, text: str, start: int, columns: Collection[str]) -> str | None:
    """The column that is named beside a name: `the buyer Moor`, `Moor was the buyer`."""
    before, after = text[start : mention.start].casefold(), text[mention.end :].casefold()
    for column in sorted(columns, key=len, reverse=True):
        called = re.escape(column.casefold().replace("_", " "))
        if re.search(rf"(?<!\bevery )(?<!\beach )(?<!\bany )\b{called}\s+$", before) or re.match(
            rf"{_IS}{called}{_AFTER}", after
        ):
            return column
    return None


def _in_another_column(mention: Mention, column: str) -> bool:
    """Return whether a name stands only in columns that are called otherwise than is said."""
    said = stems_of_name(column)
    return all(not (said & stems_of_name(own)) or said - stems_of_name(own) for own in mention.columns)


def _labels(sentence: Sentence, start: int, end: int, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Numbers that name rows, right behind the name of their column: `week 4`, `Gleis 7`."""
    for number in sentence.numbers:
        if not start <= number.start < end or number.form != "plain" or number.hedge or number.word:
            continue
        before = sentence.text[start : number.start].casefold()
        for table in vocabulary.tables:
            for name in table.measures:
                if re.search(rf"\b{re.escape(name.casefold().replace('_', ' '))}\s+$", before):
                    held = frozenset({name})
                    value = repr(float(number.values[-1]))  # as `8,870` and `$5` are no numbers
                    yield Mention(number.start, number.end, number.text, frozenset({value}), held)


def _first_apart(mentions: Sequence[Mention], text: str, vocabulary: Vocabulary) -> tuple[Mention, Mention] | None:
    if len(mentions) < 2:
        return None
    tables = [table for table in vocabulary.tables if len(table.columns | _times(table)) > 1]
    sure = all(table.complete for table in tables) and not _any_of_a_kind(mentions)
    held = [{m: _rows(table, m, vocabulary) for m in mentions} for table in tables]
    for place, other in enumerate(mentions):
        for one in mentions[:place]:
            if not sure and (text[one.end : other.start] != " (" or one.columns == other.columns):
                continue  # "San Antonio (Texas)" tells one row, even where others were left out
            both = [(rows[one], rows[other]) for rows in held if rows[one] and rows[other]]
            if both and not any(set(map(id, left)) & set(map(id, right)) for left, right in both):
                return one, other
    return None


def _is_sure(mention: Mention) -> bool:
    """Return whether a mention is no common word that is only a part of a name."""
    text = mention.text
    return mention.date is not None or not text.isalpha() or not text.islower() or text in mention.names


def _any_of_a_kind(mentions: Sequence[Mention]) -> bool:
    """Return whether two of them are of the same columns, which lists or compares them."""
    kinds = [m.columns or frozenset({"time"}) for m in mentions]
    return any(left & right for place, left in enumerate(kinds) for right in kinds[:place])


def _times(table: Table) -> frozenset[str]:
    return frozenset({"time"}) if table.timed else frozenset()


def _rows(table: Table, mention: Mention, vocabulary: Vocabulary) -> list[Row]:
    labelled = mention.columns & table.measures.keys()
    if labelled and not mention.columns & table.columns:
        told = [float(name) for name in mention.names]
        return [row for row in table.rows if any(row.values.get(c) in told for c in labelled)]
    if not mention.date and not mention.columns & table.columns:
        return []
    rows = rows_named(table, mention, vocabulary)
    rows = [row for row in rows if mention.date or any(_holds(row, c, mention, vocabulary) for c in mention.columns)]
    return [row for row in rows if not row.whole] if len(rows) < len(table.rows) else []


def _holds(row: Row, column: str, mention: Mention, vocabulary: Vocabulary) -> bool:
    return row.names.get(column, "").casefold() in vocabulary.same(mention.names)
