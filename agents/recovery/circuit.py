"""Way of a request to its model: when each try may go, and what its end says about the server."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from anyio import to_thread
from pydantic_ai.models import AbstractModel

from agents.recovery.answers.back_off import jitter
from agents.recovery.decisions import record_decision
from agents.recovery.errors import CircuitOpenError, RetriesUsedUpError
from agents.recovery.hold_back import hold_back, seconds_held_back, server_and_model
from agents.recovery.kinds import kind_of
from agents.recovery.policy import RecoveryPolicy
from runtime.models.circuits import Passage, failed, is_known_closed, open_circuit, passage, succeeded
from runtime.store.database import StoreError

ResultT = TypeVar("ResultT")

_log = logging.getLogger("prefect.recovery")


@dataclass
class Way:
    """Way of one request to a model, by which each of its tries goes.

    Attributes:
        model: The model.
        policy: The run's policy.
        has_next: Whether another model stands in for it. Then nothing is waited for but a rate limit.
        account: Digest of whom its client speaks for, where another model stands in for it: a key that is refused says
            nothing about another key.
        is_asked_anew: Whether a person may have mended it, so that it is asked although it refused others lately.
    """

    model: AbstractModel | str
    policy: RecoveryPolicy
    has_next: bool = False
    account: str = ""
    is_asked_anew: bool = False
    _waited: float = 0.0
    _held: bool = False
    _passed: Passage = field(default_factory=Passage)

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.model if isinstance(self.model, str) else self.model.model_id

    async def seconds_before_try(self, retries: int) -> float:
        """Return the seconds to wait before the next try; 0 if it may go.

        Args:
            retries: Number of tries before it.

        Raises:
            CircuitOpenError: Nobody asks the model for now, and it is not worth the wait.
            RetriesUsedUpError: There were too many retries, and it is not worth the wait.
        """
        if self.name == "offline":
            return 0.0
        if not retries and not self._held and (held := await seconds_held_back(self.model, self.policy)):
            self._tell("rate limited", held)
            self._held = True  # once: after it, the server tells this request itself
            return held
        name, looks_at_refusals = server_and_model(self.model), self.has_next and not self.is_asked_anew
        if not retries and is_known_closed(name) and not (looks_at_refusals and not is_known_closed(self._refusals)):
            self._passed = Passage()  # without a thread, as for most requests
            return 0.0
        try:
            if looks_at_refusals:
                await to_thread.run_sync(self._check_refusal)
            self._passed = await to_thread.run_sync(partial(passage, name, self.policy.circuit, is_retry=retries > 0))
        except StoreError:  # which the run's record has told
            self._passed = Passage()
        if not (seconds := self._passed.seconds):
            return 0.0
        if self.has_next or self._waited + seconds > self.policy.wait_seconds:
            reason = self._passed.reason
            raise CircuitOpenError(self.name, reason, seconds) if reason else RetriesUsedUpError(self.name)
        self._tell("circuit open" if self._passed.reason else "retries used up", seconds)
        self._waited += seconds
        return seconds + jitter(self.policy.retry_delay)

    async def ask(self, ask: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """Ask the model, and note for all runs of the store what came of it.

        Raises:
            Exception: What asking raises.
        """
        try:
            result = await ask()
        except Exception as error:
            if self.name != "offline":
                await hold_back(self.model, error, self.policy)
                await self._note(error)
            raise
        if self.name != "offline":
            await self._note(None)
        return result

    def _check_refusal(self) -> None:
        refused = passage(self._refusals, self.policy.circuit, is_retry=False)
        if refused.seconds:
            raise CircuitOpenError(self.name, refused.reason, refused.seconds)

    @property
    def _refusals(self) -> str:
        return f"{server_and_model(self.model)} {self.account}"

    async def _note(self, error: Exception | None) -> None:
        kind = kind_of(error) if error is not None else None
        if error is not None and kind is None:
            return  # it says nothing about the model
        name, limits = server_and_model(self.model), self.policy.circuit
        try:
            if kind is None or not kind.is_outage:  # the server is there
                if not self._passed.is_probe:
                    succeeded(name, limits, self._passed)
                elif await to_thread.run_sync(partial(succeeded, name, limits, self._passed)):
                    record_decision("circuit", reason=f"{self.name} answers again", change="all runs ask it again")
                if kind is None and self.is_asked_anew:  # it was mended: nobody need leave it out
                    await to_thread.run_sync(partial(succeeded, self._refusals, limits, Passage(is_probe=True)))
                if kind is not None and kind.is_refusal and self.has_next:
                    await to_thread.run_sync(partial(open_circuit, self._refusals, limits.seconds, kind.name))
            elif await to_thread.run_sync(partial(failed, name, limits, self._passed, kind.name)):
                change = f"no run asks {self.name} for {limits.seconds:g} s"
                record_decision("circuit", reason=kind.name, change=change)
        except StoreError as problem:
            _log.warning("%s Other processes are not told how %s fares.", problem, self.name)

    def _tell(self, reason: str, seconds: float) -> None:
        if not self._waited:
            record_decision("wait", reason=reason, change=f"{self.name} is asked in {seconds:.3g} s at the earliest")
