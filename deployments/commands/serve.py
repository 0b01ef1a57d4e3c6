"""`analyst serve`: run on a schedule and on events."""

from deployments.terminal import FAILED, Stop, console, load_settings, plain


def serve() -> int:
    """Serve the deployment analyze-dataset: runs by schedule and on dataset.updated events, until stopped.

    It needs a Prefect server that keeps running (`prefect server start`, or Prefect Cloud), named by PREFECT_API_URL.
    The schedule comes from ANALYST_SCHEDULE_DATASET, ANALYST_SCHEDULE_CRON and ANALYST_SCHEDULE_TIMEZONE.
    """
    load_settings()
    from deployments.serve import DEPLOYMENT, describe_schedule, serve_deployment
    from runtime.prefect_settings import apply_prefect_settings
    from runtime.server import ServerUnavailableError, require_server

    apply_prefect_settings()
    try:
        url = require_server("schedules and triggers")
        say = console(stderr=True).print
        say(f"Serving {DEPLOYMENT} on {plain(url)}. Stop with Ctrl-C.")
        say(plain(describe_schedule()))
        say("Events: dataset.updated (send one with `analyst emit NAME --uri …`).")
        serve_deployment()
    except ServerUnavailableError as error:
        raise Stop(str(error)) from None
    except ValueError as error:
        raise Stop(f"The deployment was refused: {error}", code=FAILED) from None
    return 0
