"""Names, times and measures of tables."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from agents.grounding.names.column_names import is_compound
from agents.grounding.names.measure_words import named, named_before
from agents.grounding.names.mentions import Mention
from agents.grounding.names.name_finder import ORDINAL_DIGITS, TRUTHS, NameFinder
from agents.grounding.reading.words import Token, stems_of_name, tokens
from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.tables.cells import Measure, Table
from agents.grounding.tables.moments import Moment, means
from analytics.questions.lexicon import WEEKDAYS


class Vocabulary:
    """Names, times and measures of some tables, to find them in sentences."""

    def __init__(
        self,
        tables: Sequence[Table],
        others: Sequence[Table] = (),
        known: Iterable[str] = (),
        columns: Iterable[str] = (),
    ) -> None:
        """Collect them.

        Args:
            tables: What a sentence cites.
            others: What else is known: its names and measures are recognised, though not in what is cited.
            known: Texts with further names.
            columns: Names of columns of the data.
        """
        self.tables = tables
        cited = {id(table) for table in tables}
        every = [*tables, *(table for table in others if id(table) not in cited)]
        self._finder = NameFinder()
        self.names = self._finder.names
        self.moments: set[Moment] = set()
        self.aliases: dict[str, set[str]] = defaultdict(set)
        self.columns: set[str] = {column for column in columns if column}
        self.words: set[str] = {token.lower for text in known for token in tokens(text)}
        for table in every:
            self._add(table)
        own = {measure: None for table in tables for measure in table.measures.values()}
        self.own = frozenset(own)
        # Of other results only columns count: a sentence about one of them is not about what is cited.
        further = {m: None for t in others for m in t.measures.values() if m.sure and not (m.of_result or m.needs)}
        self.measures: tuple[Measure, ...] = tuple({**own, **further})
        self._named = named_before(self.measures)
        self.columns |= {measure.name for measure in self.measures if is_compound(measure.name)}
        for measure in self.measures:
            self.words |= {token.lower for token in tokens(measure.name)} | measure.words
        self.row_words = frozenset[str]().union(*(table.row_words for table in every))
        self._finder.complete(self.row_words)

    def _add(self, table: Table) -> None:
        self.columns |= table.columns
        self.words |= {
            word for column in table.columns for word in (*stems_of_name(column), *(t.lower for t in tokens(column)))
        }
        for row in table.rows if "coefficient" not in table.measures else ():  # columns are no entries
            self.moments |= set(row.moments.values())
            for column, name in row.names.items():
                self._name(column, name)
        self._alias(table)
        self._name_weekdays(table)
        self._name_truths(table)

    def _name_weekdays(self, table: Table) -> None:
        """Let `Sunday` mean the 7 of weekdays that are counted from 1, and either way of counting from 0."""
        for column in table.columns:
            stems = stems_of_name(column)
            if not ({"day", "week"} <= stems or stems & {"weekday", "dow", "isodow", "dayofweek"}):
                continue
            held = {row.names[column] for row in table.rows if column in row.names}
            if not held <= {str(number) for number in range(8)} or {"0", "7"} <= held:
                continue
            for place, day in enumerate(WEEKDAYS[0]):
                numbers = {str(place), str((place + 1) % 7)} if "0" in held else {str(place + 1)}
                for number in numbers & held:
                    self.names[(day,)][number].add(column)

    def _name_truths(self, table: Table) -> None:
        """Let `alone` and `not alone` mean the rows of a column of truth values."""
        for column in table.columns:
            held = {row.names[column] for row in table.rows if column in row.names}
            words = tuple(token.lower for token in tokens(column))
            if words and held <= set(TRUTHS):
                for truth, opening in (("True", ()), ("False", ("not",)), ("False", ("non",))):
                    self.names[(*opening, *words)][truth].add(column)

    def _name(self, column: str, name: str) -> None:
        folded = name.casefold()
        if column in self._finder.columns_of[folded]:
            return
        self._finder.columns_of[folded].add(column)
        words = tuple(token.lower for token in tokens(name))
        self.words |= set(words)
        if not words:
            return
        if all(word.isdigit() for word in words):
            self._finder.numbered[folded].add(column)
            return
        self.names[words][name].add(column)
        if folded in ORDINAL_DIGITS:
            self.names[ORDINAL_DIGITS[folded]][name].add(column)  # "1st class"
        for size in range(1, len(words)):
            self._finder.parts[words[:size]].add(name)
        if len(words) > 1:
            self._finder.parts[words[-1:]].add(name)

    def _alias(self, table: Table) -> None:
        """Names that always stand in the same rows are names of the same thing: UA and United."""
        columns = sorted(table.columns)
        for place, left in enumerate(columns):
            for right in columns[place + 1 :]:
                pairs = {
                    (row.names[left].casefold(), row.names[right].casefold())
                    for row in table.rows
                    if left in row.names and right in row.names
                }
                if len({a for a, _ in pairs}) == len(pairs) == len({b for _, b in pairs}):
                    for a, b in pairs:
                        if a != b:
                            self.aliases[a].add(b)
                            self.aliases[b].add(a)

    def find_names(self, text: str, words: Sequence[Token]) -> list[Mention]:
        """Names of entries in a text, the longest ones, from left to right."""
        return self._finder.find_names(text, words)

    def same(self, names: Collection[str]) -> set[str]:
        """`names` and their aliases."""
        return {*names, *(alias for name in names for alias in self.aliases.get(name, ()))}

    def holds_date(self, date: WrittenDate) -> bool:
        """Return whether some row is of this time."""
        return any(means(date, moment) for moment in self.moments)

    def named(self, word: Token, *, by_needs: bool = True) -> frozenset[Measure]:
        """The measures that a word names.

        Args:
            word: The word.
            by_needs: Also those of which it is only a word that they need, such as `missing`.
        """
        key = (word.lower, word.stem, by_needs)
        if key not in self._named:
            self._named[key] = named(*key[:2], self.measures, by_needs)
        return self._named[key]
