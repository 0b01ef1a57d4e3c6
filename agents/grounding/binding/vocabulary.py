"""Names, times and measures of tables, found in sentences."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from agents.grounding.binding.column_names import is_compound
from agents.grounding.binding.common_words import COMMON, FUNCTION_WORDS, NO_MEASURE, ORDINALS, QUOTES
from agents.grounding.binding.mentions import Mention
from agents.grounding.reading.words import Token, names_it, related, stems_of_name, tokens
from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.tables.cells import Measure, Table
from agents.grounding.tables.moments import Moment, means
from analytics.questions.language.calendar_words import WEEKDAYS

_LONGEST_NAME = 8
_TRUTHS = ("True", "False")


_NEXT_NUMBER = re.compile(r"\s*(?:,\s*and|,|and|or|&|to|[-\u2013])\s*(\d{1,4})(?![\d%]|[.,]\d|\w)")
_ARE = re.compile(r"\s+(?:is|are|was|were)\s+(\d{1,4})(?![\d%]|[.,]\d|\w)")
_DAY = re.compile(
    r"\bthe\s+(\d{1,2})(?:st|nd|rd|th)\b(?!\s+(?:of|percentile|place|rank|highest|lowest|most|worst|best))",
    re.IGNORECASE,
)


_ORDINAL_DIGITS = {"first": ("1", "st"), "second": ("2", "nd"), "third": ("3", "rd"), "fourth": ("4", "th")}
_WITH = re.compile(r"\b(?:with|carrying)\s+$")
"""Words before a number that says which rows are meant: `with 0 passengers`."""


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
        self.names: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.parts: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self.numbered: dict[str, set[str]] = defaultdict(set)
        self.moments: set[Moment] = set()
        self.aliases: dict[str, set[str]] = defaultdict(set)
        self.columns: set[str] = {column for column in columns if column}
        self.words: set[str] = {token.lower for text in known for token in tokens(text)}
        self._columns_of: dict[str, set[str]] = defaultdict(set)
        for table in every:
            self._add(table)
        self._longest = min(_LONGEST_NAME, max(map(len, self.names), default=1))
        own = {measure: None for table in tables for measure in table.measures.values()}
        self.own = frozenset(own)
        # Of other results only columns count: a sentence about one of them is not about what is cited.
        further = {m: None for t in others for m in t.measures.values() if m.sure and not (m.of_result or m.needs)}
        self.measures: tuple[Measure, ...] = tuple({**own, **further})
        self._named = _named_before(self.measures)
        self.columns |= {measure.name for measure in self.measures if is_compound(measure.name)}
        for measure in self.measures:
            self.words |= {token.lower for token in tokens(measure.name)} | measure.words
        self.row_words = frozenset[str]().union(*(table.row_words for table in every))

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
            if words and held <= set(_TRUTHS):
                for truth, opening in (("True", ()), ("False", ("not",)), ("False", ("non",))):
                    self.names[(*opening, *words)][truth].add(column)

    def _name(self, column: str, name: str) -> None:
        folded = name.casefold()
        if column in self._columns_of[folded]:
            return
        self._columns_of[folded].add(column)
        words = tuple(token.lower for token in tokens(name))
        self.words |= set(words)
        if not words:
            return
        if all(word.isdigit() for word in words):
            self.numbered[folded].add(column)
            return
        self.names[words][name].add(column)
        if folded in _ORDINAL_DIGITS:
            self.names[_ORDINAL_DIGITS[folded]][name].add(column)  # "1st class"
        for size in range(1, len(words)):
            self.parts[words[:size]].add(name)
        if len(words) > 1:
            self.parts[words[-1:]].add(name)

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
        found: list[Mention] = []
        place = 0
        while place < len(words):
            mention, size = self._at(text, words, place)
            if mention:
                found.append(mention)
            place += max(size, 1)
        found = _with_aliases(text, found)
        found += [more for mention in found for more in self._more_numbered(text, mention)]
        found += self._days(text, found)
        return self._with_common(text, words, found)

    def _more_numbered(self, text: str, mention: Mention) -> Iterator[Mention]:
        """Further numbers of a list: the 7 of `weekdays 6 and 7`."""
        end = mention.end
        if not text[mention.start : end][-1:].isdigit():
            return
        while match := _NEXT_NUMBER.match(text, end):
            columns = mention.columns & self.numbered.get(match[1], set())
            if not columns:
                return
            end = match.end()
            yield Mention(match.start(1), end, match[1], frozenset({match[1]}), frozenset(columns))

    def _days(self, text: str, found: Sequence[Mention]) -> list[Mention]:
        """Days of the month that are entries: `the 29th`."""
        days: list[Mention] = []
        for match in _DAY.finditer(text):
            columns = {c for c in self.numbered.get(match[1], ()) if stems_of_name(c) & {"day", "date", "dat"}}
            if columns and not any(m.start <= match.start(1) < m.end for m in found):
                days.append(Mention(match.start(1), match.end(), match[0], frozenset({match[1]}), frozenset(columns)))
        return days

    def _with_common(self, text: str, words: Sequence[Token], found: list[Mention]) -> list[Mention]:
        """Add entries whose names are common words: in quotation marks, or beside other entries of their column."""
        taken = [(mention.start, mention.end) for mention in found]
        listed = {column for mention in found for column in mention.columns}
        ordinals = {word.lower for word in words if word.lower in _ORDINAL_DIGITS and (word.lower,) in self.names}
        for word in words:
            several = len(ordinals) > 1 and word.lower in ordinals  # "38.2 in first, 29.9 in second"
            names = [name for name in self.names.get((word.lower,), ()) if name == word.text or several]
            if not names or any(start <= word.start < end for start, end in taken):
                continue
            mention = self._mention(text, [word], names)
            quoted = text[: word.start].endswith(QUOTES) and text[word.end :].startswith(QUOTES)
            called = re.search(r"\b(?:group|category|value|entry)\s+$", text[: word.start], re.IGNORECASE)
            if quoted or called or (word.lower not in FUNCTION_WORDS and mention.columns & listed):
                found.append(mention)
        return sorted(found, key=lambda mention: mention.start)

    def _at(self, text: str, words: Sequence[Token], place: int) -> tuple[Mention | None, int]:
        for size in range(min(self._longest, len(words) - place), 0, -1):
            part = words[place : place + size]
            key = tuple(word.lower for word in part)
            if key in self.names:
                names = self.names[key]
                if (
                    size > 1
                    or key[0] in WEEKDAYS[0]
                    or any(name in _TRUTHS or _as_written(part[0].text, name) for name in names)
                ):
                    if size > 1 or not _is_article(text, part[0]):
                        return self._mention(text, part, names.keys()), size
                elif self._beside_its_kind(text, words, place, names):
                    return self._mention(text, part, names.keys()), 1
        if numbered := self._numbered_at(text, words, place):
            return numbered
        for size in range(min(self._longest, len(words) - place), 0, -1):
            part = words[place : place + size]
            names = self.parts.get(tuple(word.lower for word in part), set())
            if (
                len(names) == 1
                and (part[0].text[:1].isupper() or _in_one_case(part, names))
                and part[-1].end - part[0].start > 3
                and not (set(stem_ := [w.stem for w in part]) & self.row_words and size == 1 and stem_)
            ):
                return self._mention(text, part, names), size
        word = words[place]
        if len(word.lower) > 3 or word.lower == "men":  # plural, or another word for the same: males, women
            others = {word.lower.removesuffix("s"), word.lower + "s", *_same_words(word.lower)} - {word.lower}
            others |= {word.lower.removesuffix("en")} - {word.lower}
            if word.lower.endswith("ves"):
                others |= {word.lower[:-3] + "f", word.lower[:-3] + "fe"}
            if names := {name for other in others for name in self.names.get((other,), ())}:
                return self._mention(text, [word], names), 1
        return None, 1

    def _beside_its_kind(
        self, text: str, words: Sequence[Token], place: int, names: Mapping[str, Collection[str]]
    ) -> bool:
        """Return whether a common word is a name by the word after it: the `first` of `first-class passengers`."""
        if place + 1 >= len(words) or not re.fullmatch(r"[\s-]", text[words[place].end : words[place + 1].start]):
            return False
        kind = words[place + 1].stem
        return any(kind in stems_of_name(column) for columns in names.values() for column in columns)

    def _numbered_at(self, text: str, words: Sequence[Token], place: int) -> tuple[Mention, int] | None:
        """A name that is a number counts only beside the word for what it numbers: class 3, third class, row 12."""
        word = words[place]
        after = words[place + 1] if place + 1 < len(words) else None
        if after is None:
            return None
        for number, kind in ((after, word), (word, after)):
            value = number.text if number.text.isdigit() else ORDINALS.get(number.lower)
            value = self._code(value, kind) if value else value
            weekday = kind.stem in {"weekday", "dow"}
            gap = text[word.end : after.start]
            part = re.match(r"[.,]\d", text[number.end :]) or re.search(r"\d[.,]$", text[: number.start])
            counted = number is word and number.text.isdigit() and gap[:2] not in {"st", "nd", "rd", "th"}
            if counted and not _WITH.search(text[: word.start]):
                continue  # "2 days" are a count
            if value is None or part or kind.lower in COMMON:
                continue
            if not re.fullmatch(r"(?:st|nd|rd|th)?[\s-]|[\s-]?", gap):
                continue
            columns = {
                c
                for c in self.numbered.get(value, ())
                if kind.stem in stems_of_name(c)
                or (weekday and ({"day", "week"} <= stems_of_name(c) or stems_of_name(c) & {"dow", "weekday"}))
                or any(kind.stem in part or part.endswith(kind.stem) for part in stems_of_name(c) if len(kind.stem) > 2)
            }
            if columns:
                start = min(_start_of_name(text[: word.end], column, word.start) for column in columns)
                return Mention(start, after.end, text[start : after.end], frozenset({value}), frozenset(columns)), 2
        return self._listed_at(text, word)

    def _listed_at(self, text: str, word: Token) -> tuple[Mention, int] | None:
        """The first of the numbers that a word is said to be: `the busiest hours are 19 and 18`."""
        match = _ARE.match(text, word.end)
        columns = {c for c in self.numbered.get(match[1], ()) if word.stem in stems_of_name(c)} if match else set[str]()
        if not match or not columns or re.search(r"\bof\s+$", text[: word.start]):
            return None
        return Mention(match.start(1), match.end(1), match[1], frozenset({match[1]}), frozenset(columns)), 3

    def _code(self, number: str, kind: Token) -> str:
        """The name that a number is the digits of, where its column is named beside it: `S08` for `season 8`."""
        if number in self.numbered:
            return number
        codes = [
            name
            for name, columns in self._columns_of.items()
            if (match := re.fullmatch(r"[a-z]{1,3}[\s_-]?0*(\d+)", name))
            and match[1] == number.lstrip("0")
            and any(kind.stem in stems_of_name(column) for column in columns)
        ]
        if len(codes) == 1:
            self.numbered[codes[0]] |= self._columns_of[codes[0]]
        return codes[0] if len(codes) == 1 else number

    def _mention(self, text: str, words: Sequence[Token], names: Collection[str]) -> Mention:
        folded = frozenset(name.casefold() for name in names)
        columns = frozenset(column for name in folded for column in self._columns_of[name])
        start, end = words[0].start, words[-1].end
        return Mention(start, end, text[start:end], folded, columns)

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
            self._named[key] = _named(*key[:2], self.measures, by_needs)
        return self._named[key]


@lru_cache(maxsize=100)
def _named_before(_: tuple[Measure, ...]) -> dict[tuple[str, str, bool], frozenset[Measure]]:
    """Return what words were found to name among these measures: each statement has a vocabulary of its own."""
    return {}


def _named(lower: str, stem_: str, measures: tuple[Measure, ...], by_needs: bool) -> frozenset[Measure]:
    if (lower in COMMON and lower != "top") or lower in NO_MEASURE or (len(lower) < 2 and lower.isdigit()):
        return frozenset()
    word = Token(lower, lower, stem_, 0, 0)
    needed = frozenset(measure for measure in measures if by_needs and stem_ in measure.needs)
    direct = frozenset(measure for measure in measures if stem_ in measure.words)
    if any(measure.of_rows and not measure.of_result for measure in direct):
        direct |= frozenset(measure for measure in measures if measure.of_rows)
    if direct or needed:
        return direct | needed
    near = frozenset(measure for measure in measures if names_it(word, measure.words))
    near = near or frozenset(measure for measure in measures if measure.words & related(stem_))
    counting = any(measure.of_rows and not measure.of_result for measure in near)
    return near | frozenset(measure for measure in measures if measure.of_rows) if counting else near


def _with_aliases(text: str, found: Sequence[Mention]) -> list[Mention]:
    """Take a name in brackets after another one for the same entry: `Southampton (S)`."""
    kept: list[Mention] = []
    for mention in found:
        last = kept[-1] if kept else None
        beside = last is not None and re.fullmatch(r"\s\(", text[last.end : mention.start])
        if last and beside and text[mention.end : mention.end + 1] == ")" and not last.columns & mention.columns:
            kept[-1] = Mention(
                last.start, last.end, last.text, last.names | mention.names, last.columns | mention.columns
            )
        else:
            kept.append(mention)
    return kept


def _start_of_name(before: str, column: str, start: int) -> int:
    """Start of a column's name that ends with a word: the `day_of_week` of `day_of_week 2`."""
    return len(before) - len(column) if before.casefold().endswith(column.casefold()) else start


_SUBJECT = re.compile(
    r"\s*(?:[:(]|['\u2019]s\b|(?:had|has|have|is|was|leads?|led|saw|reached|ranks?|comes|came|shows?|averag\w+|\w+ed)\b)"
)


def _is_article(text: str, word: Token) -> bool:
    """Return whether the `A` or `I` that opens a sentence is the word and not an entry called so."""
    opens = not text[: word.start].strip(" *-\u2022\u201c\"'(")
    return word.text in {"A", "I"} and opens and not _SUBJECT.match(text[word.end :])


def _in_one_case(part: Sequence[Token], names: Collection[str]) -> bool:
    """Return whether words in lower case can be a part of a name that is no proper one by its letters."""
    return part[0].lower not in COMMON and all(name.isupper() or name.islower() for name in names)


def _same_words(word: str) -> list[str]:
    known = {"women": ["female", "woman"], "woman": ["female"], "men": ["male", "man"], "man": ["male"]}
    known |= {"children": ["child"], "child": ["children"]}
    return known.get(word, [])


_WORDS = frozenset(["day", "set", "run", "ran", "pay", "due", "ten", "six", "far", "few", "get", "got", "saw", "use"])
"""Short words that are no codes in lower case."""


def _as_written(text: str, name: str) -> bool:
    """Short names and common words count only if they are written exactly so: AS, but not `as`."""
    if len(name) <= 3 or name.casefold() in COMMON:
        lower = len(text) > 1 and text.islower() and text not in COMMON and text not in _WORDS
        return (text == name and name not in COMMON) or (lower and text == name.casefold())
    return True
