"""Answers of servers that no model client reads: empty, too large, an error in a 200, or impossible token counts."""

from collections.abc import Awaitable, Callable
from traceback import walk_tb
from typing import Any

from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    UnexpectedModelBehavior,
)
from pydantic_ai.messages import ModelResponse

from agents.recovery.conversation.context_overflow import says_context_overflow
from agents.recovery.unusable.answer_limits import AnswerTooLargeError

MOST_TOKENS = 100_000_000
"""Tokens of one request, in and out. The largest contexts of models have some ten million."""


def naming_unusable_answers(
    ask: Callable[[Any], Awaitable[ModelResponse]], model: str
) -> Callable[[Any], Awaitable[ModelResponse]]:
    """Wrap a model call so that an answer that cannot be used raises an error that says so.

    Pydantic AI takes the first of the `choices` in the answer of an OpenAI-compatible server. Some servers send none
    when they are broken or refuse, and the IndexError would tell nobody whose fault it is. An answer that was cut off
    for its size would look like a lost connection, and be asked for again. Absurd token counts would be booked. Some
    gateways send an error with the status 200, which would look like a malformed answer.

    Args:
        ask: Asks the model.
        model: Name of the model, for the message.
    """

    async def named(params: Any) -> ModelResponse:
        try:
            response = await ask(params)
        except (IndexError, UnexpectedModelBehavior) as error:
            answer = _answer_in(error)
            if (inside := _error_inside(answer, model)) is not None:
                raise inside from error
            # An IndexError of anything else stays what it is.
            if isinstance(error, IndexError) and getattr(answer, "choices", None) == []:
                raise UnexpectedModelBehavior(f"Model {model}: the server's answer has no choices") from error
            raise
        except Exception as error:
            if (cause := _too_large(error)) is not None:
                raise UnexpectedModelBehavior(f"Model {model}: {cause}") from error
            raise
        counts = (response.usage.input_tokens, response.usage.output_tokens)
        if max(counts) > MOST_TOKENS:
            raise UnexpectedModelBehavior(
                f"Model {model}: the server's answer counts {counts[0]} input and {counts[1]} output tokens"
            )
        return response

    return named


def _answer_in(error: BaseException) -> object:
    """Return the answer as it was received, from the frame that read it."""
    *_, (innermost, _) = walk_tb(error.__traceback__)
    return innermost.f_locals.get("response")


def _error_inside(answer: object, model: str) -> ModelAPIError | None:
    """Return the error that a server has put into an answer of status 200, by its code where that is a status."""
    extra: dict[str, Any] = getattr(answer, "model_extra", None) or {}
    said = extra.get("error") or (extra if getattr(answer, "object", None) == "error" else None)
    if not said:
        return None
    body: dict[str, Any] = said if isinstance(said, dict) else {"message": str(said)}
    if says_context_overflow(body):
        return ModelContextWindowExceededError(model, "The conversation is too long for the model.", body=body)
    code = str(body.get("code") or body.get("status") or "")
    if code.isdecimal() and 400 <= int(code) < 600:
        return ModelHTTPError(int(code), model, body)
    return ModelAPIError(model, f"The server sent an error as its answer: {str(body.get('message'))[:200]}", body=body)


def _too_large(error: BaseException) -> AnswerTooLargeError | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, AnswerTooLargeError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
