"""Names, times and measures of tables."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar

from agents.grounding.names.collected import CollectedNames, words_of
from agents.grounding.names.column_names import is_compound
from agents.grounding.names.common_words import COMMON, ORDINALS
from agents.grounding.names.measure_words import index_of
from agents.grounding.names.mentions import Mention
from agents.grounding.reading.words import Token, tokens
from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.tables.cells import NAMELESS, Measure, Table
from agents.grounding.tables.derived import CHANGED
from agents.grounding.tables.moments import means

Result = TypeVar("Result")
_SPACE = re.compile(r"\s+(?:(?:of|in|the)\s+)*")
_COMMON = frozenset({NAMELESS, *ORDINALS})
_ANSWERS = frozenset({"yes", "no"})
_TRUTHS = frozenset({"true", "false"})
_MOST_SPELLED = 60
"""Columns from which on they are not looked for as they are spelled."""


def _is_common(name: Mention, called: Collection[str]) -> bool:
    """Return whether an entry of a result that is not cited is called by a common word, a number or a column cited."""
    word = name.text.casefold()
    if word.isdigit() or word in called or (name.names <= _TRUTHS and " " not in word):
        return True  # 2000 is no entry 2000s, and `alone` no row of a column of truth values
    return word in {"missing", *ORDINALS} and name.names <= _COMMON


class Vocabulary:
    """Names, times and measures of some tables, to find them in sentences."""

    def __init__(
        self,
        tables: Sequence[Table],
        others: Sequence[Table] = (),
        known: Iterable[str] = (),
        columns: Iterable[str] = (),
        collected: CollectedNames | None = None,
    ) -> None:
        """Collect them.

        Args:
            tables: What a sentence cites.
            others: What else is known: its names and measures are recognised, though not in what is cited.
            known: Texts with further names.
            columns: Names of columns of the data.
            collected: The names of all these tables, where they were collected before.
        """
        self.tables = tables
        self._worked_out: dict[tuple[int, object], tuple[object, Any]] = {}
        cited = {id(table) for table in tables}
        every = [*tables, *(table for table in others if id(table) not in cited)]
        collected = collected or CollectedNames(every)
        self._finder, self.names, self.aliases = collected.finder, collected.finder.names, collected.aliases
        self.moments = collected.moments
        of_columns = [table for table in every if table.of_columns]
        cited_columns = frozenset(column for table in tables for column in table.columns)
        self._cited_columns = cited_columns
        self._of_columns = frozenset(column for table in of_columns for column in table.of_columns)
        self._foreign = self._of_columns - cited_columns
        self._columns_cited = {
            row.names[column].casefold()
            for table in tables
            for column in table.of_columns
            for row in table.rows
            if column in row.names
        }
        self._beside = frozenset(column for table in of_columns for column in table.columns)
        self.columns: set[str] = collected.columns | {column for column in columns if column}
        self.words: set[str] = collected.words | {token.lower for text in known for token in tokens(text)}
        self.row_words = collected.finder.row_words
        own = {measure: None for table in tables for measure in table.measures.values()}
        self.own = frozenset(own)
        self.of_changes = bool(own) and all(measure.needs is CHANGED for measure in own)
        # Of other results only columns count: a sentence about one of them is not about what is cited.
        self.measures: tuple[Measure, ...] = tuple({**own, **(collected.measures if others else {})})
        self._spelled: dict[str, list[Measure]] = {}
        for measure in own if len(own) <= _MOST_SPELLED else ():
            if "_" in measure.name.strip("_"):
                self._spelled.setdefault(measure.name.replace("_", " "), []).append(measure)
        self._index, self._own_index = index_of(self.measures), index_of(tuple(own))
        self._named: dict[tuple[str, str, bool], frozenset[Measure]] = {}
        self.columns |= collected.compound if others else set[str]()
        self.columns |= {measure.name for measure in own if is_compound(measure.name)}
        self.words |= collected.measure_words if others else set[str]()
        for measure in own if others else self.measures:
            self.words |= words_of(measure)

    def once(self, key: object, about: object, work: Callable[[], Result]) -> Result:
        """Return a value worked out before for the same sentence, or work it out now."""
        found = self._worked_out.get((id(about), key))
        if found is None or found[0] is not about:  # kept with it, since ids are used again
            found = self._worked_out[id(about), key] = (about, work())
        return found[1]

    def find_names(self, text: str, words: Sequence[Token]) -> list[Mention]:
        """Names of entries in a text, the longest ones, from left to right."""
        return self._finder.find_names(text, words)

    def quoted(self, text: str) -> list[Mention]:
        """Names of entries in quotation marks."""
        return self._finder.quoted(text)

    def columns_as_entries(self, text: str, spans: Iterable[tuple[int, int]]) -> list[Mention]:
        """Columns named at some places that are entries of a cited result about columns."""
        found: list[Mention] = []
        for start, end in spans:
            name = text[start:end].casefold()
            if name in self._columns_cited:
                columns = frozenset(self._finder.columns_of[name]) & self._of_columns
                found.append(Mention(start, end, text[start:end], frozenset({name}), columns))
        return found

    def without_columns(self, names: Sequence[Mention]) -> list[Mention]:
        """Leave out names that are entries in results about columns only, where a sentence is not about these.

        It is not where it cites none of them, and where it names entries that none of them has: `C6H6 is highest in
        hour 8` compares hours, although another result counts what is missing in C6H6.
        """
        called = {measure.name.casefold() for measure in self.own}
        names = [name for name in names if self.is_cited(name) or not _is_common(name, called)]
        apart = [name for name in names if self.is_cited(name) or not name.names <= _ANSWERS]  # "has no gaps"
        others = any(name.columns and not name.columns <= self._beside for name in apart)
        dropped = self._of_columns if others else self._foreign
        names = [name for name in names if not (name.columns and name.columns <= dropped)]
        # What another result lacks in a column is nothing of coefficients, whose rows are columns too.
        return [
            name
            for name in names
            if not (name.columns and name.columns <= self._of_columns) or name.names & self._columns_cited
        ]

    def is_cited(self, name: Mention) -> bool:
        """Return whether a cited result has entries in a column of a name."""
        return bool(name.columns & self._cited_columns)

    @property
    def splitting(self) -> frozenset[str]:
        """Columns that name the rows cited."""
        return self._cited_columns

    def same(self, names: Collection[str]) -> set[str]:
        """`names` and their aliases."""
        return {*names, *(alias for name in names for alias in self.aliases.get(name, ()))}

    def holds_date(self, date: WrittenDate) -> bool:
        """Return whether some row is of this time."""
        return any(means(date, moment) for moment in self.moments)

    def literal_at(self, text: str, position: int) -> frozenset[Measure]:
        """The measures whose names of several words stand at a position: `smokers with cancer`."""
        match = _SPACE.match(text, position)
        start = match.end() if match else position
        there = [name for name in self._spelled if text.startswith(name, start)]
        return frozenset(self._spelled[max(there, key=len)]) if there else frozenset()

    def named(self, word: Token, *, by_needs: bool = True) -> frozenset[Measure]:
        """The measures that a word names.

        Args:
            word: The word.
            by_needs: Also those of which it is only a word that they need, such as `missing`.
        """
        if word.lower in COMMON and word.start and word.text != word.lower and word.text in self.columns:
            # Arsenic is a column that is called like a common word: "missing in Cs (3.4 %) and As (1.1 %)".
            return frozenset(measure for measure in self.own if measure.words == frozenset({word.stem}))
        key = (word.lower, word.stem, by_needs)
        if key not in self._named:
            # A word of another result's column can be a shortened one of a cited column: `highway` of `hwy`.
            self._named[key] = self._index.named(*key) | self._own_index.named(*key)
        return self._named[key]
