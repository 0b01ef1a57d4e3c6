"""Call paths: places that a retry finds again, and calls that nothing tells apart."""

from collections.abc import Callable

import pytest
from prefect import flow, task

from cache_policies.call_path import LookAlikeError, NumberedCall, adopt, inside, number_call, scope_and_path

pytestmark = pytest.mark.usefixtures("prefect_server")


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


def in_a_flow(body: Callable[[], object]) -> object:
    @flow
    def around() -> object:
        return body()

    return around()


def test_equal_calls_are_numbered() -> None:
    """Equal calls of one attempt have the numbers 0, 1, 2, each with an identity of its own; others begin at 0."""

    def body() -> None:
        calls = [numbered(), numbered(), numbered(), numbered("other")]
        assert [call.number for call in calls] == [0, 1, 2, 0]
        assert len({call.identity for call in calls}) == 4
        assert len({(call.scope, call.owner) for call in calls}) == 1

    in_a_flow(body)


def test_numbers_given_back_are_given_out_smallest_first() -> None:
    """A failed call's place goes to the next equal call, the smallest first."""

    def body() -> None:
        first, second, _ = numbered(), numbered(), numbered()
        second.give_back()
        first.give_back()
        assert [numbered().identity for _ in range(2)] == [first.identity, second.identity]
        assert numbered().number == 3

    in_a_flow(body)


def test_a_retry_finds_the_same_places() -> None:
    """Each attempt of a flow gives its calls, and the calls of its tasks, the same identities; a new run others."""
    attempts: list[list[str]] = []

    @task
    def inner(_: int) -> str:
        return numbered().identity

    @flow(retries=1)
    def outer() -> None:
        attempts.append([numbered().identity, numbered().identity, inner(1), inner(1), inner(2)])
        if len(attempts) % 2:
            raise RuntimeError("again")

    outer()
    outer()
    assert attempts[0] == attempts[1]
    assert attempts[2] == attempts[3]
    assert len({*attempts[0], *attempts[2]}) == 5  # the scope, not the path, tells runs apart


def test_scopes_tell_runs_apart() -> None:
    """Two runs of one flow have different scopes, and all calls inside one have its own."""
    scopes: list[set[str]] = []

    @task
    def inner() -> str:
        return numbered().scope

    @flow
    def outer() -> None:
        found = scope_and_path()
        assert found is not None
        scopes.append({inner(), numbered().scope, found[0]})

    outer()
    outer()
    assert [len(found) for found in scopes] == [1, 1]
    assert scopes[0] != scopes[1]


def test_steps_of_one_call_are_numbered_among_themselves() -> None:
    """Calls inside a call are counted in it alone, and have the same places in whatever order the outer ones come."""

    def body() -> None:
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

    in_a_flow(body)


def test_a_run_that_carries_out_a_call_has_its_path() -> None:
    """The flow that carries out a numbered call adopts its identity: its own name and parameters do not count."""
    paths: dict[str, str] = {}

    calls: dict[str, NumberedCall] = {}

    @flow
    def carried(key: str) -> None:
        adopt(calls.get(key))
        found = scope_and_path()
        assert found is not None
        paths[key] = found[1]

    @flow
    def outer() -> None:
        calls["carried"] = numbered()
        paths["call"] = calls["carried"].identity
        carried("carried")
        carried("alone")

    outer()
    assert paths["carried"] == paths["call"] != paths["alone"]


def test_calls_with_other_objects_are_refused() -> None:
    """Of two equal calls that depend on different objects, the second is refused, with the type and what to do."""

    def body() -> None:
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

    in_a_flow(body)


def test_a_call_that_failed_may_be_tried_with_another_object() -> None:
    """The place of a failed call is free for the next one, whatever that depends on."""

    def body() -> None:
        first = numbered(live=[(Connection(), None)])
        first.give_back()
        assert numbered(live=[(Connection(), None)]).identity == first.identity

    in_a_flow(body)


def test_objects_of_equal_content_are_interchangeable() -> None:
    """Two logs that both are empty do not tell calls apart; two that differ are refused."""

    def body() -> None:
        numbered(live=[([], "empty")])
        numbered(live=[([], "empty")])
        with pytest.raises(LookAlikeError, match="type list"):
            numbered(live=[([1], "full")])

    in_a_flow(body)
