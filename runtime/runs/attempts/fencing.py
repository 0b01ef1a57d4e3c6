"""Error raised in an attempt that has lost its lease."""

from prefect.exceptions import Abort


class LeaseLostError(Abort):
    """Error raised when another attempt took the run over while this process was stopped or out of reach.

    It is a signal of Prefect's: Prefect leaves the run's state on the server to the other attempt, and neither
    `except Exception` in a tool nor a task's retries catch it.
    """
