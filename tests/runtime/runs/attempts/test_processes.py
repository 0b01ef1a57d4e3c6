"""Processes are told from each other, also after they have ended."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from runtime.runs.attempts.processes import Process, is_gone, this_process


@pytest.fixture
def other():
    """Another process on this machine, and its identity by its own word."""
    script = (
        "from runtime.runs.attempts.processes import this_process as p; import sys\n"
        "print(*(p().host, p().machine, p().pid, p().started), sep='\\t', flush=True); sys.stdin.read()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", script], **pipes) as process:
        host, machine, pid, started = process.stdout.readline().strip().split("\t")
        yield process, Process(host, machine, int(pid), started)
        process.kill()


def test_a_running_process_is_there(other):
    """A process that runs is not gone, seen from another one and from itself."""
    assert is_gone(other[1]) is False
    assert is_gone(this_process()) is False


def test_an_ended_process_is_gone_before_its_parent_knows(other):
    """A killed process is gone at once, also while its parent has not waited for it."""
    process, identity = other
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE
    assert is_gone(identity) is True
    process.wait()
    assert is_gone(identity) is True


def test_a_pid_that_was_given_again_is_another_process():
    """A process with the same pid and another start is not the one that was meant; an unknown start proves nothing."""
    me = this_process()
    assert is_gone(replace(me, started="1")) is True
    assert is_gone(replace(me, started=None)) is False


def test_elsewhere_cannot_be_seen(other):
    """Of a process on another machine, or in another container, nothing is said."""
    assert is_gone(replace(this_process(), machine="elsewhere")) is None


@pytest.mark.skipif(not psutil.LINUX, reason="other systems tell a time of day")
def test_the_clock_does_not_change_a_process():
    """On Linux the start is the kernel's own count, which stays when the clock is set."""
    assert this_process().started == Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
