"""Names of entries in a text."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from agents.grounding.names.common_words import AGGREGATES, COMMON, FUNCTION_WORDS, ORDINALS, QUOTES
from agents.grounding.names.entries.abbreviations import cut_at, initials_at, joined_at, shortened_at
from agents.grounding.names.entries.another import of_another
from agents.grounding.names.entries.calendar import WORDS
from agents.grounding.names.entries.flags import with_flags
from agents.grounding.names.entries.kin import kin
from agents.grounding.names.entries.marked_names import marked_names
from agents.grounding.names.entries.numbers_as_names import DIGITS, of_column_at, with_numbers
from agents.grounding.names.entries.ranges import ranges_of_numbers
from agents.grounding.names.entries.spelling import (
    SEX,
    as_written,
    code_of_sex,
    in_one_case,
    is_another,
    is_article,
    same_words,
    start_of_name,
    with_aliases,
    without_rests,
)
from agents.grounding.names.mentions import Mention
from agents.grounding.reading.words import Token, names_it, stem, stems_of_name

_LONGEST_NAME = 12
"""Most words of a name."""
TRUTHS = ("True", "False")
ANSWERS = ("Yes", "No", "yes", "no")
"""Entries of columns that are called like one of them: `smoker`."""
ORDINAL_DIGITS = {"first": ("1", "st"), "second": ("2", "nd"), "third": ("3", "rd"), "fourth": ("4", "th")}
_ARE = re.compile(r"\s+(?:is|are|was|were)\s+(\d{1,4})(?![\d%]|[.,]\d|\w)")
_THE = re.compile(r"\b(?:the|all|these|those|its)\s+$", re.IGNORECASE)
_HAVING = re.compile(r"\b(?:have|has|had|with|from|to|of)\s+$")
_ON = re.compile(r"\b(?:on|in|at|during)\s+(?:(?:only|just|all)\s+)?$", re.IGNORECASE)
_WITH = re.compile(r"\b(?:with|carrying|have|has|had)\s+$")
"""Words before a number that says which rows are meant: `with 0 passengers`."""
_VOTES = re.compile(r"\s+(?:votes?|voters?|answers?|responses?|side|camp)\b")
"""Words after a yes or no that is an entry."""
_CODE = re.compile(r"[a-z]{1,3}[\s_-]?0*(\d+)")


_JOINTS = frozenset({"and", "of", "the"})
_JOINED_WORDS = 3


class NameFinder:
    """Names of entries by their words, to find them in sentences.

    Attributes:
        names: Names by their words in lower case, with the columns that hold them.
        parts: Names by their first words, or their last.
        numbered: Names that are numbers, with their columns.
        ordinals: Names such as `3rd` by the word for them.
        shortened: Names such as `AssocProf` by their parts.
        initials: Names of two or three letters by these letters.
        flags: Columns of zeros and ones by their names in words.
        columns_of: Columns by the name in lower case.
        apart: Pairs of columns that name the rows of one table: cities and states.
        aliases: Names of the same thing, by each of them.
        row_words: Stems of what rows are called.
    """

    def __init__(self) -> None:
        """Begin without names."""
        self.names: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.parts: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self.numbered: dict[str, set[str]] = defaultdict(set)
        self.ordinals: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.shortened: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self.initials: dict[str, set[str]] = defaultdict(set)
        self.flags: dict[str, str] = {}
        self.columns_of: dict[str, set[str]] = defaultdict(set)
        self.apart: set[frozenset[str]] = set()
        self.aliases: dict[str, set[str]] = defaultdict(set)
        self.row_words: frozenset[str] = frozenset()
        self._longest = 1
        self._codes: dict[str, list[str]] = defaultdict(list)
        self._by_stem: dict[str, set[str]] = defaultdict(set)

    def complete(self, row_words: frozenset[str]) -> None:
        """Be ready to find, once all names are known."""
        self.row_words = row_words
        for name in self.columns_of:
            if match := _CODE.fullmatch(name):
                self._codes[match[1]].append(name)
        for words, names in self.names.items():
            if len(words) == 1 and words[0].isalpha():
                self._by_stem[stem(words[0])] |= names.keys()
        self._longest = min(_LONGEST_NAME, max(map(len, self.names), default=1))

    def find_names(self, text: str, words: Sequence[Token]) -> list[Mention]:
        """Names of entries in a text, the longest ones, from left to right."""
        found: list[Mention] = []
        place = 0
        while place < len(words):
            mention, size = self._at(text, words, place)
            if mention and not text[mention.start - 1 : mention.start].isalnum():  # no period 3a in a column R3a
                found.append(mention)
            place += max(size, 1)
        found = with_numbers(
            text, without_rests(text, with_aliases(text, found, self.apart, self.aliases)), self.numbered
        )
        found = with_flags(text, found, self.flags)
        ranges = list(ranges_of_numbers(text, found, self.numbered))
        found = [m for m in found if not any(r.start <= m.start < r.end for r in ranges)]
        return self._with_common(text, words, sorted([*found, *ranges], key=lambda mention: mention.start))

    def quoted(self, text: str) -> list[Mention]:
        """Entries in quotation marks and ranges, whatever their names look like: `“7.5 %”`."""
        return list(marked_names(text, self.columns_of))

    def _with_common(self, text: str, words: Sequence[Token], found: list[Mention]) -> list[Mention]:
        """Add entries whose names are common words: in quotation marks, or beside other entries of their column."""
        taken = [(mention.start, mention.end) for mention in found]
        listed = {column for mention in found for column in mention.columns}
        ordinals = {word.lower for word in words if word.lower in ORDINAL_DIGITS and (word.lower,) in self.names}
        for word in words:
            free = (word.lower,) not in self.names and not any(start <= word.start < end for start, end in taken)
            if free and (cut := cut_at(word, self.names, self.columns_of, listed)):
                found.append(self._mention(text, [word], cut))
                continue
            several = len(ordinals) > 1 and word.lower in ordinals  # "38.2 in first, 29.9 in second"
            names = [name for name in self.names.get((word.lower,), ()) if name == word.text or several]
            if not names or any(start <= word.start < end for start, end in taken):
                continue
            mention = self._mention(text, [word], names)
            quoted = text[: word.start].endswith(QUOTES) and text[word.end :].startswith(QUOTES)
            called = re.search(r"\b(?:group|category|value|entry)\s+$", text[: word.start], re.IGNORECASE)
            called = called or (word.lower in {"yes", "no"} and _VOTES.match(text, word.end))
            if quoted or called or (word.lower not in FUNCTION_WORDS and mention.columns & listed):
                found.append(mention)
        return sorted(found, key=lambda mention: mention.start)

    def _at(self, text: str, words: Sequence[Token], place: int) -> tuple[Mention | None, int]:
        if joined := self._joined_at(text, words, place) or of_column_at(text, words[place : place + 2], self.numbered):
            return joined
        names = self.ordinals.get(words[place].lower)
        if names and self._beside_its_kind(text, words, place, names):
            return self._mention(text, words[place : place + 1], names.keys()), 1
        for size in range(min(self._longest, len(words) - place), 0, -1):
            part = words[place : place + size]
            key = tuple(word.lower for word in part)
            begun = self.parts.get(key, ()) if size > 1 and key not in self.names else ()
            if len(begun) == 1 and all(word.text[0].isupper() for word in part):
                return self._mention(text, part, begun), size  # US Airways is not US
            if size > 1 and key not in self.names and key[-1].endswith("s"):
                key = (*key[:-1], key[-1].removesuffix("s"))  # non-smokers
            if key in self.names:
                names = self.names[key]
                if key in ORDINAL_DIGITS.values() and not self._beside_its_kind(text, words, place + 1, names):
                    continue  # "ranks 2nd"
                if (
                    size > 1
                    or key[0] in WORDS
                    or any(name in (*TRUTHS, *ANSWERS) or as_written(part[0].text, name) for name in names)
                    or (not text[: part[0].start].strip() and as_written(part[0].lower, key[0]) and key[0] in names)
                ):
                    if size > 1 or not is_article(text, part[0]):
                        return self._mention(text, part, names.keys()), size
                elif self._beside_its_kind(text, words, place, names):
                    return self._mention(text, part, names.keys()), 1
        if numbered := self._numbered_at(text, words, place):
            return numbered
        short, size = joined_at(words, place, self.names)
        if not short:
            short, size = shortened_at(words, place, self.shortened)
        if not short and self.initials:
            short, size = initials_at(text, words, place, self.initials)
        if short:
            return self._mention(text, words[place : place + size], short), size
        for size in range(min(self._longest, len(words) - place), 0, -1):
            part = words[place : place + size]
            names = self.parts.get(tuple(word.lower for word in part), set())
            if (
                len(names) == 1
                and not is_another(text, part[0].start, next(iter(names)))
                and (part[0].text[:1].isupper() or in_one_case(part, names))
                and part[-1].end - part[0].start > 3
                and not of_another(text, words, place, names)
                and not (set(stem_ := [w.stem for w in part]) & self.row_words and size == 1 and stem_)
            ):
                return self._mention(text, part, names), size
        word = words[place]
        if len(word.lower) > 3 or word.lower == "men":  # plural, or another word for the same: males, women
            others = {word.lower.removesuffix("s"), word.lower + "s", *same_words(word.lower)} - {word.lower}
            others |= {word.lower.removesuffix("en")} - {word.lower}
            if word.lower.endswith("ves"):
                others |= {word.lower[:-3] + "f", word.lower[:-3] + "fe"}
            others = {other for other in others if len(other) > 2}  # "even" is no carrier EV
            if names := {name for other in others for name in self.names.get((other,), ())}:
                return self._mention(text, [word], names), 1
            if columns := {
                c
                for code in code_of_sex(word.lower)
                for n in self.names.get((code,), ())
                for c in self.columns_of[n.casefold()]
                if stems_of_name(c) & SEX
            }:
                return Mention(
                    word.start, word.end, word.text, frozenset(code_of_sex(word.lower)), frozenset(columns)
                ), 1
            names = set() if word.stem in self.row_words else kin(word, self.names, self._by_stem)
            if names and not self._does_what_follows(text, words, place, names):
                return self._mention(text, [word], names), 1
        return None, 1

    def _does_what_follows(self, text: str, words: Sequence[Token], place: int, names: Collection[str]) -> bool:
        """Return whether the next word is another entry of the column: `visitors ordered` is about `ordered` alone."""
        if place + 1 >= len(words) or not text[words[place].end : words[place + 1].start].isspace():
            return False
        columns = {column for name in names for column in self.columns_of[name]}
        return any(columns & set(self.columns_of[name]) for name in self.names.get((words[place + 1].lower,), ()))

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
        of = place + 2 < len(words) and words[place + 1].lower == "of" and words[place + 2].text.isdigit()
        after = words[place + 1 + of] if place + 1 < len(words) else None  # "a rating of 1"
        if after is None:
            return None
        for number, kind in ((after, word), (word, after)):
            value = number.text if number.text.isdigit() else ORDINALS.get(number.lower)
            if value is None and number is word and (text[word.end] == "-" or _HAVING.search(text[: word.start])):
                value = DIGITS.get(number.lower)  # "four-cylinder cars", "14 have eight cylinders"
            value = self._code(value, kind) if value else value
            weekday = kind.stem in {"weekday", "dow"}
            gap = text[word.end : after.start]
            part = re.match(r"[.,]\d", text[number.end :]) or re.search(r"\d[.,]$", text[: number.start])
            counted = number is word and number.text.isdigit() and gap[:2] not in {"st", "nd", "rd", "th"}
            if counted and gap != "-" and not _WITH.search(text[: word.start]):
                continue  # "2 days" are a count
            in_words = number is word and number.lower in DIGITS
            if in_words and (
                _THE.search(text[: word.start])
                or (_ON.search(text[: word.start]) and (kind.text[-1] == "s" or number.lower == "one"))
            ):
                continue  # "over the three seasons", "on two days of the week"
            if value is None or part or kind.lower in COMMON:
                continue
            if not re.fullmatch(r"(?:st|nd|rd|th)?[\s-]|[\s-]?|\s(?:of|group)\s", gap):
                continue
            numbered = self.numbered.get(value, ())
            if not gap and any(c.casefold().endswith(text[word.start : after.end].casefold()) for c in numbered):
                continue  # exam1 is a column, and not exam 1
            columns = {
                c
                for c in numbered
                if (names_it(kind, stems_of_name(c)) and kind.lower not in AGGREGATES)  # no median of a column `med`
                or (weekday and ({"day", "week"} <= stems_of_name(c) or stems_of_name(c) & {"dow", "weekday"}))
                or any(kind.stem in part or part.endswith(kind.stem) for part in stems_of_name(c) if len(kind.stem) > 2)
            }
            if columns:
                start = min(start_of_name(text[: word.end], column, word.start) for column in columns)
                return Mention(
                    start, after.end, text[start : after.end], frozenset({value}), frozenset(columns)
                ), 2 + of
        return self._listed_at(text, word)

    def _joined_at(self, text: str, words: Sequence[Token], place: int) -> tuple[Mention, int] | None:
        """A name of three and more words that a sentence joins by small ones: `Europe and Central Asia`."""
        for size in range(min(self._longest + 2, len(words) - place), _JOINED_WORDS, -1):
            part = words[place : place + size]
            key = tuple(word.lower for word in part if word.lower not in _JOINTS)
            ends = part[0].lower in _JOINTS or part[-1].lower in _JOINTS
            known = not ends and _JOINED_WORDS <= len(key) < size and key in self.names
            if known and not re.search(r"[,;:.()]", text[part[0].start : part[-1].end]):
                return self._mention(text, part, self.names[key].keys()), size
        return None

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
            for name in self._codes.get(number.lstrip("0"), ())
            if any(kind.stem in stems_of_name(column) for column in self.columns_of[name])
        ]
        if len(codes) == 1:
            self.numbered[codes[0]] |= self.columns_of[codes[0]]
        return codes[0] if len(codes) == 1 else number

    def _mention(self, text: str, words: Sequence[Token], names: Collection[str]) -> Mention:
        folded = frozenset(name.casefold() for name in names)
        columns = frozenset(column for name in folded for column in self.columns_of[name])
        start, end = words[0].start, words[-1].end
        return Mention(start, end, text[start:end], folded, columns)
