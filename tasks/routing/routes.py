"""Routes as data: who hears of what, read from a `routes.yaml`, and a choice that can be explained line by line."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, model_validator

from agents.outputs import Severity
from agents.tickets import Category
from runtime.redaction import shown_target
from tasks.notify.recipients import check as check_target

UNSURE_BELOW = 0.6
"""Confidence below which a person decides, unless the routes name another."""

_MOST_BYTES = 1 << 20
_VARIABLE = re.compile(r"\$\{(\w+)\}")

Way = Literal["apprise", "block", "webhook", "pagerduty", "file", "deployment"]
WAYS: tuple[Way, ...] = get_args(Way)

Place = tuple[str | int, ...]
"""Location in a document: keys and positions."""


class RoutesError(ValueError):
    """Routes that cannot be used. The message names the file, the line, the field and what to write instead."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


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

    @property
    def way(self) -> Way:
        """Return the kind of destination."""
        return next(way for way in WAYS if getattr(self, way) is not None)

    @property
    def shown(self) -> str:
        """Return the address, without credentials."""
        target = self.apprise or self.webhook
        if target is not None:
            return shown_target(target.get_secret_value())
        if self.pagerduty is not None:
            return shown_target(self.events_url)
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
            facts: What is known about it.
            fallback: Whether it has to go somewhere; without it, what no rule is about goes nowhere.
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
    """The first condition that does not hold, in words."""
    if when.severity is not None and facts.severity not in when.severity:
        return f"severity {facts.severity} is not {' or '.join(when.severity)}"
    if when.category is not None and facts.category not in when.category:
        return f"category {facts.category} is not {' or '.join(when.category)}"
    if when.min_confidence is not None and facts.confidence < when.min_confidence:
        return f"confidence {facts.confidence:.2f} is below {when.min_confidence:.2f}"
    return None


def load_routes(path: str | Path) -> Routes:
    """Read and check a `routes.yaml`.

    Args:
        path: The file. Relative paths in it start from its directory.

    Raises:
        RoutesError: It cannot be read or used: what is wrong, with line and field, without any secret in it.
    """
    path = Path(path).expanduser().absolute()
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise RoutesError(f"{path}: larger than {_MOST_BYTES:,} bytes, so hardly routes")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RoutesError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8 text'}") from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        raise RoutesError(f"{path}{line}: not YAML: {getattr(error, 'problem', None) or 'cannot be parsed'}") from None
    lines = dict(_lines(node, ()))

    def at(location: Place) -> str:
        known = next((lines[location[:n]] for n in range(len(location), -1, -1) if location[:n] in lines), 1)
        field = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
        return f"{path}:{known}: {field + ': ' if field else ''}"

    if (twice := next(_repeated(node, ()), None)) is not None:
        raise RoutesError(f"{at(twice)}given twice")
    if not isinstance(content, dict):
        raise RoutesError(f"{path}: needs destinations, rules, unsure and fallback; see docs/triage.md")
    filled = _filled(content, (), at)
    try:
        routes = Routes.model_validate(filled)
    except ValidationError as error:
        problems = [f"{at(_known(one['loc'], filled))}{_said(one)}" for one in error.errors()]
        raise RoutesError("\n".join(problems[:5])) from None
    _check(routes, at)
    files = {
        name: one.model_copy(update={"file": path.parent / one.file.expanduser()} if one.file else {})
        for name, one in routes.destinations.items()
    }
    return routes.model_copy(update={"destinations": files})


def _lines(node: Any, location: Place) -> Iterator[tuple[Place, int]]:
    """Return the position at which each field of a document begins."""
    if node is None:
        return
    yield location, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*location, str(key.value)), key.start_mark.line + 1
            for inner, line in _lines(value, (*location, str(key.value))):
                if inner != (*location, str(key.value)):
                    yield inner, line
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*location, number))


def _repeated(node: Any, location: Place) -> Iterator[Place]:
    """Keys that stand in one mapping twice: YAML's own reader quietly takes the last."""
    if isinstance(node, yaml.MappingNode):
        keys = [str(key.value) for key, _ in node.value]
        yield from ((*location, key) for key in dict.fromkeys(keys) if keys.count(key) > 1)
        for key, value in node.value:
            yield from _repeated(value, (*location, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _repeated(value, (*location, number))


def _filled(value: Any, location: Place, at: Any) -> Any:
    """The document with its environment variables filled in."""
    if isinstance(value, dict):
        return {str(key): _filled(part, (*location, str(key)), at) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, (*location, number), at) for number, part in enumerate(value)]
    if not isinstance(value, str):
        return value
    missing = [name for name in _VARIABLE.findall(value) if not os.environ.get(name)]
    if missing:
        raise RoutesError(f"{at(location)}the environment variable {missing[0]} is not set")
    return _VARIABLE.sub(lambda match: os.environ[match[1]], value)


def _known(location: tuple[str | int, ...], content: Any) -> Place:
    """A location of Pydantic's as far as the document has it; unions and keys add parts of their own."""
    known: list[str | int] = []
    for part in location:
        inside = isinstance(content, dict) and part in content
        if inside or (isinstance(content, list) and isinstance(part, int) and part < len(content)):
            content = cast(Any, content)[part]
        elif not isinstance(content, dict | list) or not isinstance(part, str) or part == "[key]":
            break
        known.append(part)
    return tuple(known)


def _said(error: Any) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return "unknown field"
    if kind == "missing":
        return "missing"
    return str(error["msg"]).removeprefix("Value error, ")


def _check(routes: Routes, at: Any) -> None:
    """Check what depends on the whole document: names that exist, and addresses that can be used."""
    problems: list[str] = []

    def check_names(names: Sequence[str], location: Place) -> None:
        known = ", ".join(routes.destinations)
        problems.extend(
            f"{at(location)}{name} is not a destination; there are {known}"
            for name in names
            if name not in routes.destinations
        )

    for number, rule in enumerate(routes.rules):
        check_names(rule.to, ("rules", number, "to"))
    check_names(routes.unsure.to, ("unsure", "to"))
    check_names(routes.fallback, ("fallback",))
    for name, one in routes.destinations.items():
        if problem := _unusable(one):
            problems.append(f"{at(('destinations', name, one.way))}{problem}")
    if problems:
        raise RoutesError("\n".join(problems[:5]))


def _unusable(one: Destination) -> str | None:
    from urllib.parse import urlsplit

    target = one.apprise.get_secret_value() if one.apprise else one.block
    if target is not None:
        if one.block and "://" in target:
            return "not a block; write its type/name"
        try:
            check_target(target, load_blocks=False)
        except ValueError as error:
            return str(error)
        if one.apprise and "://" not in target:
            return "not an Apprise URL, such as mailtos://user:password@host"
    if one.webhook or one.pagerduty:
        try:
            parts = urlsplit(one.webhook.get_secret_value() if one.webhook else one.events_url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            usable = False
        if not usable:
            return "not an http(s) URL"
    if one.deployment and one.deployment.count("/") != 1:
        return "not a deployment; write it as flow/deployment"
    return None
