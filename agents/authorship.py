"""Authors of a run's texts: which models of a chain answered, and why the others did not."""

from collections.abc import Iterator, Sequence

from pydantic_ai.messages import ModelMessage, ModelResponse

from agents.grounding.tool_calls.opening_calls import is_opening
from agents.models import usage_of
from agents.outputs import ModelPart, ModelUsage
from agents.partial import usage_in
from agents.recovery.passing_on import PassedOnError
from runtime.models.prices import canonical_name, name_of

_PASSED_ON = f"{PassedOnError.__name__}: "
"""Beginning of what Pydantic AI notes on an answer about a model that another one stood in for."""


def author_of(model: str, messages: Sequence[ModelMessage]) -> str:
    """Return the model that gave the last answer of a conversation, and with it the output of its run.

    Args:
        model: Full name of the run's model, or of several that stand in for each other.
        messages: The conversation.
    """
    answers = list(_answers(messages))
    return _named(model, name_of(answers[-1])) if answers and "," in model else model


def parts_of(model: str, *conversations: Sequence[ModelMessage]) -> list[ModelPart]:
    """Return what each model of a chain had in some conversations; nothing for a run on one model.

    Args:
        model: Full name of the run's model, or of several that stand in for each other.
        conversations: Messages of its agents.
    """
    if "," not in model:
        return []
    requests, failed = dict.fromkeys(model.split(","), 0), dict[str, str]()
    for answer in (answer for messages in conversations for answer in _answers(messages)):
        name = _named(model, name_of(answer))
        requests[name] = requests.get(name, 0) + 1
        for attempt in answer.failed_attempts or ():
            if attempt.error is not None and attempt.error.startswith(_PASSED_ON):
                left = _named(model, f"{attempt.provider_name}:{attempt.model_name}")
                failed.setdefault(left, attempt.error.removeprefix(_PASSED_ON))
    return [ModelPart(model=name, requests=number, failed=failed.get(name)) for name, number in requests.items()]


def usage_of_answers(model: str, *conversations: Sequence[ModelMessage]) -> ModelUsage:
    """Return the usage of all answers in some conversations, each at the price of the model that gave it.

    Args:
        model: Full name of the run's model, or of several that stand in for each other.
        conversations: Messages of its agents.
    """
    if "," not in model:
        return sum((usage_of(model, usage_in(messages)) for messages in conversations), ModelUsage(usd=0.0))
    each = (usage_of(_named(model, name_of(one)), usage_in([one])) for chat in conversations for one in _answers(chat))
    return sum(each, ModelUsage(usd=0.0))


def _answers(messages: Sequence[ModelMessage]) -> Iterator[ModelResponse]:
    return (message for message in messages if isinstance(message, ModelResponse) and not is_opening(message))


def _named(chain: str, name: str) -> str:
    """Return the name by which a chain has a model; the model's own where its server calls it otherwise."""
    name = "offline" if name.endswith(":offline") else name
    return next((one for one in chain.split(",") if canonical_name(one) == canonical_name(name)), name)
