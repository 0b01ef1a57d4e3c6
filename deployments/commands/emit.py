"""`analyst emit`: say that a data set has new content."""

from deployments.terminal import FAILED, Stop, console, load_settings, plain


def emit(
    name: str,
    *,
    uri: str,
    version: str | None = None,
    rows: int | None = None,
    partition: str | None = None,
) -> int:
    """Send the event dataset.updated, on which a served analyze-dataset starts a run.

    Args:
        name: Name of the data set, such as sales/daily.
        uri: Path or URL under which the machine that serves the deployment can read it.
        version: Version of the content.
        rows: Number of rows.
        partition: The part that changed, such as a date.
    """
    load_settings()
    from deployments.triggers import DATASET_UPDATED, dataset_updated
    from runtime.server import ServerUnavailableError, drain

    try:
        event = dataset_updated(name, uri=uri, version=version, rows=rows, partition=partition)
    except (ValueError, ServerUnavailableError) as error:
        raise Stop(str(error)) from None
    if not drain():
        raise Stop(
            "The event was not taken in ten seconds.", hint="Is the Prefect server busy? Send it again.", code=FAILED
        )
    console().print(plain(f"Sent {DATASET_UPDATED} for dataset.{name} ({event})."))
    return 0
