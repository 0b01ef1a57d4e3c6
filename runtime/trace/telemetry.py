"""Spans for OpenTelemetry, beside those in the store.

Flow runs and tasks are spans of Prefect, agent runs, model requests and tool calls spans of Pydantic AI by the GenAI
conventions. What neither knows is added here: steps with their tries, replays of stored results, and recoveries.

Spans go to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names, or to the tracer provider that the program has set,
as Logfire does. Texts are masked before they leave the process, which is not possible for a provider of the program.
"""

import logging
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Tracer

_log = logging.getLogger("prefect.trace")

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_SERVICE = "analyst-flows"
_FLUSH_MILLISECONDS = 3000
"""Time that a command waits at its end for spans to be sent."""

_sends = False

_around_agent: ContextVar["Context | None"] = ContextVar("around_agent", default=None)
"""OpenTelemetry context around the innermost agent run. Pydantic AI's spans of an agent run that made nothing are
never sent, so the spans of its replays cannot be inside them."""


def start_telemetry() -> None:
    """Send spans to the collector that the environment names, if it names one and no provider is set yet.

    To be called before Prefect is imported. Without the SDK it warns, and nothing is sent.
    """
    global _sends
    off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if off or not any(os.environ.get(name) for name in _ENDPOINTS):
        return
    from opentelemetry import trace

    if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return
    try:
        from runtime.trace.otlp import otlp_provider
    except ImportError:
        _log.warning(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry's SDK is not installed, so no spans are sent. "
            "Install it: pip install 'analyst-flows[otel]'"
        )
        return
    trace.set_tracer_provider(otlp_provider(os.environ.get("OTEL_SERVICE_NAME") or _SERVICE))
    _sends = True


def sends_telemetry() -> bool:
    """Return whether spans go to the collector that the environment names."""
    return _sends


def captures_content() -> bool:
    """Return whether prompts, answers, arguments and results go into spans: by default they do not."""
    return os.environ.get(_CONTENT, "").lower() == "true"


def flush_telemetry() -> None:
    """Send the spans that still wait, for a process that ends without Python's own end."""
    from opentelemetry import trace

    flush: Any = getattr(trace.get_tracer_provider(), "force_flush", None)
    if flush is not None:
        flush(_FLUSH_MILLISECONDS)


@contextmanager
def telemetry_span(kind: str, name: str) -> Generator[dict[str, Any]]:
    """Make this block a span, if it is a step; an agent run or a task of a flow is one already.

    A step that was replayed is a short span of its own, outside the agent run, in place of this one.

    Args:
        kind: Kind of the span in the store.
        name: Its name.

    Yields:
        A mapping to be filled with the attributes of the span; `replayed` among them tells a replay.
    """
    attributes: dict[str, Any] = {}
    tracer = _tracer()
    if tracer is None or kind not in ("agent", "model", "tool"):
        yield attributes
        return
    from opentelemetry import context, trace

    if kind == "agent":
        token = _around_agent.set(context.get_current())
        try:
            yield attributes
        finally:
            with suppress(ValueError):  # a generator may be closed in another context than it was begun in
                _around_agent.reset(token)
        return
    span = tracer.start_span(f"step {name}")
    try:
        with trace.use_span(span, end_on_exit=False):
            yield attributes
    finally:
        if attributes.pop("replayed", False):
            span = tracer.start_span(f"replay {name}", context=_around_agent.get())
            attributes["analyst.replayed"] = True
        span.set_attributes(_attributes({"kind": kind} | attributes))
        span.end()


def telemetry_event(name: str, attributes: Mapping[str, Any]) -> None:
    """Add an event to the span around: a retry, or a recovery with its reason."""
    if _tracer() is not None:
        from opentelemetry import trace

        trace.get_current_span().add_event(f"analyst.{name}", _attributes(attributes))


def _attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    names = {name: name if name.startswith("analyst.") else f"analyst.{name}" for name in values}
    return {names[name]: value for name, value in values.items() if isinstance(value, str | int | float)}


def _tracer() -> "Tracer | None":
    from opentelemetry import trace

    provider = trace.get_tracer_provider()
    return None if isinstance(provider, trace.ProxyTracerProvider) else provider.get_tracer("analyst")
