"""Writing of spans with the heartbeat of their run. The rules hold on PostgreSQL as well, where they are run again."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from runtime.runs.attempts.leases import Lease
from runtime.runs.listing import find_run
from runtime.trace import recording
from runtime.trace.reading import read_trace
from runtime.trace.recording import tracing
from tests.runtime.stored_runs import add_run, read_run

pytestmark = pytest.mark.usefixtures("own_home")


@contextmanager
def working_on(run_id: str) -> Generator[Lease]:
    """Be inside a run that this process has the lease of; its heartbeats are the test's."""
    lease = Lease(run_id, 1)
    token = recording._place.set(recording._Place(lease, 0))
    try:
        yield lease
    finally:
        recording._place.reset(token)


def states(run_id: str) -> dict[str, str]:
    return {span.name: span.state for span in read_trace(find_run(run_id)).spans if span.number}


def test_a_span_is_one_row_from_its_start_to_its_end():
    """A heartbeat writes spans that have started, and the next one writes how they ended, whatever failed between."""
    run_id = add_run()
    with working_on(run_id) as lease:
        with tracing("tool", "outer"):
            with tracing("tool", "inner"):
                assert lease.beat()
                assert states(run_id) == {"outer": "running", "inner": "running"}
            with pytest.raises(ZeroDivisionError), tracing("tool", "broken"):
                _ = 1 / 0
        assert lease.beat()
    assert states(run_id) == {"outer": "finished", "inner": "finished", "broken": "failed"}


def test_what_no_database_takes_stops_no_heartbeat():
    """A span that cannot be written is left out, and the run keeps its lease and its later spans."""
    run_id = add_run(heartbeat=0.0)
    with working_on(run_id) as lease:
        with tracing("tool", "half a character: \ud800"):
            pass
        assert lease.beat()
        with tracing("tool", "later"):
            pass
        assert lease.beat()
    assert states(run_id) == {"later": "finished"}
    assert read_run(run_id).heartbeat > 0
