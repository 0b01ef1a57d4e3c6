"""Events over time: which of them the offline model tells, and in which words."""

from datetime import UTC, datetime, timedelta

import pytest

from agents.grounding.checker import unsupported_numbers
from agents.offline.findings.draft import Draft
from agents.offline.findings.over_time.events import write_events
from agents.offline.planning.choice import Choice
from agents.outputs import Evidence
from analytics.results import Anomalies, DatasetProfile, KnownFact
from analytics.results.kinds.unusual.anomalies import Anomaly, AnomalyEvent, EventCompanion

START = datetime(2024, 3, 1, 17, 30, tzinfo=UTC)


def anomalies(value: float, expected: float, companions: list[EventCompanion] | None = None) -> Anomalies:
    event = AnomalyEvent(
        kind="values", time=START, until=START + timedelta(days=6), points=6, direction="above", value=value,
        expected=expected, p_value=0.001, companions=companions or [],
    )  # fmt: skip
    return Anomalies(
        column="load", time="when", aggregate="mean", step="day", method="robust", description="", threshold=9.0,
        checked=90, flagged=6, events=[event], events_in_all=1,
    )  # fmt: skip


def drafted(result: Anomalies, *more: Evidence) -> Draft:
    profile = DatasetProfile(rows=90, columns=[], duplicate_rows=0)
    evidence = [Evidence(id="E2", tool="detect_anomalies", arguments={}, result=result), *more]
    draft = Draft(evidence, profile, "E1", Choice([], [], {}, []))
    write_events(draft, "E2", result, 0, [])
    return draft


def told(result: Anomalies) -> list[str]:
    return [entry.finding.statement for entry in drafted(result).entries]


@pytest.mark.parametrize(
    ("hours", "when"),
    [(5, "From 17:30 to 22:30 on 1 March 2024, "), (7, "From 1 March 2024, 17:30 until 2 March 2024, 00:30, ")],
)
def test_an_event_within_a_day_names_the_day_once(hours, when):
    """`from 1 March 2024, 17:30 until 1 March 2024, 22:30` reads like two days; both forms pass the check."""
    result = anomalies(150.0, 100.0)
    event = result.events[0].model_copy(update={"until": START + timedelta(hours=hours)})
    result = result.model_copy(update={"events": [event], "step": "hour"})
    (statement,) = told(result)
    assert statement.startswith(when)
    assert (
        unsupported_numbers(statement, [Evidence(id="E2", tool="detect_anomalies", arguments={}, result=result)]) == []
    )


@pytest.mark.parametrize(("value", "count"), [(100.0, 0), (108.0, 0), (93.0, 0), (112.0, 1), (88.0, 1), (-100.0, 1)])
def test_an_event_is_told_only_if_its_value_is_far_from_what_is_expected(value, count):
    """Points above and below may cancel out: `came to 100, far above the expected 100` is not said."""
    assert len(told(anomalies(value, 100.0))) == count


@pytest.mark.parametrize(("counts", "severity"), [((40, 2), "low"), ((40, 40), "high")])
def test_an_event_whose_worst_point_rests_on_few_values_matters_little(counts, severity):
    """Two rows make a mean that sticks out; its neighbours, which are many rows, do not make it more certain."""
    scores = (1.0, 9.0)
    worst = [
        Anomaly(time=START + timedelta(days=day), value=150.0, expected=100.0, score=score, count=count)
        for day, (score, count) in enumerate(zip(scores, counts, strict=True))
    ]
    result = anomalies(150.0, 100.0).model_copy(update={"worst": worst, "checked": 9})
    (entry,) = drafted(result).entries
    assert entry.finding.severity == severity


def test_what_is_said_of_an_event_is_found_in_its_result():
    """An end by the clock and columns called like an aggregate are recognised where they were computed."""
    result = anomalies(75.0, 94.6, [EventCompanion(column=c, value=v, usual=u) for c, v, u in USUAL])
    (statement,) = told(result)
    evidence = [Evidence(id="E2", tool="detect_anomalies", arguments={"column": "load"}, result=result)]
    assert "until 7 March 2024, 17:30" in statement
    assert unsupported_numbers(statement, evidence) == []
    assert unsupported_numbers(statement.replace("18.8", "19.9"), evidence)
    assert unsupported_numbers(statement.replace("7 March", "8 March"), evidence)


def test_a_known_event_that_gives_way_to_news_is_named():
    """A report of ten findings may have no room for it; the reader learns that it was seen."""
    period = {"valid_from": START.replace(tzinfo=None), "valid_until": START.replace(tzinfo=None) + timedelta(days=6)}
    known = KnownFact.model_validate({"name": "M3", "about": "event", "text": "A sale.", "source": "ana", **period})
    draft = drafted(anomalies(75.0, 94.6), Evidence(id="M3", tool="recall", arguments={}, result=known))
    assert draft.known_left_out([]) == ["Seen and left out, since M3 is known: A sale."]
    assert draft.known_left_out(draft.entries) == []


USUAL = [("tip", 10.8, 2.21), ("total", 53.95, 18.82), ("fare", 32.75, 12.8)]
