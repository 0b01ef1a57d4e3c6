"""Names and times of tables, collected once."""

from collections.abc import Sequence

from agents.grounding.names.column_names import is_compound
from agents.grounding.names.entries.abbreviations import letters_of, parts_of
from agents.grounding.names.entries.calendar import called_otherwise, days_together
from agents.grounding.names.entries.finder import ANSWERS, ORDINAL_DIGITS, TRUTHS, NameFinder
from agents.grounding.reading.words import stems_of_name, tokens
from agents.grounding.tables.cells import Measure, Table
from agents.grounding.tables.moments import Moment
from analytics.questions.language.calendar_words import WEEKDAYS


def words_of(measure: Measure) -> set[str]:
    """Words by which a measure is spoken of."""
    return {token.lower for token in tokens(measure.name)} | measure.words


class CollectedNames:
    """Names and times of tables, which statements about any of them share.

    Attributes:
        finder: Finds the names in texts.
        moments: Times of rows.
        aliases: Names of the same thing, by each of them.
        columns: Columns that name rows.
        words: Words of names and columns, in lower case.
        measures: What a column's name alone means.
        measure_words: Words by which these measures are spoken of.
        compound: Their names of several words.
    """

    def __init__(self, tables: Sequence[Table]) -> None:
        """Collect them."""
        self.finder = NameFinder()
        self.moments: set[Moment] = set()
        self.aliases = self.finder.aliases
        self.columns: set[str] = set()
        self.words: set[str] = set()
        self.measures: dict[Measure, None] = {}
        for table in tables:
            self._add(table)
            self.measures |= {m: None for m in table.measures.values() if m.sure and not (m.of_result or m.needs)}
        self.measure_words = {word for measure in self.measures for word in words_of(measure)}
        self.compound = {measure.name for measure in self.measures if is_compound(measure.name)}
        self.finder.complete(frozenset[str]().union(*(table.row_words for table in tables)))

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
        self._name_otherwise(table)

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
                    self.finder.names[(day,)][number].add(column)

    def _name_otherwise(self, table: Table) -> None:
        """Let `Sundays` and `Sonntag` mean the entry Sun, and `white-collar` the entry wc."""
        for column in table.columns:
            held = {row.names[column] for row in table.rows if column in row.names and not row.moments}
            for name, words in called_otherwise(held).items():
                for word in words:
                    self.finder.names[(word,)][name].add(column)
            for word, days in days_together(held).items():
                for name in days:
                    self.finder.names[(word,)][name].add(column)
            for name in held if len(held) > 1 else ():
                if letters_of(name):
                    self.finder.initials[letters_of(name)].add(name)

    def _name_truths(self, table: Table) -> None:
        """Let `alone` and `not alone` mean the rows of a column of truth values."""
        for column in table.columns:
            held = {row.names[column] for row in table.rows if column in row.names}
            words = tuple(token.lower for token in tokens(column))
            if len(words) == 1 and len(held) == 2 and held <= set(ANSWERS) and words[0].endswith("er"):
                yes, no = sorted(held, key=str.casefold, reverse=True)
                for form in (words[0], f"{words[0]}s", f"{words[0][:-2]}ing"):
                    self.finder.names[(form,)][yes].add(column)
                    self.finder.names[("non", form)][no].add(column)  # smokers and non-smokers
            if words and held == {"0", "1"}:
                self.finder.flags[" ".join(words)] = column
            told = len(table.columns) > 1 or not (words and words[-1].endswith("ed"))  # "32 were returned" are no entry
            answers = told and {name.casefold() for name in held} == {"yes", "no"}
            if words and (held <= set(TRUTHS) or (answers and len(held) == 2)):
                no, yes = sorted(held, key=str.casefold) if answers else ("False", "True")
                for truth, opening in ((yes, ()), (no, ("not",)), (no, ("non",))):
                    self.finder.names[(*opening, *words)][truth].add(column)
                if len(words) == 1:  # tenured and untenured by `tenure`
                    for ending in ("d", "ed"):
                        self.finder.names[(f"{words[0]}{ending}",)][yes].add(column)
                        self.finder.names[(f"un{words[0]}{ending}",)][no].add(column)

    def _name(self, column: str, name: str) -> None:
        folded = name.casefold()
        if column in self.finder.columns_of[folded]:
            return
        self.finder.columns_of[folded].add(column)
        words = tuple(token.lower for token in tokens(name))
        self.words |= set(words)
        if not words:
            return
        if all(word.isdigit() for word in words):
            self.finder.numbered[folded].add(column)
            return
        self.finder.names[words][name].add(column)
        if folded in ORDINAL_DIGITS:
            self.finder.names[ORDINAL_DIGITS[folded]][name].add(column)  # "1st class"
        for ordinal in (word for word, digits in ORDINAL_DIGITS.items() if words == digits):
            self.finder.ordinals[ordinal][name].add(column)  # "third class" for 3rd
        if parts := parts_of(name):
            self.finder.shortened[parts].add(name)
        for size in range(1, len(words)):
            self.finder.parts[words[:size]].add(name)
        if len(words) > 1:
            self.finder.parts[words[-1:]].add(name)

    def _alias(self, table: Table) -> None:
        """Names that always stand in the same rows are names of the same thing: UA and United.

        One row of some, such as that of a pair of columns that go together, does not tell.
        """
        columns = sorted(table.columns)
        for place, left in enumerate(columns):
            for right in columns[place + 1 :]:
                pairs = {
                    (row.names[left].casefold(), row.names[right].casefold())
                    for row in table.rows
                    if left in row.names and right in row.names
                }
                if pairs:
                    self.finder.apart.add(frozenset({left, right}))
                if len(pairs) == 1 and not table.complete:
                    continue
                if len({a for a, _ in pairs}) == len(pairs) == len({b for _, b in pairs}):
                    for a, b in pairs:
                        if a != b:
                            self.aliases[a].add(b)
                            self.aliases[b].add(a)
