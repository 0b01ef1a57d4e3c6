"""Policy for failures of model requests: one object, for an agent or for a single run."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from runtime.models.circuits import CircuitLimits
from runtime.settings import get_settings


class RecoveryPolicy(BaseModel):
    """Limits of what is done about failures of model requests. Fields that are not given are those of the settings.

    Policies are put over each other by `|`, of which the right one's given fields win: an agent's own, and over it that
    of a run.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, use_attribute_docstrings=True, validate_default=True
    )

    fallbacks: tuple[Any, ...] = ()
    """Models, or their names, that answer in this order when the one before fails for good. Not asked at the same time.
    `offline` may be the last one for the agents of this project."""
    retries: Annotated[int, Field(ge=0)] = Field(default_factory=lambda: get_settings().model_retries)
    """Number of times that a failed request is made again, if its failure may pass."""
    retry_delay: Annotated[float, Field(ge=0)] = Field(default_factory=lambda: get_settings().model_retry_delay)
    """Most seconds before the first retry; doubled for each one after it. The wait is random."""
    wait_seconds: Annotated[float, Field(ge=0)] = Field(default_factory=lambda: get_settings().model_wait_seconds)
    """Most seconds to wait when the model's server says when to ask again, and until a circuit closes; 0 to fail."""
    circuit_failures: Annotated[int, Field(ge=0)] = Field(default_factory=lambda: get_settings().circuit_failures)
    """Failures in `window_seconds` from which on nobody asks the model for `circuit_seconds`, if at least half of the
    requests fail; 0 for never."""
    circuit_seconds: Annotated[float, Field(gt=0)] = Field(default_factory=lambda: get_settings().circuit_seconds)
    """Seconds for which nobody asks, after which one request goes ahead."""
    window_seconds: Annotated[float, Field(gt=0)] = Field(default_factory=lambda: get_settings().window_seconds)
    """Seconds in which failures and retries are counted."""
    retry_share: Annotated[float, Field(ge=0)] = Field(default_factory=lambda: get_settings().retry_share)
    """Most retries, as a share of the calls of the model in `window_seconds`, by all runs of the store together."""
    retry_minimum: Annotated[int, Field(ge=0)] = Field(default_factory=lambda: get_settings().retry_minimum)
    """Number of retries in `window_seconds` that may be made in any case."""

    def __or__(self, over: "RecoveryPolicy") -> "RecoveryPolicy":
        """Return this policy with the given fields of another one over it."""
        given = {name: getattr(over, name) for name in over.model_fields_set}
        return self.model_copy(update=given)

    @property
    def circuit(self) -> CircuitLimits:
        """Limits of the model's circuit and of retries."""
        return CircuitLimits(
            failures=self.circuit_failures,
            window=self.window_seconds,
            seconds=self.circuit_seconds,
            retry_share=self.retry_share,
            retry_minimum=self.retry_minimum,
        )

    @property
    def retry_delays(self) -> list[float]:
        """Most seconds before each retry."""
        return [self.retry_delay * 2**retry for retry in range(self.retries)]
