"""`analyst approvals`, `analyst approve` and `analyst deny`: tool calls that wait for a person."""

import json
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from deployments.terminal.messages import DONE, FAILED, Stop, console, load_settings, plain

if TYPE_CHECKING:
    from runtime.approvals.types import Approval

_ID = 8
"""Characters of a request's id that people are shown."""


def approvals(
    run: str | None = None,
    *,
    all_: Annotated[bool, Parameter(name="--all", negative="")] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """List the tool calls that wait for a person's approval, newest first.

    Args:
        run: Beginning of a run's id; by default of all runs.
        all_: Those that are decided or have expired as well.
        as_json: Print one JSON array.
    """
    load_settings()
    from runtime.approvals.requests import list_approvals
    from runtime.store.database import StoreError

    try:
        found = list_approvals(None if run is None else _run_id(run), waiting=not all_)
    except StoreError as error:
        raise Stop(str(error), code=FAILED) from None
    if as_json:
        print(json.dumps([one.model_dump() for one in found], ensure_ascii=False))  # noqa: T201 - the output
    elif not found:
        console().print("No call waits for approval.")
    else:
        _show(found)
    return DONE


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


def deny(run: str, *, call: str | None = None, note: str | None = None) -> int:
    """Deny a tool call; the model is told, and the run goes on without it.

    Args:
        run: Beginning of the run's id, as `analyst approvals` shows it.
        call: Beginning of the id of the call, if more than one waits.
        note: Why; the model is told.
    """
    return _decide(run, call, approved=False, note=note, arguments=None)


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
    import time

    from rich.table import Table

    from deployments.commands.runs import age

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Run", "Call", "State", "Agent", "What", "Asked", "Decided by"):
        table.add_column(title, no_wrap=title != "What")
    for one in found:
        state = "overdue" if one.overdue else one.state
        again = f" (asked again, changed: {', '.join(one.changed)})" if one.changed else ""
        asked = f"{age(max(time.time() - one.asked, 0))} ago"
        row = (
            one.run[:8],
            one.id[:_ID],
            state,
            plain(one.agent),
            plain(_call(one) + again),
            asked,
            plain(one.by or "-"),
        )
        table.add_row(*row)
    console().print(table)
