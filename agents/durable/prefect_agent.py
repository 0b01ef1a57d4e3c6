"""A Pydantic AI agent whose runs are Prefect flows and whose calls are cached Prefect tasks."""

from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any, Literal, TypeVar, overload

from prefect import tags
from prefect.cache_policies import CachePolicy
from prefect.context import TagsContext
from pydantic_ai.agent import AbstractAgent, AgentRun, AgentRunResult, EventStreamHandler, WrapperAgent
from pydantic_ai.durable_exec import external_event_scope, replay_scope
from pydantic_ai.exceptions import UserError
from pydantic_ai.models import Model
from pydantic_ai.output import OutputDataT, OutputSpec
from pydantic_ai.tools import AgentDepsT

from agents.durable.approvals.asking import Approvals, ends_with_requests
from agents.durable.approvals.suspension import suspending
from agents.durable.approvals.waiter import SuspendingWaiter
from agents.durable.arguments import refuse_arguments
from agents.durable.definition import definition_of
from agents.durable.dependency_snapshots import Dependencies
from agents.durable.durability import StepDurability
from agents.durable.instrumentation import instrument_agents
from agents.durable.keys.runs import dependencies_of, describe_run
from agents.durable.operations.configs import StepConfigs
from agents.durable.operations.events import ignore_events
from agents.durable.operations.run_state import RunState
from agents.durable.runs.begin import run_as_flow
from agents.durable.runs.beside_loop import run_beside_loop, runs_loop
from agents.durable.runs.body import as_body, make_flow, title_of
from agents.durable.runs.failures import note_failure
from agents.durable.runs.models import build_named_model, models_of_run
from agents.durable.runs.recovery import RecoveryInRun
from agents.durable.runs.started import StartedRun, starting, take_recovery, take_started, with_recovery
from agents.durable.runs.subflow import has_flow_around
from agents.durable.steps.task_options import TaskConfig
from agents.recovery.policy import RecoveryPolicy
from cache_policies import DURABLE
from cache_policies.call_path import adopt, number_call
from cache_policies.policies import AcrossRuns, Call, Never
from runtime.prefect_server.transport import retry_busy_server_soon
from runtime.private_members.pydantic_ai import tell_first_part_once
from runtime.runs.record import record_run
from runtime.trace.recording import tracing

RunOutputDataT = TypeVar("RunOutputDataT")

instrument_agents()


class PrefectAgent(WrapperAgent[AgentDepsT, OutputDataT]):
    """Wraps an agent so that nothing that succeeded is done twice.

    It behaves like the agent it wraps. `run()` and `run_sync()` are Prefect flows (subflows inside a flow or task), and
    in them every model request, tool call and MCP call is a Prefect task with a stored result. The agent itself is not
    changed and can still be used on its own.

    Args:
        agent: The agent. Its toolsets need an `id` each, and its model may be set here or at `run()`.
        name: Name of the flow and part of its tasks' names; the agent's own name by default.
        models: Models that runs may be given by these names: `run(model="name")`. A model itself can be given, too.
        recovery: What is done about failures of model requests; by default what the settings say. A run may be given
            one as well: `run(recovery=…)`, whose given fields win.
        model_task_config: Options for model requests. The default retries what is transient, as `recovery` says.
        tool_task_config: Options for tool calls. The default does not retry.
        tool_task_config_by_name: Options for single tools; `False` or `None` runs a tool inline, without a task. A
            tool's own `metadata={"prefect": TaskConfig(…)}` goes before these.
        mcp_task_config: Options for calls to MCP servers.
        event_stream_handler_task_config: Options for telling the handler an event between model requests.
        cache_policy: What makes two calls the same call, for every step whose options do not name their own.
        event_stream_handler: Is told the events of each run while they happen, each once; before an answer that a
            retry begins anew, it is told a `StreamRestartEvent`.

    Raises:
        UserError: The agent has no name, a toolset has no id or another's, or a tool returns what cannot be stored.
        TypeError: An argument of Pydantic AI's own `PrefectAgent` that this one does not have.
    """

    def __init__(
        self,
        agent: AbstractAgent[AgentDepsT, OutputDataT] | None = None,
        *,
        name: str | None = None,
        models: Mapping[str, Model] | None = None,
        recovery: RecoveryPolicy | None = None,
        model_task_config: TaskConfig | None = None,
        tool_task_config: TaskConfig | None = None,
        tool_task_config_by_name: Mapping[str, TaskConfig | Literal[False] | None] | None = None,
        mcp_task_config: TaskConfig | None = None,
        event_stream_handler_task_config: TaskConfig | None = None,
        cache_policy: CachePolicy = DURABLE,
        event_stream_handler: EventStreamHandler[AgentDepsT] | None = None,
        **others: Any,
    ) -> None:
        refuse_arguments(others)
        if agent is None:
            raise TypeError("PrefectAgent needs an agent: PrefectAgent(agent).")
        super().__init__(agent)
        self._name = name or agent.name
        if not self._name:
            raise UserError(
                "An agent needs a unique `name` to be run by Prefect: Agent(…, name='…') or PrefectAgent(…, name='…')."
            )
        self._recovery = recovery or RecoveryPolicy()
        self._configs = StepConfigs.of(
            TaskConfig(cache_policy=cache_policy),
            self._recovery,
            model=model_task_config,
            tool=tool_task_config,
            mcp=mcp_task_config,
            event=event_stream_handler_task_config,
            tool_by_name=tool_task_config_by_name,
        )
        self._named_models = dict(models or {})
        self._handler = event_stream_handler
        # These policies find no result by the position of a call, so equal calls cannot be confused.
        self._placed = not isinstance(cache_policy, Never | AcrossRuns)
        StepDurability[AgentDepsT](
            run=RunState(self._name, None, Call("", ""), self._configs), models=self._named_models
        ).for_agent(agent)  # raises now what a run would raise later
        self._tags = ("agent", self._name)
        self._flow = make_flow(self._name)

    @property
    def name(self) -> str | None:
        """Name of the flow."""
        return self._name

    @name.setter
    def name(self, value: str | None) -> None:
        del value
        raise UserError("The name of a PrefectAgent is part of its stored results; make a new one to rename it.")

    @property
    def event_stream_handler(self) -> EventStreamHandler[AgentDepsT] | None:
        """Handler of the events of each run, if there is one."""
        return self._handler or self.wrapped.event_stream_handler

    @contextmanager
    def override(  # pyright: ignore[reportIncompatibleMethodOverride] - the same keywords, passed on as they are
        self, **kwargs: Any
    ) -> Generator[None]:
        """Override what the agent has, as `Agent.override` does; a model may be named as in `models`."""
        model = kwargs.get("model")
        if isinstance(model, str) and model in self._named_models:
            kwargs["model"] = self._named_models[model]
        with super().override(**kwargs):
            yield

    def realtime(self, *args: Any, **kwargs: Any) -> Any:
        """Speak with a model over a connection that stays open: `Agent.realtime`.

        Raises:
            UserError: Inside a flow, whose retry could not have the same talk again.
        """
        if has_flow_around():
            raise UserError(
                "A realtime session cannot be opened inside a flow: nothing of it is stored, so a retry would begin "
                "the talk anew. Open it outside of flows, and call flows from its tools."
            )
        return super().realtime(*args, **kwargs)

    @overload  # pyright: ignore[reportIncompatibleMethodOverride] - the same keywords, passed on as they are
    async def run(
        self, user_prompt: Any = None, *, output_type: None = None, **kwargs: Any
    ) -> AgentRunResult[OutputDataT]: ...

    @overload
    async def run(
        self, user_prompt: Any = None, *, output_type: OutputSpec[RunOutputDataT], **kwargs: Any
    ) -> AgentRunResult[RunOutputDataT]: ...

    async def run(self, user_prompt: Any = None, **kwargs: Any) -> AgentRunResult[Any]:
        """Run the agent as a Prefect flow. Arguments and result are those of `Agent.run`.

        Raises:
            Exception: What the model or a tool raised, after the last retry. Everything done until then is stored.
        """
        outcome: list[AgentRunResult[Any]] = []
        recovery = take_recovery(kwargs)
        dependencies = Dependencies(dependencies_of(self.wrapped, kwargs))
        kwargs = {**kwargs, "deps": dependencies.value}
        call = describe_run(str(self._name), self.wrapped, user_prompt, kwargs, dependencies)
        handler = kwargs.get("event_stream_handler") or self.event_stream_handler
        run = StartedRun(call, not has_flow_around(), handler, recovery)
        if run.handler is not None:
            kwargs["event_stream_handler"] = ignore_events  # Pydantic AI would call it in each attempt

        # Numbered before anything is awaited, so that equal runs started side by side keep their order in a retry.
        numbered = number_call(call.content, call.live if self._placed else ())

        async def body() -> None:
            adopt(numbered)
            # The tags are for the flow run: a task run with tags costs a request to the server, for concurrency limits.
            current = TagsContext.get().current_tags
            with TagsContext(current_tags=current - set(self._tags)), starting(run):
                async with suspending():
                    outcome.append(await super(PrefectAgent, self).run(user_prompt, **kwargs))

        title = title_of(str(self._name), user_prompt)
        content = numbered.identity if numbered is not None else call.content
        try:
            with as_body(body), tags(*self._tags):
                await run_as_flow(self._flow, {"title": title, "content": content}, body, alone=run.alone)
        except BaseException:
            if numbered is not None:
                numbered.give_back()
            raise
        finally:
            dependencies.give_back()
        return outcome[-1]

    @overload  # pyright: ignore[reportIncompatibleMethodOverride] - the same keywords, passed on as they are
    def run_sync(
        self, user_prompt: Any = None, *, output_type: None = None, **kwargs: Any
    ) -> AgentRunResult[OutputDataT]: ...

    @overload
    def run_sync(
        self, user_prompt: Any = None, *, output_type: OutputSpec[RunOutputDataT], **kwargs: Any
    ) -> AgentRunResult[RunOutputDataT]: ...

    def run_sync(self, user_prompt: Any = None, **kwargs: Any) -> AgentRunResult[Any]:
        """Run the agent as a Prefect flow and wait for it; in a notebook and other running event loops, too.

        Raises:
            Exception: As `run`.
        """
        if runs_loop():
            return run_beside_loop(lambda: self.run(user_prompt, **kwargs))
        with with_recovery(kwargs):
            return super().run_sync(user_prompt, **kwargs)

    @asynccontextmanager
    async def iter(  # pyright: ignore[reportIncompatibleMethodOverride] - the same keywords, passed on as they are
        self, user_prompt: Any = None, **kwargs: Any
    ) -> AsyncGenerator[AgentRun[AgentDepsT, Any]]:
        """Iterate over the run's nodes, as `Agent.iter` does; inside a flow its calls are durable steps."""
        started, dependencies = take_started(), None
        recovery = take_recovery(kwargs)
        if started is None:
            dependencies = Dependencies(dependencies_of(self.wrapped, kwargs))
            kwargs["deps"] = dependencies.value
            call = describe_run(str(self._name), self.wrapped, user_prompt, kwargs, dependencies)
            started = StartedRun(call, False, self.event_stream_handler, recovery)
        numbered = number_call(started.call.content, started.call.live if self._placed else ())
        retry_busy_server_soon()
        tell_first_part_once()
        policy = self._recovery | (started.recovery or RecoveryPolicy())
        models = models_of_run(kwargs.get("model"), self.wrapped.model, self._named_models, policy)
        models.hand_over(kwargs)
        configs = self._configs if started.recovery is None else self._configs.with_recovery(policy)
        state = RunState(str(self._name), numbered, started.call, configs, policy, models.chain)
        state.call = replace(started.call, run=state.identity)
        output_type = kwargs.get("output_type") or self.wrapped.output_type
        durability = StepDurability[AgentDepsT](
            run=state,
            models=models.named,
            build_model=build_named_model,
            event_stream_handler=started.handler,
            alone=started.alone,
            approvals=None if ends_with_requests(output_type) else Approvals(state),
        )
        own = (RecoveryInRun[AgentDepsT](state.compaction), durability)
        kwargs["capabilities"] = [*(kwargs.get("capabilities") or ()), *own]
        # Before the first call, so that a killed run can be resumed from there on; it may also refuse to go on.
        await record_run(
            agent=str(self._name),
            definition=definition_of(self.wrapped, models.chain.models or models.model),
            model=models.name,
        )
        waiter = None if numbered is None else SuspendingWaiter(numbered.scope, state.identity)
        waits = nullcontext() if waiter is None else external_event_scope(waiter)
        with tracing("agent", str(self._name), user_prompt), replay_scope(), waits:
            run: AgentRun[AgentDepsT, Any] | None = None
            try:
                async with super().iter(user_prompt, **kwargs) as run:
                    yield run
            except Exception as error:
                note_failure(error, run.all_messages() if run is not None else [], numbered, state.identity)
                raise
            finally:
                if dependencies is not None:
                    dependencies.give_back()

    @asynccontextmanager
    async def run_stream(  # pyright: ignore[reportIncompatibleMethodOverride] - the same keywords, passed on
        self, user_prompt: Any = None, **kwargs: Any
    ) -> AsyncGenerator[Any]:
        """Run the agent and stream its answer, as `Agent.run_stream` does; inside a flow its calls are steps."""
        if self.event_stream_handler is not None and kwargs.get("event_stream_handler") is None:
            kwargs["event_stream_handler"] = ignore_events  # the run's own steps call it
        with with_recovery(kwargs):
            async with super().run_stream(user_prompt, **kwargs) as stream:
                yield stream
