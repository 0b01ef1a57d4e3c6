"""Recognised parts of a question, and the words that are left."""

from dataclasses import dataclass, field, replace
from typing import Literal

from analytics.questions.language.conditions import Condition
from analytics.questions.language.lexicon import FREE
from analytics.questions.language.vocabulary import Vocabulary
from analytics.questions.language.words import NUMBERS, Token, same_word, tokens_of
from analytics.results import ColumnProfile

DatePart = Literal["year", "fiscal_year", "quarter", "month", "weekday", "day", "hour"]


@dataclass(frozen=True)
class Mention:
    """A column that a question names.

    Attributes:
        place: Place of its first word.
        end: Place after its last word.
        column: The column.
    """

    place: int
    end: int
    column: ColumnProfile


@dataclass
class Reading:
    """The words of a question, and what was recognised in them.

    Attributes:
        vocabulary: What the question can name.
        tokens: Its words, in order.
        used: Places of words that are accounted for.
        columns: Columns named.
        kinds: Kinds of numbers asked for, by place.
        hints: Words of columns that a comparing word speaks of, by place.
        conditions: Conditions by place.
        periods: Conditions on time by place, with the unit that each one names.
        parts: Parts of dates named as groups, by place.
        notes: What was taken in one of several ways.
        bounded: Columns that a number bounds.
        top: The number of groups or rows asked for; 0 if none is.
        kind_words: Places of the words that ask for kinds of numbers.
        condition_ends: Places after values that are named, by their first word.
        threshold: The number from which a value is an outlier, if it is named.
        likely: The place of `likely` in `most likely to …`, if that is asked.
    """

    vocabulary: Vocabulary
    tokens: list[Token]
    used: set[int] = field(default_factory=set[int])
    columns: list[Mention] = field(default_factory=list[Mention])
    kinds: dict[int, str] = field(default_factory=dict[int, str])
    hints: dict[int, str] = field(default_factory=dict[int, str])
    conditions: dict[int, Condition] = field(default_factory=dict[int, Condition])
    periods: dict[int, tuple[DatePart, Condition]] = field(default_factory=dict[int, tuple[DatePart, Condition]])
    parts: dict[int, DatePart] = field(default_factory=dict[int, DatePart])
    notes: list[str] = field(default_factory=list[str])
    bounded: list[Mention] = field(default_factory=list[Mention])
    top: int = 0
    kind_words: set[int] = field(default_factory=set[int])
    condition_ends: dict[int, int] = field(default_factory=dict[int, int])
    threshold: float | None = None
    likely: int | None = None

    @property
    def words(self) -> list[str]:
        """The words in small letters."""
        return [token.text for token in self.tokens]

    def word(self, place: int) -> str:
        """The word at a place; empty outside."""
        return self.tokens[place].text if 0 <= place < len(self.tokens) else ""

    def use(self, start: int, end: int) -> None:
        """Account for words."""
        self.used |= set(range(start, end))

    def find(self, parts: list[str], *, exact: bool = False) -> int | None:
        """Place of words, one after the other, that nothing has used; forms of a word count unless `exact`."""
        for start in range(len(self.tokens) - len(parts) + 1):
            if self.used & set(range(start, start + len(parts))):
                continue
            pairs = zip(parts, self.words[start:], strict=False)
            if parts and all(part == word or (not exact and same_word(part, word)) for part, word in pairs):
                return start
        return None

    def left(self) -> list[int]:
        """Places of words that carry a subject and are not accounted for."""
        return [place for place, word in enumerate(self.words) if place not in self.used and word not in FREE]

    def mention_at(self, place: int) -> Mention | None:
        """The column that is named at a place."""
        return next((each for each in self.columns if each.place <= place < each.end), None)


def reading_of(question: str, vocabulary: Vocabulary) -> Reading:
    """A question whose words are split, with nothing recognised yet."""
    tokens = [replace(each, number=NUMBERS.get(each.text, each.number)) for each in tokens_of(question)]
    return Reading(vocabulary, tokens)
