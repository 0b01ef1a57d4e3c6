"""Spans for OpenTelemetry, made in this process by its SDK. That they reach a collector is in `test_telemetry.py`."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import ProxyTracerProvider, Status, StatusCode, Tracer

from runtime.trace.otlp import MaskedSpans
from runtime.trace.telemetry import start_telemetry, telemetry_event, telemetry_span

SECRET = "sk-marked-5f1e0c7a9b3d2e4f6a8c"

Sent = Callable[[], dict[str, ReadableSpan]]


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[TracerProvider]:
    """The provider of this process, which can be set only once for good."""
    provider = TracerProvider()
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    yield provider
    provider.shutdown()


@pytest.fixture
def sent(provider: TracerProvider) -> Sent:
    """Spans that went out, with secrets masked, by name."""
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(MaskedSpans(exporter)))
    return lambda: {span.name: span for span in exporter.get_finished_spans()}


@pytest.fixture
def library(provider: TracerProvider) -> Tracer:
    """Libraries that make spans of flows and agents themselves."""
    return provider.get_tracer("library")


def test_a_step_is_a_span_around_what_it_does(sent: Sent, library: Tracer) -> None:
    """A model request or tool call is `step NAME`; spans made in it are its children, its facts are attributes."""
    with telemetry_span("tool", "look") as facts, library.start_as_current_span("execute_tool look"):
        facts |= {"calls": 2, "tokens": None}
    step = sent()["step look"]
    assert dict(step.attributes or {}) == {"analyst.kind": "tool", "analyst.calls": 2}
    assert sent()["execute_tool look"].parent == step.context


def test_a_replay_is_a_span_outside_its_agent_run(sent: Sent, library: Tracer) -> None:
    """A step that was replayed is `replay NAME` beside the agent run, whose own span may never be sent."""
    with (
        library.start_as_current_span("flow") as flow,
        telemetry_span("agent", "reader"),
        library.start_as_current_span("agent run"),
        telemetry_span("model", "small request 1") as facts,
    ):
        facts["replayed"] = True
    assert set(sent()) == {"flow", "agent run", "replay small request 1"}
    replay = sent()["replay small request 1"]
    assert replay.parent == flow.get_span_context()
    assert dict(replay.attributes or {}) == {"analyst.kind": "model", "analyst.replayed": True}


def test_a_step_that_fails_is_sent(sent: Sent) -> None:
    """An error ends the span of the step and goes on."""
    with pytest.raises(ValueError, match="no good"), telemetry_span("model", "small request 1"):
        raise ValueError("no good")
    assert set(sent()) == {"step small request 1"}


@pytest.mark.parametrize("kind", ["agent", "task", "flow"])
def test_what_has_a_span_already_gets_no_other(kind: str, sent: Sent) -> None:
    """Agent runs, flows and tasks are spans of Pydantic AI and Prefect."""
    with telemetry_span(kind, "reader"):
        pass
    assert sent() == {}


def test_a_retry_is_an_event_of_its_step(sent: Sent) -> None:
    """A retry or recovery is told on the span around, with its reason."""
    with telemetry_span("model", "small request 1"):
        telemetry_event("retry", {"reason": "503", "try": 2, "analyst.wait": 0.5, "error": ValueError()})
    (event,) = sent()["step small request 1"].events
    assert event.name == "analyst.retry"
    assert dict(event.attributes or {}) == {"analyst.reason": "503", "analyst.try": 2, "analyst.wait": 0.5}


def test_no_secret_leaves_the_process(sent: Sent, library: Tracer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets are masked in names, attributes, lists, events and errors; what else a span says stays."""
    monkeypatch.setenv("MARKED_API_KEY", SECRET)
    with library.start_as_current_span(f"chat {SECRET}") as span:
        span.set_attributes({"text": f"with {SECRET}", "all": ("a", SECRET), "tokens": 3})
        span.add_event(f"refused {SECRET}", {"why": SECRET})
        span.set_status(Status(StatusCode.ERROR, f"bad key {SECRET}"))
    (out,) = sent().values()
    assert SECRET not in out.to_json()
    assert (out.attributes or {})["tokens"] == 3
    assert (out.status.status_code, out.status.description) == (StatusCode.ERROR, "bad key ***")
    assert out.context == span.get_span_context()


def test_without_a_provider_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that sets no provider pays for no spans; what is around goes on."""
    monkeypatch.setattr(trace, "get_tracer_provider", ProxyTracerProvider)
    with telemetry_span("tool", "look") as facts:
        facts["calls"] = 1
        telemetry_event("retry", {"try": 2})
        assert not trace.get_current_span().is_recording()


@pytest.mark.parametrize(
    ("variables", "begins"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"}, False),
        ({}, False),
    ],
    ids=["collector", "collector of traces", "disabled", "no collector"],
)
def test_spans_go_to_the_collector_that_is_named(
    variables: dict[str, str], begins: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a named collector, or when OpenTelemetry is off, no provider is set."""
    providers: list[Any] = []
    monkeypatch.setattr(trace, "get_tracer_provider", ProxyTracerProvider)
    monkeypatch.setattr(trace, "set_tracer_provider", providers.append)
    monkeypatch.setattr("runtime.trace.telemetry._sends", False)
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_SDK_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    start_telemetry()
    assert len(providers) == begins
    for provider in providers:
        assert provider.resource.attributes["service.name"] == "analyst-flows"
        provider.shutdown()


def test_a_provider_of_the_program_stays(provider: TracerProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that has set a provider, as Logfire does, keeps it although a collector is named."""
    providers: list[Any] = []
    monkeypatch.setattr(trace, "set_tracer_provider", providers.append)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    start_telemetry()
    assert providers == []
