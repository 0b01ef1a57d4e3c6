"""Tool calls that need approval are asked for in the store, and made when a person has approved them.

What was decided is read from the store in each attempt, and what leads to a call is replayed. So a resumed run comes to
the same call again, whose request is known by its place and by what it is bound to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast, get_args

from anyio import to_thread
from pydantic_ai import RunContext
from pydantic_ai.messages import ToolCallPart, ToolReturn
from pydantic_ai.tools import DeferredToolRequests, DeferredToolResults, ToolApproved, ToolDenied

from agents.durable.keys.content import content_of
from agents.durable.keys.tools import place_of_call, tool_definition
from agents.durable.operations.run_state import RunState
from runtime.approvals.requests import Wanted, ask
from runtime.approvals.types import Approval
from runtime.runs.attempts.leases import held
from runtime.runs.progress import times_undone
from runtime.settings import get_settings
from runtime.waiting import WaitingForApproval

_POLICY_VERSION = "1"
"""To be raised when what an approval means changes, so that all are asked anew."""


@dataclass
class Approvals:
    """Asks a person about the calls of one agent run that need approval. Use a new one for each run.

    Attributes:
        run: The agent run.
    """

    run: RunState
    _changed: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    async def decided(self, ctx: RunContext[Any], requests: DeferredToolRequests) -> DeferredToolResults | None:
        """Return what was decided about the calls.

        Raises:
            WaitingForApproval: Nobody has decided about one of them yet.
            runtime.store.database.StoreError: The store cannot be used.
        """
        if self.run.numbered is None or not requests.approvals:
            return None
        wanted = [self._wanted(ctx, call, requests.metadata.get(call.tool_call_id)) for call in requests.approvals]
        found = await to_thread.run_sync(ask, wanted)
        if waiting := [one.tool for one in found if one.state == "asked"]:
            raise WaitingForApproval(waiting)
        decided = dict(zip((call.tool_call_id for call in requests.approvals), found, strict=True))
        self._changed |= {id_: one.new_arguments for id_, one in decided.items() if one.new_arguments is not None}
        return requests.build_results(
            approvals={id_: _answer(one) for id_, one in decided.items()},
            answered_by={id_: one.by for id_, one in decided.items() if one.by is not None},
        )

    def with_changes(self, call: ToolCallPart, tool: str, result: Any) -> Any:
        """Return the result of a call, with a word to the model if it was made with other arguments than its own."""
        if call.tool_call_id not in self._changed:
            return result
        said = f"A person approved the call of {tool} with these arguments instead: "
        said += f"{self._changed[call.tool_call_id]}. The result is of that call."
        if not isinstance(result, ToolReturn):
            return ToolReturn(return_value=result, content=said)
        own = [result.content] if isinstance(result.content, str) else list(result.content or ())
        return replace(result, content=[*own, said])

    def _wanted(self, ctx: RunContext[Any], call: ToolCallPart, metadata: dict[str, Any] | None) -> Wanted:
        run, settings, arguments = self.run, get_settings(), call.args_as_dict()
        assert run.numbered is not None  # noqa: S101 - see above
        tools = ctx.tool_manager.tools if ctx.tool_manager is not None else None
        place = place_of_call(run.identity, ctx.run_step, call.tool_call_id)
        again = times_undone(run.numbered.scope, place)  # what was undone is not done again without being asked for
        bound = {
            "tool": tool_definition((tools or {}).get(call.tool_name), call.tool_name),
            "arguments": content_of(arguments, metadata),
            "data": run.call.dependencies,
            "policy": content_of(_POLICY_VERSION, settings.approval_seconds, settings.approval_timeout),
            **({"undone": str(again)} if again else {}),
        }
        lease = held(run.numbered.scope)
        return Wanted(
            id=content_of(place, bound)[:32],
            run=run.numbered.scope,
            attempt=0 if lease is None else lease.attempt,
            place=place,
            agent=run.agent,
            tool=call.tool_name,
            arguments=arguments,
            bound=bound,
            seconds=settings.approval_seconds,
            on_timeout=settings.approval_timeout,
        )


def _answer(approval: Approval) -> ToolApproved | ToolDenied:
    if approval.state == "approved":
        return ToolApproved(override_args=approval.new_arguments)
    if approval.state == "expired":
        return ToolDenied("The call was not made: nobody approved it in time.")
    return ToolDenied("A person denied this call." + (f" They wrote: {approval.note}" if approval.note else ""))


def ends_with_requests(output_type: object) -> bool:
    """Tell whether an agent returns its calls that need approval, so that the program asks for them itself."""
    if isinstance(output_type, list | tuple):
        return any(map(ends_with_requests, cast("Sequence[object]", output_type)))
    return output_type is DeferredToolRequests or any(map(ends_with_requests, get_args(output_type)))
