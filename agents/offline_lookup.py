"""The lookup's offline model: what a period is made of, by day and by group."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic_ai.messages import ModelMessage

from agents.evidence import collect_evidence
from agents.offline import OfflineAnalyst, calls_of, profile_in, question_in
from agents.offline_plan import Call, aggregate, choose, quoted
from agents.outputs import Evidence
from agents.wording import listed, moment, name, number, share
from analytics.results import ColumnProfile, DatasetProfile, QueryResult

_MONTHS = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
)
_MOST_OTHERS = 4
_FAR = 1.5
"""Ratio to the usual from which a day's other columns are worth telling."""


@dataclass(frozen=True)
class Period:
    """A month or a year that a question names.

    Attributes:
        label: As it is told.
        start: First moment.
        end: First moment after it.
    """

    label: str
    start: datetime
    end: datetime


class OfflineLookup(OfflineAnalyst):
    """Asks for the days and groups that make up the measure that the question names, in the period that it names."""

    def next_calls(self, messages: Sequence[ModelMessage], output: str) -> list[Call]:
        """Profile, then the queries, then what they say."""
        evidence = collect_evidence(messages)
        profile, question = profile_in(evidence), question_in(messages)
        if profile is None and calls_of("profile_dataset", messages) == 0:
            return [Call("profile_dataset", {})]
        if profile is not None and calls_of("query", messages) == 0 and (queries := _queries(profile, question)):
            return [Call("query", {"sql": sql}) for sql in queries]
        told = [] if profile is None else _told(evidence, profile, question)
        answer = {"answer": " ".join(said for said, _ in told), "evidence": [id_ for _, id_ in told]}
        return [Call(output, answer)]


def period_in(question: str | None, start: datetime | None, end: datetime | None) -> Period | None:
    """The month or year that a question names, if the data has it; of several such months the last.

    Args:
        question: Such as `why did sales fall in May?`
        start: First moment of the data.
        end: Last moment of the data.
    """
    if not question or start is None or end is None:
        return None
    start, end = start.replace(tzinfo=None), end.replace(tzinfo=None)
    year_named = re.search(r"\b(1[6-9]\d\d|2[01]\d\d)\b", question)
    month = month_in(question)
    years = [int(year_named[1])] if year_named else list(range(end.year, start.year - 1, -1))
    for year in years if month or year_named else ():
        first = datetime(year, month or 1, 1)  # noqa: DTZ001 - clock time, as the data has it
        after = datetime(year + (month in (None, 12)), (month or 0) % 12 + 1, 1)  # noqa: DTZ001 - as above
        if first <= end and after > start:
            return Period(f"{first:%B %Y}" if month else str(year), first, after)
    return None


def month_in(question: str) -> int | None:
    """The month that a question names, from 1."""
    if iso := re.search(r"\b\d{4}-(0[1-9]|1[0-2])\b", question):
        return int(iso[1])
    for names in _MONTHS:
        for place, month in enumerate(names.split(), 1):
            # Of `may` only the month is written with a capital.
            word = month.capitalize() if month == "may" else f"(?i:{month})"
            if re.search(rf"\b{word}\b", question):
                return place
    return None


def _queries(profile: DatasetProfile, question: str | None) -> list[str]:
    choice = choose(profile, question)
    if not choice.measures:
        return []
    measure, column = choice.measures[0], quoted(choice.measures[0].name)
    period = period_in(question, profile.period_start, profile.period_end)
    total = "sum" if aggregate(measure) == "sum" else "avg"
    during, queries = "true", list[str]()
    if profile.time_column:
        when = f"TRY_CAST({quoted(profile.time_column)} AS TIMESTAMP)"
        if period:
            during = f"{when} >= TIMESTAMP '{period.start}' AND {when} < TIMESTAMP '{period.end}'"
        others = "".join(
            f", avg({other}) AS {other}, avg(avg({other})) OVER () AS {usual}"
            for other, usual in ((quoted(o), quoted(f"usual {o}")) for o in _others(profile, measure))
        )
        queries.append(
            f"SELECT strftime({when}, '%Y-%m-%d') AS day, {total}({column}) AS {column}, "  # noqa: S608 - quoted names
            f"{total}({total}({column})) OVER () AS in_all{others} FROM data WHERE {during} AND {when} IS NOT NULL "
            f"GROUP BY 1 ORDER BY 2 DESC NULLS LAST LIMIT 5"
        )
    if choice.categories:
        by = quoted(choice.categories[0].name)
        parts = [f"{total}({column}) FILTER (WHERE {during}) AS in_period", f"{total}({column}) AS at_any_time"]
        if total == "sum":
            parts += [f"sum(sum({column}) FILTER (WHERE {during})) OVER () AS period_in_all"]
            parts += [f"sum(sum({column})) OVER () AS any_time_in_all"]
        queries.append(
            f"SELECT {by}, {', '.join(parts)} FROM data "  # noqa: S608 - quoted names
            f"WHERE {by} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC NULLS LAST LIMIT 5"
        )
    return queries


def _others(profile: DatasetProfile, measure: ColumnProfile) -> list[str]:
    numbers = [c.name for c in profile.columns if c.role == "number" and c.distinct > 1 and c.name != measure.name]
    return numbers[-_MOST_OTHERS:]  # what was measured comes first in most tables, what goes with it after


def _told(evidence: Sequence[Evidence], profile: DatasetProfile, question: str | None) -> list[tuple[str, str]]:
    """Sentences, each with the id of what it stands on."""
    choice = choose(profile, question)
    period = period_in(question, profile.period_start, profile.period_end)
    told: list[tuple[str, str]] = []
    for item in evidence:
        result = item.result
        if not isinstance(result, QueryResult) or not choice.measures:
            continue
        rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
        rows = [row for row in rows if isinstance(row[result.columns[1]], int | float)]
        if rows:
            say = _days if result.columns[0] == "day" else _groups
            told.append((say(rows, result.columns[0], choice.measures[0], period), item.id))
    return [(said, id_) for said, id_ in told if said]


def _days(rows: Sequence[Mapping[str, object]], _: str, measure: ColumnProfile, period: Period | None) -> str:
    what, where = name(measure.name), f"in {period.label}" if period else "over the whole time"
    tops = [(moment(datetime.fromisoformat(str(row["day"]))), _value(row, measure.name)) for row in rows[:2]]
    whole, (first, highest) = _value(rows[0], "in_all"), tops[0]
    if aggregate(measure) != "sum":
        said = f"{what} averaged {number(whole)} {where}"
        said += f", the most on {listed([f'{day} ({number(value)})' for day, value in tops])}."
    elif whole <= 0:
        return ""
    else:
        parts = [f"{number(value)} ({share(value, whole)}) on {day}" for day, value in tops]
        said = f"{what} came to {number(whole)} {where}, {listed(parts)}."
    others: list[str] = []
    for column in rows[0]:
        usual = rows[0].get(f"usual {column}")
        value = rows[0][column]
        if isinstance(usual, int | float) and isinstance(value, int | float) and value >= _FAR * usual > 0:
            others.append(f"{name(column)} averaged {number(value)} instead of the usual {number(usual)}")
    if others and highest > 0:
        said += f" On {first}, {listed(others)}."
    return said


def _groups(rows: Sequence[Mapping[str, object]], by: str, measure: ColumnProfile, period: Period | None) -> str:
    first = rows[0]
    group, inside = name(str(first[by])), _value(first, "in_period")
    where = f"in {period.label}" if period else "over the whole time"
    if aggregate(measure) != "sum":
        said = f"By {name(by)}, it was highest {where} for {group}, with {number(inside)}"
        return f"{said}, against {number(_value(first, 'at_any_time'))} over the whole time." if period else f"{said}."
    whole, ever, all_ever = (_value(first, key) for key in ("period_in_all", "at_any_time", "any_time_in_all"))
    if whole <= 0 or all_ever <= 0:
        return ""
    said = f"By {name(by)}, most of it {where} fell on {group}: {number(inside)} ({share(inside, whole)})"
    return f"{said}; over the whole time, {group} has {share(ever, all_ever)}." if period else f"{said}."


def _value(row: Mapping[str, object], column: str) -> float:
    value = row[column]
    return float(value) if isinstance(value, int | float) else 0.0
