"""Error raised in an attempt that has lost its lease."""

from prefect.exceptions import Abort


class LeaseLostError(Abort):
    """This process no longer has the run: another attempt took it over while this one was stopped or out of reach.

    It is a signal of Prefect's: the run's state on the server, which now belongs to the other attempt, is left alone,
    and neither `except Exception` in a tool nor a task's retries catch it.
    """
