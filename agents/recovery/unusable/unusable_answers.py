"""Answers of servers that no model client reads: empty, too large, an error in a 200, or impossible token counts.

What such a request came to is stored like an answer, so that the model is asked again and a resumed run does the same.
"""

from collections.abc import Awaitable, Callable
from traceback import walk_tb
from typing import Any

from pydantic import ValidationError
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    UnexpectedModelBehavior,
)
from pydantic_ai.messages import ModelResponse

from agents.recovery.answers.ask_again import ASK_AGAIN
from agents.recovery.conversation.context_overflow import says_context_overflow
from agents.recovery.kinds import kind_of
from agents.recovery.messages import put_plainly
from agents.recovery.unusable.answer_limits import AnswerTooLargeError

MOST_TOKENS = 100_000_000
"""Tokens of one request, in and out. The largest contexts of models have some ten million."""

_OF_ANOTHER_FORM = (IndexError, KeyError, AttributeError, TypeError)
"""Errors of a model client that takes the form of an answer on trust."""

_REASON = "unusable"
"""Key of the reason in the details of an answer that stands in for one that cannot be read."""

_TOLD = "Your last answer cannot be used ("

_MOST_FIELDS, _LONGEST_REASON = 3, 200
"""Wrong fields that a reason names, and its characters."""


def naming_unusable_answers(
    ask: Callable[[Any], Awaitable[ModelResponse]], model: str
) -> Callable[[Any], Awaitable[ModelResponse]]:
    """Wrap a model call so that an answer that cannot be used raises an error that says so.

    Pydantic AI takes the form of an OpenAI-compatible server's answer on trust. Some servers send no `choices` when
    they are broken or refuse, or something else, and the IndexError would tell nobody whose fault it is. An answer
    that was cut off for its size would look like a lost connection, and be asked for again without a word about it.
    Absurd token counts would be booked. Some gateways send an error with the status 200, which would look like a
    malformed answer.

    Args:
        ask: Asks the model.
        model: Name of the model, for the message.
    """

    async def named(params: Any) -> ModelResponse:
        try:
            response = await ask(params)
        except (*_OF_ANOTHER_FORM, UnexpectedModelBehavior) as error:
            answer, is_reader = _answer_in(error)
            if (inside := _error_inside(answer, model)) is not None:
                raise inside from error
            # Such an error of anything else, such as a user's own model, stays what it is.
            if isinstance(error, UnexpectedModelBehavior) or not is_reader:
                raise
            none = getattr(answer, "choices", None) == []
            raise UnexpectedModelBehavior("it has no choices" if none else "it has another form") from error
        except ModelHTTPError as error:
            put_plainly(error)
            raise
        except Exception as error:
            if (cause := _too_large(error)) is not None:
                raise UnexpectedModelBehavior(str(cause)) from error
            raise
        counts = (response.usage.input_tokens, response.usage.output_tokens)
        if max(counts) > MOST_TOKENS:
            raise UnexpectedModelBehavior(f"it counts {counts[0]} input and {counts[1]} output tokens")
        return response

    return named


def instead_of_unusable(model: str, error: Exception) -> ModelResponse | None:
    """Return an empty answer that holds the reason why the server's cannot be used; it is stored in its place.

    Args:
        model: Name of the model.
        error: What its request failed by.

    Returns:
        `None` for a failure after which the model is not asked for another answer.
    """
    kind = kind_of(error)
    if kind is None or kind.answer is not ASK_AGAIN:
        return None
    reason = {_REASON: f"{kind.name}: {_reason(error)}"}
    # With this reason for its end, no other run is given it.
    return ModelResponse(parts=[], model_name=model, finish_reason="error", provider_details=reason)


def why_unusable(response: object) -> str | None:
    """Return the reason in an answer that stands in for one that cannot be used; `None` for any other."""
    return (response.provider_details or {}).get(_REASON) if isinstance(response, ModelResponse) else None


def told_reason(reason: str) -> str:
    """Return the sentence by which a model is told why its answer cannot be used."""
    return f"{_TOLD}{reason})."


def reason_told(content: object) -> str | None:
    """Return the reason that a model was told; `None` for anything else that it was told."""
    if not isinstance(content, str) or not content.startswith(_TOLD):
        return None
    return content.removeprefix(_TOLD).partition("). Answer again")[0]


def _reason(error: Exception) -> str:
    """Say what is wrong, in no words of the answer."""
    if isinstance(error.__cause__, ValidationError):
        fields = [f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.__cause__.errors()]
        return f"wrong fields: {', '.join(fields[:_MOST_FIELDS])}"[:_LONGEST_REASON]
    return str(getattr(error, "message", error)).partition("\n")[0][:_LONGEST_REASON]


def _answer_in(error: BaseException) -> tuple[object, bool]:
    """Return the answer as it was received, from the frame that read it, and whether Pydantic AI failed to read it."""
    *_, (innermost, _) = walk_tb(error.__traceback__)
    answer, module = innermost.f_locals.get("response"), str(innermost.f_globals.get("__name__"))
    return answer, answer is not None and module.startswith("pydantic_ai.models.")


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
        error = ModelHTTPError(int(code), model, body)
        put_plainly(error)
        return error
    return ModelAPIError(model, f"The server sent an error as its answer: {str(body.get('message'))[:200]}", body=body)


def _too_large(error: BaseException) -> AnswerTooLargeError | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, AnswerTooLargeError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
