"""The scripted model server, through the real `openai` client."""

import asyncio
import json
import subprocess
import sys

import httpx
import pytest
from openai import APIConnectionError, AsyncOpenAI, InternalServerError, OpenAI, RateLimitError

from tests.servers.model_server import ModelServer, Reply, ToolCall, by_turn, calls, fails, model_server, says

__all__ = ["model_server"]  # pytest finds fixtures by name

TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
HELLO = [{"role": "user", "content": "hello"}]

example_script = by_turn([says("from another process")])


def client(server: ModelServer) -> OpenAI:
    return OpenAI(base_url=server.base_url, api_key="test", max_retries=0)


def test_chat_answers_text_with_usage(model_server):
    """A chat completion carries the scripted text and token counts."""
    server = model_server([says("hi", input_tokens=7, output_tokens=3)])
    answer = client(server).chat.completions.create(model="m", messages=HELLO)
    assert (answer.choices[0].message.content, answer.model) == ("hi", "m")
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (7, 3)


def test_chat_tool_calls_and_offered_tools(model_server):
    """A reply's tool calls arrive as such, and the script sees which tools were offered."""
    server = model_server([Reply(tools=[ToolCall(name="look", arguments={"at": 1}), ToolCall(name="look")])])
    answer = client(server).chat.completions.create(model="m", messages=HELLO, tools=[TOOL])
    found = answer.choices[0].message.tool_calls
    assert [json.loads(call.function.arguments) for call in found] == [{"at": 1}, {}]
    assert found[0].id != found[1].id
    assert server.requests[0].tool_names == ["look"]


def test_chat_streams(model_server):
    """A streamed chat gives the same text, tool call and usage in pieces."""
    server = model_server([Reply(text="one two three four five", tools=[ToolCall(name="look")])])
    options = {"include_usage": True}
    with client(server).chat.completions.create(
        model="m", messages=HELLO, tools=[TOOL], stream=True, stream_options=options
    ) as stream:
        chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert "".join(delta.content or "" for delta in deltas) == "one two three four five"
    assert [delta.tool_calls[0].function.name for delta in deltas if delta.tool_calls] == ["look"]
    assert chunks[-1].usage.total_tokens == 15


def test_responses_text_and_tools(model_server):
    """The Responses API carries text, tool calls and usage as well."""
    server = model_server([Reply(text="hi", tools=[ToolCall(name="look", arguments={"at": 2})])])
    answer = client(server).responses.create(model="m", input="hello")
    assert answer.output_text == "hi"
    assert [json.loads(item.arguments) for item in answer.output if item.type == "function_call"] == [{"at": 2}]
    assert answer.usage.total_tokens == 15


def test_turns_count_answers_not_requests(model_server):
    """A script by turn gives a repeated request the same reply in both APIs."""
    server = model_server(by_turn([calls("look"), says("done")]))
    later = [*HELLO, {"role": "assistant", "content": "x"}, {"role": "user", "content": "go on"}]
    for _ in range(2):
        first = client(server).chat.completions.create(model="m", messages=HELLO)
        assert first.choices[0].message.tool_calls[0].function.name == "look"
        assert client(server).chat.completions.create(model="m", messages=later).choices[0].message.content == "done"
    call = {"type": "function_call", "call_id": "a", "name": "look", "arguments": "{}"}
    items = [*HELLO, call, {**call, "call_id": "b"}, {"type": "function_call_output", "call_id": "a", "output": ""}]
    assert client(server).responses.create(model="m", input=items).output_text == "done"
    assert server.count == 5


def test_errors_carry_status_and_headers(model_server):
    """An error reply arrives as the client's exception, with its headers."""
    server = model_server([fails(429, "slow down", retry_after="2"), fails(503)])
    with pytest.raises(RateLimitError, match="slow down") as caught:
        client(server).chat.completions.create(model="m", messages=HELLO)
    assert caught.value.response.headers["Retry-After"] == "2"
    with pytest.raises(InternalServerError):
        client(server).responses.create(model="m", input="hello")


def test_dropped_connection_and_broken_body(model_server):
    """A dropped connection is a connection error, and a broken body arrives as it was scripted."""
    server = model_server([Reply(drop=True), Reply(body=b"{not json")])
    with pytest.raises(APIConnectionError):
        client(server).chat.completions.create(model="m", messages=HELLO)
    with pytest.raises(json.JSONDecodeError):
        client(server).chat.completions.create(model="m", messages=HELLO)


async def test_parallel_requests_are_all_counted(model_server):
    """Requests at the same time each get an answer and a number of their own."""
    server = model_server(lambda request: says(request.last["content"]))
    async with AsyncOpenAI(base_url=server.base_url, api_key="test", max_retries=0) as parallel:
        answers = await asyncio.gather(
            *(
                parallel.chat.completions.create(model="m", messages=[{"role": "user", "content": str(i)}])
                for i in range(20)
            )
        )
    assert [answer.choices[0].message.content for answer in answers] == [str(i) for i in range(20)]
    assert sorted(request.number for request in server.requests) == list(range(20))


async def test_stopping_cuts_a_delayed_answer_short():
    """Stopping the server does not wait for delayed answers."""
    body = {"model": "m", "input": "hello"}
    with ModelServer([says("late", delay=600)]) as server:
        asked = asyncio.create_task(
            asyncio.to_thread(httpx.post, f"{server.base_url}/responses", json=body, timeout=60)
        )
        await asyncio.to_thread(server.wait_for, 1)
    with pytest.raises(httpx.RemoteProtocolError):
        await asked


def test_broken_script_is_told_to_the_client(model_server):
    """An exception in the script comes back as an error that names it."""
    server = model_server(lambda request: says(str(1 / 0)))
    with pytest.raises(Exception, match="ZeroDivisionError"):
        client(server).chat.completions.create(model="m", messages=HELLO)


@pytest.mark.scale
def test_runs_as_a_process():
    """Run as a process, it prints its base URL first and lists the requests it got."""
    script = "tests.servers.test_model_server:example_script"
    command = [sys.executable, "-m", "tests.servers.model_server", "--script", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            base_url = process.stdout.readline().strip()
            remote = OpenAI(base_url=base_url, api_key="test", max_retries=0)
            answer = remote.chat.completions.create(model="m", messages=HELLO)
            assert answer.choices[0].message.content == "from another process"
            assert remote.models.list().data[0].id == "scripted"
            assert httpx.get(base_url.replace("/v1", "/requests")).json()[0]["messages"] == HELLO
        finally:
            process.terminate()
