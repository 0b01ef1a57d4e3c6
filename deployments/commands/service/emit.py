"""`analyst emit`: send the event that a data set has new content."""

from deployments.terminal.messages import Stop, console, load_settings, plain


def emit(
    name: str,
    *,
    uri: str,
    version: str | None = None,
    rows: int | None = None,
    partition: str | None = None,
    again: bool = False,
) -> int:
    """Send the event dataset.updated, on which a served analyze-dataset starts a run.

    With a version it may be called again after a failure: one event is sent for each name, version and partition.

    Args:
        name: Name of the data set, such as sales/daily.
        uri: Path or URL under which the machine that serves the deployment can read it.
        version: Version of the content.
        rows: Number of rows.
        partition: The part that changed, such as a date.
        again: Send it although it was sent before. A deployment that has run it does not run it again.
    """
    load_settings()
    from deployments.events.dataset_updated import parse, send
    from runtime.dataset_events.events import DATASET_UPDATED
    from runtime.prefect_server.health import ServerUnavailableError

    try:
        event = parse({"name": name, "uri": uri, "version": version, "rows": rows, "partition": partition})
        event_id = event.id(again=again)
        sent = send(event, event_id, again=again, warn=lambda line: console(stderr=True).print(plain(line)))
    except (ValueError, ServerUnavailableError) as error:
        raise Stop(str(error)) from None
    if sent:
        say = f"Sent {DATASET_UPDATED} for dataset.{name} ({event_id})."
    else:
        say = f"Not sent: {DATASET_UPDATED} for dataset.{name}, version {event.version}, was sent before ({event_id})."
    console().print(plain(say))
    return 0
