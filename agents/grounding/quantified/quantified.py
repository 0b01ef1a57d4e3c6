"""Claims about all, none or most of the rows: `every region had more than 200`, `none sold less in 2024`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from agents.grounding.binding.beside import key_of, lists_of
from agents.grounding.binding.columns.column_pairs import columns_named
from agents.grounding.binding.measures import measures_of
from agents.grounding.binding.owners import kinds_in
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.counted.counted_words import called, counted_words, counts_rows
from agents.grounding.checks.counted.counts import BOUNDS, OTHER, rows_in_scope
from agents.grounding.checks.series import ADDITIVE, Computed, Series, plain
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.every import in_range
from agents.grounding.quantified.judged import NOT, Judged, decided, scope_of
from agents.grounding.quantified.predicates import Predicate, predicate_at
from agents.grounding.reading.words import Token, stems_of_name, words_of
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY, Row
from agents.grounding.tables.matching import bounds

_QUANTIFIER = re.compile(
    r"(?<!\bnearly )(?<!\balmost )(?<!\bof )\b(?:"
    r"(?P<notall>not\s+(?:every|all|each)|nicht\s+(?:alle|jede[rsn]?))"
    r"|(?P<none>none(?=\s+of\b)|neither|nobody|no\s+one|niemand|not\s+(?:one|a\s+single)|never|at\s+no\s+(?:point|time)|no(?=\s)|keine?[rsn]?|weder)"
    r"|(?P<most>most(?=\s+(?:of\s+the\s+)?\w+)|(?:the|a)\s+majority(?=\s+of\b)|die\s+meisten)"
    r"|(?P<any>any)"
    r"|(?P<all>every|each|all|both|jede[rsn]?|alle|beide|throughout|always|at\s+all\s+times)"
    r")\b(?P<of>\s+(?:of|der|von)\b(?:\s+(?:the|these|those|all|den))?)?(?P<other>\s+other\b)?",
    re.IGNORECASE,
)
_OF_ANY_ROW = re.compile(
    r"nobody|no\s+one|niemand|never|at\s+no\s+(?:point|time)|throughout|always|at\s+all\s+times", re.IGNORECASE
)
_NEGATED = re.compile(r"\b(?:not|never|without|n't|nicht)\b", re.IGNORECASE)
_AFTER_LIST = re.compile(r"\s*,?\s*(?:(?:have|had|are|were|did)\s+)?", re.IGNORECASE)
_FEW = 3
"""Words in which the noun for the rows stands: `all three carriers`."""


@dataclass(frozen=True)
class Domain:
    """The rows that a claim is about.

    Attributes:
        nouns: Stems of what they are called.
        listed: The entries or times that are listed, if it is about these.
        others: Those that the sentence names are not meant.
        called: Bound of the numbers that they are called by: `every rating below 4`.
        entries: They are called by a noun that no column has: `all airlines` of the column carrier.
        moved: It is said how these entries changed between two times.
    """

    nouns: frozenset[str] = frozenset()
    listed: tuple[Mention, ...] = ()
    others: bool = False
    called: WrittenNumber | None = None
    entries: bool = False
    moved: bool = False

    def rows(self, sentence: Sentence, one: Series, vocabulary: Vocabulary, position: int) -> list[Row]:
        """The rows of a table that are meant; none if the table is about something else."""
        if self.listed:
            scope = scope_of(sentence, self.listed, position)
            found = [rows_named(one.table, m, vocabulary, scope) for m in self.listed]
            return [row for rows in found for row in rows] if all(found) else []
        additive = one.measure.aggregate in ADDITIVE
        if self.entries and (len(one.table.columns) != 1 or one.table.timed != self.moved or not additive):
            return []
        if not self.entries and not self.nouns & one.table.row_words:
            return []
        if "coefficient" in one.table.measures:  # "three of the pairs with price"
            columns = columns_named(sentence, one.table.rows, *clause_span(sentence.text, position))
            named = {name for name, _ in columns} if len(columns) == 1 else set[str]()
            return [row for row in one.table.rows if named <= set(row.names.values())]
        since = _since(sentence, position)
        others = [*sentence.names, *(() if sentence.names else sentence.before)] if self.others else []
        gone = [*sentence.left_out, *([since[0]] if since else []), *others]
        without = [r for m in gone for r in rows_named(one.table, m, vocabulary)]
        ranged = in_range(sentence, one.table, vocabulary)
        scoped = rows_in_scope(sentence, one.table, vocabulary, self.nouns, without=gone)
        rows = [row for row in scoped if row in ranged] if len(ranged) < len(one.table.rows) else scoped
        rows = [row for row in rows if row not in without and not row.whole and not row.called & NO_ENTRY]
        if since:
            named = rows_named(one.table, since[0], vocabulary)
            first = max((row.order for row in named if row.moments), default=())
            rows = [row for row in scoped if row.moments and first and (row.order, since[1]) > (first, False)]
        if self.called:
            return [row for row in rows if any(n.isdigit() and bounds(self.called, float(n)) for n in row.called)]
        return rows


_SINCE = re.compile(r"\b(?:since|thereafter|afterwards|after\s+(?:that|then)|seit|seither)\b", re.IGNORECASE)


def _since(sentence: Sentence, position: int) -> tuple[Mention, bool] | None:
    """The time from which on a claim holds, and whether that time itself is among them."""
    match = _SINCE.search(sentence.text, position) or _SINCE.match(sentence.text)
    if match is None:
        return None
    after = next((m for m in sentence.times if 0 <= m.start - match.end() <= _NEAR), None)
    before = [m for m in sentence.times if m.end <= position]
    return (after, True) if after else (before[-1], False) if before else None


_NEAR = 8
"""Characters between `since` and the time that it is about."""


_MOST_SHOWN = 6
_TWO = 2


def counted(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Counts of the rows of which something is said: `in seven of the eight cities A outnumbers B`."""
    nouns = frozenset(called(word, vocabulary.row_words) for word in counted_words(sentence, number))
    domain = Domain(nouns & vocabulary.row_words, others=bool(OTHER.match(sentence.text, number.end)))
    predicate = predicate_at(sentence, number.end, vocabulary) if domain.nouns else None
    if predicate is None:
        return
    for one in predicate.series:
        held = predicate.held(one, domain.rows(sentence, one, vocabulary, number.start))
        if len(held) > 1:
            kept = [row for row, keeps in held if keeps]
            told = f"{len(kept)} of {len(held)} with {one.name} {predicate.told}"
            told += f" ({', '.join(row.title for row in kept)})" if 0 < len(kept) <= _MOST_SHOWN else ""
            yield Computed(float(len(kept)), told, one.table.evidence, "count")


def quantified(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for match in _QUANTIFIER.finditer(sentence.text):
        domain = domain_of(sentence, match, vocabulary)
        place = domain.called.end if domain and domain.called else match.end()
        # The lines of `every product line` are the rows, no column of the number of lines.
        own = [w for w in sentence.words_after(match.end(), _FEW) if domain and w.stem in domain.nouns]
        view = replace(sentence, words=[word for word in sentence.words if word not in own])
        predicate = predicate_at(view, place, vocabulary) if domain else None
        if domain is None or predicate is None:
            continue
        moved = not predicate.numbers and len({m.date.key for m in sentence.times if m.date}) == _TWO
        if domain.entries and moved:
            domain = replace(domain, moved=True)
        elif domain.entries and not _measured(sentence, predicate, vocabulary):
            continue
        if (
            match["any"]
            and not NOT.search(sentence.text[: match.start()])
            and not _NEGATED.search(sentence.text[clause_span(sentence.text, match.start())[0] : match.start()])
        ):
            continue
        found: list[Judged] = []
        for one in _of_each(predicate) if match["none"] else predicate.series:
            rows = domain.rows(sentence, one, vocabulary, match.start())
            held = predicate.held(one, rows)
            size = _size(sentence, match)
            if len(held) > 1 and size in {None, len(held)}:
                claim = _judged(match, one, predicate, held)
                if one.table.complete or not claim.true or domain.listed or _at_the_end(one, match, predicate):
                    panel = one.table.timed and bool(one.table.columns)
                    certain = (
                        not panel
                        or domain.entries
                        or bool(sentence.names)
                        or bool(domain.nouns & stems_of(one.table.columns))
                    )
                    found.append(replace(claim, certain=certain))
        yield from decided(found)


def _of_each(predicate: Predicate) -> Iterator[Series]:
    """The measures by which none keeps a bound: no mean where the highest of each is there as well."""
    extremes = {"highest" if number.hedge in {"over", "at least"} else "lowest" for number in predicate.numbers[:1]}
    known = {(id(one.table), one.measure.words) for one in predicate.series if one.measure.aggregate in extremes}
    for one in predicate.series:
        if one.measure.aggregate not in {"mean", "median"} or (id(one.table), one.measure.words) not in known:
            yield one


def _size(sentence: Sentence, match: re.Match[str]) -> float | None:
    """The number of rows that a quantifier says that there are: the five of `all five working days`."""
    beside = (n for n in sentence.numbers if re.fullmatch(r"\s+(?:the\s+)?", sentence.text[match.end() : n.start]))
    return next((n.values[0] for n in beside if n.form == "plain" and not n.hedge), None)


def domain_of(sentence: Sentence, match: re.Match[str], vocabulary: Vocabulary) -> Domain | None:
    """Find the rows that a quantifier speaks of: by a noun behind it, or a list of names beside it."""
    for kind in kinds_in(sentence):
        for group in lists_of(sentence, kind):
            if len({key_of(m) for m in group}) < 2 or match["most"]:
                continue
            before = group[-1].end <= match.start() and _AFTER_LIST.fullmatch(
                sentence.text, group[-1].end, match.start()
            )
            if before or re.fullmatch(r"\s+", sentence.text[match.end() : group[0].start]):
                return Domain(listed=tuple(group))
    if _OF_ANY_ROW.fullmatch(match[0]):
        return Domain(words_of("rows"))
    words = [w for w in sentence.words_after(match.end(), _FEW) if not _in_numbered(sentence, w)]
    before = None if words else _OF_LISTED.search(sentence.text[: match.start()])
    words = [word for word in sentence.words if before and word.start == before.start("noun")] or words
    if match[0].lower() == "no":
        words = words[:2]
    nouns = frozenset(stem for word in words if (stem := called(word, vocabulary.row_words)) in vocabulary.row_words)
    if not nouns:
        return Domain(entries=True) if _of_entries(sentence, match, words, vocabulary) else None
    numbers = [n for n in sentence.numbers if n.hedge in BOUNDS and n.start > words[-1].end]
    beside = numbers and re.fullmatch(r"\s+\w+(?:\s+than)?\s+", sentence.text[words[-1].end : numbers[0].start])
    return Domain(nouns, others=bool(match["other"]), called=numbers[0] if beside and len(numbers) > 1 else None)


def _in_numbered(sentence: Sentence, word: Token) -> bool:
    """Return whether a word is a number or part of an entry that is one: `no 6-cylinder car` is said of that entry."""
    if any(n.start <= word.start < n.end for n in sentence.numbers):
        return True
    return any(m.start < word.start < m.end and m.text[0].isdigit() for m in sentence.names)


def stems_of(columns: Iterable[str]) -> frozenset[str]:
    """The words by which columns of names are called: with none of them, a panel's rows may be those of one name."""
    return frozenset[str]().union(*map(stems_of_name, columns))


_PLURAL = re.compile(r"people|[a-z]{3,}s")
_OF_LISTED = re.compile(r"\bOf\s+(?:the|all|these)\s+(?:[\w,.]+\s+)?(?P<noun>[a-z]{3,}s)(?:\s+[a-z]+)?,\s*$")
_DID = re.compile(r"\s+(?:had|have|has|were|are|was|is|saw|recorded|sold|made|reached|exceed(?:s|ed)?)\b")


def _of_entries(sentence: Sentence, match: re.Match[str], words: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Return whether a quantifier speaks of entries by a noun that no column has: `all airlines`."""
    if match["most"] or match["any"] or match["notall"]:
        return False
    if not words and _DID.match(sentence.text, match.end()):
        return match[0].lower() in {"all", "each"} and not match["of"]
    if not words or any(match.end() <= m.start <= words[0].start for m in sentence.mentions):
        return False
    known = vocabulary.named(words[0]) or words[0].stem in vocabulary.row_words
    single = not match["of"] and match[0].lower() in {"every", "each", "no"}
    return not known and (single or bool(_PLURAL.fullmatch(words[0].lower)))


def _measured(sentence: Sentence, predicate: Predicate, vocabulary: Vocabulary) -> bool:
    """Return whether a predicate is a bound of a measure that the sentence names, or of the only one of its size."""
    return (bool(predicate.numbers) and len(predicate.series) == 1) or any(
        measures_of(sentence, number, vocabulary) is not None for number in predicate.numbers
    )


def _at_the_end(one: Series, match: re.Match[str], predicate: Predicate) -> bool:
    """Return whether rows that are not there are below the last one, so that none of them is above a bound."""
    values = one.values(one.table.rows)
    falls = all(a >= b for a, b in pairwise(values))
    above = all(number.hedge in {"over", "at least"} for number in predicate.numbers)
    return falls and bool(predicate.numbers) and (above if match["none"] else not above)


def _judged(match: re.Match[str], one: Series, predicate: Predicate, held: Sequence[tuple[Row, bool]]) -> Judged:
    kept = [row for row, keeps in held if keeps]
    left = [row for row, keeps in held if not keeps]
    if match["none"] or match["any"]:
        true, shown = not kept, kept
    elif match["notall"]:
        true, shown = bool(left), kept
    elif match["most"]:
        true, shown = 2 * len(kept) > len(held), kept
    else:
        true, shown = not left, left
    titles = ", ".join(f"{row.title} {plain(one.held(row))}" for row in shown[:3])
    told = f"{one.name}, {predicate.told}: {len(kept)} of {len(held)} rows" + (f" ({titles})" if titles else "")
    return Judged(match[0], match.start(), true, told, one.table.evidence, numbers=predicate.numbers)


def many_meant(sentence: Sentence, position: int, vocabulary: Vocabulary) -> bool:
    """Return whether a comparison is said of each of many rows, so that it is not one of their sums."""
    start, _ = clause_span(sentence.text, position)
    for match in _QUANTIFIER.finditer(sentence.text, start, position):
        if domain_of(sentence, match, vocabulary):
            return True
    counted = [n for n in sentence.numbers if start <= n.start and n.end <= position]
    return any(counts_rows(sentence, number, vocabulary) for number in counted)
