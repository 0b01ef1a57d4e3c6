"""Those of `ANALYST_ALERTS`, checked when a service starts: when an alert is due, it is too late to correct a name."""

from deployments.terminal import Stop
from runtime.settings import get_settings


def check_alerts(*, load_blocks: bool = False) -> None:
    """Check that each of `ANALYST_ALERTS` can be told.

    Args:
        load_blocks: Whether to look Prefect's blocks up too, which needs the Prefect API.

    Raises:
        Stop: One or more cannot; the message says which and why, without credentials.
    """
    targets = get_settings().alerts
    if not targets:
        return
    from tasks.notify import check_targets

    try:
        check_targets(targets, load_blocks=load_blocks)
    except ValueError as error:
        problems = " ".join(str(error).splitlines())
        raise Stop(f"ANALYST_ALERTS: {problems}", hint="Correct or unset the variable.") from None
