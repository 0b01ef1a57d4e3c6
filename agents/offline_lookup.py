"""The lookup's offline model: what a period is made of, by time or by group."""

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
_DAYS, _MONTHS_DAYS = 59, 59 * 30
"""Longest periods, in days, that are told by day and by month: a query returns at most 60 rows."""
_MOST_OTHERS = 4
_WORTH_TELLING = 0.3
"""Ratio to the highest from which the second is worth telling."""
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
    """Asks for the times, or the groups if the question names some, that make up its measure in its period."""

    def next_calls(self, messages: Sequence[ModelMessage], output: str) -> list[Call]:
        """Profile, then a query, then what it says."""
        evidence = collect_evidence(messages)
        profile, question = profile_in(evidence), question_in(messages)
        if profile is None and calls_of("profile_dataset", messages) == 0:
            return [Call("profile_dataset", {})]
        if profile is not None and calls_of("query", messages) == 0 and (sql := _query(profile, question)):
            return [Call("query", {"sql": sql})]
        answer, cited = ("", []) if profile is None else _told(evidence, profile, question)
        return [Call(output, {"answer": answer, "evidence": cited})]


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


def _query(profile: DatasetProfile, question: str | None) -> str | None:
    choice = choose(profile, question)
    if not choice.measures:
        return None
    measure, column = choice.measures[0], quoted(choice.measures[0].name)
    period = period_in(question, profile.period_start, profile.period_end)
    total, during = "sum" if aggregate(measure) == "sum" else "avg", "true"
    when = f"TRY_CAST({quoted(profile.time_column or '')} AS TIMESTAMP)"
    if profile.time_column and period:
        during = f"{when} >= TIMESTAMP '{period.start}' AND {when} < TIMESTAMP '{period.end}'"
    asked = [category for category in choice.categories if category.name in choice.asked]
    if profile.time_column and not asked:
        unit, form = _unit(profile, period)
        others = "".join(
            f", avg({other}) AS {other}, avg(avg({other})) OVER () AS {usual}"
            for other, usual in ((quoted(o), quoted(f"usual {o}")) for o in _others(profile, measure))
        )
        return (
            f"SELECT strftime({when}, '{form}') AS {unit}, {total}({column}) AS {column}, "  # noqa: S608 - quoted names
            f"{total}({total}({column})) OVER () AS in_all{others} FROM data WHERE {during} AND {when} IS NOT NULL "
            "GROUP BY 1 ORDER BY 1"
        )
    if not choice.categories:
        return None
    by = quoted((asked or choice.categories)[0].name)
    parts = [f"{total}({column}) FILTER (WHERE {during}) AS in_period", f"{total}({column}) AS at_any_time"]
    if total == "sum":
        parts += [f"sum(sum({column}) FILTER (WHERE {during})) OVER () AS period_in_all"]
        parts += [f"sum(sum({column})) OVER () AS any_time_in_all"]
    return (
        f"SELECT {by}, {', '.join(parts)} FROM data "  # noqa: S608 - quoted names
        f"WHERE {by} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC NULLS LAST"
    )


def _unit(profile: DatasetProfile, period: Period | None) -> tuple[str, str]:
    """Days, months or years, so that a query can return them all; and how one is written."""
    start, end = (period.start, period.end) if period else (profile.period_start, profile.period_end)
    days = (end - start).days if start and end else 0
    return ("day", "%Y-%m-%d") if days <= _DAYS else ("month", "%Y-%m") if days <= _MONTHS_DAYS else ("year", "%Y")


def _others(profile: DatasetProfile, measure: ColumnProfile) -> list[str]:
    numbers = [c.name for c in profile.columns if c.role == "number" and c.distinct > 1 and c.name != measure.name]
    return numbers[-_MOST_OTHERS:]  # what was measured comes first in most tables, what goes with it after


def _told(evidence: Sequence[Evidence], profile: DatasetProfile, question: str | None) -> tuple[str, list[str]]:
    """What the query says, and its id; nothing, if there is none or it says nothing."""
    measures = choose(profile, question).measures
    period = period_in(question, profile.period_start, profile.period_end)
    for item in evidence:
        result = item.result
        if not isinstance(result, QueryResult) or not measures:
            continue
        unit, value = result.columns[:2]
        rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
        rows = [row for row in rows if isinstance(row[value], int | float)]
        rows.sort(key=lambda row: -_value(row, value))
        say = _times if unit in ("day", "month", "year") else _groups
        if rows and (said := say(rows, unit, measures[0], period)):
            return said, [item.id]
    return "", []


def _times(rows: Sequence[Mapping[str, object]], unit: str, measure: ColumnProfile, period: Period | None) -> str:
    what, where = name(measure.name), f"in {period.label}" if period else "over the whole time"
    tops = [(_time(str(row[unit]), unit), _value(row, measure.name)) for row in rows[:2]]
    whole, (first, _) = _value(rows[0], "in_all"), tops[0]
    tops = [(when, value) for when, value in tops if value >= _WORTH_TELLING * tops[0][1]]
    if aggregate(measure) != "sum":
        most = listed([f"{number(value)} {when}" for when, value in tops])
        said = f"{what} averaged {number(whole)} {where}, at most {most}."
    elif whole <= 0:
        return ""
    else:
        parts = [f"{number(value)} ({share(value, whole)}) {when}" for when, value in tops]
        said = f"{what} came to {number(whole)} {where}, of which {listed(parts)}."
    others: list[str] = []
    for column, value in rows[0].items():
        usual = rows[0].get(f"usual {column}")
        if isinstance(usual, int | float) and isinstance(value, int | float) and value >= _FAR * usual > 0:
            others.append(f"{name(column)} averaged {number(value)} instead of the usual {number(usual)}")
    return f"{said} {first[0].upper()}{first[1:]}, {listed(others)}." if others else said


def _time(text: str, unit: str) -> str:
    if unit == "year":
        return f"in {text}"
    start = datetime.fromisoformat(text if unit == "day" else f"{text}-01")
    return f"on {moment(start)}" if unit == "day" else f"in {start:%B %Y}"


def _groups(rows: Sequence[Mapping[str, object]], by: str, measure: ColumnProfile, period: Period | None) -> str:
    first = rows[0]
    group, inside = name(str(first[by])), _value(first, "in_period")
    where = f"in {period.label}" if period else "over the whole time"
    if aggregate(measure) != "sum":
        said = f"By {name(by)}, {name(measure.name)} was highest {where} for {group}, with {number(inside)}"
        return f"{said}, against {number(_value(first, 'at_any_time'))} over the whole time." if period else f"{said}."
    whole, ever, all_ever = (_value(first, key) for key in ("period_in_all", "at_any_time", "any_time_in_all"))
    if whole <= 0 or all_ever <= 0:
        return ""
    said = f"By {name(by)}, the largest part of {name(measure.name)} {where} fell on {group}: {number(inside)}"
    said += f" ({share(inside, whole)})"
    return f"{said}; over the whole time, {group} has {share(ever, all_ever)}." if period else f"{said}."


def _value(row: Mapping[str, object], column: str) -> float:
    value = row[column]
    return float(value) if isinstance(value, int | float) else 0.0
