"""Upper bound of a request's size in tokens: no provider's tokenizer makes more tokens than there are bytes."""

import re
from collections.abc import Sequence

from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter, ModelResponse
from pydantic_core import to_json

from runtime.budget import BudgetError

_BY_REFERENCE = re.compile(rb'"kind":"(?:image-url|video-url|audio-url|document-url|uploaded-file)"')


def most_input_tokens(messages: Sequence[ModelMessage], parameters: object) -> int:
    """Most tokens that a request may have.

    The provider has counted what came before the model's last answer. The rest counts with a token for each byte, and
    so do the tools, which may be others than before.

    Args:
        messages: The conversation.
        parameters: Tools and output schema.

    Raises:
        BudgetError: It refers to a file that the provider fetches, whose size is not known here.
    """
    counted, rest = 0, 0
    for place in range(len(messages) - 1, -1, -1):
        message = messages[place]
        if isinstance(message, ModelResponse) and message.usage.input_tokens and message.provider_name != "offline":
            counted, rest = message.usage.input_tokens + message.usage.output_tokens, place + 1
            break
    new = ModelMessagesTypeAdapter.dump_json(list(messages[rest:]))
    if _BY_REFERENCE.search(new):
        raise BudgetError(
            "A budget cannot be kept for a request that refers to a file by its address, since its size is not known: "
            "give the content itself (BinaryContent)."
        )
    return counted + len(new) + len(to_json(parameters, fallback=str))
