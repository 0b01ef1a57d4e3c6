"""Models of one agent run: the one it is asked for, those that stand in for it, and those it may name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_ai.capabilities import ModelFallback
from pydantic_ai.exceptions import UserError
from pydantic_ai.models import Model

from agents.durable.http_clients import keep_loops_apart
from agents.models import build_model, stop_client_retries
from agents.recovery.passing_on import Chain, ModelChain, is_passed_on
from agents.recovery.policy import RecoveryPolicy


@dataclass(frozen=True)
class RunModels:
    """Models of one agent run, with clients that leave retries to the steps.

    Attributes:
        model: The model; a `ModelChain` if others stand in for it, a name if Pydantic AI is to find it.
        chain: Models that stand in for each other; without any for a run on one model.
        named: Models that the run's requests may name.
    """

    model: Model | str | None
    chain: Chain
    named: dict[str, Model]

    @property
    def name(self) -> str | None:
        """Name of the model, or names with commas between."""
        return self.model.model_id if isinstance(self.model, Model) else self.model

    def hand_over(self, arguments: dict[str, Any]) -> None:
        """Put the models into the arguments of `Agent.iter`."""
        if self.chain.models:
            arguments["model"] = self.chain.models[0]
            fallback = ModelFallback(*self.chain.models[1:], fallback_on=is_passed_on)
            arguments["capabilities"] = [*(arguments.get("capabilities") or ()), fallback]


def models_of_run(
    wanted: Model | str | None, own: Model | str | None, named: Mapping[str, Model], policy: RecoveryPolicy
) -> RunModels:
    """Find the models of a run.

    Args:
        wanted: The model that the run was given, if any.
        own: The agent's own model, if any.
        named: Models that the agent knows by name.
        policy: The run's policy, which may name models that stand in.

    Raises:
        ModelConfigurationError: A key or package that a model needs is missing.
    """
    model, models = _with_fallbacks(wanted or own, named, policy), dict(named)
    chain = Chain(model.models if isinstance(model, ModelChain) else ())
    for one in (*models.values(), model):
        stop_client_retries(one)
        keep_loops_apart(one)
    if isinstance(model, Model) and model is not own:
        models["run"] = chain.models[0] if chain.models else model
    return RunModels(model, chain, models)


def _with_fallbacks(
    model: Model | str | None, named: Mapping[str, Model], policy: RecoveryPolicy
) -> Model | str | None:
    if isinstance(model, str) and ("," in model or policy.fallbacks):
        model = _model_named(model, named)
    if not policy.fallbacks or not isinstance(model, Model):
        return model
    first = model.models if isinstance(model, ModelChain) else [model]
    others = [_model_named(one, named) if isinstance(one, str) else one for one in policy.fallbacks]
    return ModelChain([*first, *(one for one in others if all(one is not known for known in first))])


def _model_named(name: str, named: Mapping[str, Model]) -> Model:
    return named.get(name) or build_model(name)


def build_named_model(name: str) -> Model | None:
    """Make a model of a name, with a client that leaves retries to the steps.

    Returns:
        `None` for a name that is not known here; Pydantic AI says what is wrong with it.

    Raises:
        ModelConfigurationError: A key or package that the model needs is missing.
    """
    try:
        model = build_model(name)
    except (UserError, ValueError):
        return None
    keep_loops_apart(model)
    return model
