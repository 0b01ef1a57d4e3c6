"""Answers of OpenAI-compatible servers that hold nothing: the error names the server, not a list index."""

from collections.abc import Awaitable, Callable
from traceback import walk_tb

from pydantic_ai.exceptions import UnexpectedModelBehavior


def naming_empty_answers(request: Callable[[], Awaitable[object]], model: str) -> Callable[[], Awaitable[object]]:
    """Return the request, but with an error that says so when the server's answer is empty.

    Pydantic AI takes the first of the `choices` in the answer of an OpenAI-compatible server. Some servers send none
    when they are broken or refuse, and the IndexError would tell nobody whose fault it is.

    Args:
        request: A model request.
        model: Name of the model, for the message.
    """

    async def named() -> object:
        try:
            return await request()
        except IndexError as error:
            *_, (innermost, _) = walk_tb(error.__traceback__)
            # The answer itself, where it was read: an IndexError of anything else stays what it is.
            if getattr(innermost.f_locals.get("response"), "choices", None) == []:
                raise UnexpectedModelBehavior(f"Model {model}: the server's answer has no choices") from error
            raise

    return named
