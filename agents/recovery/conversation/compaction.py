"""Compaction: a conversation that is too long for the model is sent with its older tool results shortened.

Results are shortened oldest first: before a request where the model's window is known and the request would not fit,
and after a server has refused one. What was shortened once stays so for the rest of the run, so that the beginning of
the conversation is the same in each request.

All that is decided follows from the messages and from the refusals, which are stored like answers. So a resumed run
sends the same requests.
"""

from dataclasses import dataclass, field

from pydantic_ai import RunContext
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.exceptions import RetryModelRequest
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import AbstractModel, ModelRequestContext
from pydantic_ai.tools import AgentDepsT

from agents.recovery.conversation.context_overflow import is_context_overflow
from agents.recovery.conversation.request_tokens import RequestTokens, tokens_freed
from agents.recovery.conversation.shortened_history import shortenable, with_shortened
from agents.recovery.decisions import record_decision
from runtime.models.names import plain_name
from runtime.settings import get_settings

_ANSWER_SHARE = 4
"""Part of a window that is left for the answer, as the divisor, where the request asks for no less."""

_KEPT = 0.75
"""Share of a limit that a shortened request has at most, so that the next ones need not be shortened at once."""

_DOUBTFUL = 0.9
"""Share of a request that was too long from which on another one is taken to be too long, too: estimates differ."""


@dataclass
class Compaction(AbstractCapability[AgentDepsT]):
    """Shortens the older tool results of one agent run as far as it has to. Use a new one for each run."""

    _shortened: dict[str, None] = field(default_factory=dict[str, None])
    _tokens: RequestTokens = field(default_factory=RequestTokens)
    _freed: int = 0
    _too_long: int | None = None
    _messages: list[ModelMessage] = field(default_factory=list[ModelMessage])

    async def prepare_model_request(
        self, ctx: RunContext[AgentDepsT], request_context: ModelRequestContext
    ) -> ModelRequestContext:
        """Send the conversation with what was shortened until now, and more where it would not fit."""
        del ctx
        self._messages = list(request_context.messages)
        limits = [self._too_long, _room(request_context)]
        if known := [limit for limit in limits if limit is not None]:
            tokens = self._estimate(request_context)
            if tokens >= min(known):
                self._shorten(tokens - int(_KEPT * min(known)))
        request_context.messages = with_shortened(self._messages, self._shortened)
        return request_context

    async def on_model_request_error(
        self, ctx: RunContext[AgentDepsT], *, request_context: ModelRequestContext, error: Exception
    ) -> ModelResponse:
        """Note what was too long when the server says so, and ask again, if there is something to shorten."""
        del ctx
        if not is_context_overflow(error) or not self.can_shorten():
            raise error
        self._too_long = int(_DOUBTFUL * self._estimate(request_context))
        raise RetryModelRequest

    async def after_model_request(
        self, ctx: RunContext[AgentDepsT], *, request_context: ModelRequestContext, response: ModelResponse
    ) -> ModelResponse:
        """Count from the answer on, whose usage says how long the conversation was."""
        del ctx, request_context
        self._freed = 0
        return response

    def can_shorten(self) -> bool:
        """Tell whether a request that was refused for its length can be made shorter."""
        return bool(shortenable(self._messages, self._shortened))

    def _estimate(self, request: ModelRequestContext) -> int:
        sent = with_shortened(self._messages, self._shortened)
        return self._tokens.estimate(sent, request.model_request_parameters, self._freed)

    def _shorten(self, tokens: int) -> None:
        """Shorten the oldest results until so many tokens are freed; at least one, if there is one."""
        before = len(self._shortened)
        while tokens > 0 and (left := shortenable(self._messages, self._shortened)):
            oldest, saved = next(iter(left.items()))
            self._shortened[oldest] = None
            self._freed += tokens_freed(saved)
            tokens -= max(1, tokens_freed(saved))
        if new := len(self._shortened) - before:
            results = "1 older tool result is" if new == 1 else f"{new} older tool results are"
            record_decision("compaction", reason="context too long", change=f"{results} sent as summaries")


def _room(request: ModelRequestContext) -> int | None:
    """Tokens that the window of a model leaves for what it reads; `None` where it is not known."""
    window = context_window_of(request.model)
    if window is None:
        return None
    answer = (request.model_settings or {}).get("max_tokens") or get_settings().output_tokens
    return window - min(answer, window // _ANSWER_SHARE)


def context_window_of(model: AbstractModel) -> int | None:
    """Return the tokens that a model reads and writes at most: by `ANALYST_CONTEXT_TOKENS`, else as Pydantic AI knows.

    Returns:
        `None` where neither is known. A server of one's own often gives a model less than it could read.
    """
    given = {plain_name(name): tokens for name, tokens in (get_settings().context_tokens or {}).items()}
    return given.get(plain_name(model.model_id)) or model.context_window
