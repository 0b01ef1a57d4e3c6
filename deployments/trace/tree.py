"""The trace in the terminal: a tree of spans, and lines while a run goes on."""

import time
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from runtime.texts.safe_text import clean
from runtime.trace.reading import Trace, TraceSpan
from tasks.trace.words import MARKS, figures, short_input, title, totals


def show(trace: Trace, screen: Console) -> None:
    """Print the tree of a trace and its totals."""
    run, children = trace.run, trace.children()
    about = f" on {clean(run.dataset, 100)}" if run.dataset else ""
    screen.print(f"Run {run.id}: {clean(run.flow)}{about}, {run.state}")
    # Without recursion, since nested agents may go deep: spans, and the guides before their lines and their children's.
    waiting = [(span, "", "") for span in reversed(trace.spans) if span.kind == "flow"]
    while waiting:
        span, before, inside = waiting.pop()
        print_line(screen, span, before)
        own = children.get((span.attempt, span.number), [])
        waiting += [
            (child, f"{inside}└─ ", f"{inside}   ") if child is own[-1] else (child, f"{inside}├─ ", f"{inside}│  ")
            for child in reversed(own)
        ]
    if len(trace.spans) == trace.totals.attempts:
        screen.print("Nothing was recorded: it called nothing, or ran before there were traces.")
    screen.print(" · ".join(f"{label}: {value}" for label, value in totals(trace)))


def print_line(screen: Console, span: TraceSpan, before: str) -> None:
    """Print a span in one line of a terminal; an error is never cut."""
    text = Text.assemble((before, "dim"), line(span))
    if screen.is_terminal:
        screen.print(text, no_wrap=not span.error, overflow="ellipsis")
    else:
        screen.print(text)


def line(span: TraceSpan) -> Text:
    """A span in one line."""
    mark, style = MARKS[span.state]
    text = Text.assemble((mark, style), " ", (title(span), "bold" if span.kind in ("flow", "agent") else ""))
    if said := figures(span):
        text.append(f"  {said}", style="cyan" if span.state == "replayed" else "")
    if span.error:
        text.append(f"  {clean(' '.join(span.error.split()), 300)}", style="red")
    if said := short_input(span):
        text.append(f"  {said}", style="dim")
    return text


class Lines:
    """Prints spans as they start and end, indented by the spans around them.

    Args:
        screen: Where to.
    """

    def __init__(self, screen: Console) -> None:
        self._screen = screen
        self._depths: dict[tuple[int, int], int] = {}

    def show(self, spans: Iterable[TraceSpan]) -> None:
        """Print spans that are new, or whose state has changed."""
        for span in spans:
            depth = self._depths.get((span.attempt, span.parent or 0), -1) + 1
            self._depths[span.attempt, span.number] = depth
            at = time.strftime("%H:%M:%S", time.localtime(span.started + (span.seconds or 0.0)))
            print_line(self._screen, span, f"{at}  {'  ' * depth}")
