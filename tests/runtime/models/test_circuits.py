"""The circuit of a model, shared by a store: when it opens, who goes ahead, and how many retries there are."""

import subprocess
import sys
from dataclasses import replace
from uuid import uuid4

import pytest

from runtime.models import circuits as model_circuits
from runtime.models.circuits import CircuitLimits, Passage, failed, forget, open_circuit, passage, succeeded
from runtime.store.database import get_store

LIMITS = CircuitLimits(failures=3, window=60, seconds=50, retry_share=0.5, retry_minimum=1)

PROBE = """
import sys
from runtime.models.circuits import CircuitLimits, passage
for line in sys.stdin:
    found = passage(sys.argv[1], CircuitLimits(3, 60, 50, 0.5, 1), is_retry=False)
    print(found.is_probe, found.seconds > 0, flush=True)
"""


pytestmark = pytest.mark.usefixtures("own_store")


@pytest.fixture
def model():
    """Name of a model that nothing is known about."""
    return f"m {uuid4()}"


@pytest.fixture
def later(monkeypatch):
    """Moves the database's clock and forgets what the process knows."""
    seconds = [0.0]
    now = type(get_store()).now
    monkeypatch.setattr(type(get_store()), "now", lambda self, connection: now(self, connection) + seconds[0])

    def move(model, by):
        seconds[0] += by
        forget(model)

    return move


def fail(model, times, limits=LIMITS):
    """Let requests fail; whether the last one opened the circuit."""
    return [failed(model, limits, Passage(), "overloaded") for _ in range(times)][-1]


def may_be_asked(model):
    forget(model)
    return not passage(model, LIMITS, is_retry=False).seconds


def test_a_circuit_opens_at_the_given_number_of_failures(model):
    """Below it all runs ask; from it on nobody does for the given time, with the reason."""
    assert not fail(model, 2)
    assert may_be_asked(model)
    assert fail(model, 1)
    found = passage(model, LIMITS, is_retry=False)
    assert 40 < found.seconds <= 50
    assert found.reason == "overloaded"


def test_some_failures_among_many_answers_open_nothing(model):
    """Only when at least half of the requests fail is the server taken to be down."""
    for _ in range(10):
        succeeded(model, LIMITS, Passage())
    assert not fail(model, 9)
    assert fail(model, 1)


def test_failures_of_different_windows_open_nothing(model, later):
    """A failure of a while ago does not count any more."""
    fail(model, 2)
    later(model, 61)
    assert not fail(model, 2)


def test_answers_of_an_earlier_window_do_not_hide_an_outage(model, monkeypatch):
    """A server that worked for hours and then breaks down is seen to be down."""
    for _ in range(100):
        succeeded(model, LIMITS, Passage())
    now = model_circuits.time.monotonic() + 61
    monkeypatch.setattr("runtime.models.circuits.time.monotonic", lambda: now)
    assert fail(model, 3)


def test_one_request_goes_ahead_when_the_time_is_over(model, later):
    """The others wait for what becomes of it; a success lets everybody ask again."""
    fail(model, 3)
    later(model, 51)
    ahead = passage(model, LIMITS, is_retry=False)
    assert ahead.is_probe
    assert not may_be_asked(model)
    assert succeeded(model, LIMITS, ahead)
    assert may_be_asked(model)
    assert not fail(model, 1)  # it begins from zero


def test_a_failure_of_the_one_that_went_ahead_opens_it_again(model, later):
    """One failure is enough, for the whole time."""
    fail(model, 3)
    later(model, 51)
    assert failed(model, LIMITS, passage(model, LIMITS, is_retry=False), "server error")
    found = passage(model, LIMITS, is_retry=False)
    assert 40 < found.seconds <= 50
    assert found.reason == "server error"


def test_a_killed_process_gives_its_turn_to_another(model, later):
    """The request that went ahead never ends: after as long again, the next one goes."""
    fail(model, 3)
    later(model, 51)
    assert passage(model, LIMITS, is_retry=False).is_probe
    later(model, 49)
    assert not may_be_asked(model)
    later(model, 2)
    assert passage(model, LIMITS, is_retry=False).is_probe


@pytest.mark.scale
def test_two_processes_share_a_circuit(model, later):
    """The state is in the store: another process finds it open, and takes the turn to go ahead only once."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", PROBE, model], **pipes) as process:

        def other():
            process.stdin.write("\n")
            process.stdin.flush()
            return process.stdout.readline().split()

        fail(model, 3)
        assert other() == ["False", "True"]
        with get_store().writing() as connection:
            model_circuits._change(connection, model, open_until=1.0)
        assert other() == ["True", "False"]
        assert not may_be_asked(model)
        process.stdin.close()


def test_a_circuit_that_is_switched_off_never_opens(model):
    """With 0 failures in the settings, everybody asks."""
    off = replace(LIMITS, failures=0)
    assert not fail(model, 20, off)
    assert passage(model, off, is_retry=False) == Passage()


def test_retries_are_a_share_of_the_calls(model, later):
    """A minimum and a share of the window's calls are made; the next waits for the window to end."""
    for _ in range(4):
        succeeded(model, LIMITS, Passage())
    made = [passage(model, LIMITS, is_retry=True).seconds == 0 for _ in range(4)]
    assert made == [True, True, True, False]
    denied = passage(model, LIMITS, is_retry=True)
    assert 50 < denied.seconds <= 60
    assert denied.reason == ""
    later(model, 61)
    assert passage(model, LIMITS, is_retry=True).seconds == 0


def test_a_circuit_opened_by_hand_is_open_for_its_time(model):
    """A refused key opens it at once."""
    open_circuit(model, 50, "key refused")
    found = passage(model, LIMITS, is_retry=False)
    assert (found.reason, 40 < found.seconds <= 50) == ("key refused", True)


def test_a_healthy_model_is_looked_up_once_a_second(model, monkeypatch):
    """Most requests cost no access to the store, and successes never do."""
    assert passage(model, LIMITS, is_retry=False) == Passage()
    monkeypatch.setattr("runtime.models.circuits.get_store", lambda: pytest.fail("the store was used"))
    now = model_circuits.time.monotonic()
    monkeypatch.setattr("runtime.models.circuits.time.monotonic", lambda: now)
    assert passage(model, LIMITS, is_retry=False) == Passage()
    assert not succeeded(model, LIMITS, Passage())
