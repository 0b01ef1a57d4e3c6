"""The display on a terminal: one moving line, finished steps above it, text as text."""

import io

from rich.console import Console

from deployments.terminal.progress import Progress
from runtime.step_events import StepEvent, emit


def _terminal() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=100, markup=False, highlight=False)


def test_running_step_is_shown_and_gone():
    """On a terminal a running step shows while it runs and leaves one line when it has ended."""
    console = _terminal()
    with Progress(console).live() as progress:
        progress.waiting("Starting the embedded Prefect server")
        assert str(progress._status.status) == "Starting the embedded Prefect server"
        emit(StepEvent(step="a", kind="tool", name="one [bold]", phase="started"))
        emit(StepEvent(step="b", kind="tool", name="two", phase="started"))
        assert str(progress._status.status) == "two (+1 more)"
        emit(StepEvent(step="b", kind="tool", name="two", phase="finished", seconds=1))
        assert str(progress._status.status) == "one [bold]"
    assert "✓" in console.file.getvalue()


def test_no_events_after_the_end():
    """When the block has ended nothing more is written."""
    console = _terminal()
    with Progress(console).live():
        pass
    before = console.file.getvalue()
    emit(StepEvent(step="a", kind="tool", name="late", phase="finished", seconds=1))
    assert console.file.getvalue() == before


def test_escape_sequences_are_not_obeyed():
    """A step's name may hold values from data; what a terminal would obey in it is replaced."""
    console = Console(file=io.StringIO(), markup=False)
    with Progress(console).live():
        emit(StepEvent(step="a", kind="tool", name="clear\x1b[2J\r", phase="finished", seconds=1))
    assert "\x1b" not in console.file.getvalue()
    assert "\r" not in console.file.getvalue()


def test_long_waits_are_told_with_their_reason():
    """A long wait is told with its length and reason, and the step is still running; a short one is not told."""
    console = Console(file=io.StringIO(), width=100, markup=False)
    with Progress(console).live() as progress:
        emit(StepEvent(step="a", kind="model", name="one", phase="started"))
        emit(StepEvent(step="a", kind="model", name="one", phase="waiting", seconds=0.8, error="server error"))
        assert console.file.getvalue() == ""
        emit(StepEvent(step="a", kind="model", name="one", phase="waiting", seconds=40.4, error="rate limited"))
        assert console.file.getvalue() == "… one  waits 40 s: rate limited\n"
        assert progress.steps == 0
        emit(StepEvent(step="a", kind="model", name="one", phase="finished", seconds=41))
    assert progress.steps == 1
