"""`analyst listen`: receive web hooks and send them as events."""

from deployments.terminal.messages import Stop, console, load_settings, plain


def listen(*, host: str = "127.0.0.1", port: int = 4280) -> int:
    """Receive web hooks, CloudEvents and S3 notices at /events and send each as the event dataset.updated.

    It needs a Prefect server that keeps running, named by PREFECT_API_URL; ANALYST_DATA_ROOTS, which lists what events
    may name; and ANALYST_LISTEN_TOKEN (a bearer token) or ANALYST_LISTEN_SECRET (the key of signatures as Standard
    Webhooks has them).

    Args:
        host: Address to listen on; others than this machine reach it only when you name one.
        port: Port; 0 for one that is free.
    """
    settings = load_settings()
    import socket

    from deployments.events.http_connections import server_of
    from deployments.events.receiver import Receiver, RefusedError
    from runtime.prefect_server.connection import require_server
    from runtime.prefect_server.health import ServerUnavailableError
    from runtime.prefect_server.settings import apply_prefect_settings

    say = console(stderr=True).print
    token, secret = settings.listen_token, settings.listen_secret
    try:
        receiver = Receiver(
            token=token.get_secret_value() if token else None,
            secret=secret.get_secret_value() if secret else None,
            per_minute=settings.listen_rate,
            s3_root=settings.listen_s3_root,
            tell=lambda line: say(plain(line)),
        )
        if not settings.roots:
            raise RefusedError(
                "Every event would be refused: set ANALYST_DATA_ROOTS to where the data sets of events lie, such as "
                "/mnt/lake or https://data.example.org/lake/."
            )
        apply_prefect_settings()
        require_server("events", lambda line: say(plain(line)))
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except (RefusedError, ServerUnavailableError) as error:
        raise Stop(str(error)) from None
    except (OSError, OverflowError) as error:
        raise Stop(f"Cannot listen on {host} port {port}: {error}.", hint="Name another with --port.") from None

    shown = f"[{host}]" if ":" in host else host
    say(f"Listening on http://{shown}:{listener.getsockname()[1]}/events. Stop with Ctrl-C.")
    server_of(receiver.app()).run(sockets=[listener])
    return 0
