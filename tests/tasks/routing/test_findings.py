"""Findings are routed once: known again by what they are about, silent while unchanged, closed when gone."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import tasks.routing.findings
from agents.outputs import AnalysisRun, DataAnalysis, Evidence, Finding, ModelUsage, Severity
from analytics.reading.dataset import Dataset
from analytics.results import Anomalies, Anomaly, Group, GroupComparison
from tasks.routing.deliver import carry_out
from tasks.routing.finding_identity import subject_of
from tasks.routing.findings import FindingRoute, route_findings
from tasks.routing.routes import Destination, Routes, Rule, Unsure, When
from tests.tasks.hooks import posted_to

COLUMNS = ["day", "region", "sales"]


@pytest.fixture(autouse=True)
def _without_prefect(own_store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Routes are carried out by plain calls; as tasks they are in tests/flows/test_triage.py."""
    monkeypatch.setattr(tasks.routing.findings, "carry_out", carry_out.fn)


def _evidence(jitter: float = 0.0) -> list[Evidence]:
    """Return results of the tools about sales; the numbers move with `jitter`."""
    days = [
        Anomaly(time=datetime(2026, 2, day, tzinfo=UTC), value=410 + jitter, expected=10 + jitter, score=9.0)
        for day in (8, 9)
    ]
    anomalies = Anomalies(
        column="sales", time="day", method="robust", description="", threshold=4, checked=40, flagged=2, worst=days
    )
    names = {"North": 30.0, "South": 10.0}
    groups = GroupComparison(
        column="sales",
        by="region",
        sorted_by="mean",
        groups_in_all=2,
        groups=[Group(name=n, count=20, mean=m + jitter, median=m, total=20 * m) for n, m in names.items()],
        overall_mean=20,
        test="Kruskal-Wallis",
        p_value=0.001,
        effect_size=0.5,
    )
    return [
        Evidence(id="E2", tool="detect_anomalies", arguments={"column": "sales"}, result=anomalies),
        Evidence(id="E3", tool="compare_groups", arguments={"column": "sales", "by": "region"}, result=groups),
    ]


def _finding(
    statement: str, evidence: str = "E2", severity: Severity = "high", unverified: Sequence[str] = ()
) -> Finding:
    return Finding(statement=statement, evidence=[evidence], severity=severity, unverified=list(unverified))


PEAK = _finding("Sales reached 410 on 8 February 2026, far above the 10 expected.")
SAME_PEAK = _finding("On 8 and 9 February 2026, sales came to 410.5 and 410.5.")
NORTH = _finding("North sells most: 30 on average.", "E3", "critical")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (PEAK, SAME_PEAK, True),
        (PEAK, _finding("There were 410 sales once."), True),  # the value leads to the day
        (PEAK, _finding("Sales reached 410 on 9 February 2026."), False),
        (PEAK, NORTH, False),
        (NORTH, _finding("Of all regions, North is ahead with a mean of 30.5.", "E3"), True),
        (NORTH, _finding("South sells least: 10 on average.", "E3"), False),
    ],
)
def test_a_finding_is_known_by_its_subject(one: Finding, other: Finding, same: bool) -> None:
    """Column, first day and group make it the same finding; its words, numbers and severity do not."""
    subjects = [subject_of(one, _evidence(), COLUMNS), subject_of(other, _evidence(0.5), COLUMNS)]
    assert (subjects[0].identity("shop") == subjects[1].identity("shop")) is same
    assert subjects[0].identity("shop") != subjects[0].identity("other shop")


class Router:
    """Routes analyses of one data set to a pager, and keeps what it was told."""

    def __init__(self, url: str, posted: list[Any], directory: Path) -> None:
        self.posted = posted
        self.file = directory / "people.jsonl"
        self.routes = Routes(
            destinations={
                "pager": Destination(pagerduty=SecretStr("R"), events_url=f"{url}/v2/enqueue"),
                "people": Destination(file=self.file),
            },
            unsure=Unsure(to=["people"]),
            rules=[Rule(when=When(severity=["critical", "high"]), to=["pager"])],
            fallback=["people"],
        )
        self.runs = 0

    def analyse(self, *findings: Finding, run: str | None = None) -> list[FindingRoute]:
        self.runs += 1
        analysis = DataAnalysis(
            summary="", key_findings=[], anomalies=list(findings), recommendations=[], limitations=[]
        )
        made = AnalysisRun(
            question=None,
            analysis=analysis,
            evidence=_evidence(self.runs / 10),
            model="offline",
            uses_language_model=False,
            usage=ModelUsage(),
            cached_calls=0,
        )
        shop = Dataset(name="shop", source="", fingerprint="", rows=40, columns=COLUMNS, snapshot=Path())

        return route_findings.fn(made, shop, self.routes, run or f"run-{self.runs}")

    @property
    def pages(self) -> list[tuple[str, str]]:
        return [(event["event_action"], event["dedup_key"]) for event in self.posted]


@pytest.fixture
def router(tmp_path: Path) -> Iterator[Router]:
    with posted_to() as (posted, url):
        yield Router(url, posted, tmp_path)


def test_opened_silent_closed_and_opened_again(router: Router) -> None:
    """A new finding is paged, an unchanged one is not, one that is gone is resolved, one that comes back is paged."""
    events = [
        [route.event for route in router.analyse(*findings)] for findings in ([PEAK], [SAME_PEAK], [], [], [PEAK])
    ]
    assert events == [["opened"], ["silent"], ["closed"], [], ["opened"]]
    assert [action for action, _ in router.pages] == ["trigger", "resolve", "trigger"]
    assert len({key for _, key in router.pages}) == 1


def test_a_worse_one_is_sent_again_and_a_milder_one_is_not(router: Router) -> None:
    """A worse finding is sent again; a milder one stays open in silence, also below the routed severities."""
    worse, milder = PEAK.model_copy(update={"severity": "critical"}), PEAK.model_copy(update={"severity": "low"})
    events = [router.analyse(finding)[0].event for finding in (PEAK, worse, milder, worse)]
    assert events == ["opened", "worse", "silent", "silent"]
    assert [action for action, _ in router.pages] == ["trigger", "trigger"]


def test_what_no_rule_is_about_goes_nowhere(router: Router) -> None:
    """A mild finding is not routed, two of one subject are one, and one with unsupported numbers goes to people."""
    assert router.analyse(PEAK.model_copy(update={"severity": "medium"})) == []
    routes = router.analyse(
        PEAK, SAME_PEAK.model_copy(update={"severity": "critical"}), NORTH.model_copy(update={"unverified": ["30"]})
    )
    assert [(route.severity, route.to) for route in routes] == [("critical", ["pager"]), ("critical", ["people"])]
    assert len(router.pages) == 1
    assert "not in the evidence" in json.loads(router.file.read_text())["reason"]


def test_what_did_not_arrive_is_sent_by_the_next_analysis(router: Router) -> None:
    """A recipient that is down gets the finding when it is there again, and those that had it do not get it twice."""
    up = router.routes
    both = [Rule(when=When(severity=["high"]), to=["pager", "people"])]
    pager = up.destinations["pager"].model_copy(update={"events_url": f"{up.destinations['pager'].events_url}/refuse"})
    router.routes = up.model_copy(update={"rules": both, "destinations": {**up.destinations, "pager": pager}})
    [route] = router.analyse(PEAK)
    assert [delivery.sent for delivery in route.deliveries] == [False, True]
    router.routes = up.model_copy(update={"rules": both})
    [route] = router.analyse(PEAK)
    assert (route.event, [delivery.sent for delivery in route.deliveries]) == ("opened", [True, True])
    assert router.analyse(PEAK)[0].event == "silent"
    assert len(router.file.read_text().splitlines()) == 1


def test_a_resumed_run_sends_nothing_twice(router: Router, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is interrupted between sending and noting that it has sent goes on without a second page."""

    def interrupted(identity: str, state: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tasks.routing.findings, "_mark", interrupted)
        with pytest.raises(KeyboardInterrupt):
            router.analyse(PEAK, run="run-1")
    assert router.analyse(PEAK, run="run-1")[0].event == "opened"
    assert len(router.pages) == 1


def test_closing_may_wait_for_several_analyses(router: Router) -> None:
    """With `close_after: 2` a finding is closed after two analyses in a row without it; a resumed one counts once."""
    router.routes = router.routes.model_copy(update={"close_after": 2})
    router.analyse(PEAK)
    assert router.analyse(run="a") == router.analyse(run="a") == []
    assert router.analyse(PEAK)[0].event == "silent"
    assert router.analyse(run="b") == []
    assert [route.event for route in router.analyse(run="c")] == ["closed"]
