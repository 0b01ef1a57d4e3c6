"""Writers at once, kills and many facts, by the parts of `benchmarks.robustness.memory`, which check what they say."""

import pytest

from benchmarks.robustness.memory import junk_rate, kills_during_writes, search_time, writers_at_once

pytestmark = pytest.mark.usefixtures("own_home")


@pytest.mark.scale
def test_a_kill_during_a_write_leaves_no_half():
    """Facts that a killed writer has reported are there, and each has its whole history."""
    assert kills_during_writes(1)["half_written"] == 0


def test_facts_are_found_among_many():
    """Each search among facts of two data sets finds some, and none of the other data set."""
    assert search_time(60)["facts"] == 60


@pytest.mark.scale
def test_processes_that_write_at_once_lose_nothing():
    """Facts that processes add together are all there, and changes of one fact by all of them are in a row."""
    assert writers_at_once(4, 10)["writes"] == 80


@pytest.mark.scale
def test_many_kills_leave_no_half():
    """The rule of one kill holds for many, at random moments."""
    assert kills_during_writes(10)["lost"] == 0


@pytest.mark.scale
def test_runs_over_a_growing_series_propose_no_junk():
    """The offline model proposes each real event once while the data grow, and hardly anything else."""
    found = junk_rate(12)
    assert found["proposed"] >= 1
    assert found["junk_rate"] <= 0.34
