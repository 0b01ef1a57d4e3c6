"""Effects outside the process, such as a notification, a ticket or a page: each is delivered once.

An effect is identified by its run, its action and its content. They give its idempotency key, which is the same in
every attempt. The intent is recorded under the key, the effect is delivered with the key, and the result is recorded:

- done: it is not delivered again;
- not done (refused, or the receiver was never reached): another call may try again;
- unknown (the process was killed, or no answer came): the receiver is asked, if it can be. Otherwise the caller's
  choice decides. `repeat` delivers again with the same key, so that a receiver that knows keys drops a duplicate;
  `leave` delivers no more. The outcome says which.

The store holds the key, the run, the action and the result. It never holds the content, nor credentials.
"""

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast
from weakref import WeakValueDictionary

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from runtime.redaction import masked
from runtime.runs.leases import assert_may_write
from runtime.runs.processes import Process, is_gone, this_process
from runtime.store.tables import EffectRow, StoreError, get_store

CLAIM_SECONDS = 120.0
"""Most seconds for one delivery. After that, or when its process has ended, another process may take over."""
DELAYS = (0.5, 2.0)
"""Seconds before each repetition in one call, while the result of a delivery is unknown."""

OnUnknown = Literal["repeat", "leave"]
"""`repeat` is at least once, under the same key; `leave` is at most once."""

_POLL_SECONDS = (0.02, 0.5)
"""First and longest pause between two looks at an effect that another process delivers."""


class NotDeliveredError(Exception):
    """Error raised when an effect has not happened: it was refused or its receiver was not reached.

    The message is for people.
    """


class DeliveryUnknownError(Exception):
    """Error raised when an effect may have happened: it was sent, and no answer came. The message is for people."""


@dataclass(frozen=True)
class EffectOutcome:
    """Result of an effect.

    Attributes:
        state: `done`: by this call. `already done`: before it. `failed`: certainly not done; another call tries again.
            `unknown`: it may have happened, and was left, or repeating it did not help.
        key: The idempotency key, 32 hex digits.
        receipt: What `deliver` returned when it was done.
        problem: What went wrong, or why it is not certain, without credentials.
        repeated: Whether it was delivered although an earlier delivery may have arrived. A receiver that takes keys
            has it once, another may have it twice.
    """

    state: Literal["done", "already done", "failed", "unknown"]
    key: str
    receipt: str | None = None
    problem: str | None = None
    repeated: bool = False

    @property
    def happened(self) -> bool:
        """True if the effect is known to have happened, in this call or before."""
        return self.state in ("done", "already done")


def effect_key(scope: str, action: str, content: object) -> str:
    """Return the idempotency key of an effect: 32 hex digits, the same in every process and attempt.

    Raises:
        TypeError: `content` holds something other than JSON values.
    """
    text = json.dumps([scope, action, content], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def perform(
    action: str,
    content: object,
    deliver: Callable[[str], str | None],
    *,
    scope: str | None = None,
    ask: Callable[[str], bool | None] | None = None,
    on_unknown: OnUnknown = "repeat",
) -> EffectOutcome:
    """Make an effect happen once, also when processes are killed and runs retried or resumed.

    It blocks while it delivers, and while another process or thread delivers the same effect: call it in a thread.

    Args:
        action: Name of the action, such as `notify mailtos://mail.example.org`.
            It is stored: no credentials.
        content: JSON values that distinguish this effect from others of the same action and scope, the receiver
            included. Only a digest is kept. Leave out what differs between two attempts at the same effect.
        deliver: Delivers the effect with the key that it is given. It returns a short receipt, such as the receiver's
            own id, which is stored. It raises `NotDeliveredError` when the effect certainly has not happened; after any
            other error it may have happened.
        scope: Name of the scope in which the effect happens once; by default the outermost flow run around this point.
        ask: Asks the receiver whether it has the effect of this key: `True`; `False` if it has not and nothing is on
            its way; `None` if it does not say.
        on_unknown: What to do when it may have happened and the receiver cannot be asked.

    Returns:
        The outcome. It holds failures of `deliver`, which are not raised.

    Raises:
        ValueError: There is no flow run here, and no scope was given.
        LeaseLostError: The scope is a run that another attempt has taken over from this process. Nothing was done.
        StoreError: The store cannot be used and the choice is `leave`. Nothing was done. With `repeat` it is delivered
            all the same, and the outcome says that it could not be recorded.
    """
    if scope is None:
        scope = _outermost_run()
    key = effect_key(scope, action, content)
    with _locks_lock:
        lock = _locks.setdefault(key, threading.Lock())
    with lock:
        assert_may_write(scope)
        try:
            claim = _claim(key, scope, action)
        except StoreError as error:
            if on_unknown == "leave":
                raise
            claim = _Claim(key, number=0, in_doubt=False, unrecorded=str(error))
        if isinstance(claim, EffectOutcome):
            return claim
        return _Delivery(claim, scope, deliver, ask, on_unknown).outcome()


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
class _Claim:
    """The right to deliver an effect.

    Attributes:
        key: The effect's key.
        number: How often it was claimed, this time included; 0 when it could not be recorded.
        in_doubt: Whether an earlier delivery may have arrived.
        problem: Why it is in doubt.
        unrecorded: Why the store does not know what the last mark said.
    """

    key: str
    number: int
    in_doubt: bool
    problem: str | None = None
    unrecorded: str | None = None

    def renew(self) -> bool:
        """Extend the claim for another delivery; return `False` if another process has taken the effect over."""
        if self.number == 0:
            return True
        mine = update(EffectRow).where(EffectRow.key == self.key, EffectRow.claims == self.number)
        try:
            store = get_store()
            with store.writing() as connection:
                return store.change(connection, mine.values(updated=store.now(connection))) == 1
        except StoreError:
            return True  # no other process could take it over either

    def mark(self, state: Literal["done", "failed", "unknown"], receipt: str | None, problem: str | None) -> None:
        """Record the outcome, unless another process has taken the effect over. `done` is recorded in any case."""
        if self.number == 0:
            return
        statement = update(EffectRow).where(EffectRow.key == self.key)
        if state != "done":
            statement = statement.where(EffectRow.claims == self.number, EffectRow.state == "sending")
        try:
            store = get_store()
            with store.writing(synced=True) as connection:
                said = {"receipt": receipt and masked(receipt), "problem": problem and masked(problem)}
                values = {"state": state, **said, "updated": store.now(connection)}
                connection.execute(statement.values(**values))
        except StoreError as error:
            # The claim stays, and is in doubt as soon as this process has ended.
            self.unrecorded = str(error)


def _claim(key: str, scope: str, action: str) -> _Claim | EffectOutcome:
    """Wait until no other process delivers an effect, then claim it, or return that it is done."""
    store, pause = get_store(), _POLL_SECONDS[0]
    while True:
        with store.reading() as connection:
            row = connection.execute(select(EffectRow.__table__).where(EffectRow.key == key)).one_or_none()
            now = store.now(connection)
        if row is not None and row.state == "done":
            return EffectOutcome("already done", key, receipt=row.receipt)
        if row is not None and row.state == "sending" and not _is_abandoned(row, now):
            time.sleep(pause)
            pause = min(2 * pause, _POLL_SECONDS[1])
            continue
        if _take(key, scope, action, row):
            if row is None or row.state == "failed":
                return _Claim(key, 1 if row is None else row.claims + 1, in_doubt=False)
            cut_off = "an earlier attempt ended while it was sending"
            return _Claim(key, row.claims + 1, in_doubt=True, problem=row.problem or cut_off)


def _take(key: str, scope: str, action: str, seen: Any) -> bool:
    """Record the intent. It fails if the row has changed since it was read."""
    me, store = this_process(), get_store()
    owner = {"host": me.host, "machine": me.machine, "pid": me.pid, "process_started": me.started}
    try:
        with store.writing(synced=True) as connection:
            now = store.now(connection)
            if seen is None:
                values = {"key": key, "scope": scope, "action": action, "state": "sending", "claims": 1}
                connection.execute(insert(EffectRow).values(**values, **owner, created=now, updated=now))
                return True
            statement = (
                update(EffectRow)
                .where(EffectRow.key == key, EffectRow.claims == seen.claims, EffectRow.state == seen.state)
                .values(state="sending", claims=seen.claims + 1, problem=None, updated=now, **owner)
            )
            return store.change(connection, statement) == 1
    except IntegrityError:
        return False


def _is_abandoned(row: Any, now: float) -> bool:
    owner = Process(row.host, row.machine, row.pid, row.process_started)
    return owner == this_process() or bool(is_gone(owner)) or now - row.updated >= CLAIM_SECONDS


@dataclass
class _Delivery:
    """The delivery of a claimed effect, in one call of `perform`."""

    claim: _Claim
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
        except Exception:  # noqa: BLE001 - a receiver that cannot be asked has not answered
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
        self.claim.mark("done" if happened else cast(Any, state), receipt, self.problem)
        if self.claim.unrecorded is not None:
            said = f"what became of it could not be recorded ({self.claim.unrecorded})"
            self.problem = said if self.problem is None else f"{self.problem}; {said}"
        return EffectOutcome(state, self.claim.key, receipt, self.problem, self.repeated)


def _outermost_run() -> str:
    from runtime.runs.enclosing import outermost_flow_run

    context = outermost_flow_run()
    if context is None or context.flow_run is None:
        raise ValueError("There is no flow run here in which the effect would happen once: give a scope.")
    return str(context.flow_run.id)
