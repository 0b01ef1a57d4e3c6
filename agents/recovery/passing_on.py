"""Requests that are passed on along a chain of models, each to the next one when it fails for good.

A request to each model of a chain is a step of its own, with that model's key, price and limits. The failure of one
that another stands in for is stored as its step's result: a later attempt at the run finds it there and goes the same
way, without asking the failed model.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from prefect.context import FlowRunContext
from pydantic_ai.exceptions import ModelAPIError
from pydantic_ai.models import AbstractModel, Model
from pydantic_ai.models.fallback import FallbackModel

from agents.recovery.decisions import record_decision
from agents.recovery.errors import CircuitOpenError
from agents.recovery.kinds import kind_of


class PassedOnError(ModelAPIError):
    """Failure of a model that another one stands in for; its text is the kind of the failure."""


def passes_on(error: Exception) -> bool:
    """Tell whether a failure of a model is one for which the next of its chain is asked."""
    kind = kind_of(error)
    return kind is not None and kind.answer.passes_on


def is_passed_on(error: Exception) -> bool:
    """Tell whether the next model of a run's chain is to be asked: each step decides; outside of flows, the failure."""
    return isinstance(error, PassedOnError) or (FlowRunContext.get() is None and passes_on(error))


class ModelChain(FallbackModel):
    """Models of which each stands in for those before it.

    `PrefectAgent` takes it apart, so that each request to each model is a step. Elsewhere it is a `FallbackModel`.

    Args:
        models: The models, in the order in which they are asked.
    """

    def __init__(self, models: Sequence[Model]) -> None:
        super().__init__(*models, fallback_on=passes_on)

    @property
    def model_id(self) -> str:
        """Names of the models with commas between, as they are written in settings."""
        return ",".join(model.model_id for model in self.models)


@dataclass(frozen=True)
class PassedOn:
    """Result of a request to a model that failed for good, where another one stands in for it.

    Attributes:
        reason: Kind of the failure.
    """

    reason: str


@dataclass
class Chain:
    """The chain of one agent run: which of its models are no longer asked.

    A model that failed once is not asked again in the run, so that one run's answers change their author as rarely as
    can be. What is noted here follows from stored results, and is the same in each attempt.

    Attributes:
        models: The models; empty for a run on one model.
    """

    models: Sequence[Model] = ()
    _left: dict[int, str] = field(default_factory=dict[int, str])
    _begun_anew: str = ""

    @property
    def names(self) -> list[str]:
        """Names of the models."""
        return [model.model_id for model in self.models]

    @property
    def has_left(self) -> bool:
        """True if a model of it has failed."""
        return bool(self._left)

    def begin_anew(self, request: str) -> None:
        """Ask the models that failed before again, from a request on at which the last of them failed as well.

        Args:
            request: The request; nothing happens the second time.
        """
        if self._begun_anew != request:
            self._begun_anew = request
            self._left.clear()

    def check(self, model: AbstractModel | str) -> None:
        """Raise an error if a model has failed before in this run.

        Raises:
            PassedOnError: It has.
        """
        if (reason := self._left.get(id(model))) is not None:
            raise PassedOnError(_name(model), reason)

    def after(self, model: AbstractModel | str) -> Model | None:
        """Return the model that stands in for another one; `None` for the last one and for one of no chain."""
        place = next((place for place, one in enumerate(self.models[:-1]) if one is model), None)
        return None if place is None else self.models[place + 1]

    def instead_of(self, model: AbstractModel | str, error: Exception) -> PassedOn | None:
        """Decide whether a failure is passed on, and tell the trace.

        Args:
            model: The model that failed.
            error: Its failure, after the last retry.

        Returns:
            What is stored in place of an answer; `None` if the failure ends the run.
        """
        kind, following = kind_of(error), self.after(model)
        if kind is None or following is None or not passes_on(error):
            return None
        reason = f"{kind.name} after {error.reason}" if isinstance(error, CircuitOpenError) else kind.name
        record_decision("next model", reason=reason, change=f"{following.model_id} instead of {_name(model)}")
        return PassedOn(reason)

    def leave(self, model: AbstractModel | str, passed_on: PassedOn) -> PassedOnError:
        """Ask a model no more in this run, and return the error that has the next one asked."""
        self._left[id(model)] = passed_on.reason
        return PassedOnError(_name(model), passed_on.reason)


def _name(model: AbstractModel | str) -> str:
    return model if isinstance(model, str) else model.model_id
