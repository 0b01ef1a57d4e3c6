"""Private members of Pydantic AI."""

from abc import abstractmethod
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, cast

from pydantic_ai import RunContext
from pydantic_ai.agent import AbstractAgent, EventStreamHandler
from pydantic_ai.durable_exec import BaseDurabilityCapability
from pydantic_ai.exceptions import UserError
from pydantic_ai.messages import ModelResponse
from pydantic_ai.models import Model
from pydantic_ai.result import AgentStream
from pydantic_ai.tools import AgentDepsT
from pydantic_ai.toolsets import AbstractToolset, FunctionToolset, WrapperToolset

_OVERRIDE = "_override_"


class DurabilityHooks(BaseDurabilityCapability[AgentDepsT]):
    """Pydantic AI's base for durability, with public methods for the decisions of its private ones.

    Uses `_bind_models`, `_find_model_id`, `_models_by_id`, `_extra_models`, `_reject_runtime_toolsets`,
    `_wrap_and_register_leaf`, `_toolsets_by_id`, `_wrap_leaf_toolset`, `_build_function_toolset`,
    `_tool_run_context_scope`, `_build_resolve_tool_config`, `_bind_model_operations` and `_model_stream_event_handler`
    of `BaseDurabilityCapability`. Missing: public hooks for models that are known only at a run, for toolsets of one
    run and of a user's own kind, for the context that a tool is given, and for what an event handler is given.
    """

    @abstractmethod
    def check_added_toolsets(self, toolset: AbstractToolset[AgentDepsT]) -> None:
        """Raise an error if a run brings toolsets of its own that cannot be made durable."""

    @abstractmethod
    def is_own_kind(self, toolset: AbstractToolset[AgentDepsT]) -> bool:
        """Tell whether a toolset of no known kind calls its tools itself, so that the calls have to be steps."""

    @abstractmethod
    def tool_context(self, context: RunContext[AgentDepsT]) -> AbstractContextManager[RunContext[AgentDepsT]]:
        """Return the context that a tool is given, for the time of its call."""

    @abstractmethod
    def stream_handler(self, handler: EventStreamHandler[AgentDepsT]) -> EventStreamHandler[AgentDepsT]:
        """Return the handler of the events of a model request while its answer comes in."""

    def model_by_id(self, model_id: str | None) -> Model | None:
        """Return the model that a request names, or `None` if the name is not known yet."""
        return self._models_by_id.get("default" if model_id is None else model_id)

    def options_in_metadata(self, tool: object, name: str) -> Any:
        """Return a tool's options from its metadata, under the engine's key; `False` for a call that is no step."""
        return self._build_resolve_tool_config({})(cast(Any, tool), name)

    def take_toolsets_of(self, toolset: AbstractToolset[AgentDepsT]) -> None:
        """Make the calls of all toolsets of a run steps, also of those that only this run has."""
        self._toolsets_by_id.clear()
        toolset.visit_and_replace(self._wrap_and_register_leaf)

    def _bind_models(self, agent: AbstractAgent[AgentDepsT, Any]) -> None:
        self._operations: dict[tuple[str | None, str], Any] = {}
        if agent.model is None:  # the run brings one
            self._models_by_id = dict(self._extra_models)
        else:
            super()._bind_models(agent)

    def _bind_model_operations(self, backend: Any, *, model_id: str | None, model_name: str) -> Any:
        # The base binds them anew for each request, although they depend on the model alone.
        model = model_id, model_name
        if model not in self._operations:
            self._operations[model] = super()._bind_model_operations(backend, model_id=model_id, model_name=model_name)
        return self._operations[model]

    def _find_model_id(self, model: Model) -> str | None:
        try:
            return super()._find_model_id(model)
        except UserError:  # steps run in this process, so an unregistered model can be registered now
            name = f"instance {id(model)}"
            self._models_by_id[name] = model  # this reference keeps its id from being used again
            return name

    def _reject_runtime_toolsets(self, toolset: AbstractToolset[AgentDepsT]) -> None:
        self.check_added_toolsets(toolset)

    def _wrap_leaf_toolset(self, ts: AbstractToolset[AgentDepsT]) -> WrapperToolset[AgentDepsT] | None:
        known = super()._wrap_leaf_toolset(ts)
        if known is not None or not self.is_own_kind(ts):
            return known
        if ts.id is None:
            return WrapperToolset(ts)  # the base refuses it, with advice about ids
        # The wrapper for function tools works for any toolset: it needs only the id and `call_tool`.
        wrapper = self._build_function_toolset(cast("FunctionToolset[AgentDepsT]", _CallsItsTool(ts)))
        wrapper.wrapped = ts
        return wrapper

    @contextmanager
    def _tool_run_context_scope(self, ctx: RunContext[AgentDepsT]) -> Generator[RunContext[AgentDepsT]]:
        with self.tool_context(ctx) as given, super()._tool_run_context_scope(given) as guarded:
            yield guarded

    def _model_stream_event_handler(self) -> EventStreamHandler[AgentDepsT] | None:
        handler = super()._model_stream_event_handler()
        return None if handler is None else self.stream_handler(handler)


class _CallsItsTool(WrapperToolset[AgentDepsT]):
    """Toolset that calls a tool by the toolset that listed it, which may be a copy for one run."""

    async def call_tool(self, name: str, tool_args: dict[str, Any], ctx: RunContext[AgentDepsT], tool: Any) -> Any:
        return await tool.toolset.call_tool(name, tool_args, ctx, tool)


def replace_http_client(provider: object, change: Callable[[Any, Callable[[], Any]], Any]) -> None:
    """Change the HTTP client that a provider made itself, and those that it makes later.

    Uses `Provider._own_http_client` and `Provider._http_client_factory`. Missing: a public way to reach the client of
    a model that a user has made. A client that was given to the provider is not changed.

    Args:
        provider: The provider of a model.
        change: Called with each client and its factory; changes the client in place and returns it.
    """
    made: Any = provider
    client, factory = getattr(made, "_own_http_client", None), getattr(made, "_http_client_factory", None)
    if client is None or factory is None:
        return
    change(client, factory)
    made._http_client_factory = lambda: change(
        factory(), factory
    )  # called when the event loop of the first client has ended


_whole_response: Any = AgentStream.response.fget


def tell_first_part_once() -> None:
    """Keep the response of a stream equal to the events that were sent so far.

    Uses `AgentStream._raw_stream_response` and the `_primed_segment` of its continuations. Missing: with a capability
    that handles failed requests, Pydantic AI reads the first event ahead; `stream_text` and `stream_response` of a node
    of `iter` then begin with what it says, and tell it again when it comes. This changes the class, for all agents.
    """

    def told(stream: Any) -> ModelResponse:
        response: ModelResponse = _whole_response(stream)
        ahead = getattr(stream._raw_stream_response, "_primed_segment", None) is not None
        return replace(response, parts=[]) if ahead else response

    if AgentStream.response.fget is _whole_response:
        cast(Any, AgentStream).response = property(told)


def instructions_of(agent: AbstractAgent[Any, Any]) -> tuple[object, object]:
    """Return the instructions and the system prompts of an agent, as they were given.

    Uses `Agent._instructions` and `Agent._system_prompts`. Missing: a public way to ask an agent for them.
    """
    return getattr(agent, "_instructions", None), getattr(agent, "_system_prompts", None)


def metadata_of(agent: AbstractAgent[Any, Any]) -> object:
    """Return the metadata that an agent gives to each of its runs, or the function that makes it.

    Uses `Agent._metadata`. Missing: a public way to ask an agent for it.
    """
    return getattr(agent, "_metadata", None)


def overrides_of(agent: AbstractAgent[Any, Any]) -> dict[str, object]:
    """Return the values that `Agent.override` has set around this point, by the names of its arguments.

    Uses the context variables of an `Agent` whose names begin with `_override_`. Missing: a public way to ask an agent
    what it is overridden with, which decides what its tools and its model are given.
    """
    found: dict[str, object] = {}
    for name, variable in vars(agent).items():
        if name.startswith(_OVERRIDE) and isinstance(variable, ContextVar):
            option: Any = cast("ContextVar[Any]", variable).get()
            if option is not None:
                found[name.removeprefix(_OVERRIDE)] = option.value
    return found
