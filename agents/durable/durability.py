"""Pydantic AI's durable surface, taken for one agent run: its operations become steps of a Prefect flow run."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, cast

from prefect.context import FlowRunContext
from pydantic_ai import RunContext
from pydantic_ai.agent import AbstractAgent, EventStreamHandler
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.durable_exec import (
    JSON_CODEC,
    DurabilityEngineSpec,
    DurableOperationId,
    ModelCompactMessagesId,
    ModelRequestId,
    conversation_id_from_run_id,
)
from pydantic_ai.messages import ToolCallPart
from pydantic_ai.models import AbstractModel, KnownModelName, Model, ModelResolutionContext
from pydantic_ai.tools import AgentDepsT, DeferredToolRequests, DeferredToolResults, ToolDefinition
from pydantic_ai.toolsets import AbstractToolset
from pydantic_core import from_json, to_json

from agents.durable.approvals.asking import Approvals
from agents.durable.keys.content import content_of
from agents.durable.operations.backend import StepBackend
from agents.durable.operations.events import tell_restarts
from agents.durable.operations.outcomes import with_usage_apart
from agents.durable.operations.run_state import RunState
from agents.durable.operations.toolsets import is_own_kind, refuse_added
from agents.durable.steps.recipe import Step
from agents.durable.steps.run import run_step
from agents.durable.steps.task_options import TaskConfig
from cache_policies.call_path import inside
from runtime.declared.values import Stored
from runtime.private_members.pydantic_ai import DurabilityHooks


@dataclass(init=False, kw_only=True)
class StepDurability(DurabilityHooks[AgentDepsT]):
    """Makes every model request, tool call and MCP call of one agent run a step.

    Args:
        run: What the steps share.
        models: Models that a run may name besides the agent's own.
        build_model: Makes a model of a name that no capability knows; `None` leaves it to Pydantic AI.
        event_stream_handler: Is told the run's events.
        alone: Whether the flow is the agent run's own. Then whatever the run brings along is there for all of it.
        approvals: Asks a person about calls, after handlers of the program, which may decide without one. `None` for an
            agent that returns such calls. It is no capability of its own, since Pydantic AI copies the context of a run
            for each of them and each of its hooks.
    """

    engine_spec = DurabilityEngineSpec(
        engine_name="Prefect",
        durable_unit_noun="task",
        durable_container_noun="flow",
        codec=JSON_CODEC,  # results are stored as plain JSON and read back in their declared types
        toolset_lifecycles={"function": "enter-always", "mcp": "enter-in-durable-unit", "dynamic": "enter-never"},
        tool_config_key="prefect",
    )

    def __init__(
        self,
        *,
        run: RunState,
        models: Mapping[str, Model] | None = None,
        build_model: Callable[[str], Model | None] = lambda _: None,
        event_stream_handler: EventStreamHandler[AgentDepsT] | None = None,
        alone: bool = False,
        approvals: Approvals | None = None,
    ) -> None:
        super().__init__(name=run.agent, models=models, event_stream_handler=event_stream_handler)
        self._run = run
        self._build_model = build_model
        self._built: dict[str, Model | None] = {}
        self._alone = alone
        self._approvals = approvals
        self._backend: StepBackend | None = None

    @property
    def in_durable_context(self) -> bool:
        """Return whether a flow run is there to hold the steps."""
        return FlowRunContext.get() is not None

    def get_default_run_id(self) -> str | None:
        """Return an id that is unique to the run and equal in a retry and in a resumed process."""
        return None if self._run.numbered is None else content_of("run id", self._run.identity)

    def get_default_conversation_id(self, run_id: str) -> str | None:
        """Return an id made from the run's id, so that it is equal in a retry as well."""
        return conversation_id_from_run_id(run_id) if self.in_durable_context else None

    async def get_run_start_time(self, run_id: str) -> datetime | None:
        """Return the time at which the first attempt at the run began; its `timeout` counts from there."""
        if not self.in_durable_context:
            return None

        async def begin() -> datetime:
            return datetime.now(UTC)

        name = f"{self.name} start time"
        call = replace(self._run.call, definition="start time", content=run_id, across_runs=None)
        step = Step(kind="task", name=name, call=call, codec=_TimeCodec(), body=begin)
        with inside(self._run.numbered):
            return cast(datetime, await run_step(self._run.configs.task(name, self._run.configs.event), step))

    def get_durable_operation_backend(self) -> StepBackend:
        """Return what runs an operation as a step."""
        if self._backend is None:
            self._backend = StepBackend(self._run, self._resolve_tool, self._model_of)
        return self._backend

    def _resolve_tool(
        self, operation_id: DurableOperationId, tool: object | None, tool_name: str
    ) -> TaskConfig | Literal[False]:
        """Options of one tool: those for its kind, then those given by its name, then those in its own metadata."""
        configs = self._run.configs
        by_name = configs.tool_by_name.get(tool_name, {})
        base = configs.mcp if getattr(operation_id, "toolset_kind", "") == "mcp" else configs.tool
        own = self.options_in_metadata(tool, tool_name)
        if by_name is False or own is False:
            return False
        return cast(TaskConfig, {**base, **by_name, **own})

    def _model_of(
        self, request: ModelRequestId | ModelCompactMessagesId, context: RunContext[Any]
    ) -> AbstractModel | str:
        """The model that answers a request, which need not be the run's: a capability may have chosen another."""
        known = self.model_by_id(request.model_id) or self._built.get(request.model_id or "")
        if known is not None:
            return known
        return context.model if context.model_id == request.model_id else str(request.model_id)

    def for_agent(self, agent: AbstractAgent[AgentDepsT, Any]) -> AbstractCapability[AgentDepsT]:
        """Attach to an agent for one run. Its tools may have come after the wrapper, so they are looked at here too."""
        self._run.configs.check(agent)
        return super().for_agent(agent)

    async def resolve_model_id(
        self, ctx: ModelResolutionContext[AgentDepsT], *, model_id: KnownModelName | str
    ) -> Model | None:
        """Find the model of a name that no capability of the agent knows."""
        known = await super().resolve_model_id(ctx, model_id=model_id)
        if known is not None:
            return known
        if model_id not in self._built:
            self._built[model_id] = self._build_model(model_id)
        return self._built[model_id]

    async def before_run(self, ctx: RunContext[AgentDepsT]) -> None:
        """Refuse what a flow's retry would not bring along: a cancellation token, unless the flow is the run's own."""
        if not self._alone:
            await super().before_run(ctx)

    async def handle_deferred_tool_calls(
        self, ctx: RunContext[AgentDepsT], *, requests: DeferredToolRequests
    ) -> DeferredToolResults | None:
        """Return what a person has decided about calls that need approval.

        Raises:
            WaitingForApproval: Nobody has decided about one of them yet.
            runtime.store.database.StoreError: The store cannot be used.
        """
        return None if self._approvals is None else await self._approvals.decided(ctx, requests)

    async def after_tool_execute(
        self,
        ctx: RunContext[AgentDepsT],
        *,
        call: ToolCallPart,
        tool_def: ToolDefinition,
        args: dict[str, Any],
        result: Any,
    ) -> Any:
        """Tell the model when a person has changed the arguments of a call."""
        del ctx, args
        return result if self._approvals is None else self._approvals.with_changes(call, tool_def.name, result)

    def get_wrapper_toolset(self, toolset: AbstractToolset[AgentDepsT]) -> AbstractToolset[AgentDepsT] | None:
        """Make steps of the calls of a run's toolsets."""
        if self._alone and self.in_durable_context:
            self.take_toolsets_of(toolset)
        return super().get_wrapper_toolset(toolset)

    def check_added_toolsets(self, toolset: AbstractToolset[AgentDepsT]) -> None:
        """Refuse toolsets of this run alone, unless the flow is its own."""
        if self.in_durable_context and not self._alone and self.agent is not None:
            refuse_added(self.agent, toolset)

    def is_own_kind(self, toolset: AbstractToolset[AgentDepsT]) -> bool:
        """Tell whether the calls of a toolset of no known kind have to be steps."""
        return is_own_kind(toolset)

    @contextmanager
    def tool_context(self, context: RunContext[AgentDepsT]) -> Generator[RunContext[AgentDepsT]]:
        """Give a tool a context whose usage grows by its own calls alone, so that it can be stored with its result."""
        with with_usage_apart(context) as given:
            yield given

    def stream_handler(self, handler: EventStreamHandler[AgentDepsT]) -> EventStreamHandler[AgentDepsT]:
        """Tell a handler when an answer begins anew."""
        return tell_restarts(handler)


class _TimeCodec:
    def store(self, value: datetime) -> Stored:
        return Stored(to_json(value.isoformat()))

    def restore(self, stored: Stored) -> datetime:
        return datetime.fromisoformat(from_json(stored.text))
