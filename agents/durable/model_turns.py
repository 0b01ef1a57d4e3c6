"""Turns of model requests: each try waits until the limits of requests and tokens a minute leave room for it."""

import logging
from collections.abc import Sequence
from typing import Any

from anyio import to_thread
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.settings import ModelSettings

from agents.durable.operations.request_size import most_input_tokens
from runtime.budget import BudgetError
from runtime.models.rates import Turn, end_turn, known_limits, limits, shared_name, take_turn
from runtime.settings import get_settings
from runtime.store.database import StoreError

_log = logging.getLogger("prefect.model_turns")


class RequestTurns:
    """Turns of the tries of one model request.

    Args:
        run_id: The outermost run.
        models: Names of the models that may answer, with their providers.
        messages: The conversation.
        settings: Settings of the request.
        parameters: Tools and output schema.
    """

    def __init__(
        self,
        run_id: str,
        models: Sequence[str],
        messages: Sequence[ModelMessage],
        settings: ModelSettings | None,
        parameters: object,
    ) -> None:
        self._run_id = run_id
        self._models = list(dict.fromkeys(map(shared_name, models)))
        self._asked = messages, settings, parameters
        self._turn: Turn | None = None

    async def seconds_to_wait(self) -> float:
        """Take a turn for a try.

        Returns:
            0; else the seconds after which to come again, since there is no room.
        """
        known = known_limits()
        if known is not None and not any(model in known for model in self._models):
            return 0.0
        try:
            found = await to_thread.run_sync(self._take)
        except StoreError as error:
            _log.warning("%s The limits of models a minute are not kept.", error)
            return 0.0
        self._turn = found if isinstance(found, Turn) else None
        return found if isinstance(found, float) else 0.0

    def answered(self, response: object) -> None:
        """Count what the try used in place of its worst case."""
        if self._turn is not None and isinstance(response, ModelResponse) and response.usage.total_tokens:
            end_turn(self._turn, self._run_id, response.usage.total_tokens)

    def _take(self) -> Turn | float:
        known = limits()
        if not any(model in known for model in self._models):
            return Turn(())
        by_tokens = any(limit.tokens for model in self._models if (limit := known.get(model)))
        return take_turn(self._models, self._most_tokens() if by_tokens else 0)

    def _most_tokens(self) -> int:
        messages, settings, parameters = self._asked
        wanted: Any = (settings or {}).get("max_tokens") or get_settings().output_tokens
        try:
            return most_input_tokens(messages, parameters) + int(wanted)
        except BudgetError:  # it refers to a file whose size only the provider knows
            return int(wanted)
