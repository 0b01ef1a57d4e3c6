"""Export of spans by OTLP over HTTP, with secrets masked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from runtime.texts.redaction import masker


def otlp_provider(service: str) -> TracerProvider:
    """Make a provider whose spans go to the collector that the `OTEL_…` variables name.

    Args:
        service: Name of the service in the collector.
    """
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}))
    provider.add_span_processor(BatchSpanProcessor(MaskedSpans(OTLPSpanExporter())))
    return provider


class MaskedSpans(SpanExporter):
    """Masks secrets in names, attributes, events and states of spans, and hands them on.

    Args:
        exporter: What sends them.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send copies of the spans without secrets."""
        mask = masker()
        return self._exporter.export([_masked(span, mask) for span in spans])

    def shutdown(self) -> None:
        """End the exporter."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits."""
        return self._exporter.force_flush(timeout_millis)


def _masked(span: ReadableSpan, mask: Callable[[str], str]) -> ReadableSpan:
    status = span.status
    return ReadableSpan(
        name=mask(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_values(span.attributes, mask),
        events=[
            Event(mask(event.name), _values(event.attributes, mask), timestamp=event.timestamp) for event in span.events
        ],
        links=span.links,
        kind=span.kind,
        status=Status(status.status_code, mask(status.description)) if status.description else status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _values(attributes: Mapping[str, Any] | None, mask: Callable[[str], str]) -> dict[str, Any]:
    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return mask(value)
        if isinstance(value, Sequence) and not isinstance(value, bytes):
            return [clean(item) for item in cast("Sequence[Any]", value)]
        return value

    return {name: clean(value) for name, value in (attributes or {}).items()}
