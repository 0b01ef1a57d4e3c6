"""Outcome of a step's call: its value, and the side effects that a replay has to do again.

A tool is given the usage of its agent run, to which the runs that it starts add what they use. A replay starts no runs,
so the usage is part of the stored outcome and is added once, by the attempt that made the call as by each later one.

The rest of what a call can do to its run is either refused inside a step by Pydantic AI (`enqueue`, `cancel`), a step
of its own (effects, nested runs, workspaces), told once (events), or the caller's (dependencies).
"""

import copy
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.durable_exec import JSON_CODEC
from pydantic_ai.messages import ModelResponse
from pydantic_ai.tools import AgentDepsT
from pydantic_ai.usage import RunUsage
from pydantic_core import from_json, to_json

from agents.durable.operations.refusals import TooLong
from agents.recovery.passing_on import PassedOn
from agents.stored.records import StepCodec
from runtime.declared.values import Stored

_VALUES = ("tool_return", "tool_content_result")
"""Kinds of a tool call's outcome that count as a returned value. Source: `pydantic_ai.durable_exec`, where the others
are a request to try again, a call that is deferred or needs approval, a failure, and a run that was cancelled."""

_USAGE, _VALUE = b'{"usage":', b',"value":'
"""Around the usage, which is JSON within a JSON string: in there, quotation marks have a backslash."""

_UNUSED = vars(RunUsage())
"""Attributes of the usage of a call that started no runs."""

_used: ContextVar[RunUsage | None] = ContextVar("usage_of_this_step", default=None)


@dataclass(frozen=True)
class Outcome:
    """Outcome of a call.

    Attributes:
        value: What it returned, as Pydantic AI has it.
        usage: What the runs that it started have used.
    """

    value: Any
    usage: RunUsage


@dataclass(frozen=True)
class OutcomeCodec:
    """Stores an outcome: its value, and before it the usage where there is some.

    Attributes:
        codec: For the value.
    """

    codec: StepCodec

    def store(self, value: Outcome) -> Stored:
        """Turn an outcome into JSON and side files."""
        stored = self.codec.store(value.value)
        if vars(value.usage) == _UNUSED:
            return stored
        usage = to_json(to_json(JSON_CODEC.dump(RunUsage, value.usage)).decode())
        return replace(stored, text=b"%s%s%s%s}" % (_USAGE, usage, _VALUE, stored.text))

    def restore(self, stored: Stored) -> Outcome:
        """Return the outcome."""
        if not stored.text.startswith(_USAGE):
            return Outcome(self.codec.restore(stored), RunUsage())
        usage, _, text = stored.text[:-1].removeprefix(_USAGE).partition(_VALUE)
        value = self.codec.restore(replace(stored, text=text))
        return Outcome(value, JSON_CODEC.load(RunUsage, from_json(from_json(usage))))


@contextmanager
def counting_usage() -> Generator[RunUsage]:
    """Count the usage of the runs that are started in this block by a tool that was given `with_usage_apart`."""
    usage = RunUsage()
    token = _used.set(usage)
    try:
        yield usage
    finally:
        _used.reset(token)


@contextmanager
def with_usage_apart(context: RunContext[AgentDepsT]) -> Generator[RunContext[AgentDepsT]]:
    """Give a tool a context whose usage begins with its run's and grows by its own calls alone, not its siblings'."""
    counted = _used.get()
    if counted is None:
        yield context
        return
    apart, before = copy.copy(context.usage), copy.copy(context.usage)
    try:
        yield _with_usage(context, apart)
    finally:
        if vars(apart) != vars(before):  # few tools start runs of their own
            counted.incr(apart - before)


def _with_usage(context: RunContext[AgentDepsT], usage: RunUsage) -> RunContext[AgentDepsT]:
    if type(context) is not RunContext:
        return replace(context, usage=usage)
    given = copy.copy(context)  # an eighth of the time: a context has some fifty fields
    given.usage = usage
    return given


def is_lasting(value: object) -> bool:
    """Tell whether an outcome is a value, which another run may be given too.

    A request to try again, a deferred call, an approval that is missing, a time-out, a failure and an unfinished answer
    say something about a moment. They belong to the run in which they happened.
    """
    if isinstance(value, Outcome):
        value = value.value
    if isinstance(value, TooLong | PassedOn):
        return False
    if isinstance(value, ModelResponse):
        return value.state == "complete" and value.finish_reason != "error"
    return kind_unless_value(value) is None


def kind_unless_value(outcome: object) -> str | None:
    """Return the kind of a tool call's outcome, such as `model_retry`; `None` for a value."""
    if isinstance(outcome, PassedOn):
        return "passed_on"
    kind = getattr(outcome, "kind", _VALUES[0])
    return None if kind in _VALUES else str(kind)
