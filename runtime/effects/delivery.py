"""Delivery of an effect, once."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast
from weakref import WeakValueDictionary

from runtime.effects.claims import EffectClaim, claim_effect
from runtime.effects.log import Entry
from runtime.effects.outcomes import DeliveryUnknownError, EffectOutcome, NotDeliveredError, OnUnknown
from runtime.runs.attempts.leases import assert_may_write
from runtime.store.database import StoreError
from runtime.texts.redaction import masked

DELAYS = (0.5, 2.0)
"""Seconds before each repetition in one call, while the result of a delivery is unknown."""


def deliver_once(
    key: str,
    scope: str,
    action: str,
    deliver: Callable[[str], str | None],
    *,
    ask: Callable[[str], bool | None] | None,
    on_unknown: OnUnknown,
    entry: Entry | None = None,
) -> EffectOutcome:
    """Deliver the effect of a key, unless that is done: see `runtime.effects.perform`.

    Args:
        key: The key.
        scope: Scope of the effect.
        action: Name of the action.
        deliver: Delivers it.
        ask: Asks the recipient.
        on_unknown: What to do when it may have happened.
        entry: What the log is told. An effect with one needs the store.

    Raises:
        LeaseLostError: Another attempt has taken over the run that is the scope. Nothing was done.
        UndoRefusedError: It is undoing, and a process works on the run. Nothing was done.
        StoreError: The store cannot be used, and the effect must not happen without it. Nothing was done.
    """
    with _locks_lock:
        lock = _locks.setdefault(key, threading.Lock())
    with lock:
        assert_may_write(scope)
        try:
            claim = claim_effect(key, scope, action, entry)
        except StoreError as error:
            if on_unknown == "leave" or entry is not None:
                raise
            claim = EffectClaim(key, number=0, in_doubt=False, unrecorded=str(error))
        if isinstance(claim, EffectOutcome):
            return claim
        return _ClaimedDelivery(claim, scope, deliver, ask, on_unknown).outcome()


# One thread of this process at a time works on an effect. So a thread that holds the lock and finds a claim of its own
# process in the store knows that the claim was left behind.
_locks: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()
_locks_lock = threading.Lock()


def _forget_locks() -> None:
    """Start anew in a forked child, which does not have the threads that held the locks."""
    global _locks, _locks_lock
    _locks, _locks_lock = WeakValueDictionary(), threading.Lock()


os.register_at_fork(after_in_child=_forget_locks)


@dataclass
class _ClaimedDelivery:
    """The delivery of a claimed effect, in one call of `perform`."""

    claim: EffectClaim
    scope: str
    deliver: Callable[[str], str | None]
    ask: Callable[[str], bool | None] | None
    on_unknown: OnUnknown
    problem: str | None = None
    repeated: bool = False

    def outcome(self) -> EffectOutcome:
        self.problem = self.claim.problem
        try:
            for repetition, delay in enumerate((0.0, *DELAYS)):
                time.sleep(delay)
                if repetition and not self.claim.renew():
                    return self._end("unknown")
                settled = self._settle_doubt() or self._try()
                if settled is not None:
                    return settled
            return self._settle_doubt() or self._end("unknown")
        except BaseException:
            self.claim.mark("unknown" if self.claim.in_doubt else "failed", None, self.problem)
            raise

    def _settle_doubt(self) -> EffectOutcome | None:
        """Ask whether a delivery in doubt has arrived; `None` if it is to be delivered, for the first time or again."""
        if not self.claim.in_doubt:
            return None
        has_it = self._asked()
        if has_it:
            return self._end("already done")
        if has_it is None and self.on_unknown == "leave":
            return self._end("unknown")
        self.claim.in_doubt = has_it is None
        return None

    def _asked(self) -> bool | None:
        try:
            return None if self.ask is None else self.ask(self.claim.key)
        except Exception:  # noqa: BLE001 - a recipient that cannot be asked has not answered
            return None

    def _try(self) -> EffectOutcome | None:
        """Deliver the effect; return `None` if it is in doubt afterwards."""
        assert_may_write(self.scope)
        doubt_before = self.repeated = self.claim.in_doubt
        self.claim.in_doubt = True  # unless an answer comes
        try:
            receipt = self.deliver(self.claim.key)
        except NotDeliveredError as error:
            self.claim.in_doubt = doubt_before  # this delivery has not arrived, but an earlier one may have
            self.problem = masked(str(error))
            return self._end("unknown" if doubt_before else "failed")
        except Exception as error:  # noqa: BLE001 - after any other error the effect may have happened
            # Texts of errors from other libraries may hold credentials.
            self.problem = masked(str(error)) if isinstance(error, DeliveryUnknownError) else type(error).__name__
            return None
        return self._end("done", receipt)

    def _end(
        self, state: Literal["done", "already done", "failed", "unknown"], receipt: str | None = None
    ) -> EffectOutcome:
        happened = state in ("done", "already done")
        if happened and not self.repeated:
            self.problem = None
        self.claim.mark("done" if happened else cast(Any, state), receipt, self.problem, found=state == "already done")
        if self.claim.unrecorded is not None:
            said = f"what became of it could not be recorded ({self.claim.unrecorded})"
            self.problem = said if self.problem is None else f"{self.problem}; {said}"
        return EffectOutcome(state, self.claim.key, receipt, self.problem, self.repeated)
