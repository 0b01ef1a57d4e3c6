"""Offline model of the lookup: totals of a period by time or by group."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeGuard

from pydantic_ai.messages import ModelMessage

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.offline.analyst import OfflineAnalyst, calls_of, profile_in, question_in
from agents.offline.phrasing import listed, moment, name, number, share
from agents.offline.planning.calls import PlannedCall, quoted
from agents.offline.planning.choice import choose
from agents.offline.planning.columns import aggregate
from agents.offline.questions.named_periods import Period, period_in
from agents.outputs import Evidence
from agents.outputs.claims import NumberClaim, RowFilter
from analytics.results import Cell, ColumnProfile, DatasetProfile, QueryResult

Row = Sequence[Cell]
_DAYS, _MONTHS_DAYS = 59, 59 * 30
"""Longest periods, in days, that are told by day and by month: a query returns at most 60 rows."""
_MOST_OTHERS = 4
"""Most other number columns that are looked up."""
_WORTH_TELLING = 0.3
"""Ratio to the highest from which the second is worth telling."""
_FAR = 1.5
"""Ratio to the usual from which a day's other columns are worth telling."""


@dataclass(frozen=True)
class Told:
    """An answer with its claims.

    Attributes:
        answer: In one or two sentences; empty if there is none.
        claims: All that it says, in a form that can be computed again.
    """

    answer: str
    claims: list[NumberClaim] = field(default_factory=list[NumberClaim])


class OfflineLookup(OfflineAnalyst):
    """Asks for the times, or the groups if the question names some, that make up its measure in its period."""

    def next_calls(self, messages: Sequence[ModelMessage], output: str) -> list[PlannedCall]:
        """Profile, then a query, then what it says."""
        evidence = collect_evidence(messages)
        profile, question = profile_in(evidence), question_in(messages)
        if profile is None and calls_of("profile_dataset", messages) == 0:
            return [PlannedCall("profile_dataset", {})]
        if profile is not None and calls_of("query", messages) == 0 and (sql := _query(profile, question)):
            return [PlannedCall("query", {"sql": sql})]
        told, cited = (Told(""), []) if profile is None else _told(evidence, profile, question)
        claims = [claim.model_dump(mode="json") for claim in told.claims]
        return [PlannedCall(output, {"answer": told.answer, "evidence": cited, "claims": claims})]


def _query(profile: DatasetProfile, question: str | None) -> str | None:
    choice = choose(profile, question)
    if not choice.measures:
        return None
    measure, column = choice.measures[0], quoted(choice.measures[0].name)
    period = _asked_period(question, profile)
    total, during = "sum" if aggregate(measure) == "sum" else "avg", "true"
    when = f"TRY_CAST({quoted(profile.time_column or '')} AS TIMESTAMP)"
    if profile.time_column and period:
        during = f"{when} >= TIMESTAMP '{period.start}' AND {when} < TIMESTAMP '{period.end}'"
    asked = [category for category in choice.categories if category.name in choice.asked]
    if profile.time_column and not asked:
        unit, form = _unit(profile, period)
        whole = f"sum(sum({column})) OVER ()"
        whole = whole if total == "sum" else f"{whole} / sum(count({column})) OVER ()"
        others = "".join(
            f", avg({other}) AS {other}, sum(sum({other})) OVER () / sum(count({other})) OVER () AS {usual}"
            for other, usual in ((quoted(o), quoted(f"usual {o}")) for o in _others(profile, measure))
        )
        return (
            f"SELECT strftime({when}, '{form}') AS period_{unit}, {total}({column}) AS {column}, "  # noqa: S608 - quoted names
            f"{whole} AS in_all{others} FROM data WHERE {during} AND {when} IS NOT NULL "
            "GROUP BY 1 ORDER BY 1"
        )
    if not choice.categories:
        return None
    by = quoted((asked or choice.categories)[0].name)
    parts = [f"{total}({column}) FILTER (WHERE {during}) AS in_period", f"{total}({column}) AS at_any_time"]
    if total == "sum":
        # Rows without a group are a part of the whole as well.
        parts += [f"(SELECT sum({column}) FROM data WHERE {during}) AS period_in_all"]  # noqa: S608 - quoted names
        parts += [f"(SELECT sum({column}) FROM data) AS any_time_in_all"]  # noqa: S608 - as above
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


def _told(evidence: Sequence[Evidence], profile: DatasetProfile, question: str | None) -> tuple[Told, list[str]]:
    """The answer that the query gives, and its id; empty if there is none."""
    measures = choose(profile, question).measures
    period = _asked_period(question, profile)
    for item in evidence:
        result = item.result
        if not isinstance(result, QueryResult) or not measures:
            continue
        rows = sorted((row for row in result.rows if _is_number(row[1])), key=lambda row: -_value(row[1]))
        say = _times if result.columns[0].startswith("period_") else _groups
        if rows and (told := say(result.columns, rows, measures[0], period, profile)).answer:
            return told, [item.id]
    return Told(""), []


# Cells are taken by their place: columns of the data may be called like those that the queries add.


def _times(
    columns: list[str], rows: Sequence[Row], measure: ColumnProfile, period: Period | None, profile: DatasetProfile
) -> Told:
    what, where = name(measure.name), _where(period, profile)
    unit, within, time = columns[0].removeprefix("period_"), _during(period, profile), profile.time_column or ""
    tops = [(str(when), _value(value)) for when, value, *_ in rows[:2]]
    tops = tops[:1] + [top for top in tops[1:] if top[1] >= _WORTH_TELLING * tops[0][1] > 0]
    top, whole, first = rows[0], _value(rows[0][2]), tops[0][0]
    total = aggregate(measure) == "sum"
    how = "sum" if total else "mean"
    claims = [NumberClaim(aggregate=how, column=measure.name, where=within, value=whole)]
    for when, value in tops:
        inside = [_at(when, unit, time)]
        claims.append(NumberClaim(aggregate=how, column=measure.name, where=inside, value=value))
        if total and whole > 0:
            claims.append(claims[-1].model_copy(update={"share_of": within, "value": value / whole}))
    if not total:
        most = listed([f"{number(value)} {_time(when, unit)}" for when, value in tops])
        said = f"{what} averaged {number(whole)}{where}, at most {most}."
    elif whole <= 0:
        return Told("")
    else:
        parts = [f"{number(value)} ({share(value, whole)}) {_time(when, unit)}" for when, value in tops]
        said = f"{what} came to {number(whole)}{where}, of which {listed(parts)}."
    others: list[str] = []
    for column, value, usual in zip(columns[3::2], top[3::2], top[4::2], strict=True):
        if _value(value) >= _FAR * _value(usual) > 0:
            instead = f"{number(_value(value))} instead of the usual {number(_value(usual))}"
            others.append(f"{name(column)} averaged {instead}")
            inside = [_at(first, unit, time)]
            claims.append(NumberClaim(aggregate="mean", column=column, where=inside, value=_value(value)))
            claims.append(NumberClaim(aggregate="mean", column=column, where=within, value=_value(usual)))
    start = _time(first, unit)
    return Told(f"{said} {start[0].upper()}{start[1:]}, {listed(others)}." if others else said, claims)


def _where(period: Period | None, profile: DatasetProfile) -> str:
    """The time that an answer is about; empty for data without one."""
    if period:
        return f" in {period.label}"
    return " over the whole time" if profile.time_column else ""


def _asked_period(question: str | None, profile: DatasetProfile) -> Period | None:
    """The period that a question names, if the data has a time to hold against it."""
    return period_in(question, profile.period_start, profile.period_end) if profile.time_column else None


def _during(period: Period | None, profile: DatasetProfile) -> list[RowFilter]:
    """The condition that a row is of a period; for None, that it has a time."""
    start = period.start if period else profile.period_start
    end = period.end if period else profile.period_end and profile.period_end + timedelta(microseconds=1)
    if not (start and end and profile.time_column):
        return []
    return [RowFilter(column=profile.time_column, start=start.isoformat(), end=end.isoformat())]


def _at(text: str, unit: str, time: str) -> RowFilter:
    start = datetime.fromisoformat({"day": text, "month": f"{text}-01", "year": f"{text}-01-01"}[unit])
    later = start + timedelta(days={"day": 1, "month": 32, "year": 367}[unit])
    end = later if unit == "day" else later.replace(day=1) if unit == "month" else later.replace(month=1, day=1)
    return RowFilter(column=time, start=start.isoformat(), end=end.isoformat())


def _time(text: str, unit: str) -> str:
    if unit == "year":
        return f"in {text}"
    start = datetime.fromisoformat(text if unit == "day" else f"{text}-01")
    return f"on {moment(start)}" if unit == "day" else f"in {start:%B %Y}"


def _groups(
    columns: list[str], rows: Sequence[Row], measure: ColumnProfile, period: Period | None, profile: DatasetProfile
) -> Told:
    group, inside, ever, *sums = rows[0]
    by, what, named = name(columns[0]), name(measure.name), name(str(group))
    where = _where(period, profile)
    equal = RowFilter(column=columns[0], equals=str(group))
    within = [equal, *(_during(period, profile) if period else [])]
    how = "sum" if sums else "mean"
    found = NumberClaim(aggregate=how, column=measure.name, where=within, value=_value(inside))
    always = NumberClaim(aggregate=how, column=measure.name, where=[equal], value=_value(ever))
    if not sums:
        said = f"By {by}, the mean of {what} was highest{where} for {named}, with {number(_value(inside))}"
        said += f", against {number(_value(ever))} over the whole time." if period else "."
        return Told(said, [found, always])
    whole, all_ever = map(_value, sums)
    if whole <= 0 or all_ever <= 0:
        return Told("")
    claims = [
        found,
        found.model_copy(update={"share_of": within[1:], "value": _value(inside) / whole}),
        always.model_copy(update={"share_of": [], "value": _value(ever) / all_ever}),
    ]
    said = f"By {by}, the largest part of {what}{where} fell on {named}: {number(_value(inside))}"
    said += f" ({share(_value(inside), whole)})"
    ending = f"; over the whole time, {named} has {share(_value(ever), all_ever)}." if period else "."
    return Told(said + ending, claims)


def _is_number(cell: Cell) -> TypeGuard[float]:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _value(cell: Cell) -> float:
    return float(cell) if _is_number(cell) else 0.0
