"""The only file that touches Pydantic AI's durable surface: its operations become Prefect tasks here."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from prefect.context import FlowRunContext
from pydantic_ai import RunContext
from pydantic_ai.agent import AbstractAgent, EventStreamHandler
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.durable_exec import (
    JSON_CODEC,
    BaseDurabilityCapability,
    CallableOperationBackend,
    DurabilityEngineSpec,
    DurableOperationId,
    JournalOperationNamer,
    ModelRequestId,
    RoleBasedOperationConfig,
    ToolsetCallToolId,
    ToolsetValidateToolArgumentsId,
)
from pydantic_ai.exceptions import UserError
from pydantic_ai.models import Model
from pydantic_ai.tools import AgentDepsT, Tool
from pydantic_ai.toolsets import AbstractToolset, CombinedToolset

from agents.durable.keys.calls import RunDigests, model_request, tool_call
from agents.durable.keys.content import content_of
from agents.durable.keys.tools import function_of
from agents.durable.model_errors import naming_empty_answers
from agents.durable.model_limits import limits_of
from agents.durable.steps import StepTask, TaskConfig, make_task, run_step
from agents.stored.codecs import OperationCodec, ResultCodec, ToolCodec, check_tools
from agents.stored.records import StepCodec
from cache_policies.call_path import NumberedCall, inside
from cache_policies.policies import Call, Never


@dataclass
class StepConfigs:
    """Task options by kind of step, and the Prefect tasks made from them so far."""

    model: TaskConfig
    tool: TaskConfig
    mcp: TaskConfig
    tool_by_name: Mapping[str, TaskConfig | Literal[False]]
    tasks: dict[str, StepTask] = field(default_factory=dict[str, StepTask])

    def check(self, agent: AbstractAgent[Any, Any]) -> None:
        """Refuse tools that say they return what cannot be stored, unless they are not stored.

        Raises:
            UserError: Naming the tool, the type, and what to return instead.
        """

        def stored(name: str, tool: Tool[Any]) -> bool:
            own: Any = (tool.metadata or {}).get("prefect", {})
            by_name = self.tool_by_name.get(name, {})
            if own is False or by_name is False:
                return False
            options: Mapping[str, Any] = {**self.tool, **by_name, **own}
            return bool(options.get("persist_result", True)) and not isinstance(options.get("cache_policy"), Never)

        check_tools(agent, stored)

    def task(self, name: str, config: TaskConfig) -> StepTask:
        """Return the task called `name`, made once; a name stands for one kind of step, so its options never change."""
        if name not in self.tasks:
            self.tasks[name] = make_task(name, config)
        return self.tasks[name]


@dataclass(init=False, kw_only=True)
class StepDurability(BaseDurabilityCapability[AgentDepsT]):
    """Runs every model request, tool call and MCP call of one agent run as a durable step."""

    engine_spec = DurabilityEngineSpec(
        engine_name="Prefect",
        durable_unit_noun="task",
        durable_container_noun="flow",
        codec=JSON_CODEC,  # results are plain JSON at rest, and read back as the types they were
        toolset_lifecycles={"function": "enter-always", "mcp": "enter-in-durable-unit", "dynamic": "enter-never"},
        tool_config_key="prefect",
        # Tools added for one run have no wrapper and would run again on every retry, so they are refused in a flow.
        unsupported_runtime_toolset_kinds=frozenset({"function", "mcp", "dynamic"}),
    )

    def __init__(
        self,
        *,
        name: str,
        call: NumberedCall | None,
        run: Call,
        configs: StepConfigs,
        models: Mapping[str, Model] | None = None,
        event_stream_handler: EventStreamHandler[AgentDepsT] | None = None,
    ) -> None:
        super().__init__(name=name, models=models, event_stream_handler=event_stream_handler)
        self._call = call
        self._run = run
        self._configs = configs
        self._digests = RunDigests()

    @property
    def in_durable_context(self) -> bool:
        """Whether a flow run is there to hold the steps."""
        return FlowRunContext.get() is not None

    def _default_run_id(self) -> str | None:
        # The same in each attempt, so that traces of the attempts belong together.
        return self._call.identity if self._call is not None else None

    def _default_conversation_id(self, run_id: str) -> str | None:
        return run_id if self.in_durable_context else None

    def get_durable_operation_backend(self) -> CallableOperationBackend[TaskConfig]:
        """Return what runs an operation as a Prefect task."""
        return _StepBackend(self.name, self._call, self._run, self._configs, self._digests, self._resolve_tool)

    def _resolve_tool(
        self, operation_id: DurableOperationId, tool: object | None, tool_name: str
    ) -> TaskConfig | Literal[False]:
        """Options of one tool: those for its kind, then those given by its name, then those in its own metadata."""
        by_name = self._configs.tool_by_name.get(tool_name, {})
        base = self._configs.mcp if getattr(operation_id, "toolset_kind", "") == "mcp" else self._configs.tool
        merged = False if by_name is False else {**base, **by_name}
        own = self._build_resolve_tool_config({})(cast(Any, tool), tool_name)
        if merged is False or own is False:
            return False
        return cast(TaskConfig, {**merged, **own})

    def for_agent(self, agent: AbstractAgent[AgentDepsT, Any]) -> AbstractCapability[AgentDepsT]:
        """Attach to an agent for one run. Its tools may have come after the wrapper, so they are looked at here too."""
        self._configs.check(agent)
        return super().for_agent(agent)

    def _find_model_id(self, model: Model) -> str | None:
        """Name the model of a request. Steps run in this process, so one that was never registered can be."""
        try:
            return super()._find_model_id(model)
        except UserError:
            name = f"instance {id(model)}"
            self._models_by_id[name] = model  # which holds it, so that its id is not given again
            return name

    def _reject_runtime_toolsets(self, toolset: AbstractToolset[AgentDepsT]) -> None:
        """Refuse toolsets of this run alone. Those the agent had before, also by decorator, were wrapped with it."""
        known: set[int] = set()
        for own in self.agent.toolsets if self.agent is not None else ():
            own.apply(lambda leaf: known.add(id(leaf)))
        added: list[AbstractToolset[AgentDepsT]] = []
        toolset.apply(lambda leaf: None if id(leaf) in known else added.append(leaf))
        super()._reject_runtime_toolsets(CombinedToolset(added))

    def _bind_models(self, agent: AbstractAgent[AgentDepsT, Any]) -> None:
        """Know the models of this run. An agent without a model of its own is fine: the run brings one."""
        if agent.model is None:
            self._models_by_id = dict(self._extra_models)
        else:
            super()._bind_models(agent)


class _AsTheyAre:
    def dump(self, value: Any) -> object:
        return value

    def load(self, payload: object) -> Any:
        return payload


_AS_THEY_ARE: Any = _AsTheyAre()


class _StepBackend(CallableOperationBackend[TaskConfig]):
    def __init__(
        self,
        agent_name: str,
        numbered: NumberedCall | None,
        run: Call,
        configs: StepConfigs,
        digests: RunDigests,
        resolve_tool: Callable[[DurableOperationId, object | None, str], TaskConfig | Literal[False]],
    ) -> None:
        roles = RoleBasedOperationConfig(
            model=configs.model,
            event=configs.tool,
            capability=configs.tool,
            tool=configs.tool,
            resolve_tool=resolve_tool,
        )
        super().__init__(namer=JournalOperationNamer(agent_name), config=roles)
        self._codecs: dict[DurableOperationId, ResultCodec] = {}
        self._agent_name = agent_name
        self._numbered = numbered
        self._run = run
        self._configs = configs
        self._digests = digests

    def bind(self, operation: Any) -> Any:
        """Leave results as they are on their way through Pydantic AI: the step itself stores and restores them."""
        self._codecs[operation.operation_id] = operation.result_codec
        return super().bind(replace(operation, result_codec=_AS_THEY_ARE))

    async def execute(
        self,
        *,
        operation_id: DurableOperationId,
        name: str,
        body: Callable[[], Awaitable[object]],
        cache_key: tuple[object, ...],
        config: TaskConfig,
    ) -> object:
        """Run one operation as a step. `cache_key` holds its inputs, laid out by the kind of operation."""
        codec: StepCodec = OperationCodec(self._codecs[operation_id])
        limits: list[str] = []
        if isinstance(operation_id, ModelRequestId):
            _, *inputs, context = cache_key
            model = cast(RunContext[Any], context).model
            body = naming_empty_answers(body, model.model_id)
            limits = limits_of(model)
            task_name = f"{self._agent_name} model request"
            step_name = f"{operation_id.model_name} request {cast(RunContext[Any], context).run_step}"
            call = model_request(self._run, operation_id, model, tuple(inputs), cast(Any, context), self._digests)
        elif isinstance(operation_id, ToolsetCallToolId | ToolsetValidateToolArgumentsId):
            tool_name, arguments, context, tool = cache_key
            checking = isinstance(operation_id, ToolsetValidateToolArgumentsId)
            task_name = f"{self._agent_name} {'check arguments of ' if checking else ''}{tool_name}"
            step_name = f"{'check ' if checking else ''}{describe_call(str(tool_name), arguments)}"
            if isinstance(operation_id, ToolsetCallToolId):
                codec = ToolCodec(self._codecs[operation_id], str(tool_name), function_of(tool, str(tool_name)))
            call = tool_call(
                self._run, operation_id, str(tool_name), cast(Any, arguments), cast(Any, context), tool, self._digests
            )
        else:
            task_name = step_name = name
            inputs = [part for part in cache_key if not isinstance(part, RunContext)]
            call = replace(self._run, definition=content_of(operation_id), content=content_of(inputs))
        with inside(self._numbered):
            return await run_step(
                self._configs.task(task_name, config),
                body,
                kind="model" if isinstance(operation_id, ModelRequestId) else "tool",
                step_name=step_name,
                call=call,
                codec=codec,
                limits=limits,
            )


def describe_call(name: str, arguments: object, limit: int = 80) -> str:
    """Return a call in words, such as `query(sql=SELECT …)`, cut at `limit` characters."""
    if not isinstance(arguments, Mapping):
        return name
    shown = ", ".join(f"{key}={value}" for key, value in cast(Mapping[str, object], arguments).items())
    text = f"{name}({shown})".replace("\n", " ")
    return text if len(text) <= limit else f"{text[: limit - 2]}…)"
