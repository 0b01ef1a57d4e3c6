"""Claims of none and of equals: `no cancellations`, `no region has fewer`, `tied at 270`."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.owners import kinds_in, owners
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.checks.series import ADDITIVE, Series, plain, rank_of
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged, at, decided, series_at
from agents.grounding.sentences.sentence import Sentence

_HAS_NO = re.compile(
    r"\b(?:had|has|have|with|recorded|saw|reported|shows?|registered|but|yet|and|won|wins?)\s+(?P<no>no|zero)\s+(?=\w)",
    re.IGNORECASE,
)
_NO_OTHER = re.compile(
    r"\b(?:no|none|nobody|not one)\b[^.;]{0,60}?\b(?:(?P<less>fewer|less|lower|smaller|shorter|as\s+(?:few|little|low))"
    r"|(?P<more>more|higher|larger|greater|longer|bigger|as\s+(?:many|much|high)))\b[^.;]{0,40}?\b(?:than|as)\s+",
    re.IGNORECASE,
)
_EQUAL = re.compile(
    r"\b(?:tied|identical|the\s+same(?!\s+(?:as|time|day|period|direction|way)\b)|equal(?:ly)?)\b", re.IGNORECASE
)


def none_and_equal(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for match in _HAS_NO.finditer(sentence.text):
        yield from decided(list(_nothing(sentence, match.start("no"), match.end("no"), vocabulary)))
    for match in _NO_OTHER.finditer(sentence.text):
        yield from decided(list(_no_other(sentence, match, vocabulary)))
    for match in _EQUAL.finditer(sentence.text):
        if re.search(
            r"\b(?:practically|nearly|almost|virtually|about|roughly|essentially|fast)\s+$",
            sentence.text[: match.start()],
        ):
            continue
        yield from decided(list(_equal(sentence, match, vocabulary)))


def _nothing(sentence: Sentence, start: int, end: int, vocabulary: Vocabulary) -> Iterator[Judged]:
    noun = next(sentence.words_after(end, 1), None)
    named = vocabulary.named(noun, by_needs=False) if noun else frozenset()
    for table in vocabulary.tables:
        chosen = [
            m
            for m in table.measures.values()
            if m in named and m.aggregate in ADDITIVE and not (m.needs or m.of_result)
        ]
        for owner in owners(sentence, at(sentence, start, end), []):
            rows = (rows_of(table, owner, vocabulary) or []) if owner.mentions else []
            for measure in chosen if len(rows) == 1 else ():
                value = rows[0].values.get(measure.name)
                if value is not None and not measure.of_rows:
                    told = f"{measure.name} of {rows[0].title} is {plain(value)}"
                    yield Judged(sentence.text[start:end], start, value == 0, told, table.evidence)


def _no_other(sentence: Sentence, match: re.Match[str], vocabulary: Vocabulary) -> Iterator[Judged]:
    """`No region has fewer patients than Mid`: Mid is the lowest, alone or not."""
    subject = next((m for m in sentence.mentions if _after(sentence, match, m)), None)
    if subject is None:
        return
    start = match.start("less") if match["less"] else match.start("more")
    word = match["less"] or match["more"]
    for one in series_at(sentence, start, start + len(word), vocabulary):
        own = rows_named(one.table, subject, vocabulary)
        every = [row for row in one.table.rows if not row.nameless]
        if len(own) != 1 or len(every) < 3:
            continue
        rank = rank_of(one, own[0], every, ascending=bool(match["less"]))
        if rank is not None and (rank > 1 or one.table.complete):
            told = f"{subject.text} is number {rank} by {one.name}"
            yield Judged(word, start, rank == 1, told, one.table.evidence)


def _after(sentence: Sentence, match: re.Match[str], mention: Mention) -> bool:
    between = sentence.text[match.end() : mention.start] if mention.start >= match.end() else "."
    return bool(re.fullmatch(r"(?:(?:in|at|for|on|of)\s+)?(?:the\s+)?", between))


def _equal(sentence: Sentence, match: re.Match[str], vocabulary: Vocabulary) -> Iterator[Judged]:
    """Two or more names that are said to have the same value."""
    for kind in kinds_in(sentence):
        if len(kind) < 2 or sentence.text[match.end() :].lstrip().startswith("number of"):
            continue
        for one in series_at(sentence, match.start(), match.end(), vocabulary):
            values = _values(one, kind, vocabulary)
            if values:
                told = f"{one.name}: {', '.join(f'{m.text} {plain(v)}' for m, v in zip(kind, values, strict=True))}"
                yield Judged(match[0], match.start(), len(set(values)) == 1, told, one.table.evidence)


def _values(series: Series, kind: Sequence[Mention], vocabulary: Vocabulary) -> list[float]:
    found: list[float] = []
    for mention in kind:
        rows = rows_named(series.table, mention, vocabulary)
        value = series.value(rows[0]) if len(rows) == 1 else None
        if value is None:
            return []
        found.append(value)
    return found
