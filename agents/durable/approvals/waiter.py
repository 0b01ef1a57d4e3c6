"""Pydantic AI's waits for external events, such as those of `RequestInput`: the run stops until the answer is there."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from anyio import to_thread
from pydantic import JsonValue
from pydantic_ai.durable_exec import ExternalEventError, ExternalEventWaiter

from agents.durable.keys.content import content_of
from runtime.approvals.types import ApprovalError
from runtime.approvals.waits import mark_asked, open_wait, resolve_wait
from runtime.waiting import WaitingForApproval


@dataclass
class SuspendingWaiter(ExternalEventWaiter):
    """Waits of one agent run inside a flow.

    The wait, its token and its answer are in the store, under the wait's place in the run. `ask` is called again only
    by an attempt after one that was killed before `ask` had ended, with the same token.

    Attributes:
        scope: Id of the outermost flow run.
        identity: Identity of the agent run, the same in each attempt.
    """

    scope: str
    identity: str
    _numbers: Counter[str] = field(default_factory=Counter[str])

    async def wait(
        self,
        name: str,
        *,
        ask: Callable[[str], Awaitable[JsonValue]],
        timeout: timedelta | None,  # noqa: ASYNC109 - theirs
    ) -> JsonValue:
        """Return the answer if it is there, else ask for it and let the run stop.

        Raises:
            WaitingForApproval: The answer is not there yet.
            ExternalEventError: No answer will come.
            runtime.store.database.StoreError: The store cannot be used.
        """
        self._numbers[name] += 1
        place = content_of(self.identity, "wait", name, self._numbers[name])[:32]
        wait = await to_thread.run_sync(open_wait, place, self.scope, name, timeout)
        if wait.state == "new":
            answer = await ask(wait.token)
            if answer is None:
                await to_thread.run_sync(mark_asked, place)
            else:
                try:
                    await to_thread.run_sync(resolve_wait, wait.token, answer)
                except ApprovalError as error:
                    raise ExternalEventError(str(error)) from None
            wait = await to_thread.run_sync(open_wait, place, self.scope, name, timeout)
        if wait.state == "resolved":
            return wait.payload
        if wait.state == "failed":
            raise ExternalEventError(wait.problem or "")
        raise WaitingForApproval([name])
