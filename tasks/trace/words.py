"""Figures of a span in words, for the terminal and for the page."""

from collections.abc import Sequence

from runtime.budget import in_dollars
from runtime.texts.safe_text import clean
from runtime.trace.reading import Trace, TraceSpan, TraceTotals

MARKS = {
    "finished": ("✓", "green"),
    "failed": ("✗", "red"),
    "replayed": ("↺", "cyan"),
    "running": ("▸", "yellow"),
    "interrupted": ("◌", "yellow"),
    "cancelled": ("⊘", "dim"),
}
"""Mark and style of each state."""

MOMENTS = ("retry", "recovery")
"""Kinds of spans that take no time."""

_SHORT_INPUT = 70
"""Characters of a prompt or of arguments in one line."""


def title(span: TraceSpan) -> str:
    """Name of a span; an attempt has its number."""
    if span.kind == "flow":
        return f"{clean(span.name)}, attempt {span.attempt}"
    if span.kind == "recovery":
        return f"{clean(span.name)}: {clean(span.change or '', 300)}"
    if span.kind == "retry":
        return f"try {span.tries} failed, tried again after {duration(span.delay)}"
    return clean(span.name)


def figures(span: TraceSpan) -> str:
    """Facts about a span in one line, without its name, input and error."""
    said: list[str] = []
    if span.reason is not None:
        said.append(f"since: {clean(span.reason, 300)}")
    if span.state == "replayed":
        said.append("stored result")
    elif span.state in ("running", "interrupted", "cancelled"):
        said.append(span.state)
    if span.seconds is not None and span.kind not in MOMENTS and span.state != "replayed":
        said.append(duration(span.seconds))
    if span.model is not None and span.model not in span.name:
        said.append(clean(span.model, 60))
    if span.input_tokens is not None or span.output_tokens is not None:
        said.append(tokens(span.input_tokens or 0, span.output_tokens or 0, span.cached_tokens or 0))
    if span.usd:
        said.append(f"saved {in_dollars(span.usd)}" if span.state == "replayed" else in_dollars(span.usd))
    if (span.tries or 0) > 1 and span.kind != "retry":
        said.append(f"{span.tries} tries")
    if span.outcome is not None:
        said.append(clean(span.outcome, 60).replace("_", " "))
    if span.output_size is not None and span.kind == "tool":
        said.append(size(span.output_size))
    return ", ".join(said)


def short_input(span: TraceSpan) -> str:
    """Beginning of what a span was given, in one line; its size where no content was recorded."""
    if span.input is None:
        return f"({span.input_size:,} characters)" if span.input_size else ""
    return clean(" ".join(span.input.split()), _SHORT_INPUT)


def totals(trace: Trace) -> Sequence[tuple[str, str]]:
    """Totals of a trace: labels and values."""
    sums = trace.totals
    rows = [
        ("Attempts", f"{sums.attempts}"),
        ("Model calls", f"{sums.model_calls:,}"),
        ("Tool calls", f"{sums.tool_calls:,}"),
        ("Tokens", tokens(sums.input_tokens, sums.output_tokens, sums.cached_tokens)),
        ("Cost", in_dollars(sums.usd)),
        ("Replayed", _replayed(sums)),
        ("Retries", f"{sums.retries:,}"),
        ("Recoveries", f"{sums.recoveries:,}"),
        ("Failed calls", f"{sums.failed:,}"),
    ]
    return [row for row in rows if row[1] not in ("", "0")]


def _replayed(sums: TraceTotals) -> str:
    if not sums.replayed:
        return ""
    saved = f", saved {sums.saved_tokens:,} tokens ({in_dollars(sums.saved_usd)})" if sums.saved_tokens else ""
    return f"{sums.replayed:,} calls{saved}"


def duration(seconds: float | None) -> str:
    """A length of time with its unit."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def tokens(sent: int, received: int, cached: int) -> str:
    """Numbers of tokens."""
    return f"{sent:,} in, {received:,} out" + (f", {cached:,} cached" if cached else "")


def size(count: int) -> str:
    """A number of bytes with its unit."""
    return f"{count:,} B" if count < 1000 else f"{count / 1000:,.1f} kB" if count < 1e6 else f"{count / 1e6:,.1f} MB"
