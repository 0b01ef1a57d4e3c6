"""Answers of servers that no model client reads: empty, too large, or with token counts that cannot be."""

from collections.abc import Awaitable, Callable
from traceback import walk_tb
from typing import Any

from pydantic_ai.exceptions import UnexpectedModelBehavior
from pydantic_ai.messages import ModelResponse

from agents.recovery.answer_limits import AnswerTooLargeError

MOST_TOKENS = 100_000_000
"""Tokens of one request, in and out. The largest contexts of models have some ten million."""


def naming_unusable_answers(
    ask: Callable[[Any], Awaitable[ModelResponse]], model: str
) -> Callable[[Any], Awaitable[ModelResponse]]:
    """Wrap a model call so that an answer that cannot be used raises an error that says so.

    Pydantic AI takes the first of the `choices` in the answer of an OpenAI-compatible server. Some servers send none
    when they are broken or refuse, and the IndexError would tell nobody whose fault it is. An answer that was cut off
    for its size would look like a lost connection, and be asked for again. Absurd token counts would be booked.

    Args:
        ask: Asks the model.
        model: Name of the model, for the message.
    """

    async def named(params: Any) -> ModelResponse:
        try:
            response = await ask(params)
        except IndexError as error:
            *_, (innermost, _) = walk_tb(error.__traceback__)
            # The answer itself, where it was read: an IndexError of anything else stays what it is.
            if getattr(innermost.f_locals.get("response"), "choices", None) == []:
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


def _too_large(error: BaseException) -> AnswerTooLargeError | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, AnswerTooLargeError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
