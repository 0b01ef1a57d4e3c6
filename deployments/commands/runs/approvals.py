"""`analyst approvals`, `analyst approve` and `analyst deny`: tool calls that wait for a person."""

import json
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from deployments.terminal.messages import DONE, FAILED, Stop, console, load_settings, plain

if TYPE_CHECKING:
    from runtime.approvals.types import Approval

_LOOK_SECONDS = 2.0
"""Seconds between two looks of `--watch`."""
_ID = 8
"""Characters of a request's id that people are shown."""


def approvals(
    run: str | None = None,
    *,
    all_: Annotated[bool, Parameter(name="--all", negative="")] = False,
    watch: Annotated[bool, Parameter(negative="")] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """List the tool calls that wait for a person's approval, newest first.

    Args:
        run: Beginning of a run's id; by default of all runs.
        all_: Those that are decided or have expired as well.
        watch: Print the list again each time it changes, until Ctrl-C.
        as_json: Print one JSON array.
    """
    import time

    load_settings()
    from runtime.approvals.requests import list_approvals
    from runtime.store.database import StoreError

    before = None
    while True:
        try:
            found = list_approvals(None if run is None else _run_id(run), waiting=not all_)
        except StoreError as error:
            raise Stop(str(error), code=FAILED) from None
        if found != before:
            _print(found, as_json=as_json)
        if not watch:
            return DONE
        before = found
        time.sleep(_LOOK_SECONDS)


def _print(found: "list[Approval]", *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([one.model_dump() for one in found], ensure_ascii=False), flush=True)  # noqa: T201 - the output
    elif not found:
        console().print("No call waits for approval.")
    else:
        _show(found)


def approve(
    run: str,
    *,
    call: str | None = None,
    arguments: str | None = None,
    note: str | None = None,
) -> int:
    """Approve a tool call; the run then goes on with `analyst resume`, or by itself under serve and watch.

    Args:
        run: Beginning of the run's id, as `analyst approvals` shows it.
        call: Beginning of the id of the call, if more than one waits.
        arguments: Arguments to make the call with in place of those of the model, as one JSON object.
        note: Why, for the record.
    """
    return _decide(run, call, approved=True, note=note, arguments=arguments)


def deny(
    run: str,
    *,
    call: str | None = None,
    note: str | None = None,
    undo: Annotated[bool, Parameter(negative="")] = False,
    entrypoint: str | None = None,
) -> int:
    """Deny a tool call; the model is told, and the run goes on without it.

    Args:
        run: Beginning of the run's id, as `analyst approvals` shows it.
        call: Beginning of the id of the call, if more than one waits.
        note: Why; the model is told.
        undo: Deny all calls that wait, end the run, and undo what it has done, as `analyst undo` does.
        entrypoint: Where the flow is, for --undo, as `analyst undo` takes it.
    """
    if undo and call is not None:
        raise Stop("--undo ends the run and denies all its calls: leave --call out.")
    return _end(run, note, entrypoint) if undo else _decide(run, call, approved=False, note=note, arguments=None)


def _end(run: str, note: str | None, entrypoint: str | None) -> int:
    load_settings()
    from deployments.commands.runs.undo import undo
    from runtime.approvals.requests import decide, list_approvals
    from runtime.approvals.types import ApprovalError
    from runtime.effects.reversal import want_undone
    from runtime.runs.ends.waiting import end_waiting
    from runtime.store.database import StoreError

    try:
        run_id = _run_id(run)
        waiting = list_approvals(run_id)
        if not waiting:
            raise Stop(f"No call of run {run} waits for approval.", hint="`analyst undo` undoes what a run has done.")
        for one in waiting:
            decide(one, approved=False, origin="analyst deny", note=note)
        want_undone(run_id, f"denied: {note}" if note else "denied")
        if not end_waiting(run_id, "A person denied its calls."):
            raise Stop(f"Run {run} goes on already.", hint="`analyst undo` undoes what it has done when it has ended.")
    except ApprovalError as error:
        raise Stop(str(error)) from None
    except StoreError as error:
        raise Stop(str(error), code=FAILED) from None
    _cancel_on_server(run_id)
    console().print(f"Denied: {len(waiting)} calls. Run {run_id[:8]} is cancelled.")
    return undo(run_id, entrypoint=entrypoint)


def _decide(run: str, call: str | None, *, approved: bool, note: str | None, arguments: str | None) -> int:
    load_settings()
    new = None if arguments is None else _object(arguments)
    from runtime.approvals.requests import decide, list_approvals
    from runtime.approvals.types import ApprovalError
    from runtime.store.database import StoreError

    try:
        run_id = _run_id(run)
        one = _chosen(list_approvals(run_id), run, call)
        command = "analyst approve" if approved else "analyst deny"
        decided = decide(one, approved=approved, origin=command, note=note, new_arguments=new)
        left = len(list_approvals(run_id))
    except ApprovalError as error:
        raise Stop(str(error)) from None
    except StoreError as error:
        raise Stop(str(error), code=FAILED) from None
    console().print(plain(f"{decided.state.capitalize()}: {_call(decided)}."))
    goes_on = f"`analyst resume {run_id[:8]}` goes on with the run, unless serve or watch does."
    console().print(f"{left} more of this run to decide." if left else goes_on)
    return DONE


def _cancel_on_server(run_id: str) -> None:
    """Set the flow run's state, if there is a server that keeps running; the store's record counts in any case."""
    from contextlib import suppress
    from uuid import UUID

    from runtime.prefect_server.connection import configured_url
    from runtime.prefect_server.settings import apply_prefect_settings

    apply_prefect_settings(quiet=True)
    if configured_url() is None:
        return
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.exceptions import PrefectException
    from prefect.states import Cancelled

    with suppress(httpx.HTTPError, PrefectException), get_client(sync_client=True) as client:
        client.set_flow_run_state(UUID(run_id), Cancelled(message="A person denied its calls."), force=True)


def _run_id(prefix: str) -> str:
    from runtime.runs.listing import NoSuchRunError, find_run

    try:
        return find_run(prefix).id
    except NoSuchRunError as error:
        raise Stop(str(error), hint="`analyst approvals` lists what waits.") from None


def _chosen(waiting: "list[Approval]", run: str, call: str | None) -> "Approval":
    found = [one for one in waiting if call is None or one.id.startswith(call.lower())]
    if len(found) == 1:
        return found[0]
    if not waiting:
        raise Stop(f"No call of run {run} waits for approval.")
    said = ", ".join(f"{one.id[:_ID]} ({one.tool})" for one in waiting)
    raise Stop(f"Which call? These wait: {said}.", hint="Name one with --call.")


def _object(text: str) -> dict[str, Any]:
    try:
        value: Any = json.loads(text)
    except ValueError as error:
        raise Stop(f"--arguments is no JSON: {error}.") from None
    if not isinstance(value, dict):
        raise Stop('--arguments has to be one JSON object, such as {"amount": 20}.')
    return value  # pyright: ignore[reportUnknownVariableType] - JSON's keys are text


def _call(one: "Approval") -> str:
    arguments = one.arguments if one.new_arguments is None else one.new_arguments
    return f"{one.tool}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})"


def _show(found: "list[Approval]") -> None:
    """Print a line for each call, and its arguments below, whole, a line each: they are what is approved."""
    import time

    from deployments.commands.runs.runs import age

    for one in found:
        facts = [
            f"{one.run[:8]}  {one.id[:_ID]}",
            "overdue" if one.overdue else one.state,
            f"{age(max(time.time() - one.asked, 0))} ago",
            *([f"by {one.by}"] if one.by else []),
        ]
        console().print(plain(", ".join([*facts, f"{one.agent}: {one.tool}"])))
        for name, value in (one.arguments if one.new_arguments is None else one.new_arguments).items():
            console().print(plain(f"  {name} = {value!r}"))
        if one.changed:
            console().print(plain(f"  (asked again, changed: {', '.join(one.changed)})"))
        if one.note:
            console().print(plain(f"  (note: {one.note})"))
