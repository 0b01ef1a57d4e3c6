"""Keys that policies make of what a call is, policy by policy, without a run around them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect import task
from prefect.client.schemas.objects import TaskRun
from prefect.context import TaskRunContext
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore
from prefect.transactions import IsolationLevel

from cache_policies import ACROSS_RUNS, DURABLE, NEVER
from cache_policies.digests.unkeyable import UnkeyableError
from cache_policies.locks import FileLocks
from cache_policies.policies import KEY_FORMAT, Call, describing
from runtime.prefect_server.sealed_results import SealedResults
from tests.contexts import in_flow, in_task

pytestmark = pytest.mark.usefixtures("own_home")


def context_of(function: Any, **options: Any) -> Any:
    """The context of a task run, as far as a policy looks at it."""
    return TaskRunContext.model_construct(
        task=task(function, **{"name": "measure", **options}),
        task_run=TaskRun.model_construct(name="measure run"),
        result_store=ResultStore(result_storage=LocalFileSystem()),
    )


def one(city: str) -> str:
    return city


def two(city: str) -> str:
    return city * 2


CALL = Call("definition", "content", "agent", "dependencies", "now", across_runs=lambda: "readable")


@pytest.mark.parametrize("part", ["definition", "content", "agent", "dependencies_now", "across_runs"])
def test_every_part_of_a_call_counts_across_runs(part: str) -> None:
    """Under ACROSS_RUNS a key holds the format and each part of the call that other runs can know."""
    policy, context = ACROSS_RUNS(), context_of(one)

    def key(call: Call) -> str | None:
        with describing(call):
            return policy.compute_key(context, {}, {})

    changed = replace(CALL, **{part: (lambda: "other") if part == "across_runs" else "other"})
    assert key(CALL) == key(replace(CALL, dependencies="as in another attempt", run="another run"))
    assert key(changed) not in (None, key(CALL))
    assert str(key(CALL)).startswith(f"{KEY_FORMAT}-")


@pytest.mark.parametrize("part", ["definition", "content", "dependencies"])
def test_every_part_of_a_call_is_among_its_inputs(part: str) -> None:
    """Prefect's own policies see each part of a call, and its run only if nothing else tells calls apart."""
    assert replace(CALL, **{part: "other"}).parts != CALL.parts
    assert replace(CALL, run="run").parts == CALL.parts
    assert replace(CALL, run="run", live=((object(), None),)).parts != replace(CALL, live=((object(), None),)).parts
    assert CALL.all_parts == (*CALL.parts, "now", "agent", "readable")


def test_a_call_that_is_not_shared_is_its_runs_own_under_other_policies() -> None:
    """Policies that know nothing of runs are told the run, where no key can hold what the call can read."""

    def unknown() -> str:
        raise UnkeyableError("a connection")

    for call in (replace(CALL, across_runs=unknown), replace(CALL, across_runs=None)):
        assert replace(call, run="one").all_parts != replace(call, run="other").all_parts
        with describing(call):
            assert ACROSS_RUNS().compute_key(context_of(one), {}, {}) is None
    live = replace(CALL, live=((object(), None),))
    assert replace(live, run="one").all_parts != replace(live, run="other").all_parts


def test_a_call_with_live_objects_has_no_key_across_runs(caplog: pytest.LogCaptureFixture) -> None:
    """A call that depends on objects without content is not shared, and the log names it and each type once."""
    with describing(replace(CALL, live=((object(), None), (object(), None), ([], "empty")))):
        assert ACROSS_RUNS().compute_key(context_of(one), {}, {}) is None
    assert caplog.messages == [
        "measure run is not shared across runs: object, list in its dependencies or tools has no content to key"
    ]


def test_a_task_of_ones_own_is_keyed_by_all_it_is(caplog: pytest.LogCaptureFixture) -> None:
    """Across runs a plain task counts by name, source and inputs; inputs without content give it no key."""
    policy = ACROSS_RUNS()
    base = policy.compute_key(context_of(one), {"city": "Bremen"}, {})
    assert base == policy.compute_key(context_of(one), {"city": "Bremen"}, {"of": "the flow"})
    assert base not in (None, policy.compute_key(context_of(one), {"city": "Hamburg"}, {}))
    assert base != policy.compute_key(context_of(two), {"city": "Bremen"}, {})
    assert base != policy.compute_key(context_of(one, name="other"), {"city": "Bremen"}, {})
    assert policy.compute_key(context_of(one), {"city": object()}, {}) is None
    assert "__cache_key__" in caplog.text


def test_the_expiry_is_the_task_s_where_it_has_one() -> None:
    """A policy's expiry is given to a task that has none of its own, and stays out of the key."""
    week, day = timedelta(days=7), timedelta(days=1)
    plain, own = context_of(one), context_of(one, cache_expiration=day)
    keys = [ACROSS_RUNS(expires=week).compute_key(context, {}, {}) for context in (plain, own)]
    assert (plain.task.cache_expiration, own.task.cache_expiration) == (week, day)
    assert keys[0] == keys[1] == ACROSS_RUNS().compute_key(context_of(one), {}, {})


def test_the_call_at_hand_is_known_inside_its_block_alone() -> None:
    """Blocks may stand inside each other, and afterwards no call is at hand."""
    policy, context = ACROSS_RUNS(), context_of(one)
    plain = policy.compute_key(context, {}, {})
    with describing(CALL):
        outer = policy.compute_key(context, {}, {})
        with describing(replace(CALL, content="other")):
            assert policy.compute_key(context, {}, {}) not in (outer, plain)
        assert policy.compute_key(context, {}, {}) == outer != plain
    assert policy.compute_key(context, {}, {}) == plain


def test_never_and_outside_of_runs_there_is_no_key() -> None:
    """NEVER makes no key; DURABLE makes none where there is no run."""
    assert NEVER.compute_key(context_of(one), {}, {}) is None
    assert DURABLE.compute_key(context_of(one), {}, {}) is None


def durable_key(context: Any, run: UUID, step: str = "step") -> str | None:
    """The key under DURABLE of a task run of a flow run."""
    with in_flow(run_id=run), in_task(step):
        return DURABLE.compute_key(context, {"city": "Bremen"}, {})


def test_durable_is_keyed_by_run_place_and_definition() -> None:
    """Under DURABLE a retry has the key again; another run, place in it or source of the task has another one."""
    run = uuid4()
    key = durable_key(context_of(one), run)
    assert str(key).startswith(f"{KEY_FORMAT}-")
    assert durable_key(context_of(one), run) == key
    others = {
        durable_key(context_of(one), uuid4()),
        durable_key(context_of(one), run, "other"),
        durable_key(context_of(two), run),
    }
    assert len({key, *others}) == 4


def test_durable_knows_a_call_by_its_definition() -> None:
    """Under DURABLE a step of an agent counts by the call's definition; the task that carries it out is always ours."""
    run, other = uuid4(), replace(CALL, definition="other")
    with describing(CALL):
        key = durable_key(context_of(one), run)
        assert durable_key(context_of(two), run) == key
    with describing(other):
        assert durable_key(context_of(one), run) != key


@pytest.mark.parametrize("policy", [DURABLE, ACROSS_RUNS()], ids=["durable", "across runs"])
def test_results_of_plain_tasks_are_sealed(policy: Any) -> None:
    """A key for a plain task comes with a seal on its result; a step of an agent has a seal of its own."""
    plain, step = context_of(one), context_of(one)
    with in_flow(), in_task():
        policy.compute_key(plain, {}, {})
        with describing(CALL):
            policy.compute_key(step, {}, {})
    assert isinstance(plain.result_store.result_storage, SealedResults)
    assert not isinstance(step.result_store.result_storage, SealedResults)


def test_across_runs_waits_for_others() -> None:
    """ACROSS_RUNS asks for the lock that makes equal calls at the same time pay once; DURABLE does not."""
    assert (ACROSS_RUNS().isolation_level, type(ACROSS_RUNS().lock_manager)) == (IsolationLevel.SERIALIZABLE, FileLocks)
    assert DURABLE.lock_manager is None
