"""Private members of Pydantic AI: each use does what its caller needs of it."""

import inspect
from typing import Any

from pydantic_ai import Agent

from runtime.private_members.pydantic_ai import overrides_of


def test_overrides_of() -> None:
    """What `override` sets is found for the time of the block, under the names of its arguments."""
    agent = Agent("test")
    assert overrides_of(agent) == {}
    with agent.override(deps=None, metadata={"tenant": "acme"}):
        assert overrides_of(agent) == {"deps": None, "metadata": {"tenant": "acme"}}
        with agent.override(metadata={"tenant": "evil"}):
            assert overrides_of(agent)["metadata"] == {"tenant": "evil"}
    assert overrides_of(agent) == {}


def test_overrides_of_every_kind() -> None:
    """Each argument of `override` has a variable that is found, so that none is passed over."""
    arguments = inspect.signature(Agent.override).parameters.keys() - {"self", "spec", "retries"}
    given: dict[str, Any] = {name: "test" if name == "model" else [] for name in arguments}
    agent = Agent("test")
    with agent.override(**given, retries=3):
        assert overrides_of(agent).keys() == arguments | {"output_retries", "tool_retries"}
