"""Errors of requests that were not made, to spare a model's server."""

from pydantic_ai.exceptions import ModelAPIError


class CircuitOpenError(ModelAPIError):
    """Nobody asks the model for now, since requests to it fail.

    Args:
        model: Name of the model.
        reason: Kind of the failure that opened the circuit.
        seconds: Seconds until it is asked again.
    """

    def __init__(self, model: str, reason: str, seconds: float) -> None:
        super().__init__(model, f"Nobody asks {model} for another {seconds:.0f} s, since requests to it fail: {reason}")
        self.reason = reason


class RetriesUsedUpError(ModelAPIError):
    """As many requests to the model as its share allows were made again already, by all runs of the store.

    Args:
        model: Name of the model.
    """

    def __init__(self, model: str) -> None:
        super().__init__(model, f"Requests to {model} fail too often: no more of them are made again for now")
