"""`analyst listen`: receive web hooks and send them as events, and show the pages behind links to approvals."""

from typing import TYPE_CHECKING

from deployments.terminal.messages import Stop, console, load_settings, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from starlette.routing import Route

    from runtime.settings import Settings


def listen(*, host: str = "127.0.0.1", port: int = 4280) -> int:
    """Receive web hooks, CloudEvents and S3 notices at /events and send each as the event dataset.updated.

    It needs a Prefect server that keeps running, named by PREFECT_API_URL; ANALYST_DATA_ROOTS, which lists what events
    may name; and ANALYST_LISTEN_TOKEN (a bearer token) or ANALYST_LISTEN_SECRET (the key of signatures as Standard
    Webhooks has them).

    With ANALYST_APPROVAL_RECIPIENTS it also sends people links to decide about calls that wait for approval, and shows
    the pages behind them. For that alone, without a token or secret, it needs only the store.

    Args:
        host: Address to listen on; others than this machine reach it only when you name one.
        port: Port; 0 for one that is free.
    """
    settings = load_settings()
    import socket

    from deployments.events.http_connections import server_of
    from deployments.events.receiver import RefusedError, app_of
    from runtime.prefect_server.health import ServerUnavailableError
    from runtime.store.database import StoreError

    def say(line: str) -> None:
        console(stderr=True).print(plain(line))

    recipients = settings.approval_recipients
    try:
        routes = [] if recipients and not _takes_events(settings) else _event_routes(settings, say)
        if recipients:
            routes += _approval_routes(settings, say)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except (RefusedError, ServerUnavailableError, StoreError) as error:
        raise Stop(str(error)) from None
    except (OSError, OverflowError) as error:
        raise Stop(f"Cannot listen on {host} port {port}: {error}.", hint="Name another with --port.") from None

    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    say(f"Listening on {address}{'/events' if _takes_events(settings) else ''}. Stop with Ctrl-C.")
    with _notices(settings, address, say):
        server_of(app_of(routes)).run(sockets=[listener])
    return 0


def _takes_events(settings: "Settings") -> bool:
    return bool(settings.listen_token or settings.listen_secret)


def _event_routes(settings: "Settings", say: "Callable[[str], None]") -> "list[Route]":
    from deployments.events.receiver import Receiver, RefusedError
    from runtime.prefect_server.connection import require_server
    from runtime.prefect_server.settings import apply_prefect_settings

    token, secret = settings.listen_token, settings.listen_secret
    receiver = Receiver(
        token=token.get_secret_value() if token else None,
        secret=secret.get_secret_value() if secret else None,
        per_minute=settings.listen_rate,
        s3_root=settings.listen_s3_root,
        tell=say,
    )
    if not settings.roots:
        raise RefusedError(
            "Every event would be refused: set ANALYST_DATA_ROOTS to where the data sets of events lie, such as "
            "/mnt/lake or https://data.example.org/lake/."
        )
    apply_prefect_settings()
    require_server("events", say)
    return receiver.routes()


def _approval_routes(settings: "Settings", say: "Callable[[str], None]") -> "list[Route]":
    from deployments.approval_pages.pages import ApprovalPages
    from deployments.events.receiver import RefusedError
    from runtime.approvals.requests import may_decide
    from runtime.prefect_server.settings import apply_prefect_settings
    from runtime.store.database import get_store
    from tasks.notify.report_notice import check_targets

    apply_prefect_settings()
    recipients = settings.approval_recipients or {}
    if strangers := [name for name in recipients if not may_decide(name)]:
        raise RefusedError(
            f"ANALYST_APPROVAL_RECIPIENTS names who may not decide by ANALYST_APPROVERS: {strangers[0]}."
        )
    try:
        check_targets(list(recipients.values()))
    except ValueError as error:
        raise RefusedError(f"ANALYST_APPROVAL_RECIPIENTS: {error}") from None
    get_store()
    return ApprovalPages(say, settings.listen_rate).routes()


def _notices(settings: "Settings", address: str, say: "Callable[[str], None]") -> "AbstractContextManager[object]":
    from contextlib import contextmanager, nullcontext
    from threading import Event, Thread

    if not settings.approval_recipients:
        return nullcontext()
    from deployments.approval_pages.notices import ApprovalNotices

    notices = ApprovalNotices(
        settings.approval_recipients, settings.listen_url or address, settings.approval_link_seconds, say
    )

    @contextmanager
    def telling():
        stop = Event()
        thread = Thread(target=notices.watch, args=(stop,), name="analyst-approval-notices", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(timeout=10)

    return telling()
