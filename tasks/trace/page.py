"""The trace as one HTML page that loads nothing: search, tree, time bars, and cost of each span.

Texts of spans come from data and models. They are in the page as JSON without `<`, and the script writes them as text,
never as markup. The content security policy allows the page's own script, by its digest, and nothing else.
"""

import base64
import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from runtime.budget import in_dollars
from runtime.files.output_files import make_directory, write_output
from runtime.settings import get_settings
from runtime.texts.safe_text import clean
from runtime.trace.reading import Trace, TraceSpan
from tasks.trace.words import MARKS, MOMENTS, duration, figures, size, title, tokens, totals

_FOLDER = Path(__file__).parent / "page_files"


def write_page(trace: Trace) -> Path:
    """Write the page of a run to the data directory and return its path.

    Raises:
        OSError: It cannot be written.
        runtime.files.data_directory.DataDirectoryError: The data directory cannot be used.
    """
    path = get_settings().traces_dir / f"{trace.run.id}.html"
    make_directory(path.parent)
    write_output(path, render_page(trace).encode("utf-8", "replace"))
    return path


def render_page(trace: Trace) -> str:
    """Render the page."""
    run = trace.run
    script, style = (_FOLDER / "page.js").read_text(), (_FOLDER / "page.css").read_text()
    began = datetime.fromtimestamp(run.created, UTC)
    facts = [("State", run.state), ("Began", f"{began:%Y-%m-%d %H:%M:%S} UTC"), *totals(trace)]
    return _template().render(
        title=f"Trace of {clean(run.flow, 100)}" + (f" on {clean(run.dataset, 100)}" if run.dataset else ""),
        run_id=run.id,
        facts=facts,
        error=clean(run.error, 600) if run.error else "",
        style=style,
        script=script,
        digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        # `<` would end the element; as an escape it is the same JSON.
        data=json.dumps(_data(trace), ensure_ascii=False).replace("<", "\\u003c"),
    )


def _data(trace: Trace) -> list[dict[str, Any]]:
    """Rows of the tree, each after the one around it: what the script needs of a span."""
    children, rows = trace.children(), list[dict[str, Any]]()
    costs = _costs(trace.spans)
    began = {span.attempt: span.started for span in trace.spans if span.kind == "flow"}
    # Depth first, without recursion, since nested agents may go deep.
    waiting = [(span, -1) for span in reversed(trace.spans) if span.kind == "flow"]
    while waiting:
        span, parent = waiting.pop()
        number = len(rows)
        rows.append(_row(span, parent, costs[span.attempt, span.number], span.started - began[span.attempt]))
        inside = children.get((span.attempt, span.number), [])
        waiting += [(child, number) for child in reversed(inside)]
    return rows


def _row(span: TraceSpan, parent: int, usd: float, start: float) -> dict[str, Any]:
    details = [
        ("Kind", "attempt" if span.kind == "flow" else span.kind),
        ("State", span.state),
        ("Model", clean(span.model) if span.model else ""),
        ("Time", "" if span.kind in MOMENTS else duration(span.seconds)),
        ("Tokens", tokens(span.input_tokens or 0, span.output_tokens or 0, span.cached_tokens or 0)),
        ("Saved" if span.state == "replayed" else "Cost", "" if span.usd is None else in_dollars(span.usd)),
        ("Tries", f"{span.tries}" if (span.tries or 0) > 1 else ""),
        ("Outcome", clean(span.outcome) if span.outcome else ""),
        ("Result", size(span.output_size) if span.output_size is not None else ""),
        ("Since", clean(span.reason) if span.reason else ""),
        ("Change", clean(span.change) if span.change else ""),
        ("Error", clean(span.error) if span.error else ""),
        ("Given", clean(span.input) if span.input else ""),
        ("Length", f"{span.input_size:,} characters" if span.input_size else ""),
    ]
    if span.input_tokens is None and span.output_tokens is None:
        details = [one for one in details if one[0] != "Tokens"]
    return {
        "parent": parent,
        "kind": span.kind,
        "state": span.state,
        "mark": MARKS[span.state][0],
        "title": title(span),
        "input": clean(" ".join((span.input or "").split()), 160),
        "figures": figures(span),
        "error": clean(span.error, 160) if span.error else "",
        "start": round(start, 3),
        "seconds": None if span.seconds is None else round(span.seconds, 3),
        "time": "" if span.kind in MOMENTS else duration(span.seconds),
        "cost": in_dollars(usd) if usd else "",
        "details": [one for one in details if one[1]],
    }


def _costs(spans: list[TraceSpan]) -> dict[tuple[int, int], float]:
    """Cost of each span with all spans inside it."""
    paid = {(span.attempt, span.number): 0.0 if span.state == "replayed" else span.usd or 0.0 for span in spans}
    # A span's number is higher than that of the one around it.
    for span in sorted(spans, key=lambda one: -one.number):
        if span.parent is not None and (span.attempt, span.parent) in paid:
            paid[span.attempt, span.parent] += paid[span.attempt, span.number]
    return paid


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html.jinja")
