"""`analyst deployments`, `analyst deploy`, `analyst pause` and `analyst unpause`: the catalog on the Prefect server."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from deployments.terminal.messages import DONE, FAILED, Stop, console, load_settings, one_line, plain, refusal

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

    from deployments.catalog import Deployment


def deployments(*, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False) -> int:
    """List the deployments of the catalog: whether they are on the server, paused, and when they run next.

    Args:
        as_json: Print one JSON array.
    """
    with _server() as client:
        found = [_described(client, deployment) for deployment in _chosen()]
    if as_json:
        import json

        print(json.dumps(found))  # noqa: T201 - the command's output
        return DONE
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Deployment", "State", "Next run", "At once", "Description"):
        table.add_column(title)
    for one in found:
        limit = f"{one['limit']}, {one['keep']}" if one["limit"] else one["keep"]
        table.add_row(*(plain(text) for text in (one["name"], one["state"], one["next"] or "-", limit, one["text"])))
    console().print(table)
    return DONE


def deploy(*, pool: str | None = None) -> int:
    """Write the catalog's deployments and triggers to the server, and remove those that have left the catalog.

    Doing it again changes nothing. A paused deployment stays paused.

    Args:
        pool: Work pool whose workers run them; without it, `analyst serve` does.
    """
    with _server() as client:
        from deployments.service.registry import apply, apply_model_limits, remove_others

        kept = _chosen()
        _check_pool(client, pool)  # before anything is changed
        apply_model_limits(client)
        for deployment in kept:
            try:
                apply(client, deployment, pool=pool)
            except ValueError as error:
                raise Stop(f"A deployment was refused: {refusal(error)}", code=FAILED) from None
            console().print(f"Deployed {deployment.name}.")
        for name in remove_others(client, kept):
            console().print(plain(f"Removed {name}, which is not in the catalog any more."))
    return DONE


def pause(name: str, /) -> int:
    """Pause a deployment: no schedule and no event starts its runs until `analyst unpause`.

    Args:
        name: The deployment, as `analyst deployments` lists it.
    """
    return _set_paused(name, paused=True)


def unpause(name: str, /) -> int:
    """Resume a paused deployment. Runs that were due meanwhile are not made up for.

    Args:
        name: The deployment, as `analyst deployments` lists it.
    """
    return _set_paused(name, paused=False)


def _set_paused(name: str, *, paused: bool) -> int:
    with _server() as client:
        from deployments.service.registry import find, set_paused

        (deployment,) = _chosen(name)
        found = find(client, deployment)
        if found is None:
            raise Stop(f"{name} is not on the server.", hint="`analyst deploy` or `analyst serve` makes it.")
        set_paused(client, found, paused=paused)
    console().print(f"{name} is {'paused' if paused else 'ready'}.")
    return DONE


def _chosen(*names: str) -> "tuple[Deployment, ...]":
    """Return deployments of the catalog, by default all, with errors for people."""
    from deployments.catalog import choose

    try:
        return choose(names)
    except ValueError as error:
        raise Stop(refusal(error)) from None


def _check_pool(client: "SyncPrefectClient", pool: str | None) -> None:
    from prefect.exceptions import ObjectNotFound

    try:
        if pool is not None:
            client.read_work_pool(pool)
    except ObjectNotFound:
        hint = "`prefect work-pool ls` lists them, `prefect work-pool create NAME --type process` makes one."
        raise Stop(f"There is no work pool {pool!r} on the Prefect server.", hint=hint) from None


@contextmanager
def _server() -> "Generator[SyncPrefectClient]":
    """Return a client of the user's own server, with errors for people."""
    load_settings()
    from runtime.prefect_server.connection import require_server
    from runtime.prefect_server.health import ServerUnavailableError
    from runtime.prefect_server.settings import apply_prefect_settings

    apply_prefect_settings(quiet=True)
    try:
        require_server("deployments")
    except ServerUnavailableError as error:
        raise Stop(str(error)) from None
    import httpx
    from prefect.client.orchestration import get_client

    try:
        with get_client(sync_client=True) as client:
            yield client
    except httpx.HTTPStatusError as error:
        raise Stop(
            f"The Prefect server refused it: {one_line(error)}", hint=plain(error.response.text)[:300], code=FAILED
        ) from None
    except httpx.TransportError as error:
        raise Stop(f"The Prefect server was lost ({one_line(error)}).", hint="Try again.", code=FAILED) from None


def _described(client: "SyncPrefectClient", deployment: "Deployment") -> dict[str, Any]:
    from deployments.service.registry import find, next_run

    found = find(client, deployment)
    status = found.status.value.lower() if found is not None and found.status is not None else ""
    state = "not on the server" if found is None else "paused" if found.paused else status
    following = None if found is None or found.paused else next_run(client, found.id)
    return {
        "name": deployment.name,
        "state": state.replace("_", " "),
        "next": following,
        "limit": deployment.limit,
        "keep": deployment.keep,
        "text": deployment.description,
    }
