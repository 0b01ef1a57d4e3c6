"""Progress of the runs that this process works on: their steps, counted from step events."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from runtime.budget import Budget
from runtime.runs.answers import Answers
from runtime.runs.attempts.leases import Lease
from runtime.runs.enclosing import outermost_flow_run
from runtime.step_events import StepEvent, listening

Definitions = dict[str, dict[str, list[str]]]
"""Digests of each part of each agent: agent → part → digests, several when a run has agents of one name that differ."""

OnChange = Callable[[str, list[str], Mapping[str, int]], bool]
"""Called with the agent, its changed parts, and the number of calls of each name; returns whether to continue."""


@dataclass
class RunProgress:
    """Progress of one run in this process.

    Attributes:
        lease: The lease by which this process works on the run.
        definitions: Digests of the agents that have run in it.
        calls: Number of calls made, by tool; `model` for model requests.
        made: Number of calls made, in all attempts.
        answers: The answers of models in it.
        budget: What the run may spend.
        on_change: Called when an agent has changed since the run began; by default the run continues.
        replayed: Number of calls that were answered from stored results, in this attempt.
        in_attempt: Number of calls of both kinds, in this attempt.
        undone: How often effects were undone before this attempt, by the paths of the steps around them.
    """

    lease: Lease
    definitions: Definitions = field(default_factory=dict[str, dict[str, list[str]]])
    calls: Counter[str] = field(default_factory=Counter[str])
    made: int = 0
    answers: Answers = field(default_factory=Answers)
    budget: Budget | None = None
    on_change: OnChange | None = None
    replayed: int = 0
    in_attempt: int = 0
    undone: Counter[str] = field(default_factory=Counter[str])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def columns(self) -> dict[str, Any]:
        """Return the values of the columns of the run's row."""
        return {
            "definitions": {
                name: {part: list(digests) for part, digests in parts.items()}
                for name, parts in self.definitions.items()
            },
            "calls": dict(self.calls),
            "last_answer": self.answers.last,
            "steps_made": self.made,
            "steps_replayed": self.replayed,
            "steps_in_attempt": self.in_attempt,
        }

    def count(self, event: StepEvent) -> None:
        """Count a step."""
        with self.lock:
            self.in_attempt += event.calls
            if event.phase == "replayed":
                self.replayed += event.calls
            else:
                self.made += event.calls
                self.calls["model" if event.kind == "model" else event.name.partition("(")[0]] += 1
        self.lease.note_later(self._columns_now)

    def _columns_now(self) -> dict[str, Any]:
        with self.lock:
            return self.columns()


_runs: dict[str, RunProgress] = {}
_unrecorded: set[str] = set()
_listener = ExitStack()
_listening = False
_listening_lock = threading.Lock()


def progress_of(run_id: str) -> RunProgress | None:
    """Return the progress of a run, or `None` when this process does not work on it."""
    return _runs.get(run_id)


def times_undone(run_id: str, path: str) -> int:
    """Return how often effects inside a step were undone before this attempt, so that it is made again as often.

    Args:
        run_id: The run.
        path: Path of the step.
    """
    progress = _runs.get(run_id)
    return 0 if progress is None else progress.undone[path]


def start_counting(progress: RunProgress) -> None:
    """Count the steps of a run from now on."""
    with _listening_lock:
        global _listening
        if not _listening:
            _listener.enter_context(listening(_count))
            _listening = True
    _runs[progress.lease.run_id] = progress


def go_unrecorded(run_id: str) -> None:
    """Note that a run of this process goes on without a record, since the store cannot be used."""
    _unrecorded.add(run_id)


def is_unrecorded(run_id: str) -> bool:
    """Tell whether a run of this process goes on without a record."""
    return run_id in _unrecorded


def stop_counting(run_id: str) -> RunProgress | None:
    """Forget a run of this process, and return its progress, or `None` when this process does not record it."""
    _unrecorded.discard(run_id)
    return _runs.pop(run_id, None)


def _count(event: StepEvent) -> None:
    if event.kind == "task" or event.phase not in ("finished", "replayed"):
        return
    context = outermost_flow_run()
    progress = _runs.get(str(context.flow_run.id)) if context is not None and context.flow_run is not None else None
    if progress is not None:
        progress.count(event)
