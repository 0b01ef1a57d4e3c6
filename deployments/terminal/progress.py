"""Live progress of a run on stderr, from the events of `runtime.step_events`."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from deployments.terminal.messages import console, plain
from runtime.budget import in_dollars
from runtime.step_events import StepEvent, listening

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

MOST_LINES = 100
"""Most steps of which each gets a line; in longer runs, only tasks and failures do."""

LONG_WAIT = 5
"""Seconds from which on a wait gets a line, so that nobody takes it for a hang."""

_MARKS = {"finished": ("✓", "green"), "failed": ("✗", "red"), "replayed": ("↺", "cyan")}


class Progress:
    """Display of the running steps, which prints a line for each that ended.

    On a terminal the running steps are one moving line at the bottom; elsewhere only finished lines are written, so
    that a log file stays readable. Events may come from any thread.
    """

    def __init__(self, target: "Console | None" = None) -> None:
        self.console = target or console(stderr=True)
        self.steps = 0
        self.replayed = 0
        self.usd = 0.0
        self._running: dict[str, str] = {}
        self._waiting = ""
        self._lock = Lock()
        self._began = time.monotonic()
        self._status: Status | None = None

    @contextmanager
    def live(self) -> Generator["Progress"]:
        """Listen to events and show them until the block ends."""
        with listening(self.on_event):
            if not self.console.is_terminal:
                yield self
                return
            with self.console.status("") as status:
                self._status = status
                try:
                    yield self
                finally:
                    self._status = None

    @contextmanager
    def paused(self) -> Generator[None]:
        """Hide the progress while a question is asked."""
        if self._status is not None:
            self._status.stop()
        try:
            yield
        finally:
            if self._status is not None:
                self._status.start()

    def waiting(self, what: str) -> None:
        """Show a text before the first step; an empty text removes it."""
        with self._lock:
            self._waiting = what
            if what and self._status is None:
                self.console.print(f"{plain(what)} …")
            self._refresh()

    def on_event(self, event: StepEvent) -> None:
        """Handle one event."""
        with self._lock:
            self._waiting = ""
            if event.phase == "started":
                self._running[event.step] = plain(event.name)
            elif event.phase == "waiting":
                self._print_wait(event)
            else:
                self._running.pop(event.step, None)
                self._print(event)
            self._refresh()

    def _print_wait(self, event: StepEvent) -> None:
        from rich.text import Text

        if event.seconds is not None and event.seconds >= LONG_WAIT:
            line = Text.assemble(("…", "yellow"), " ", plain(event.name))
            line.append(f"  waits {event.seconds:.0f} s: {_short(event.error or '')}", style="dim")
            self.console.print(line)

    def _print(self, event: StepEvent) -> None:
        from rich.text import Text

        mark, style = _MARKS[event.phase]
        if event.phase != "failed":
            self.steps += 1
        line = Text.assemble((mark, style), " ", plain(event.name))
        details: list[str] = []
        if event.phase == "replayed":
            self.replayed += 1
            details.append("stored result")  # nothing was called, so nothing was paid
        else:
            if event.seconds is not None:
                details.append(f"{event.seconds:.1f} s")
            if event.usd:
                self.usd += event.usd
                details.append(in_dollars(event.usd))
        if event.kind != "task" and event.phase != "failed" and self.steps > MOST_LINES:
            return
        if details:
            line.append("  " + ", ".join(details), style="dim")
        if event.error:
            line.append(f"  {_short(event.error)}", style="red")
        self.console.print(line)

    def _refresh(self) -> None:
        if self._status is None:
            return
        from rich.text import Text

        now = list(self._running.values())
        doing = self._waiting or (now[-1] if now else "Working")
        more = f" (+{len(now) - 1} more)" if len(now) > 1 else ""
        self._status.update(Text(f"{doing}{more}"))

    def summary(self) -> str:
        """Return number, duration and cost of all steps in one line."""
        parts = [f"{self.steps} steps", f"{time.monotonic() - self._began:.1f} s"]
        if self.usd:
            parts.append(in_dollars(self.usd))
        if self.replayed:
            parts.append(f"{self.replayed} from stored results")
        return ", ".join(parts)


def _short(error: str) -> str:
    # The text of asyncio's error about a cancelled step says nothing to a user.
    return "cancelled" if error.startswith("Cancelled via cancel scope") else plain(" ".join(error.split()))[:160]
