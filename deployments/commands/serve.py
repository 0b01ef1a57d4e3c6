"""`analyst serve`: run deployments on schedules and on events, and resume interrupted runs."""

from deployments.terminal.messages import FAILED, Stop, console, load_settings, plain, refusal


def serve(*names: str) -> int:
    """Serve deployments until stopped: run them by schedule and on events, and resume interrupted runs.

    It needs a Prefect server that keeps running (`prefect server start`, or Prefect Cloud), named by PREFECT_API_URL.
    When stopped (Ctrl-C, SIGTERM), it lets runs finish for ANALYST_STOP_SECONDS; the next service resumes the others.

    Args:
        names: Deployments, as `analyst deployments` lists them; by default all.
    """
    settings = load_settings()
    from deployments.catalog import choose
    from deployments.serve import serve_deployments
    from deployments.service.alerts import check_alerts
    from runtime.prefect_server.connection import ServerUnavailableError, require_server
    from runtime.prefect_server.settings import apply_prefect_settings
    from runtime.store.database import StoreError

    def say(line: str) -> None:
        console(stderr=True).print(plain(line))

    apply_prefect_settings()
    check_alerts()
    try:
        chosen = choose(names)
    except ValueError as error:
        raise Stop(refusal(error)) from None
    try:
        url = require_server("schedules and triggers", say)
        check_alerts(load_blocks=True)
        say(f"Serving {', '.join(deployment.name for deployment in chosen)} on {url}. Stop with Ctrl-C.")
        if not settings.roots:
            say("Runs by events cannot read data: ANALYST_DATA_ROOTS lists no directory or URL.")
        serve_deployments(chosen, say)
    except (ServerUnavailableError, StoreError) as error:
        raise Stop(str(error)) from None
    except ValueError as error:
        raise Stop(f"A deployment was refused: {refusal(error)}", code=FAILED) from None
    return 0
