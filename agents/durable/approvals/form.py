"""The form on Prefect's page of a suspended run, by which a person decides about what the run waits for.

Prefect shows it with *Resume* on runs of deployments, saves the answers as an input of the flow run, and schedules the
run again. The next attempt reads them before anything else.
"""

import json
from typing import Any, Literal
from uuid import uuid4

from anyio import to_thread
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.input import RunInput
from prefect.input.run_input import keyset_from_base_key
from prefect.states import Suspended
from pydantic import Field, create_model

from runtime.approvals.requests import decide, list_approvals
from runtime.approvals.types import Approval, ApprovalError
from runtime.texts.safe_text import clean

BY = "prefect-page"
"""Name of whoever decides by the form: Prefect's open-source server does not say who it was."""
_WAIT = "wait"
_SHORT = 8
"""Characters of a request's id in the names of its fields."""


async def suspend_with_form(client: PrefectClient, flow_run: FlowRun, reason: str) -> None:
    """Suspend a run with a form for what it waits for.

    Args:
        client: A client of the server.
        flow_run: The outermost flow run, of a deployment.
        reason: What it waits for, in words.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    waiting = await to_thread.run_sync(list_approvals, str(flow_run.id))
    key = str(uuid4())
    keyset = keyset_from_base_key(f"suspended-{key}")
    details = {"run_input_keyset": keyset} if waiting else {}
    await client.set_flow_run_state(flow_run.id, Suspended(message=reason, pause_key=key, state_details=details))
    if not waiting:
        return
    # After the state, since the server deletes what it finds under these keys when it takes the state.
    schema = json.dumps(form_of(waiting).model_json_schema(by_alias=True))
    await client.create_flow_run_input(flow_run_id=flow_run.id, key=keyset["schema"], value=schema)
    said = json.dumps("\n\n".join(_said(one) for one in waiting))
    await client.create_flow_run_input(flow_run_id=flow_run.id, key=keyset["description"], value=said)


def form_of(waiting: list[Approval]) -> type[RunInput]:
    """Return the form: a decision and a note for each request."""
    fields: dict[str, Any] = {}
    for one in waiting:
        name = one.id[:_SHORT]
        title = f"{clean(one.tool, 60)} ({name})"
        fields[f"decision_{name}"] = (Literal["wait", "approve", "deny"], Field(default=_WAIT, title=title))
        fields[f"note_{name}"] = (str, Field(default="", title=f"Note on {name}", max_length=2000))
    return create_model("Approvals", __base__=RunInput, **fields)


async def take_answers(client: PrefectClient, flow_run: FlowRun, waiting: list[Approval]) -> None:
    """Decide what a person has answered in the newest form of a run. What they left, or may not decide, stays open.

    Args:
        client: A client of the server.
        flow_run: The outermost flow run.
        waiting: What it waits for.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    states = sorted(await client.read_flow_run_states(flow_run.id), key=lambda state: state.timestamp)
    keyset = next((state.state_details.run_input_keyset for state in reversed(states) if state.is_paused()), None)
    if not keyset:
        return
    try:
        answers: dict[str, Any] = json.loads(await client.read_flow_run_input(flow_run.id, keyset["response"]))
    except ObjectNotFound:
        return
    for one in waiting:
        decision = answers.get(f"decision_{one.id[:_SHORT]}", _WAIT)
        if decision in ("approve", "deny"):
            note = str(answers.get(f"note_{one.id[:_SHORT]}") or "") or None
            await to_thread.run_sync(_decide, one, decision == "approve", note)


def _decide(one: Approval, approved: bool, note: str | None) -> None:
    try:
        decide(one, approved=approved, origin="form on Prefect's page, read", by=BY, note=note)
    except ApprovalError:
        return  # it was decided meanwhile, or the form may not decide


def _said(one: Approval) -> str:
    """Return a request in Markdown. Its texts stand in a code block, where nothing is a link or a heading."""
    shown = json.dumps(one.arguments, ensure_ascii=True, indent=2).replace("`", "\\u0060")
    tool = clean(one.tool, 100).replace("`", "'")
    return f"Call `{one.id[:_SHORT]}`: `{tool}` with\n\n```json\n{shown}\n```"
