"""Texts of results: how a method works, notes on quality, conditions of queries. What they say may be said again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from agents.grounding.reading.words import stems_of_name, tokens
from agents.grounding.reading.written_dates import WrittenDate, read_dates
from agents.grounding.reading.written_numbers import WrittenNumber, read
from agents.grounding.results.associations.drivers import names_of_drivers
from agents.grounding.results.queries.sql_columns import conditions
from agents.grounding.tables.matching import says
from agents.grounding.tables.moments import Moment, means, moment_in, moment_of
from agents.outputs import Evidence
from analytics.questions.language.words import word_set
from analytics.results import (
    Anomalies,
    Correlations,
    DatasetProfile,
    Drivers,
    GroupComparison,
    KnownFact,
    Outcome,
    Periods,
    QueryResult,
    Statistics,
)

_AROUND = 30
"""Characters on each side of a number in which words stand beside it."""


@dataclass(frozen=True)
class NumberInText:
    """A number in the text of a result.

    Attributes:
        value: The number.
        words: Words one of which stands beside it wherever it is said again.
        name: Words of the column that it is about, all of which stand beside it; empty where `words` are those.
    """

    value: float
    words: frozenset[str]
    name: frozenset[str] = frozenset()


@dataclass
class Prose:
    """Numbers, names and times in the texts of results.

    Attributes:
        texts: The texts.
        names: Names of columns.
        notes: Notes on the quality of the data, whose sentences may be said again word by word.
        numbers: Their numbers with the words around each.
        moments: Times in them, and both ends of the data's period.
        spans: Periods from a first to a last moment.
    """

    texts: list[str] = field(default_factory=list[str])
    names: list[str] = field(default_factory=list[str])
    numbers: list[NumberInText] = field(default_factory=list[NumberInText])
    moments: list[Moment] = field(default_factory=list[Moment])
    spans: list[tuple[Moment, Moment]] = field(default_factory=list[tuple[Moment, Moment]])
    notes: list[str] = field(default_factory=list[str])

    def joined(self, other: "Prose") -> "Prose":
        """Both together."""
        return Prose(
            self.texts + other.texts,
            self.names + other.names,
            self.numbers + other.numbers,
            self.moments + other.moments,
            self.spans + other.spans,
            self.notes + other.notes,
        )

    def says(self, sentence: str) -> bool:
        """Return whether a note has this sentence as it is, or as one of several."""
        return len(sentence) > _AROUND and any(sentence in note for note in self.notes)

    def holds(self, number: WrittenNumber, around: str) -> bool:
        """Return whether a text has the number beside one of the words that stand beside it in the sentence."""
        near = {token.stem for token in tokens(around)}
        long = {stem for stem in near if len(stem) > 2}
        return any(says(number, one.value) and long & one.words and one.name <= near for one in self.numbers)

    def holds_date(self, date: WrittenDate) -> bool:
        """Return whether a text or the period names this time; a month or year inside the period counts."""
        if any(means(date, moment) for moment in self.moments):
            return True
        if date.day is not None or date.hour is not None or date.year is None:
            return False
        month = date.month or (3 * date.quarter - 2 if date.quarter else 6 * date.half - 5 if date.half else None)
        for first, last in self.spans:
            start, end = (first.year or 0, first.month or 1), (last.year or 9999, last.month or 12)
            if (start[0] <= date.year <= end[0]) if month is None else (start <= (date.year, month) <= end):
                return True
        return False

    def holds_year(self, year: int) -> bool:
        """Return whether a year is named or in the period."""
        return self.holds_date(WrittenDate(str(year), year=year))


_YEAR = re.compile(r"(?<!\d)(?P<year>(?:1[6-9]|20)\d\d)(?:\s?[-_\u2013/]\s?(?P<next>(?:1[6-9]|20)?\d\d))?(?!\d)")


def times_in_name(name: str) -> list[Moment]:
    """The years in the name of a data set, which its rows are of: `sales_2023`, `season 2022-23`."""
    found: list[Moment] = []
    for match in _YEAR.finditer(name):
        year = int(match["year"])
        found.append(Moment(year))
        if match["next"]:
            later = int(match["next"]) + (year // 100 * 100 if len(match["next"]) == len("23") else 0)
            months = [Moment(year, month=int(match["next"]))] if 1 <= int(match["next"]) <= _MONTHS else []
            found += [Moment(later)] if later > year else months
    return found


_MONTHS = 12


def prose_of(evidence: Iterable[Evidence]) -> Prose:
    """Collect the texts of results."""
    prose = Prose()
    for item in evidence:
        match item.result:
            case DatasetProfile() as profile:
                prose.texts += profile.notes
                prose.notes += profile.notes
                prose.names += [column.name for column in profile.columns]
                if profile.period_start and profile.period_end:
                    ends = moment_of(profile.period_start), moment_of(profile.period_end)
                    prose.spans.append(ends)
                    prose.moments += ends
            case Anomalies() as anomalies:
                prose.texts.append(anomalies.description)
                prose.names += [anomalies.column, anomalies.time or ""]
                prose.names += [each.column for event in anomalies.events for each in event.companions]
            case GroupComparison() as groups:
                prose.texts.append(groups.test)
                prose.names += [groups.column, groups.by]
            case QueryResult() as query:
                prose.texts.append(query.sql)
                _add_conditions(prose, query.sql)
            case Statistics() as statistics:
                prose.names.append(statistics.column)
            case Correlations() as pairs:
                prose.names += [name for pair in pairs.pairs for name in (pair.left, pair.right)]
            case Drivers() as drivers:
                prose.texts += [drivers.before_label, drivers.after_label, drivers.method]
                prose.names += names_of_drivers(drivers)
            case Outcome() as outcome:
                prose.texts.append(outcome.method)
                prose.names += [outcome.outcome, *outcome.repeats, *(one.column for one in outcome.columns)]
            case Periods() as periods:
                prose.moments += filter(None, (moment_in(name, periods.part) for name in periods.incomplete))
            case KnownFact() as fact:
                prose.texts += [fact.text, fact.subject]
            case _:
                pass
    for text in prose.texts:
        if re.match(r"\s*(?:SELECT|WITH|FROM)\b", text, re.IGNORECASE):
            continue
        _add(prose, text)
    return prose


def _add(prose: Prose, text: str) -> None:
    numbers, dates = read(text)
    column = re.match(r"([^:]{1,60}):\s", text)
    name = frozenset(stems_of_name(column[1])) if column else frozenset[str]()
    about = frozenset(stem for stem in name if len(stem) > 2)
    for number in numbers:
        words = frozenset(
            t.stem for t in tokens(text[max(0, number.start - _AROUND) : number.end + _AROUND]) if len(t.stem) > 2
        )
        # A column called `a` is told by a word that stands in many sentences: the words around count as well.
        told = (about, frozenset[str]()) if about else (words, name)
        prose.numbers += [NumberInText(value, *told) for value in number.values]
    prose.moments += [Moment(d.year, d.month, d.day, d.hour, d.minute, d.quarter) for d in dates]


def _add_conditions(prose: Prose, sql: str) -> None:
    kept = conditions(sql)
    words = frozenset(token.stem for token in tokens(sql)) | word_set("over than above least under below mor more")
    prose.numbers += [NumberInText(number, words) for number in kept.numbers]
    for text in kept.texts:
        if moment := moment_in(text):
            prose.moments.append(moment)
        prose.moments += [Moment(d.year, d.month, d.day) for d in read_dates(text)]
