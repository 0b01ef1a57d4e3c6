"""Routing of findings from day to day: each is sent once, not repeated while unchanged, and closed when it is gone.

The store keeps which findings were routed. A finding becomes `opening` before anything is sent, and `open` afterwards.
A run that is interrupted in between sends again when it is resumed, and the gate for effects delivers once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select, update

from agents.outputs import SEVERITIES, AnalysisRun, Finding, Severity
from analytics.reading.dataset import Dataset
from runtime.store.database import get_store
from runtime.store.tables import FindingRow
from runtime.texts.redaction import masking_errors
from runtime.texts.safe_text import clean, shorten
from tasks.routing.deliver import Delivery, Routed, carry_out
from tasks.routing.finding_identity import Subject, subject_of
from tasks.routing.routes import RouteChoice, RouteFacts, Routes


class FindingRoute(BaseModel):
    """Outcome of one finding."""

    model_config = ConfigDict(frozen=True)

    identity: str
    """Identity: the same as long as the subject is the same."""
    title: str
    """Text of the finding."""
    severity: Severity
    """Severity."""
    event: Literal["opened", "worse", "silent", "closed"]
    """`opened`: sent as new. `worse`: sent again, since it is more severe than when it was last sent. `silent`: sent
    before. `closed`: gone, and that was sent."""
    to: list[str]
    """Destinations."""
    deliveries: list[Delivery] = []
    """Outcome at each destination."""


class _PresentFinding(BaseModel):
    """A finding of this run."""

    identity: str
    subject: Subject
    title: str
    severity: Severity
    category: Literal["finding", "anomaly"]
    confidence: float
    choice: RouteChoice


@task(task_run_name="route findings of {dataset.name}", cache_policy=NO_CACHE, persist_result=False)
@masking_errors()
def route_findings(run: AnalysisRun, dataset: Dataset, routes: Routes, run_id: str) -> list[FindingRoute]:
    """Route the findings of an analysis, and close those of earlier ones that are gone.

    Two findings about the same thing are one, with the worse severity. A finding that no rule is about goes nowhere,
    but keeps an open one of its subject open. One whose numbers the evidence does not hold has a confidence of 0.

    Args:
        run: The analysis.
        dataset: What it is about. Findings of data sets of one name are compared.
        routes: The rules.
        run_id: Id of the flow run.
    """
    present = _present(run, dataset, routes)
    known = _known(dataset.name)
    desk = _FindingRouter(routes, dataset.name, run_id)
    there = [desk.there(found, known.get(found.identity)) for found in present.values()]
    gone = [desk.gone(row) for identity, row in known.items() if identity not in present]
    return [route for route in (*there, *gone) if route is not None]


@dataclass(frozen=True)
class _FindingRouter:
    """Sends findings that are new, worse or gone, and records them."""

    routes: Routes
    dataset: str
    run_id: str

    def there(self, found: "_PresentFinding", row: Any) -> FindingRoute | None:
        """Route a finding of this run."""
        if not found.choice.to and (row is None or row.state in ("closing", "closed")):
            return None
        to, occasion, event = _open(found, self.dataset, self.run_id)
        if event == "silent":
            return _route(found.identity, found.title, found.severity, event, to, [])
        item = _item(found, self.dataset, self.run_id)
        facts = RouteFacts(severity=found.severity, category=found.category, confidence=found.confidence)
        deliveries = self._send(f"{facts}: {found.title[:80]}", to, item, occasion)
        # Only destinations that it did not reach, and no person denied, are tried again by the next analysis.
        if all(delivery.sent or delivery.approval == "denied" for delivery in deliveries):
            _mark(found.identity, "open")
        return _route(found.identity, found.title, found.severity, event, to, deliveries)

    def gone(self, row: Any) -> FindingRoute | None:
        """Close an open finding that this run does not have."""
        if row.state == "closed" or not _gone(row, self.run_id, self.routes.close_after):
            return None
        item = _closed(row, self.dataset, self.run_id)
        deliveries = self._send(f"closed: {row.title[:80]}", row.destinations, item, row.occasion)
        if all(delivery.sent or delivery.approval == "denied" for delivery in deliveries):
            _mark(row.identity, "closed")
        return _route(row.identity, row.title, row.severity, "closed", row.destinations, deliveries)

    def _send(self, what: str, to: Sequence[str], item: Routed, occasion: int) -> list[Delivery]:
        existing = [name for name in to if name in self.routes.destinations]
        path = f"{what} \u2192 {', '.join(existing)}"
        return carry_out(path, self.routes, existing, item, f"{occasion}", f"findings of {self.dataset}")


def _present(run: AnalysisRun, dataset: Dataset, routes: Routes) -> dict[str, _PresentFinding]:
    """The findings of this run by identity, the worst of each."""
    analysis = run.analysis
    present: dict[str, _PresentFinding] = {}
    kinds: Sequence[tuple[Literal["finding", "anomaly"], Sequence[Finding]]]
    kinds = (("anomaly", analysis.anomalies), ("finding", analysis.key_findings))
    for category, findings in kinds:
        for finding in findings:
            subject = subject_of(finding, run.evidence, dataset.columns)
            facts = RouteFacts(
                severity=finding.severity, category=category, confidence=0.0 if finding.unverified else 1.0
            )
            found = _PresentFinding(
                identity=subject.identity(dataset.name),
                subject=subject,
                title=shorten(clean(finding.statement, 2_000), 300),
                severity=finding.severity,
                category=category,
                confidence=facts.confidence,
                choice=_choice(routes, facts),
            )
            before = present.get(found.identity)
            if before is None or _rank(found.severity) < _rank(before.severity):
                present[found.identity] = found
    return present


def _choice(routes: Routes, facts: RouteFacts) -> RouteChoice:
    """Return the route of a finding. A finding that no rule matches is sent nowhere, even if it is uncertain."""
    by_rule = routes.choose(facts.model_copy(update={"confidence": 1.0}), fallback=False)
    return routes.choose(facts, fallback=False) if by_rule.to else by_rule


def _known(dataset: str) -> Mapping[str, Any]:
    with get_store().reading() as connection:
        rows = connection.execute(select(FindingRow.__table__).where(FindingRow.dataset == dataset)).all()
    return {row.identity: row for row in rows}


def _open(
    found: _PresentFinding, dataset: str, run_id: str
) -> tuple[list[str], int, Literal["opened", "worse", "silent"]]:
    """Record that a finding is there. Return its destinations, how often it was opened, and what to send."""
    store = get_store()
    with store.writing() as connection:
        # Read again in here, since another run may route the same finding just now.
        row = connection.execute(
            select(FindingRow.__table__).where(FindingRow.identity == found.identity)
        ).one_or_none()
        now, to = store.now(connection), found.choice.to
        here: dict[str, Any] = {"title": found.title, "run": run_id, "missed": 0, "updated": now}
        opening = {**here, "state": "opening", "severity": found.severity, "destinations": to}
        if row is None:
            values = {"identity": found.identity, "dataset": dataset, "subject": found.subject.model_dump(mode="json")}
            connection.execute(insert(FindingRow).values(**values, **opening, occasion=1, created=now))
            return to, 1, "opened"
        change = update(FindingRow).where(FindingRow.identity == found.identity)
        if row.state == "opening":  # it was interrupted, or did not arrive everywhere
            to = to or row.destinations
            connection.execute(change.values(**{**opening, "destinations": to}))
            return to, row.occasion, "opened"
        worse = row.state == "open" and _rank(found.severity) < _rank(row.severity) and bool(to)
        if row.state == "open" and not worse:
            connection.execute(change.values(**here))
            return row.destinations, row.occasion, "silent"
        connection.execute(change.values(**opening, occasion=row.occasion + 1))
        return to, row.occasion + 1, "worse" if worse else "opened"


def _gone(row: Any, run_id: str, close_after: int) -> bool:
    """Record that a finding was not there. Return whether it was missing often enough to be closed."""
    missed = row.missed + (row.run != run_id)  # a run that is resumed counts once
    closing = row.state == "closing" or missed >= close_after
    store = get_store()
    with store.writing() as connection:
        values: dict[str, Any] = {"missed": missed, "run": run_id, "updated": store.now(connection)}
        values |= {"state": "closing"} if closing else {}
        connection.execute(update(FindingRow).where(FindingRow.identity == row.identity).values(**values))
    return closing


def _mark(identity: str, state: Literal["open", "closed"]) -> None:
    with get_store().writing() as connection:
        connection.execute(update(FindingRow).where(FindingRow.identity == identity).values(state=state))


def _item(found: _PresentFinding, dataset: str, run_id: str) -> Routed:
    doubt = "Numbers in it are not in the evidence: check it first." if not found.confidence else ""
    return Routed(
        kind="finding",
        id=found.identity,
        source=dataset,
        run=run_id,
        severity=found.severity,
        category=found.category,
        confidence=found.confidence,
        title=found.title,
        reason=" ".join([f"{found.choice.by} of the routes.".capitalize(), doubt]).strip(),
    )


def _closed(row: Any, dataset: str, run_id: str) -> Routed:
    return Routed(
        event="closed",
        kind="finding",
        id=row.identity,
        source=dataset,
        run=run_id,
        severity=row.severity,
        category=None,
        confidence=1.0,
        title=row.title,
        reason="The newest analysis no longer finds it.",
    )


def _route(
    identity: str,
    title: str,
    severity: Severity,
    event: Literal["opened", "worse", "silent", "closed"],
    to: Sequence[str],
    deliveries: list[Delivery],
) -> FindingRoute:
    return FindingRoute(
        identity=identity, title=title, severity=severity, event=event, to=list(to), deliveries=deliveries
    )


def _rank(severity: Severity) -> int:
    return SEVERITIES.index(severity)
