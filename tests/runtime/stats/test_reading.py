"""Figures over runs. The rules hold on PostgreSQL as well, where they are run again."""

import pytest

from runtime.stats.reading import read_stats
from tests.runtime.stored_runs import add_run, add_spans

pytestmark = pytest.mark.usefixtures("own_home")

DAY = 86400.0


def model(**more):
    columns = {"kind": "model", "agent": "clerk", "asked": "openai:big", "input_tokens": 100, "output_tokens": 10}
    return {**columns, "usd": 0.5, **more}


def test_an_empty_store_has_no_figures():
    """Without a run there is nothing to count, and no rate or percentile is made up."""
    found = read_stats(7 * DAY, "model")
    assert (found.total.runs, found.groups, found.periods) == ({}, [], [])
    assert (found.total.error_rate, found.total.usd, found.total.run_seconds) == (None, None, None)


def test_calls_are_counted_as_what_became_of_them():
    """Made, failed, replayed and retried calls, their tokens and prices are told apart; other spans count nowhere."""
    run_id = add_run(state="completed", seconds=4.0)
    add_spans(
        run_id,
        {"kind": "agent", "name": "clerk", "agent": "clerk"},
        model(),
        model(usd=0.25, cached_tokens=40),
        {"kind": "model", "agent": "clerk", "asked": "openai:big", "input_tokens": 7, "output_tokens": 3},
        {"kind": "model", "agent": "clerk", "asked": "openai:big", "state": "failed", "error": "E: 503"},
        {"kind": "retry", "state": "failed", "agent": "clerk", "asked": "openai:big", "tries": 1},
        {"kind": "recovery", "agent": "clerk", "reason": "malformed"},
        {"kind": "tool", "agent": "clerk"},
        {"kind": "tool", "agent": "clerk", "state": "failed"},
        model(state="replayed", usd=0.125),
        {"kind": "tool", "agent": "clerk", "state": "replayed"},
        {"kind": "task", "state": "replayed", "calls": 3, "usd": 1.0, "input_tokens": 5, "output_tokens": 5},
        {"kind": "task", "state": "replayed"},
    )
    total = read_stats(DAY).total
    assert (total.model_calls, total.tool_calls, total.failed_calls, total.recoveries) == (4, 2, 2, 2)
    assert (total.input_tokens, total.output_tokens, total.cached_tokens) == (207, 23, 40)
    assert (total.usd, total.unpriced) == (0.75, 1)
    assert (total.replayed, total.saved_tokens, total.saved_usd) == (5, 120, 1.125)


def test_runs_are_counted_by_how_they_ended():
    """The error rate is over ended runs, cancelled ones left out; a run whose process is gone is interrupted."""
    for state in ("completed", "completed", "failed", "budget exceeded", "cancelled", "running"):
        add_run(state=state, seconds=2.0)
    add_run(state="running", heartbeat=0.0)
    total = read_stats(DAY).total
    assert total.runs == {
        "completed": 2,
        "failed": 1,
        "budget exceeded": 1,
        "cancelled": 1,
        "running": 1,
        "interrupted": 1,
    }
    assert total.error_rate == 3 / 5


def test_percentiles_are_interpolated():
    """Latencies are of answered model calls and completed runs, by linear interpolation."""
    run_id = add_run(state="completed", seconds=30.0)
    add_run(state="failed", seconds=1000.0)
    add_spans(
        run_id, *(model(seconds=float(seconds)) for seconds in range(1, 102)), model(state="failed", seconds=900.0)
    )
    total = read_stats(DAY).total
    assert total.model_seconds is not None
    assert (total.model_seconds.p50, total.model_seconds.p95) == pytest.approx((51.0, 96.0))
    assert total.run_seconds is not None
    assert (total.run_seconds.p50, total.run_seconds.p95) == (30.0, 30.0)


def test_groups_are_those_of_calls_or_of_runs():
    """By model and agent, calls are split and a run counts in each group it has calls in; by data set, runs are."""
    one = add_run(dataset="sales", deployment="nightly", state="completed")
    two = add_run(dataset="sales", deployment=None, state="failed")
    add_spans(one, model(), model(), model(asked="openai:small", agent="writer"), {"agent": "writer"})
    add_spans(two, model(asked="openai:small"), {"kind": "model", "model": "openai:older"})

    def groups(by):
        return {
            group.name: (sum(group.figures.runs.values()), group.figures.model_calls, group.figures.tool_calls)
            for group in read_stats(DAY, by).groups
        }

    assert groups("model") == {"openai:big": (1, 2, 0), "openai:small": (2, 2, 0), "openai:older": (1, 1, 0)}
    assert groups("agent") == {"clerk": (2, 3, 0), "writer": (1, 1, 1)}
    assert groups("dataset") == {"sales": (2, 5, 1)}
    assert groups("deployment") == {"nightly": (1, 3, 1), None: (1, 2, 0)}


def test_older_runs_are_left_out_with_their_calls():
    """Only runs that began within the time count, each in the hour or day of UTC in which it began."""
    import time

    now = time.time()
    add_spans(add_run(created=now - 3 * DAY, state="completed"), model())
    add_spans(add_run(created=now - DAY / 2, state="failed"), model(), model())
    week, day = read_stats(7 * DAY), read_stats(DAY)
    assert (week.total.model_calls, day.total.model_calls) == (3, 2)
    assert [(one.start % DAY, one.figures.model_calls) for one in week.periods] == [(0.0, 1), (0.0, 2)]
    assert [(one.start, one.figures.model_calls) for one in day.periods] == [((now - DAY / 2) // 3600 * 3600, 2)]
    assert (week.period_seconds, day.period_seconds) == (DAY, 3600.0)
