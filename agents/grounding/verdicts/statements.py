"""Verdicts: every number, name and comparison of a statement, held against the cells of what it cites."""

import re
from collections.abc import Collection, Iterator, Sequence

from agents.grounding.binding.cells_meant import cells_for
from agents.grounding.binding.directions import DOWN, LOWEST, UP
from agents.grounding.binding.measures import aggregate_of, measures_of
from agents.grounding.binding.mentions import Mention
from agents.grounding.binding.owners import Owner, owners
from agents.grounding.binding.parts import is_size, pairs_of
from agents.grounding.binding.rows import rows_of
from agents.grounding.binding.sentences import YEAR_BEFORE, Sentence, sentences
from agents.grounding.binding.vocabulary import Vocabulary
from agents.grounding.checks.changes import says_change
from agents.grounding.checks.computed import computed
from agents.grounding.checks.counts import bound_of, counted_words, counts, counts_rows, keeps, named_rows
from agents.grounding.checks.part_of_whole import part_and_whole
from agents.grounding.checks.series import Computed, cell_text, plain, rank_of, series_for
from agents.grounding.checks.unknown_names import unknown_names
from agents.grounding.claims.comparisons import judged
from agents.grounding.reading.words import stem
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.results.prose import Prose
from agents.grounding.tables.cells import Cell, Measure, Table, cells_of
from agents.grounding.tables.matching import bounds, says, says_cell, says_scaled
from agents.outputs import Check

_CAUSE = re.compile(
    r"\b(?:because(?:\s+of)?|due\s+to|caused\s+by|owing\s+to|thanks\s+to|as\s+a\s+result\s+of|driven\s+by"
    r"|led\s+to|lead(?:s|ing)?\s+to|result(?:ed|s|ing)\s+in|causes?|causing|on account of)\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\b(?:negative|minus|early|earlier|loss\w*|lost|deficit|below|ahead|decreas\w*|drop\w*|fell|inverse\w*"
    r"|opposite)\b",
    re.IGNORECASE,
)
_CHANGE_STEMS = frozenset(
    stem(word)
    for word in [
        "change",
        "growth",
        "difference",
        "diff",
        "delta",
        "increase",
        "decrease",
        "gain",
        "loss",
        "yoy",
        "mom",
        "pct_change",
    ]
)
_SHARE_WORDS = re.compile(r"\bof\s+(?:all|the|its|their|total|our|those|every)\b|\bshare\b|\baccount", re.IGNORECASE)
_RANKED = re.compile(
    r"\b(?:rank\w*|places?d?|position|most|least|\w+est|best|worst|finish\w*|comes?|came)\b", re.IGNORECASE
)
FLAGGED = ("contradicted", "unverified")
"""Verdicts that a report marks."""


_DISTINCTIVE = 4
"""Digits from which on a number is hardly found in a row by accident."""

_MOST_COUNTED = 20
"""Numbers up to this before a noun count things, so that one inside a text does not stand for them."""

_DIGITS = re.compile(r"(?<![\w.,])\d+(?:\.\d+)?(?![\w]|[.,]\d)")


_OTHERS = re.compile(
    r"\b(?:(?P<none>no other|none of the others)|everything else|all (?:the )?others?|every other|the rest)\b"
    r"[^.;]{0,40}$",
    re.IGNORECASE,
)


def _digits(text: str) -> set[float]:
    return {float(digits) for digits in _DIGITS.findall(text)}


def checks_of(
    statement: str, tables: Sequence[Table], prose: Prose, others: Sequence[Table] = (), names: Collection[str] = ()
) -> list[Check]:
    """Hold a statement against what it cites.

    Args:
        statement: Prose.
        tables: The cells of the results that it cites.
        prose: Texts of these results.
        others: Cells of other results, whose names and columns are recognised.
        names: Further names, such as that of the data set; digits in them are no numbers.
    """
    vocabulary = Vocabulary(tables, others, [*names, *prose.names, *prose.texts], columns=prose.names)
    known = {*names, *prose.names, *(name for spelled in vocabulary.names.values() for name in spelled)}
    known |= {measure.name for measure in vocabulary.measures if not measure.of_result}
    found: list[Check] = []
    for sentence in sentences(statement, vocabulary, known):
        found += _Checker(sentence, vocabulary, prose).checks()
    return found


class _Checker:
    """The checks of one sentence."""

    def __init__(self, sentence: Sentence, vocabulary: Vocabulary, prose: Prose) -> None:
        self.sentence = sentence
        self.vocabulary = vocabulary
        self.prose = prose
        self.parts = list(pairs_of(sentence.text, sentence.numbers))
        wholes = [whole for _, whole in self.parts]
        self.counting = [n for n in sentence.numbers if counts_rows(sentence, n, vocabulary)]
        self.values = [
            number
            for number in sentence.numbers
            if number.form == "plain"
            and number not in self.counting
            and number not in wholes
            and not is_size(sentence.text, number)
            and not says_change(sentence, number)
            and not self._is_test(number)
        ]

    def checks(self) -> Iterator[Check]:
        sentence = self.sentence
        for time in sentence.times:
            yield self._time(time)
        for number in sentence.numbers:
            yield self._number(number)
        for claim in judged(sentence, self.vocabulary):
            yield Check(
                text=claim.text,
                verdict="derived" if claim.true else "contradicted",
                evidence=claim.evidence,
                detail=claim.told,
            )
        for name in unknown_names(sentence, self.vocabulary):
            yield Check(text=name, verdict="unverified", detail="this name is in no result")
        for match in _CAUSE.finditer(sentence.text):
            yield Check(text=match[0], verdict="interpretation", detail="what happened together need not be the cause")

    def _is_test(self, number: WrittenNumber) -> bool:
        return bool(
            re.search(
                r"\bp(?:-value)?\s*(?:of|was|is|[<>=≤≥])?\s*[<>=≤≥]?\s*$",
                self.sentence.text[: number.start],
                re.IGNORECASE,
            )
        )

    def _time(self, time: Mention) -> Check:
        date = time.date
        assert date is not None  # noqa: S101 - times have one
        for table in self.vocabulary.tables:
            if rows_of(table, Owner((time,), frozenset({time})), self.vocabulary) and table.timed:
                return Check(text=time.text, verdict="verified", evidence=table.evidence)
        part_of_year = date.quarter is not None or date.half is not None
        unplaced = part_of_year and date.year is None and not self.vocabulary.moments
        if date.between or unplaced or self.prose.holds_date(date):
            return Check(text=time.text, verdict="verified")
        number = WrittenNumber(time.text, time.start, time.end, (float(date.day or date.year or 0),), (0.5,))
        if date.may_be_count and any(says(number, cell.value) for cell in cells_of(self.vocabulary.tables)):
            return Check(text=time.text, verdict="verified")
        return Check(text=time.text, verdict="unverified", detail="no result cited is of this time")

    def _number(self, number: WrittenNumber) -> Check:
        if number.form == "rank":
            return self._rank(number)
        found = (
            self._choice(number)
            or self._part(number)
            or self._cell(number)
            or self._count(number)
            or self._computed(number)
            or self._in_names(number)
            or self._named_rows(number)
            or self._rows_in_all(number)
            or self._distinctive(number)
            or self._text(number)
        )
        if found:
            return found
        few = number.values[0] == 1 or (number.values[0] == 0 and not self._counts_things(number))
        if number.word and few and number.form == "plain":
            return Check(text=number.text, verdict="verified", detail="no number is meant")
        return self._wrong(number)

    def _choice(self, number: WrittenNumber) -> Check | None:
        """`The 3 worst days`, and the 16 of `ranks 3rd of 16`."""
        before, after = self.sentence.text[: number.start], self.sentence.text[number.end :]
        sizes = {len(table.rows) for table in self.vocabulary.tables if not any(row.whole for row in table.rows)}
        chosen = re.match(
            r"\s+(?:worst|best|top|largest|highest|lowest|biggest|smallest|busiest|most|least)\b", after, re.IGNORECASE
        )
        chosen = chosen or re.search(r"\b(?:last|first|past|next|top|previous)\s+$", before, re.IGNORECASE)
        if chosen and 0 < number.values[0] <= max(sizes, default=0):
            return Check(text=number.text, verdict="verified", detail="a choice")
        ranks = [n for n in self.sentence.numbers if n.form == "rank" and n.end <= number.start]
        if ranks and re.fullmatch(
            r"[\w\s]{0,12}\b(?:of|out of|among|from)\s+(?:the\s+|all\s+)?", before[ranks[-1].end :]
        ):
            complete = [t for t in self.vocabulary.tables if t.complete and len(t.rows) == number.values[0] > 1]
            if complete:
                return Check(text=number.text, verdict="derived", evidence=complete[0].evidence, detail="rows in all")
        return None

    def _part(self, number: WrittenNumber) -> Check | None:
        """The 233 or the 314 of `233 of 314`, which are right together."""
        for part, whole in self.parts:
            if number in (part, whole):
                one = next(part_and_whole(self.sentence, part, whole, self.values, self.vocabulary), None)
                if one and (number is whole or not part.percent):
                    return self._derived(number, one)
        return None

    def _cell(self, number: WrittenNumber) -> Check | None:
        """The number as the value of a cell of what it is about."""
        if self._is_test(number):
            return self._p_value(number)
        change = says_change(self.sentence, number)
        for owner in owners(self.sentence, number, self.values):
            for cell in cells_for(self.sentence, number, self.values, self.vocabulary, owner):
                if change and not cell.measure.words & _CHANGE_STEMS:
                    continue
                if self._sign_fits(number, cell) and (
                    says_cell(number, cell.value, cell.measure) or self._bounds(number, cell, owner)
                ):
                    return Check(
                        text=number.text, verdict="verified", evidence=cell.table.evidence, detail=cell_text(cell)
                    )
        return None

    def _bounds(self, number: WrittenNumber, cell: Cell, owner: Owner) -> bool:
        if not owner.hard or cell.row.whole or number.form != "plain":
            return False
        if number.percent and not (cell.measure.percent or abs(cell.value) <= 1):
            return False
        value = 100 * cell.value if number.percent and abs(cell.value) <= 1 and not cell.measure.percent else cell.value
        return bounds(number, value) is True and measures_of(self.sentence, number, self.vocabulary) is not None

    def _sign_fits(self, number: WrittenNumber, cell: Cell) -> bool:
        if number.signed or number.brackets or cell.value >= 0 or cell.measure.of_result:
            return True
        return bool(_NEGATIVE.search(self.sentence.text))

    def _p_value(self, number: WrittenNumber) -> Check | None:
        for cell in cells_of(self.vocabulary.tables):
            if cell.measure.name == "p_value":
                bounded = number.hedge in {"under", "at most"} and cell.value <= number.values[0] <= 0.1
                if (
                    bounded
                    or says(number, cell.value)
                    or (number.hedge in {"over", "at least"} and cell.value >= number.values[0])
                ):
                    return Check(
                        text=number.text, verdict="verified", evidence=cell.table.evidence, detail=cell_text(cell)
                    )
        return None

    def _count(self, number: WrittenNumber) -> Check | None:
        if number in self.counting or counted_words(self.sentence, number):
            for one in counts(self.sentence, number, self.vocabulary):
                if says(number, one.value):
                    return self._derived(number, one)
        if number.hedge and self._others_keep(number):
            return Check(text=number.text, verdict="derived", detail="a bound that these rows keep")
        governing = [n for n in self.counting if bound_of(self.sentence, n) is number]
        if governing and number.hedge:
            return Check(text=number.text, verdict="derived", detail="a bound, checked with its count")
        if number.hedge and re.search(
            r"\b(?:all|every|each|only|no|none|neither)\b", self.sentence.text[: number.start], re.IGNORECASE
        ):
            claims = [
                claim
                for claim in judged(self.sentence, self.vocabulary)
                if claim.start < number.start and claim.text.casefold() in {"all", "every", "each", "only"}
            ]
            if claims:
                return Check(text=number.text, verdict="derived", detail="a bound, checked with all rows")
        return None

    def _others_keep(self, number: WrittenNumber) -> bool:
        """Return whether all rows named keep a bound, or all others: `everything else under 425`."""
        before = self.sentence.text[: number.start]
        others = _OTHERS.search(before)
        listed = [m for m in (*self.sentence.names, *self.sentence.times) if m.end <= number.start]
        if len(listed) < (1 if others else 2) or not (
            others or re.search(r"\b(?:all|both|each)\b", before, re.IGNORECASE)
        ):
            return False
        for one in series_for(self.sentence, number, self.vocabulary, rates=number.percent):
            named = [r for m in listed for r in rows_of(one.table, Owner((m,), frozenset({m})), self.vocabulary) or ()]
            rows = [r for r in one.table.rows if r not in named] if others else named
            values = [value for row in rows if (value := one.value(row)) is not None]
            if not values or len(named) == len(one.table.rows):
                continue
            kept = [keeps(number, value, one) for value in values]
            if (others and others["none"] and not any(kept)) or (not (others and others["none"]) and all(kept)):
                return True
        return False

    def _computed(self, number: WrittenNumber) -> Check | None:
        for one in computed(self.sentence, number, self.vocabulary):
            if self._agrees(number, one):
                return self._derived(number, one)
        return None

    def _agrees(self, number: WrittenNumber, one: Computed) -> bool:
        if not says_scaled(number, one.value, one.scale):
            return (
                one.kind == "ratio"
                and number.hedge in {"over", "at least"}
                and number.values[0] <= one.value < number.values[0] + 1
            )
        if one.kind != "change" or not one.oriented or number.signed:
            return not (number.signed and one.oriented and one.value * number.values[0] < 0)
        up, down = self._direction(number)
        return up == down or (one.value > 0) == up or one.value == 0

    def _direction(self, number: WrittenNumber) -> tuple[bool, bool]:
        """Return whether the words right beside a change say up, and whether they say down."""
        text = self.sentence.text
        phrase = re.split(r"[,;()]|\b(?:than|from|compared|versus|in|on|at|for|and)\b", text[number.end :], maxsplit=1)[
            0
        ]
        up, down = bool(UP.search(phrase)), bool(DOWN.search(phrase))
        if up or down:
            return up, down
        before = re.split(r"[;]|,\s+(?:and|while|but)\b", text[: number.start])[-1]
        last_up = max((m.start() for m in UP.finditer(before)), default=-1)
        last_down = max((m.start() for m in DOWN.finditer(before)), default=-1)
        return last_up > last_down, last_down > last_up

    def _derived(self, number: WrittenNumber, one: Computed) -> Check:
        return Check(text=number.text, verdict="derived", evidence=one.evidence or None, detail=one.told)

    def _in_names(self, number: WrittenNumber) -> Check | None:
        """A number inside a text of the rows that the sentence speaks of: the 4 and 1 of a score `4 - 1`."""
        if number.form != "plain" or number.word or (number.values[0] <= _MOST_COUNTED and self._counts_things(number)):
            return None
        for owner in owners(self.sentence, number, self.values):
            for table in self.vocabulary.tables:
                for row in rows_of(table, owner, self.vocabulary) or ():
                    texts = (text for column, text in row.names.items() if column not in row.moments)
                    if any(abs(number.values[0]) in _digits(text) for text in texts):
                        return Check(text=number.text, verdict="verified", evidence=table.evidence, detail=row.title)
        return None

    def _distinctive(self, number: WrittenNumber) -> Check | None:
        """A number of many digits that a row of the entry holds, where no column of that row is named beside it.

        That such a number stands there by accident is unlikely, and prose has more words for a column than are known.
        """
        digits = re.sub(r"\D", "", number.text).strip("0")
        if len(digits) < _DISTINCTIVE or number.form != "plain" or says_change(self.sentence, number):
            return None
        wanted = measures_of(self.sentence, number, self.vocabulary) or frozenset[Measure]()
        said = aggregate_of(self.sentence, number, self.values)
        for owner in owners(self.sentence, number, self.values):
            for table in self.vocabulary.tables:
                rows = rows_of(table, owner, self.vocabulary)
                measures = set(table.measures.values())
                named = {m for m in wanted & measures if m.sure and not m.of_result and not m.needs}
                if rows is None or (len(rows) > 1 and owner.mentions) or "coefficient" in table.measures:
                    continue
                for row in rows:
                    for name, value in row.values.items():
                        measure = table.measures[name]
                        fits = not said or measure.aggregate in said or measure.aggregate is None
                        if (measure in named or not named) and fits and says_cell(number, value, measure):
                            cell = Cell(table, row, measure)
                            return Check(
                                text=number.text, verdict="verified", evidence=table.evidence, detail=cell_text(cell)
                            )
        return None

    def _rows_in_all(self, number: WrittenNumber) -> Check | None:
        """The number of rows with a noun that the evidence does not have: `the 200 orders`."""
        if not self._counts_things(number) or number.hedge in {"over", "under"}:
            return None
        if re.match(r"\s+(?:different|distinct|unique|missing)\b", self.sentence.text[number.end :], re.IGNORECASE):
            return None
        for cell in cells_of(self.vocabulary.tables):
            if cell.measure.of_result and cell.measure.name in {"rows", "count"} and says(number, cell.value):
                return Check(text=number.text, verdict="verified", evidence=cell.table.evidence, detail=cell_text(cell))
        return None

    def _named_rows(self, number: WrittenNumber) -> Check | None:
        """A count of rows by what stands in their texts, where the words after the number are no measure."""
        if not self._counts_things(number):
            return None
        if bound_of(self.sentence, number) is not None:
            return None
        for one in named_rows(self.sentence, number, self.vocabulary):
            if says(number, one.value):
                return self._derived(number, one)
        return None

    def _counts_things(self, number: WrittenNumber) -> bool:
        """Return whether words for something that is no column follow the number."""
        if re.match(r"\s+(?:out\s+)?of\s+(?:the|all|its|these|those)\b", self.sentence.text[number.end :]):
            return True
        words = [word for word in counted_words(self.sentence, number)[:2] if not word.text.isdigit()]
        return bool(words) and not any(
            m.sure and not m.of_result and not m.needs for w in words for m in self.vocabulary.named(w)
        )

    def _text(self, number: WrittenNumber) -> Check | None:
        around = self.sentence.text[max(0, number.start - 40) : number.end + 40]
        if self.prose.holds(number, around):
            return Check(text=number.text, verdict="verified", detail="in the text of a result")
        if number.year and (
            self._holds_year(number)
            or self.prose.holds_year(int(number.values[0]))
            or any(m.year == number.values[0] for m in self.vocabulary.moments)
        ):
            return Check(text=number.text, verdict="verified")
        return None

    def _holds_year(self, number: WrittenNumber) -> bool:
        """Return whether a column's name has this year, or a column of years has it between its first and last."""
        year = int(number.values[0])
        if not YEAR_BEFORE.search(self.sentence.text[: number.start]):
            return False
        if any(m.sure for word in self.sentence.words_after(number.end, 1) for m in self.vocabulary.named(word)):
            return False
        for table in self.vocabulary.tables:
            if any(str(year) in column for column in (*table.columns, *table.measures)):
                return True
            for name in table.measures:
                values = [row.values[name] for row in table.rows if name in row.values]
                if len(values) > 1 and all(1600 <= value <= 2100 and value == int(value) for value in values):
                    return min(values) <= year <= max(values)
        return False

    def _rank(self, number: WrittenNumber) -> Check:
        text, value = self.sentence.text, number.values[0]
        before = text[: number.start]
        if re.search(r"\b(?:top|first|last|worst|best|bottom|next)[\s-]*$", before, re.IGNORECASE):
            longest = max((len(table.rows) for table in self.vocabulary.tables), default=0)
            if 0 < value <= longest:
                return Check(text=number.text, verdict="verified", detail="a choice")
        day = number.text.endswith(("st", "nd", "rd", "th")) and any(m.day == value for m in self.vocabulary.moments)
        if day and not _RANKED.search(text):
            return Check(text=number.text, verdict="verified", detail="a day")
        lowest = bool(LOWEST.search(text[number.end : number.end + 40])) or bool(
            re.search(r"\b(?:lowest|fewest|least|smallest|from the bottom|last)\b", text, re.IGNORECASE)
        )
        right = ""
        rates = bool(re.search(r"\b(?:rate|share|proportion|percentage|ratio)\b", text, re.IGNORECASE))
        for owner in owners(self.sentence, number, [number]):
            for one in series_for(self.sentence, number, self.vocabulary, rates=rates):
                rows = rows_of(one.table, owner, self.vocabulary)
                if not rows or len(rows) > 2 or len(one.table.rows) < 2 or rows[0].whole:
                    continue
                ways = (False, True) if re.search(r"\b(?:best|worst)\b", text, re.IGNORECASE) else (lowest,)
                for ascending in ways:
                    rank = rank_of(one, rows[0], one.table.rows, ascending=ascending)
                    if rank is None:
                        continue
                    told = f"{rows[0].title} is number {rank} of {len(one.table.rows)} by {one.name}"
                    if rank == value or (value == -2 and rank == len(one.table.rows) - 1):
                        return Check(text=number.text, verdict="derived", evidence=one.table.evidence, detail=told)
                    right = right or f"{one.table.evidence}: {told}"
        for cell in cells_of(self.vocabulary.tables):
            if cell.measure.aggregate == "rank" and cell.value == value:
                return Check(text=number.text, verdict="verified", evidence=cell.table.evidence, detail=cell_text(cell))
        if not right and (day or self.prose.holds(number, text)):
            return Check(text=number.text, verdict="verified")
        if not right and number.text.endswith("th"):
            for cell in cells_of(self.vocabulary.tables):
                if cell.measure.name.startswith("percentile") and cell.value == value and "percentile" in text:
                    return Check(text=number.text, verdict="verified", evidence=cell.table.evidence)
        return Check(text=number.text, verdict="contradicted" if right else "unverified", detail=right)

    def _wrong(self, number: WrittenNumber) -> Check:
        """Verdict on a number that was not found, with what the evidence holds instead if that is clear."""
        options: list[str] = []
        if number in self.counting:
            options = [
                f"{one.evidence}: {one.told}" for one in counts(self.sentence, number, self.vocabulary) if one.evidence
            ]
        elif (
            says_change(self.sentence, number)
            or number.form in {"multiple", "fraction"}
            or (number.percent and _SHARE_WORDS.search(self.sentence.text))
        ):
            options = [
                f"{one.evidence}: {one.told}, {plain(one.value)}"
                for one in computed(self.sentence, number, self.vocabulary)
            ]
        if not options:
            for owner in owners(self.sentence, number, self.values)[:1]:
                if owner.mentions:
                    cells = list(cells_for(self.sentence, number, self.values, self.vocabulary, owner))
                    options = [
                        f"{cell.table.evidence} holds {cell_text(cell)}" for cell in cells if not cell.measure.of_result
                    ]
        options = list(dict.fromkeys(options))
        if 0 < len(options) <= 4:
            holders = [
                cell_text(c)
                for c in cells_of(self.vocabulary.tables)
                if c.row.title and says_cell(number, c.value, c.measure)
            ]
            owner_of = f" ({number.text} is that of {holders[0]})" if len(set(holders)) == 1 else ""
            return Check(text=number.text, verdict="contradicted", detail="; ".join(options[:2]) + owner_of)
        return Check(text=number.text, verdict="unverified", detail="")
