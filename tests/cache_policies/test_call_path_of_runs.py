"""Call paths in runs of Prefect's engine: a retry finds its places again, and another run has others."""

import pytest
from prefect import flow, task

from cache_policies.call_path import NumberedCall, adopt, number_call, scope_and_path

pytestmark = pytest.mark.usefixtures("prefect_server")


def numbered() -> NumberedCall:
    call = number_call("same")
    assert call is not None
    return call


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
