"""The gate for effects: each happens once, and is done again only after it was undone."""

from collections.abc import Callable, Sequence
from typing import Any

from runtime.effects.claims import may_have_happened
from runtime.effects.delivery import deliver_once
from runtime.effects.log import Entry, logged_effects
from runtime.effects.outcomes import Consent, EffectOutcome, Intent, OnUnknown, effect_key
from runtime.effects.reversal import undo_effect
from runtime.effects.undo import Undo


def perform(
    action: str,
    content: object,
    deliver: Callable[[str], str | None],
    *,
    scope: str | None = None,
    ask: Callable[[str], bool | None] | None = None,
    on_unknown: OnUnknown = "repeat",
    undo: Undo[Any] | None = None,
    consent: Consent | None = None,
    is_json: bool = False,
    paths: Sequence[str] = (),
) -> EffectOutcome:
    """Make an effect happen once, also when processes are killed and runs retried or resumed.

    It blocks while it delivers, and while another process or thread delivers the same effect: call it in a thread.

    Args:
        action: Name of the action, such as `notify mailtos://mail.example.org`.
            It is stored: no credentials.
        content: JSON values that distinguish this effect from others of the same action and scope, the recipient
            included. Only a digest is kept. Leave out what differs between two attempts at the same effect.
        deliver: Delivers the effect with the key that it is given. It returns a short receipt, such as the recipient's
            own id, which is stored. It raises `NotDeliveredError` when the effect certainly has not happened; after any
            other error it may have happened.
        scope: Name of the scope in which the effect happens once; by default the outermost flow run around this point.
        ask: Asks the recipient whether it has the effect of this key: `True`; `False` if it has not and nothing is on
            its way; `None` if it does not say.
        on_unknown: What to do when it may have happened and the recipient cannot be asked.
        undo: How it is undone, by `runtime.effects.undo_run`. It is given the receipt. An effect that was undone
            happens again, under another key. It needs the store, whatever `on_unknown` is.
        consent: Asked before it happens, not again once it may have happened: such as
            `runtime.approvals.effects.by_person`, by which the run waits for a person. It needs the store.
        is_json: Whether the receipt is JSON text, which `undo` is given as the value.
        paths: Paths of the steps around it, whose stored results are made again once it is undone.

    Returns:
        The outcome. It holds failures of `deliver`, which are not raised.

    Raises:
        ValueError: There is no flow run here, and no scope was given.
        WaitingForApproval: `consent` waits for a person. Nothing was done.
        LeaseLostError: The scope is a run that another attempt has taken over from this process. Nothing was done.
        StoreError: The store cannot be used and the choice is `leave`. Nothing was done. With `repeat` it is delivered
            all the same, and the outcome says that it could not be recorded.
    """
    if scope is None:
        scope = _outermost_run()
    key = effect_key(scope, action, content)
    if undo is None:
        if (denied := _denied(Intent(scope, action, content, key), consent)) is not None:
            return denied
        return deliver_once(key, scope, action, deliver, ask=ask, on_unknown=on_unknown)
    entry = Entry(scope, key, action, undo.name, tuple(paths), is_json=is_json)
    (known, *_) = [*logged_effects(scope, key), None]
    if known is not None and known.state == "undo unknown":
        outcome = undo_effect(scope, known, undo, note="another attempt came to it")
        if outcome.state == "unknown":
            problem = f"it was done, and may be undone: {outcome.problem}"
            return EffectOutcome("unknown", known.key, problem=problem)
        (known, *_) = [*logged_effects(scope, key), None]
    if known is not None and known.times_undone:
        key = effect_key(scope, action, [content, "again", known.times_undone])
    if (denied := _denied(Intent(scope, action, content, key), consent)) is not None:
        return denied
    return deliver_once(key, scope, action, deliver, ask=ask, on_unknown=on_unknown, entry=entry)


def _denied(intent: Intent, consent: Consent | None) -> EffectOutcome | None:
    """Return the outcome of an effect that must not happen; `None` if it may."""
    if consent is None or may_have_happened(intent.key):
        return None
    problem = consent(intent)
    return None if problem is None else EffectOutcome("denied", intent.key, problem=problem)


def _outermost_run() -> str:
    from runtime.runs.enclosing import outermost_flow_run

    context = outermost_flow_run()
    if context is None or context.flow_run is None:
        raise ValueError("There is no flow run here in which the effect would happen once: give a scope.")
    return str(context.flow_run.id)
