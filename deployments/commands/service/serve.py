"""`analyst serve`: run deployments on schedules and on events, and resume interrupted runs."""

from deployments.terminal.messages import FAILED, Stop, console, load_settings, plain, refusal


def serve(*names: str, metrics: str | None = None) -> int:
    """Serve deployments until stopped: run them by schedule and on events, and resume interrupted runs.

    It needs a Prefect server that keeps running (`prefect server start`, or Prefect Cloud), named by PREFECT_API_URL.
    When stopped (Ctrl-C, SIGTERM), it lets runs finish for ANALYST_STOP_SECONDS; the next service resumes the others.

    Args:
        names: Deployments, as `analyst deployments` lists them; by default all.
        metrics: Port on which Prometheus finds figures under /metrics, such as 9464; on this machine only, unless an
            address stands before it, such as 0.0.0.0:9464.
    """
    settings = load_settings()
    address = None if metrics is None else _address(metrics)
    from deployments.catalog import choose
    from deployments.serve import serve_deployments
    from deployments.service.alerts import check_alerts
    from runtime.prefect_server.connection import require_server
    from runtime.prefect_server.health import ServerUnavailableError
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
        if address is not None:
            say(f"Figures for Prometheus: http://{_serve_metrics(*address)}/metrics")
        if not settings.roots:
            say("Runs by events cannot read data: ANALYST_DATA_ROOTS lists no directory or URL.")
        serve_deployments(chosen, say)
    except (ServerUnavailableError, StoreError) as error:
        raise Stop(str(error)) from None
    except ValueError as error:
        raise Stop(f"A deployment was refused: {refusal(error)}", code=FAILED) from None
    return 0


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdecimal() and int(port) < 65536):
        raise Stop(f"--metrics is {text!r}; write a port such as 9464, or an address and a port such as 0.0.0.0:9464.")
    return host.strip("[]") or "127.0.0.1", int(port)


def _serve_metrics(host: str, port: int) -> str:
    from deployments.stats.metrics import serve_metrics

    try:
        taken = serve_metrics(host, port)
    except OSError as error:
        said = f"--metrics cannot listen on {host}:{port}: {error.strerror or error}. Name another port."
        raise Stop(said) from None
    return f"[{host}]:{taken}" if ":" in host else f"{host}:{taken}"
