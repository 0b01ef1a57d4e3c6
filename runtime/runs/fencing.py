"""How an attempt ends that another has taken over from."""

from prefect.exceptions import Abort


class LeaseLostError(Abort):
    """This process no longer has the run: another attempt took it over while this one was stopped or cut off.

    It is one of Prefect's signals, which leave the run's state on the server alone (it is the other attempt's now) and
    which neither `except Exception` in a tool nor a task's retries hold up.
    """
