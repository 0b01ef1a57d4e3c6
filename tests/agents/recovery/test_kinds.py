"""Each failure of a model request has its kind, whatever way a server tells of it."""

import re
from pathlib import Path

import pytest
from pydantic_ai import Agent
from pydantic_ai.exceptions import AgentRunError, FallbackExceptionGroup, ModelHTTPError
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents.models import stop_client_retries
from agents.recovery.kinds import KINDS, kind_of
from agents.recovery.messages import what_to_do
from tests.servers.model_server import ModelServer, Reply

DOCS = Path(__file__).parents[3] / "docs" / "failures-and-budgets.md"


def row_of(kind):
    errors = " ".join([f"`{error.__name__}`" for error in kind.errors] + [str(one) for one in sorted(kind.statuses)])
    return [kind.name, errors, kind.answer.name]


def test_the_documentation_has_the_table_of_the_code():
    """The documented table has each kind, with its errors and its answer, in the order in which they are looked up."""
    section = DOCS.read_text().split("## Failures of a model request")[1].split("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", section, re.MULTILINE)
    ]
    assert rows[2:] == [row_of(kind) for kind in KINDS]
    assert all(f"**{kind.answer.name}**" in section for kind in KINDS)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=429, code="insufficient_quota"), "quota spent"),
        (Reply(status=402), "quota spent"),
        (Reply(status=401), "key refused"),
        (Reply(status=403), "key refused"),
        (Reply(status=404, code="model_not_found"), "unknown model"),
        (Reply(status=400, code="context_length_exceeded"), "context too long"),
        (Reply(status=429, text="This model's maximum context length is 8192 tokens."), "context too long"),
        (Reply(status=400, text="prompt is too long: 201234 tokens > 200000 maximum"), "context too long"),
        (Reply(status=400, text="input length and `max_tokens` exceed context limit: 190000 > 1"), "context too long"),
        (Reply(status=400, text="the request exceeds the available context size (4096 tokens)"), "context too long"),
        (Reply(status=429, code="rate_limit_exceeded", text="Request too large for gpt-4o"), "context too long"),
        (Reply(status=400), "request rejected"),
        (Reply(status=413), "context too long"),
        (Reply(status=418), "request rejected"),
        (Reply(status=429, code="rate_limit_exceeded"), "rate limited"),
        (Reply(status=503), "overloaded"),
        (Reply(status=529), "overloaded"),
        (Reply(status=500), "server error"),
        (Reply(status=504), "server error"),
        (Reply(status=408), "no answer in time"),
        (Reply(drop=True), "connection lost"),
        (Reply(finish="length"), "answer cut short"),
        (Reply(body=b"[]"), "malformed answer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_a_server_answers_has_its_kind(reply, kind):
    """A status with its code, a cut connection or half an answer is sorted by what it means."""
    with ModelServer([reply]) as server:
        model = OpenAIChatModel("scripted", provider=OpenAIProvider(base_url=server.base_url, api_key="test"))
        stop_client_retries(model)
        with pytest.raises(AgentRunError) as failed:
            await Agent(model, retries=0).run("go")
    found = kind_of(failed.value)
    assert found is not None
    assert found.name == kind
    assert what_to_do(failed.value) == found.advice


async def test_a_server_that_is_not_there_is_a_lost_connection():
    """A refused connection may pass by itself."""
    with ModelServer([]) as server:
        url = server.base_url
    model = OpenAIChatModel("scripted", provider=OpenAIProvider(base_url=url, api_key="test"))
    stop_client_retries(model)
    with pytest.raises(AgentRunError) as failed:
        await Agent(model).run("go")
    kind = kind_of(failed.value)
    assert kind is not None
    assert kind.name == "connection lost"


@pytest.mark.parametrize(("status", "kind"), [(401, "key refused"), (429, "rate limited"), (418, "request rejected")])
def test_an_error_of_a_model_that_sorts_nothing_is_sorted_by_its_status(status, kind):
    """A user's own model class may raise the plain HTTP error."""
    found = kind_of(ModelHTTPError(status, "own"))
    assert found is not None
    assert found.name == kind


def test_a_chain_of_models_is_asked_again_if_one_of_them_may_answer():
    """When each model of a chain failed, one that was only overloaded makes another try worth it."""
    failures = [ModelHTTPError(401, "first"), ModelHTTPError(503, "second")]
    kind = kind_of(FallbackExceptionGroup("all failed", failures))
    assert kind is not None
    assert kind.name == "overloaded"


def test_an_error_of_no_model_has_no_kind():
    """A mistake in a program is not taken for a failure of the model."""
    assert kind_of(KeyError("x")) is None
