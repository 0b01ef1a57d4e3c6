"""Fencing: an attempt that has lost its lease writes nothing."""

import os
import signal
import subprocess
import sys

import pytest

from runtime.runs.attempts import leases
from runtime.runs.attempts.leases import (
    CONFIRMED_SECONDS,
    STALE_SECONDS,
    Lease,
    fenced,
    hold,
    release,
)
from runtime.runs.attempts.takeover import take_over
from tests.runtime.stored_runs import add_run, change_run, read_run

pytestmark = pytest.mark.usefixtures("own_home")


STOPPED = """
import sys
from runtime.runs.attempts.leases import Lease, hold, fenced
lease = Lease(sys.argv[1], 1)
hold(lease)
print("ready", flush=True)
sys.stdin.readline()
lease._confirmed -= 60  # as long as it would really have been stopped
print(fenced(sys.argv[1]), flush=True)
"""


@pytest.mark.parametrize(("since", "writes"), [(CONFIRMED_SECONDS - 1, True), (CONFIRMED_SECONDS + 1, False)])
def test_a_lease_that_was_not_confirmed_for_long_is_asked_about(since, writes):
    """Without a heartbeat for 16 seconds a process asks before it writes: then another attempt is seen, before not."""
    run = add_run()
    lease = Lease(run, 1)
    change_run(run, attempt=2)
    lease._confirmed -= since
    assert lease.may_write() is writes


def test_a_lease_is_asked_about_before_others_may_take_it():
    """A process asks well before its run counts as interrupted, so that a write that has begun is over by then."""
    assert CONFIRMED_SECONDS <= STALE_SECONDS - 5
    lease = Lease("unknown", 1)
    lease._confirmed -= STALE_SECONDS - 5
    assert not lease.may_write()


def test_a_lease_is_asked_about_by_its_own_run():
    """Attempts of other runs say nothing about a lease."""
    change_run(add_run(), attempt=7)
    lease = Lease(add_run(), 1)
    lease._confirmed -= STALE_SECONDS
    assert lease.may_write()


def test_a_forked_child_has_no_lease():
    """A forked child does not keep the runs of its parent alive."""
    run = add_run()
    lease = Lease(run, 1)
    hold(lease)
    child = os.fork()
    if child == 0:
        os._exit(0 if leases.held(run) is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert leases.held(run) is lease
    release(lease)


def test_a_stopped_process_that_wakes_up_is_fenced():
    """A process that was stopped while its run was taken over may not write when it goes on, before any heartbeat."""
    run = add_run(machine="elsewhere")
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED, run], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGSTOP)
        change_run(run, heartbeat=read_run(run).heartbeat - 60)
        release(take_over(run))
        process.send_signal(signal.SIGCONT)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "True\n"
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_run_of_nobody_here_is_not_fenced():
    """A run that this process has no lease of, as in a task of another host, may be written."""
    assert not fenced("unknown")
