"""Durable operations of Pydantic AI as steps: what each is keyed by and how it is stored."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any, Literal, cast

from pydantic_ai import RunContext
from pydantic_ai.durable_exec import (
    CallableOperationBackend,
    DurableOperationId,
    JournalOperationNamer,
    ModelCompactMessagesId,
    ModelRequestId,
    ParameterTransports,
    RoleBasedOperationConfig,
    ToolsetCallToolId,
    ToolsetCallToolParams,
    ToolsetValidateToolArgumentsId,
)
from pydantic_ai.models import AbstractModel
from pydantic_ai.toolsets import FunctionToolset
from pydantic_ai.usage import RunUsage

from agents.durable.keys.calls import model_request, tool_call
from agents.durable.keys.content import content_of
from agents.durable.keys.models import account_of
from agents.durable.keys.tools import function_of, place_of_call
from agents.durable.model_limits import ids_of, limits_of
from agents.durable.model_turns import RequestTurns
from agents.durable.operations.configs import ENDS_THE_RUN
from agents.durable.operations.events import answering
from agents.durable.operations.metering import metered, request_key, settle_stored
from agents.durable.operations.outcomes import Outcome, OutcomeCodec, counting_usage, is_lasting, kind_unless_value
from agents.durable.operations.refusals import AnswerCodec, TooLong
from agents.durable.operations.run_state import RunState
from agents.durable.steps.recipe import Step
from agents.durable.steps.run import run_step
from agents.durable.steps.task_options import TaskConfig
from agents.recovery.circuit import Way
from agents.recovery.conversation.context_overflow import is_context_overflow
from agents.recovery.kinds import kind_of
from agents.recovery.passing_on import PassedOn
from agents.recovery.retries import seconds_before_retry
from agents.recovery.unusable.unusable_answers import instead_of_unusable, naming_unusable_answers
from agents.recovery.withdrawn_tools import withdraw
from agents.stored.codecs import OperationCodec, ResultCodec, ToolCodec
from agents.toolsets.calls_in_words import describe_call
from cache_policies.call_path import also_called, inside
from cache_policies.digests.digest import chain
from runtime.runs.attempts.leases import held
from runtime.runs.record import answers_of, ask_again


class _AsTheyAre:
    def dump(self, value: Any) -> object:
        return value

    def load(self, payload: object) -> Any:
        return payload


_AS_THEY_ARE: Any = _AsTheyAre()


class _Unlimited(ParameterTransports):
    """Lets sync tools run to their end: a thread cannot be stopped, and a retry would run the tool twice at once."""

    async def prepare_function_call(
        self, toolset: FunctionToolset[Any], params: ToolsetCallToolParams
    ) -> ToolsetCallToolParams:
        tool: Any = params.tool
        limit = getattr(tool and tool.tool_def, "timeout", None) or getattr(toolset, "timeout", None)
        if limit is None or getattr(tool, "is_async", True):
            return params
        return replace(params, tool=replace(tool, tool_def=replace(tool.tool_def, timeout=math.inf)))


class StepBackend(CallableOperationBackend[TaskConfig]):
    """Runs the operations of one agent run as steps.

    Args:
        run: What they share.
        resolve_tool: Gives the options of one tool.
        model_of: Gives the model that a request names.
    """

    parameter_transports = _Unlimited()

    def __init__(
        self,
        run: RunState,
        resolve_tool: Callable[[DurableOperationId, object | None, str], TaskConfig | Literal[False]],
        model_of: Callable[[ModelRequestId | ModelCompactMessagesId, RunContext[Any]], AbstractModel | str],
    ) -> None:
        configs = run.configs
        roles = RoleBasedOperationConfig(
            model=configs.model,
            event=configs.event,
            capability=configs.tool,
            tool=configs.tool,
            resolve_tool=resolve_tool,
        )
        super().__init__(namer=JournalOperationNamer(run.agent), config=roles)
        self._codecs: dict[DurableOperationId, ResultCodec] = {}
        self._run = run
        self._model_of = model_of

    def bind(self, operation: Any) -> Any:
        """Leave results as they are on their way through Pydantic AI: the step itself stores and restores them."""
        id_, handler = operation.operation_id, operation.handler
        self._codecs[id_] = operation.result_codec
        if isinstance(id_, ModelRequestId | ModelCompactMessagesId):
            handler = self._metered(id_, handler)
        return super().bind(replace(operation, handler=handler, result_codec=_AS_THEY_ARE))

    def _metered(
        self, operation_id: ModelRequestId | ModelCompactMessagesId, ask: Callable[[Any], Awaitable[Any]]
    ) -> Callable[[Any], Awaitable[Any]]:
        async def asked(params: Any) -> Any:
            model = self._model_of(operation_id, params.run_context)
            usable = naming_unusable_answers(ask, model if isinstance(model, str) else model.model_id)
            if self._run.numbered is None:
                return await usable(params)
            return await metered(usable, params, self._run.numbered.scope, _names_of(model), self._run.chain.names)

        return asked

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
        if isinstance(operation_id, ModelRequestId):
            return await self._ask(operation_id, body, cache_key, config)
        if isinstance(operation_id, ToolsetCallToolId | ToolsetValidateToolArgumentsId):
            return await self._call(operation_id, body, cache_key, config)
        inputs = [part for part in cache_key if not isinstance(part, RunContext)]
        step = Step(
            kind="tool",
            name=name,
            # Lists of tools depend on the context, and events are told to each run's handler: nobody shares them.
            call=replace(
                self._run.call, definition=content_of(operation_id), content=content_of(inputs), across_runs=None
            ),
            codec=OperationCodec(self._codecs[operation_id]),
            body=body,
        )
        with inside(self._run.numbered):
            return await run_step(self._run.configs.task(name, config), step)

    async def _ask(
        self, operation_id: ModelRequestId, body: Callable[[], Awaitable[object]], inputs: Any, config: TaskConfig
    ) -> object:
        _, *asked, context = inputs
        run, model = self._run, self._model_of(operation_id, context)
        scope = "" if run.numbered is None else run.numbered.scope
        place = f"{run.identity}/{context.run_step}"
        answers = answers_of(scope) if run.chain.models else None
        if times := answers.times_again(place) if answers is not None else 0:
            run.chain.begin_anew(place)
        run.chain.check(model)
        name = model if isinstance(model, str) else model.model_id
        call = model_request(run.call, operation_id.streaming, model, tuple(asked), run.digests)
        if times:
            call = replace(call, content=f"{call.content}, again {times}")
        key, made = chain(*call.parts), False
        messages, settings, parameters = asked
        turns = RequestTurns(scope, _names_of(model), messages, settings, parameters)

        has_next = run.chain.after(model) is not None
        account = content_of(account_of(model)) if has_next else ""
        way = Way(model, run.policy, has_next=has_next, account=account, is_asked_anew=times > 0)

        async def asking() -> object:
            nonlocal made
            made = True
            try:
                response = await way.ask(body)
            except Exception as error:
                if is_context_overflow(error) and run.compaction.can_shorten():
                    return TooLong(name)
                raise
            else:
                turns.answered(response)
                return response
            finally:
                run.asked = True

        step = Step(
            kind="model",
            name=f"{operation_id.model_name} request {context.run_step}",
            call=call,
            codec=AnswerCodec(OperationCodec(self._codecs[operation_id])),
            body=asking,
            limits=[] if isinstance(model, str) else limits_of(model),
            is_lasting=is_lasting,
            agent_run=run.identity,
            seconds_before_slots=way.seconds_before_try,
            seconds_before_try=turns.seconds_to_wait,
            seconds_before_retry=partial(seconds_before_retry, run.policy),
            instead_of_failure=lambda error: run.chain.instead_of(model, error) or instead_of_unusable(name, error),
            subject=f"{name} request {context.run_step}",
            model=name,
        )
        answer = answering(place, may_be_known=not run.asked and self._is_resumed())
        with inside(run.numbered), answer, request_key(key):
            try:
                response = await run_step(run.configs.task(f"{run.agent} model request", config), step)
            except Exception as error:
                if run.chain.has_left and kind_of(error) is not None:
                    ask_again(scope, place)  # by the first model of the chain
                raise
        if isinstance(response, PassedOn):
            raise run.chain.leave(model, response)
        if not made and run.numbered is not None:
            settle_stored(run.numbered.scope, key, response, _names_of(model))
        if isinstance(response, TooLong):
            raise response.error()
        return response

    def _is_resumed(self) -> bool:
        lease = None if self._run.numbered is None else held(self._run.numbered.scope)
        return lease is not None and lease.attempt > 1

    async def _call(
        self,
        operation_id: ToolsetCallToolId | ToolsetValidateToolArgumentsId,
        body: Callable[[], Awaitable[object]],
        inputs: Any,
        config: TaskConfig,
    ) -> object:
        name, arguments, context, tool = inputs
        run, checks = self._run, "" if isinstance(operation_id, ToolsetCallToolId) else "check "
        codec = OperationCodec(self._codecs[operation_id])
        if not checks:
            codec = ToolCodec(self._codecs[operation_id], name, function_of(tool, name))
        task_name = f"{run.agent} check arguments of {name}" if checks else f"{run.agent} {name}"

        async def made() -> Outcome:
            place = place_of_call(run.identity, context.run_step, context.tool_call_id)
            with counting_usage() as usage, also_called(place):
                try:
                    return Outcome(await body(), usage)
                except Exception:
                    context.usage.incr(usage)  # it was used, although there is no outcome to hold it
                    raise

        def failed(error: Exception) -> Outcome | None:
            if checks or not config.get("withdrawn_on_failure") or isinstance(error, ENDS_THE_RUN):
                return None
            told = withdraw(name, error, context)
            if told is None:
                return None
            return Outcome(self._codecs[operation_id].load({"kind": "tool_failed", "message": told}), RunUsage())

        step = Step(
            kind="tool",
            name=f"{checks}{describe_call(name, arguments)}",
            call=tool_call(run.call, operation_id, name, arguments, context, tool),
            codec=OutcomeCodec(codec),
            body=made,
            is_lasting=is_lasting,
            subject=f"{checks}{name}",
            arguments=arguments,
            outcome_of_failure=failed,
            stoppable=getattr(tool, "is_async", True),
            kind_of_outcome=lambda outcome: kind_unless_value(cast(Outcome, outcome).value),
        )
        with inside(run.numbered):
            async with run.siblings.one_more():
                outcome = cast(Outcome, await run_step(run.configs.task(task_name, config), step))
        context.usage.incr(outcome.usage)
        return outcome.value


def _names_of(model: AbstractModel | str) -> list[str]:
    """Names of the models that may answer a request."""
    return [model] if isinstance(model, str) else ids_of(model)
