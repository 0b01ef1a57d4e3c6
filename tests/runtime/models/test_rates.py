"""Rates of models, against a clock of the tests. The rules hold on PostgreSQL as well, where they are run again."""

import subprocess
import sys

import pytest

from runtime.models.rates import ModelLimit, Turn, Used, end_turn, limits, set_limit, take_turn, used
from runtime.runs.attempts.leases import Lease, hold, release
from runtime.settings import get_settings
from runtime.store.database import Store, get_store
from tests.runtime.stored_runs import add_run

MODEL = "openai:gpt-5-mini"


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


class Clock:
    """The database's clock, which the test moves."""

    def __enter__(self):
        self.time, self._real = 1000.0, Store.now
        Store.now = lambda *_: self.time  # pyright: ignore[reportAttributeAccessIssue]
        return self

    def __exit__(self, *_):
        Store.now = self._real


def granted(tokens=0):
    """Return the number of requests that are let through now."""
    count = 0
    while isinstance(take_turn([MODEL], tokens), Turn):
        count += 1
    return count


def test_no_minute_has_more_requests_than_the_limit():
    """Requests are let through until there are as many as the limit, then as each leaves the minute."""
    set_limit("openai-chat:gpt-5-mini", requests=3)
    with Clock() as clock:
        assert granted() == 3
        clock.time += 30
        wait = take_turn([MODEL], 0)
        assert wait == pytest.approx(30, abs=0.1)
        clock.time += wait
        assert granted() == 3
        assert used([MODEL]) == {MODEL: Used(3, 0)}


def test_no_minute_has_more_tokens_than_the_limit():
    """Tokens count as the worst case until the answer tells what was used; a request over the limit goes alone."""
    run_id = add_run()
    lease = Lease(run_id, 1)
    hold(lease)
    set_limit(MODEL, tokens=1000)
    with Clock() as clock:
        turn = take_turn([MODEL], 700)
        assert isinstance(turn, Turn)
        assert isinstance(take_turn([MODEL], 700), float)
        end_turn(turn, run_id, 100)
        assert lease.beat()
        assert used([MODEL]) == {MODEL: Used(1, 100)}
        assert granted(700) == 1
        assert isinstance(take_turn([MODEL], 5000), float)
        clock.time += 61
        assert granted(5000) == 1
    release(lease)


def test_both_limits_and_all_models_of_a_request():
    """A request waits for the tighter limit, and where several models may answer, for each of them."""
    set_limit(MODEL, requests=5, tokens=100)
    set_limit("other:m", requests=1)
    with Clock() as clock:
        assert granted(40) == 2
        assert isinstance(take_turn(["other:m"], 0), Turn)
        clock.time += 61
        assert isinstance(take_turn([MODEL, "other:m"], 0), Turn)
        assert isinstance(take_turn([MODEL, "other:m"], 0), float)
        assert granted() == 4


def test_a_limit_is_taken_away():
    """Limits are changed one by one; without any, a model is asked as often as one likes."""
    assert set_limit(MODEL, requests=5, tokens=100) == ModelLimit(5, 100)
    assert set_limit(MODEL, tokens=None) == ModelLimit(5, None)
    assert limits() == {MODEL: ModelLimit(5, None)}
    set_limit(MODEL, requests=None)
    assert limits() == {}
    assert take_turn([MODEL], 0) == Turn(())
    assert used([MODEL]) == {MODEL: Used(0, 0)}


TAKE = """
import sys
from runtime.models.rates import Turn, take_turn
from runtime.store.database import Store
Store.now = lambda *_: float(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(sum(isinstance(take_turn(["openai:gpt-5-mini"], 0), Turn) for _ in range(60)))
"""


@pytest.mark.scale
def test_two_processes_share_sixty_requests_a_minute():
    """Two processes that each ask for 60 requests in one minute get 60 together, and 60 again in the next."""
    set_limit(MODEL, requests=60)
    get_store()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with Clock() as clock, subprocess.Popen([sys.executable, "-c", TAKE, "1000"], **pipes) as other:
        assert other.stdout.readline() == "ready\n"
        other.stdin.write("\n")
        other.stdin.flush()
        here = granted()
        assert here + int(other.communicate()[0]) == 60
        clock.time = 1061.0
        assert granted() == 60
