"""Functions that are called after a run has failed for good, once that is recorded."""

from collections.abc import Callable

_calls: list[Callable[[str], None]] = []


def after_failure(call: Callable[[str], None]) -> Callable[[str], None]:
    """Have a function called with the id of each run of this process that has failed for good."""
    _calls.append(call)
    return call


def call_after_failure(run_id: str) -> None:
    """Call them. They run in the thread that records the end of the run, and may block."""
    for call in _calls:
        call(run_id)
