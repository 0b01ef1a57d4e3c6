"""Check of `ANALYST_ALERTS` when a service starts: a wrong name would only show when an alert is due."""

from deployments.terminal.messages import Stop
from runtime.settings import get_settings


def check_alerts(*, load_blocks: bool = False) -> None:
    """Check that each target of `ANALYST_ALERTS` can be used.

    Args:
        load_blocks: Whether to check the Prefect blocks, too, which needs the Prefect API.

    Raises:
        Stop: A target cannot be used; the message says which and why, without credentials. Or there is no target
            although `ANALYST_EXPECTED_DATASET` is set.
    """
    targets = get_settings().alerts
    if not targets:
        if expected := get_settings().expected_dataset:
            raise Stop(
                f"ANALYST_EXPECTED_DATASET is {expected}, and nobody would be told that its update did not come.",
                hint="Name somebody in ANALYST_ALERTS.",
            )
        return
    from tasks.notify.report_notice import check_targets

    try:
        check_targets(targets, load_blocks=load_blocks)
    except ValueError as error:
        problems = " ".join(str(error).splitlines())
        raise Stop(f"ANALYST_ALERTS: {problems}", hint="Correct or unset the variable.") from None
