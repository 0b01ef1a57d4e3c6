"""Call paths: places that a retry finds again, and calls that nothing tells apart."""

from threading import Lock
from uuid import UUID, uuid4
from weakref import ref

import pytest
from prefect.context import FlowRunContext

from cache_policies import call_path
from cache_policies.call_path import (
    LookAlikeError,
    NumberedCall,
    adopt,
    also_called,
    inside,
    number_call,
    paths_around,
    scope_and_path,
)
from tests.contexts import in_flow, in_task


class Connection:
    """Something without content."""

    __slots__ = ()


def numbered(content: str = "same", **options: object) -> NumberedCall:
    call = number_call(content, **options)  # pyright: ignore[reportArgumentType]
    assert call is not None
    return call


def test_outside_of_runs_there_is_no_place() -> None:
    """Without a run around it, a call has no path, and there is nothing to do for one."""
    assert scope_and_path() is None
    assert number_call("a") is None
    adopt(None)
    with inside(None):
        assert scope_and_path() is None


def test_paths_around_a_point_are_those_of_its_runs_and_names() -> None:
    """They begin with the names that blocks have given, then the innermost run; the outermost run is in none."""
    with in_flow(), in_flow("within"):
        found = scope_and_path()
        assert found is not None
        with in_task():
            innermost = scope_and_path()
            assert innermost is not None
            with also_called("a tool"), also_called("its step"):
                assert paths_around() == ["a tool", "its step", innermost[1], found[1]]
            assert paths_around() == [innermost[1], found[1]]


def test_equal_calls_are_numbered() -> None:
    """Equal calls of one attempt have the numbers 0, 1, 2, each with an identity of its own; others begin at 0."""
    with in_flow():
        calls = [numbered(), numbered(), numbered(), numbered("other")]
        assert [call.number for call in calls] == [0, 1, 2, 0]
        assert len({call.identity for call in calls}) == 4
        assert len({(call.scope, call.owner) for call in calls}) == 1


def test_numbers_given_back_are_given_out_smallest_first() -> None:
    """A failed call's place goes to the next equal call, the smallest first."""
    with in_flow():
        first, second, _ = numbered(), numbered(), numbered()
        second.give_back()
        first.give_back()
        assert [numbered().identity for _ in range(2)] == [first.identity, second.identity]
        assert numbered().number == 3


def test_steps_of_one_call_are_numbered_among_themselves() -> None:
    """Calls inside a call are counted in it alone, and have the same places in whatever order the outer ones come."""
    with in_flow():
        one, two = numbered("one"), numbered("two")
        with inside(one):
            first = [numbered("step") for _ in range(2)]
        with inside(two):
            second = numbered("step")
        with inside(one), inside(two):
            third = numbered("step")
        assert [call.number for call in (*first, second, third)] == [0, 1, 0, 1]
        assert len({call.identity for call in (*first, second, third)}) == 4
        assert numbered("step").number == 0


def test_calls_with_other_objects_are_refused() -> None:
    """Of two equal calls that depend on different objects, the second is refused, with the type and what to do."""
    with in_flow():
        one, other = Connection(), Connection()
        first = numbered(live=[(one, None)])
        assert numbered(live=[(one, None)]).number == 1
        with pytest.raises(LookAlikeError, match=r"different objects of type Connection.*__cache_key__"):
            numbered(live=[(other, None)])
        numbered("another", live=[(other, None)])
        assert numbered(live=[(one, None)]).number == 2
        first.give_back()
        with pytest.raises(LookAlikeError):
            numbered(live=[(other, None)])


def test_a_call_that_failed_may_be_tried_with_another_object() -> None:
    """The place of a failed call is free for the next one, whatever that depends on."""
    with in_flow():
        first = numbered(live=[(Connection(), None)])
        first.give_back()
        assert numbered(live=[(Connection(), None)]).identity == first.identity


def test_objects_of_equal_content_are_interchangeable() -> None:
    """Two logs that both are empty do not tell calls apart; two that differ are refused."""
    with in_flow():
        numbered(live=[([], "empty")])
        numbered(live=[([], "empty")])
        with pytest.raises(LookAlikeError, match="type list"):
            numbered(live=[([1], "full")])


def path() -> str:
    found = scope_and_path()
    assert found is not None
    return found[1]


def test_a_retry_has_the_paths_of_the_first_attempt() -> None:
    """Each attempt of one run gives its tasks and flows, which have new ids, the same paths, in whatever order."""
    paths = list[list[str]]()
    for order in (1, -1):
        with in_flow("outer"):
            found = dict[int, str]()
            for number in (1, 2)[::order]:
                with in_task("step", number=number):
                    found[number] = path()
            with in_flow("step", number=1):
                found[3] = path()
            paths.append([found[key] for key in (1, 2, 3)])
    assert paths[0] == paths[1]
    assert len(set(paths[0])) == 3


def test_name_parameters_and_number_make_a_step_of_the_path() -> None:
    """Runs of another name, with other parameters, inside another run, or the second of equals, have other paths."""
    paths = list[str]()
    with in_flow("outer"):
        for name, parameters in (("a", {}), ("b", {}), ("a", {"x": 1}), ("a", {"x": 2}), ("a", {})):
            with in_task(name, **parameters):
                paths.append(path())
                with in_task("a"):
                    paths.append(path())
        paths.append(path())
    assert len(set(paths)) == len(paths)


def test_a_run_that_is_retried_itself_keeps_its_place() -> None:
    """A second attempt of a task run has its path again; the next equal run has another."""
    run = uuid4()
    with in_flow():
        paths = list[str]()
        for run_id in (run, run, uuid4()):
            with in_task(run_id=run_id):
                paths.append(path())
    assert paths[0] == paths[1] != paths[2]


def test_the_outermost_run_is_the_scope() -> None:
    """The scope is the id of the outermost flow or task run, however deep the call is; that run's own path is short."""
    with in_flow("outer") as outer, in_task(), in_flow("inner"), in_task():
        assert outer.flow_run is not None
        assert numbered().scope == str(outer.flow_run.id)
    with in_flow("outer"):
        assert path() == "root"
    with in_task() as alone:
        assert scope_and_path() == (str(alone.task_run.id), "root")
        with in_flow("inside"):
            assert numbered().scope == str(alone.task_run.id)


def test_the_owner_of_a_call_is_the_innermost_run() -> None:
    """A call belongs to the task around it, and to the flow once the task is over or has started a flow."""
    with in_flow() as outer:
        with in_task() as task:
            assert numbered().owner == task.task_run.id
            with in_flow("inside") as flow:
                assert flow.flow_run is not None
                assert numbered().owner == flow.flow_run.id
        assert outer.flow_run is not None
        assert numbered().owner == outer.flow_run.id


def test_a_context_that_is_entered_twice_counts_once() -> None:
    """Prefect enters a run's context again in a thread, which makes no run of its own."""
    with in_flow() as outer, in_task() as task:
        once = path()
        with in_flow(run_id=outer.flow_run.id if outer.flow_run else None), in_task(run_id=task.task_run.id):
            assert path() == once


def test_a_run_in_another_process_goes_by_its_own_id() -> None:
    """If the counters of the flow are out of reach, only the run's own attempts have its path."""
    paths = list[str]()
    first, second = uuid4(), uuid4()
    for run_id in (first, second, first):
        with in_flow(detached=True, run_id=uuid4()), in_task(run_id=run_id):
            paths.append(path())
    assert paths[0] == paths[2] != paths[1]


def test_a_run_inside_a_call_is_numbered_among_those_of_the_call() -> None:
    """Runs that two calls start have paths that begin with the call's, whichever starts its own first."""
    found = list[dict[str, str]]()
    for order in (("one", "two"), ("two", "one")):
        with in_flow("outer"):
            calls = {name: numbered(name) for name in ("one", "two")}
            paths = dict[str, str]()
            for name in order:
                with inside(calls[name]), in_task("step"):
                    paths[name] = path()
            found.append(paths)
    assert found[0] == found[1]
    assert found[0]["one"] != found[0]["two"]


def test_a_call_does_not_reach_into_another_run() -> None:
    """Calls of a task that runs inside a call are counted by the task; after the block, by the flow again."""
    with in_flow():
        call = numbered("call")
        with inside(call), in_task():
            assert [numbered("step").number for _ in range(2)] == [0, 1]
        with inside(call):
            assert numbered("step").number == 0
        with pytest.raises(RuntimeError, match="stop"), inside(call):
            raise RuntimeError("stop")
        assert numbered("step").number == 0


def test_a_call_inside_a_call_does_not_move_the_runs_around_it() -> None:
    """A run keeps its path while calls inside of it are carried out, also one that has itself begun inside a call."""
    with in_flow(), inside(numbered("outer")), in_task():
        before = path()
        with inside(numbered("inner")):
            assert path() == before


def test_parameters_without_content_count_by_their_type() -> None:
    """A run with a connection among its parameters has a path, in each attempt the same."""
    paths = list[str]()
    for _ in range(2):
        with in_flow("outer"), in_task(lock=Lock()):
            paths.append(path())
    assert paths[0] == paths[1]


def test_a_run_that_carries_out_a_call_takes_over_its_path() -> None:
    """The run inside has the call's identity as its path; without a run around it there is nothing to take over."""
    with in_flow("outer"):
        call = numbered()
        with in_flow("carried"):
            adopt(call)
            assert path() == call.identity
        with in_flow("alone"):
            assert path() != call.identity
        adopt(call)
        assert path() == "root"


def test_path_content_and_number_make_the_identity_of_a_call() -> None:
    """Calls with another content or number have other identities, the same ones in each attempt."""
    identities = list[str]()
    for _ in range(2):
        with in_flow("outer"), in_task("t"):
            identities += [numbered("a").identity, numbered("a").identity, numbered("b").identity]
    assert identities[:3] == identities[3:]
    assert len(set(identities)) == 3


def test_objects_with_a_content_that_is_known_are_compared_by_it() -> None:
    """Of several objects each pair is compared: the same one, or equal content; no content differs from any."""
    same, one, other = Connection(), [1], [1]
    with in_flow():
        numbered(live=[(same, None), (one, "content")])
        assert numbered(live=[(same, None), (other, "content")]).number == 1
        with pytest.raises(LookAlikeError, match="type list"):
            numbered(live=[(same, None), (other, None)])
        with pytest.raises(LookAlikeError, match="type list"):
            numbered(live=[(same, None), (other, "changed")])


def test_objects_are_not_kept_alive() -> None:
    """An object is the same in each call that has it, is not kept alive, and is another than any that comes later."""

    class Client:
        pass

    with in_flow():
        client = Client()
        alive = ref(client)
        assert [numbered(live=[(client, None)]).number for _ in range(2)] == [0, 1]
        del client
        assert alive() is None
        with pytest.raises(LookAlikeError, match=r"type .*Client"):
            numbered(live=[(Client(), None)])


def test_nothing_is_kept_of_an_attempt_that_is_over() -> None:
    """With Prefect's context of an attempt its counters go, too."""
    with in_flow() as context:
        numbered()
        key = id(context)
        assert key in call_path._attempts
    del context
    assert key not in call_path._attempts


def test_a_context_without_a_run_is_named() -> None:
    """A flow context that Prefect has not entered is an error that says so."""
    with FlowRunContext.model_construct(flow_run=None), pytest.raises(RuntimeError, match="not entered by Prefect"):
        scope_and_path()


def test_the_form_of_paths_is_fixed() -> None:
    """Paths and identities are what they were in the versions before: a run is also resumed after an update."""
    with in_flow("outer"):
        assert numbered("content").identity == "c97345267357e586c1bf89694adccf45"
        with in_task("step", number=1):
            assert path() == "d3e01513a97c68dfc87a416b914dd37a"
            with in_flow("inner", x="a"):
                assert path() == "cc4cb1e5a380fb6602b20c2334d92290"
    with in_flow(detached=True), in_task(run_id=UUID(int=1)):
        assert path() == "cf50198423aa47039d3768ed45348200"
