"""Routes of tickets and findings to destinations, and a choice that is explained rule by rule."""

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from agents.outputs import Severity
from agents.tickets import Category
from runtime.texts.redaction import target_without_secrets

UNSURE_BELOW = 0.6
"""Confidence below which a person decides, unless the routes name another."""

Way = Literal["apprise", "block", "webhook", "pagerduty", "file", "deployment"]
WAYS: tuple[Way, ...] = get_args(Way)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Destination(_Part):
    """Destination, reached in exactly one way. `${NAME}` stands for an environment variable in any of them."""

    apprise: SecretStr | None = None
    """An Apprise URL: mail, chat, PagerDuty and many more."""
    block: str | None = None
    """A Prefect notification block, as type/name."""
    webhook: SecretStr | None = None
    """An http(s) URL that takes JSON by POST; the header `Idempotency-Key` is the same when it is sent again."""
    headers: dict[str, SecretStr] = {}
    """More headers for the webhook, such as Authorization."""
    pagerduty: SecretStr | None = None
    """Routing key of a PagerDuty service; what is closed here is resolved there."""
    events_url: str = "https://events.pagerduty.com/v2/enqueue"
    """Address of PagerDuty's Events API; the European region has another."""
    file: Path | None = None
    """A file that gets one line of JSON each; relative to the routes' file."""
    deployment: str | None = None
    """A Prefect deployment to run, as flow/deployment; it gets the item as its parameter `routed`."""
    approval: bool = False
    """True if a person has to approve each delivery. The run stops for that when all else is done."""

    @property
    def way(self) -> Way:
        """Return the kind of destination."""
        return next(way for way in WAYS if getattr(self, way) is not None)

    @property
    def address(self) -> str:
        """Return the address, without credentials."""
        target = self.apprise or self.webhook
        if target is not None:
            return target_without_secrets(target.get_secret_value())
        if self.pagerduty is not None:
            return target_without_secrets(self.events_url)
        return str(self.block or self.file or self.deployment)

    @model_validator(mode="after")
    def _one_way(self) -> "Destination":
        ways = [way for way in WAYS if getattr(self, way) is not None]
        if len(ways) != 1:
            found = f"has {' and '.join(ways)}" if ways else "has none of them"
            raise ValueError(f"needs exactly one of {', '.join(WAYS)}; it {found}")
        if self.headers and self.webhook is None:
            raise ValueError("headers are for a webhook")
        return self


class When(_Part):
    """Conditions; all that are given have to hold."""

    severity: Annotated[list[Severity] | None, BeforeValidator(_listed)] = None
    """Any of these."""
    category: Annotated[list[Category | Literal["finding", "anomaly"]] | None, BeforeValidator(_listed)] = None
    """Any of these: a ticket's category, or `finding` or `anomaly` of a report."""
    min_confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    """At least so sure."""

    def __str__(self) -> str:
        parts = [" or ".join(part) for part in (self.severity, self.category) if part is not None]
        if self.min_confidence is not None:
            parts.append(f"confidence from {self.min_confidence:.2f}")
        return ", ".join(parts)

    @model_validator(mode="after")
    def _something(self) -> "When":
        if self.severity is None and self.category is None and self.min_confidence is None:
            raise ValueError("needs severity, category or min_confidence; `fallback` is for everything else")
        return self


class Rule(_Part):
    """Destinations of items that meet the conditions."""

    when: When
    """The conditions."""
    to: Names
    """Names of destinations."""


class Unsure(_Part):
    """Destination of items that a person has to decide."""

    to: Names
    """Names of destinations: people, or what people read."""
    below: Annotated[float, Field(ge=0, le=1)] = UNSURE_BELOW
    """Confidence below which it is not sure."""


class RouteFacts(_Part):
    """Facts that the rules look at."""

    severity: Severity | None
    """Severity; null when unknown."""
    category: Category | Literal["finding", "anomaly"] | None
    """Category; null when unknown."""
    confidence: float
    """Confidence in severity and category, from 0 to 1."""

    def __str__(self) -> str:
        if self.severity is None:
            return "not classified"
        return f"{self.severity} {self.category} ({self.confidence:.2f})"


class RouteChoice(_Part):
    """Chosen destinations, and the reason."""

    to: list[str]
    """Names of destinations; empty for a finding that no rule is about."""
    by: str
    """`unsure`, `rule 2` or `fallback`; `no rule` when it goes nowhere."""
    why: list[str] = []
    """Rules in the order in which they were checked, each with its result."""


class Routes(_Part):
    """Everything a `routes.yaml` holds."""

    destinations: Annotated[dict[str, Destination], Field(min_length=1)]
    """Destinations by name."""
    rules: list[Rule] = []
    """The first that fits decides."""
    unsure: Unsure
    """Destination of items that a person has to decide. Looked at before the rules."""
    fallback: Names
    """Destinations of a ticket that no rule matches. A finding that no rule matches is sent nowhere."""
    close_after: Annotated[int, Field(ge=1)] = 1
    """Number of analyses in a row without a finding after which it is closed: more where a language model chooses
    what to report."""

    def choose(self, facts: RouteFacts, *, fallback: bool = True) -> RouteChoice:
        """Choose the route: to a person if the triage is not sure, else by the first rule that fits, else the fallback.

        Args:
            facts: Facts of the ticket or finding.
            fallback: True to use the fallback if no rule matches; otherwise such an item is sent nowhere.
        """
        why: list[str] = []
        if facts.severity is None or facts.confidence < self.unsure.below:
            found = "it was not classified" if facts.severity is None else f"confidence {facts.confidence:.2f}"
            why.append(f"unsure: {found}" + (f" is below {self.unsure.below:.2f}" if facts.severity else ""))
            return RouteChoice(to=self.unsure.to, by="unsure", why=why)
        why.append(f"unsure: no, confidence {facts.confidence:.2f} is not below {self.unsure.below:.2f}")
        for number, rule in enumerate(self.rules, start=1):
            missed = _missed(rule.when, facts)
            if missed is None:
                why.append(f"rule {number}: yes")
                return RouteChoice(to=rule.to, by=f"rule {number}", why=why)
            why.append(f"rule {number}: no, {missed}")
        if fallback:
            return RouteChoice(to=self.fallback, by="fallback", why=[*why, "fallback"])
        return RouteChoice(to=[], by="no rule", why=why)


def _missed(when: When, facts: RouteFacts) -> str | None:
    """Return the first condition that does not hold, in words."""
    if when.severity is not None and facts.severity not in when.severity:
        return f"severity {facts.severity} is not {' or '.join(when.severity)}"
    if when.category is not None and facts.category not in when.category:
        return f"category {facts.category} is not {' or '.join(when.category)}"
    if when.min_confidence is not None and facts.confidence < when.min_confidence:
        return f"confidence {facts.confidence:.2f} is below {when.min_confidence:.2f}"
    return None
