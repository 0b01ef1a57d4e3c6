"""Kinds of failures of model requests, and the answer to each: one table, which the documentation repeats."""

from dataclasses import dataclass, field

from pydantic_ai.exceptions import (
    ContentFilterError,
    FallbackExceptionGroup,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelRequestTimeout,
    ModelServerError,
    ModelTimeoutError,
    ModelUnavailableError,
    OutputTokenLimitExceeded,
    UnexpectedModelBehavior,
    UsageLimitExceeded,
)

from agents.recovery.answers.answer import Answer
from agents.recovery.answers.ask_again import ASK_AGAIN
from agents.recovery.answers.back_off import BACK_OFF
from agents.recovery.answers.next_model import NEXT_MODEL
from agents.recovery.answers.shorten import SHORTEN
from agents.recovery.answers.stop import STOP
from agents.recovery.answers.wait_as_told import WAIT_AS_TOLD
from agents.recovery.conversation.context_overflow import is_context_overflow
from agents.recovery.errors import CircuitOpenError, RetriesUsedUpError

_LATER = "go on later with `analyst resume`, which repeats nothing that was paid for."
_OTHER = "start a new run with another --model."


@dataclass(frozen=True)
class FailureKind:
    """A kind of failure.

    Attributes:
        name: Its name, as in the documentation's table.
        errors: Classes of errors that are of this kind.
        answer: What is done about it.
        advice: What a person can do about it, when the answer did not help.
        is_outage: Whether it says that the server cannot answer anybody.
        statuses: HTTP statuses of this kind, where the model's class of Pydantic AI does not name the kind itself.
    """

    name: str
    errors: tuple[type[BaseException], ...]
    answer: Answer
    advice: str
    statuses: frozenset[int] = field(default=frozenset())
    is_outage: bool = False

    @property
    def is_refusal(self) -> bool:
        """True if each request to this model would fail in the same way."""
        return self.answer is NEXT_MODEL


KINDS = (
    FailureKind(
        "circuit open",
        (CircuitOpenError,),
        NEXT_MODEL,
        f"Requests to the model failed too often, so that nobody asks it for a while: {_LATER}",
    ),
    FailureKind(
        "retries used up",
        (RetriesUsedUpError,),
        NEXT_MODEL,
        f"Requests to the model fail too often to make them again: {_LATER}",
    ),
    FailureKind(
        "quota spent",
        (ModelQuotaExceededError,),
        NEXT_MODEL,
        f"The account has no money or quota left: top it up, then `analyst resume`; or {_OTHER}",
        frozenset({402}),
    ),
    FailureKind(
        "key refused",
        (ModelAuthenticationError,),
        NEXT_MODEL,
        "The model's server refused the key: correct it, which `analyst doctor` checks, then `analyst resume`; or "
        f"{_OTHER}",
        frozenset({401, 403}),
    ),
    FailureKind(
        "unknown model",
        (ModelNotFoundError,),
        NEXT_MODEL,
        "The model's server does not know the model or the address: correct OPENAI_BASE_URL, then `analyst resume`; or "
        f"{_OTHER}",
        frozenset({404}),
    ),
    FailureKind(
        "context too long",
        (ModelContextWindowExceededError,),
        SHORTEN,
        "The conversation is longer than the model can read, also with older tool results left out: give the server's "
        "model a larger context, then `analyst resume`; or start a new run with a --model that has one.",
        frozenset({413}),
    ),
    FailureKind(
        "request rejected",
        (ModelRequestRejectedError,),
        STOP,
        f"The model's server rejects the request as it is: {_OTHER}",
        frozenset({400, 422}),
    ),
    FailureKind(
        "rate limited",
        (ModelRateLimitError,),
        WAIT_AS_TOLD,
        f"The model's server limits how often it is asked: {_LATER}",
        frozenset({429}),
    ),
    FailureKind(
        "overloaded",
        (ModelUnavailableError,),
        WAIT_AS_TOLD,
        f"The model's server has too much to do: {_LATER}",
        frozenset({409, 425, 503, 529}),
        is_outage=True,
    ),
    FailureKind(
        "server error",
        (ModelServerError,),
        BACK_OFF,
        f"The model's server is broken at the moment: {_LATER}",
        frozenset({500, 502}),
        is_outage=True,
    ),
    FailureKind(
        "no answer in time",
        (ModelTimeoutError, ModelRequestTimeout, TimeoutError),
        BACK_OFF,
        f"The model did not answer: {_LATER}",
        frozenset({408, 504}),
        is_outage=True,
    ),
    FailureKind(
        "connection lost",
        (ModelConnectionError, ConnectionError),
        BACK_OFF,
        f"The model did not answer: {_LATER}",
        is_outage=True,
    ),
    FailureKind(
        "refused by a content filter", (ContentFilterError,), ASK_AGAIN, f"The model's provider refused: {_OTHER}"
    ),
    FailureKind(
        "answer cut short",
        (OutputTokenLimitExceeded,),
        ASK_AGAIN,
        f"The answer reached the model's limit of tokens: `analyst resume --ask-again` asks once more; or {_OTHER}",
    ),
    FailureKind(
        "malformed answer",
        (UnexpectedModelBehavior,),
        ASK_AGAIN,
        f"The model gave no answer that can be used: `analyst resume --ask-again` asks once more; or {_OTHER}",
    ),
    FailureKind(
        "too many requests in a run",
        (UsageLimitExceeded,),
        STOP,
        f"The model gave no answer that can be used: {_OTHER}",
    ),
)
"""All kinds. An error is of the first one that has its class; of several classes the most specific stands first."""

_BY_STATUS = {status: kind for kind in KINDS for status in kind.statuses}
_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(error: object) -> FailureKind | None:
    """Return the kind of an error.

    Returns:
        `None` for an error that is not a model's. Of a chain of models that all failed, a kind that may pass by
        itself, if there is one: the whole chain is then worth another try.
    """
    if isinstance(error, FallbackExceptionGroup):
        kinds = [kind for kind in map(kind_of, error.exceptions) if kind is not None]
        may_pass = [kind for kind in kinds if kind.answer.seconds_before_retry is not None]
        return next(iter([*may_pass, *kinds]), None)
    if isinstance(error, BaseException) and is_context_overflow(error):
        return _BY_NAME["context too long"]
    for kind in KINDS:
        if isinstance(error, kind.errors):
            return kind
    if isinstance(error, ModelHTTPError):  # of a model class that does not sort its errors itself
        rest = "server error" if error.status_code >= 500 else "request rejected"
        return _BY_STATUS.get(error.status_code, _BY_NAME[rest])
    return _BY_NAME["connection lost"] if isinstance(error, ModelAPIError) else None


def is_refused(error: object) -> bool:
    """Tell whether every request to this model would fail in the same way: no key, no money, no such model."""
    kind = kind_of(error)
    return kind is not None and kind.is_refusal
