"""An OpenAI-compatible model server on loopback, scripted by the test that uses it.

It speaks `/v1/chat/completions` (plain and streamed), `/v1/responses` and `/v1/models` over real HTTP, so tests go
through the real `openai` client. In a test, take the fixture (`from tests.servers.model_server import model_server`,
or a re-export in `tests/conftest.py`) or use the class as a context manager:

    with ModelServer(by_turn([calls("lookup", city="Oslo"), says("It rains.")])) as server:
        client = AsyncOpenAI(base_url=server.base_url, api_key="test", max_retries=0)

Tests that kill a process can run it in a process of its own, which prints its base URL as its first line:

    python -m tests.servers.model_server --script tests.some_module:script
"""

import argparse
import importlib
import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

import pytest


@dataclass(frozen=True, kw_only=True)
class ToolCall:
    """A tool call in a reply. `arguments` as a string is sent as it stands, valid JSON or not."""

    name: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The server's answer to one request.

    Attributes:
        text: Text of the answer.
        tools: Tool calls of the answer.
        input_tokens: Reported usage.
        output_tokens: Reported usage.
        status: HTTP status; from 400 on, an error body with `text` as its message is sent.
        code: `code` of the error body, such as `insufficient_quota`.
        headers: Extra response headers, such as `Retry-After`.
        delay: Seconds before the answer; ends early when the server is stopped.
        body: Sent instead of the JSON answer, to play a broken server.
        drop: Close the connection in the middle of the answer.
        trickle: Seconds between bytes of an answer that never ends; it ends when the client or the server does.
        finish: `finish_reason` of chat completions; by default `tool_calls` or `stop`.
    """

    text: str | None = None
    tools: Sequence[ToolCall] = ()
    input_tokens: int = 10
    output_tokens: int = 5
    status: int = 200
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    delay: float = 0.0
    body: bytes | None = None
    drop: bool = False
    trickle: float | None = None
    finish: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChatRequest:
    """One request as the server got it.

    Attributes:
        api: Endpoint it came to.
        number: 0 for the first request to this server, and so on.
        body: The parsed JSON body.
        headers: Request headers, names in lower case.
    """

    api: Literal["chat", "responses"]
    number: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation: chat messages, or input items of the Responses API."""
        conversation = self.body["messages"] if self.api == "chat" else self.body["input"]
        return [{"role": "user", "content": conversation}] if isinstance(conversation, str) else conversation

    @property
    def turn(self) -> int:
        """Number of the model's answers in this conversation; the same for a retry or a resumed run."""
        turns, before = 0, False
        for message in self.messages:
            answered = message.get("role") == "assistant" or message.get("type") in {"function_call", "reasoning"}
            turns += answered and (self.api == "chat" or not before)  # one Responses answer may be several items
            before = answered
        return turns

    @property
    def tool_names(self) -> list[str]:
        """Names of the tools that are offered."""
        return [tool.get("function", tool)["name"] for tool in self.body.get("tools", ())]

    @property
    def last(self) -> dict[str, Any]:
        """The newest message."""
        return self.messages[-1]

    @property
    def text(self) -> str:
        """The whole conversation as JSON text, to look for words in."""
        return json.dumps(self.messages)


Script = Callable[[ChatRequest], Reply]


def says(text: str, **options: Any) -> Reply:
    """A reply of text."""
    return Reply(text=text, **options)


def calls(name: str, /, **arguments: Any) -> Reply:
    """A reply of one tool call."""
    return Reply(tools=[ToolCall(name=name, arguments=arguments)])


def fails(status: int, message: str = "scripted failure", **headers: str) -> Reply:
    """An error reply; `retry_after="1"` becomes the header `Retry-After: 1`."""
    return Reply(status=status, text=message, headers={k.replace("_", "-").title(): v for k, v in headers.items()})


def by_turn(replies: Sequence[Reply]) -> Script:
    """A script without memory: the n-th answer of any conversation is `replies[n]`, however often it is asked."""

    def script(request: ChatRequest) -> Reply:
        if request.turn < len(replies):
            return replies[request.turn]
        return fails(400, f"The script has {len(replies)} turns; this is turn {request.turn}: {request.last}")

    return script


def in_order(replies: Sequence[Reply]) -> Script:
    """A script by arrival: the n-th request to the server gets `replies[n]`."""

    def script(request: ChatRequest) -> Reply:
        if request.number < len(replies):
            return replies[request.number]
        return fails(400, f"The script has {len(replies)} replies; this is request {request.number}.")

    return script


def in_turn(*replies: Reply) -> Script:
    """A script that gives the replies in order, one a request, from the first request that it gets."""
    left = list(replies)
    return lambda _: left.pop(0) if left else fails(400, f"The script had {len(replies)} replies.")


class ModelServer:
    """The server, in a thread of this process. Requests are answered in parallel.

    Args:
        script: Answers each request; a sequence of replies means `in_order`.
        port: Port to listen on; 0 takes a free one.
    """

    def __init__(self, script: Script | Sequence[Reply], *, port: int = 0) -> None:
        self.script: Script = script if callable(script) else in_order(script)
        self.requests: list[ChatRequest] = []
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self.stopping = threading.Event()
        self._http = _Listener(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def base_url(self) -> str:
        """Value for `OPENAI_BASE_URL`."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    @property
    def count(self) -> int:
        """Model requests so far."""
        with self._lock:
            return len(self.requests)

    def environment(self) -> dict[str, str]:
        """Environment variables that lead an OpenAI client here."""
        return {"OPENAI_BASE_URL": self.base_url, "OPENAI_API_KEY": "test"}

    def wait_for(self, count: int, timeout: float = 30.0) -> None:
        """Block until `count` requests have arrived.

        Raises:
            TimeoutError: They did not within `timeout` seconds.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.requests) >= count, timeout):
                raise TimeoutError(f"{len(self.requests)} of {count} requests arrived within {timeout} s")

    def answer(self, api: Literal["chat", "responses"], body: dict[str, Any], headers: dict[str, str]) -> Reply:
        """Count a request and ask the script."""
        with self._arrived:
            request = ChatRequest(api=api, number=len(self.requests), body=body, headers=headers)
            self.requests.append(request)
            self._arrived.notify_all()
        return self.script(request)

    def start(self) -> Self:
        """Start answering."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop, cutting delayed answers short."""
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


@pytest.fixture
def model_server() -> Iterator[Callable[[Script | Sequence[Reply]], ModelServer]]:
    """Starts scripted servers that end with the test; call it with a script."""
    servers: list[ModelServer] = []

    def start(script: Script | Sequence[Reply]) -> ModelServer:
        servers.append(ModelServer(script).start())
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def serve(
    model_server: Callable[[Script | Sequence[Reply]], ModelServer], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Script | Sequence[Reply]], ModelServer]:
    """Starts scripted servers as `model_server`; the environment leads to the last one."""

    def start(script: Script | Sequence[Reply]) -> ModelServer:
        server = model_server(script)
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        return server

    return start


@pytest.fixture
def server(serve: Callable[[Script | Sequence[Reply]], ModelServer]) -> ModelServer:
    """A server to which the environment leads; a test sets its script."""
    return serve([])


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a kept-alive connection must not hold up the end of a test
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], owner: ModelServer) -> None:
        super().__init__(address, _Handler)
        self.owner = owner

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # clients that were killed or cancelled hang up
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        pass

    def do_GET(self) -> None:
        if self.path.rstrip("/") == "/v1/models":
            model = {"id": "scripted", "object": "model", "created": 0, "owned_by": "tests"}
            self._send(200, {"object": "list", "data": [model]})
        elif self.path == "/requests":  # for tests with the server in another process
            self._send(200, [request.body for request in list(self.server.owner.requests)])
        else:
            self._send(404, _error("not found"))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        raw = self.rfile.read(length)
        if len(raw) < length:  # the client has hung up
            self.close_connection = True
            return
        apis: dict[str, Literal["chat", "responses"]] = {"/v1/chat/completions": "chat", "/v1/responses": "responses"}
        api = apis.get(self.path)
        if api is None:
            self._send(404, _error("not found"))
            return
        body: dict[str, Any] = json.loads(raw)
        try:
            reply = self.server.owner.answer(api, body, {k.lower(): v for k, v in self.headers.items()})
        except Exception as error:  # noqa: BLE001 - a broken script must show up in the test as an answer, not a hang
            reply = fails(400, f"The test's script failed: {error!r}")
        if reply.delay and self.server.owner.stopping.wait(reply.delay):
            self.close_connection = True
            return
        if reply.trickle is not None:
            self._trickle(reply.trickle)
        elif reply.drop:
            self.close_connection = True
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"id": ')
        elif reply.body is not None:
            self._send_bytes(reply.status, reply.body, "application/json", reply.headers)
        elif reply.status >= 400:
            self._send(reply.status, _error(reply.text or "scripted failure", reply.code), reply.headers)
        elif body.get("stream"):
            if api == "responses":
                self._send(400, _error("this test server does not stream responses"))
                return
            chunks = [*(json.dumps(chunk) for chunk in _chat_chunks(body, reply)), "[DONE]"]
            stream = "".join(f"data: {chunk}\n\n" for chunk in chunks).encode()
            self._send_bytes(200, stream, "text/event-stream", reply.headers)
        else:
            self._send(200, _chat(body, reply) if api == "chat" else _response(body, reply), reply.headers)

    def _trickle(self, seconds: float) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        with suppress(ConnectionError):  # the client has hung up
            while not self.server.owner.stopping.wait(seconds):
                self.wfile.write(b" " if seconds else b" " * 65536)

    def _send(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        self._send_bytes(status, json.dumps(body).encode(), "application/json", headers or {})

    def _send_bytes(self, status: int, body: bytes, content_type: str, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _error(message: str, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": "scripted", "param": None, "code": code}}


def _call_id(body: dict[str, Any], index: int) -> str:
    # Unique within a conversation, as real servers' are, and the same when the request is repeated.
    return f"call_{len(body.get('messages', body.get('input', ())))}_{index}"


def _arguments(call: ToolCall) -> str:
    return call.arguments if isinstance(call.arguments, str) else json.dumps(dict(call.arguments))


def _chat_tools(body: dict[str, Any], reply: Reply) -> list[dict[str, Any]]:
    return [
        {"id": _call_id(body, i), "type": "function", "function": {"name": call.name, "arguments": _arguments(call)}}
        for i, call in enumerate(reply.tools)
    ]


def _chat(body: dict[str, Any], reply: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text}
    if reply.tools:
        message["tool_calls"] = _chat_tools(body, reply)
    finish = reply.finish or ("tool_calls" if reply.tools else "stop")
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": _chat_usage(reply),
    }


def _chat_usage(reply: Reply) -> dict[str, int]:
    return {
        "prompt_tokens": reply.input_tokens,
        "completion_tokens": reply.output_tokens,
        "total_tokens": reply.input_tokens + reply.output_tokens,
    }


def _chat_chunks(body: dict[str, Any], reply: Reply) -> Iterator[dict[str, Any]]:
    base = {"id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": 0, "model": body["model"]}

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    yield chunk({"role": "assistant", "content": ""})
    text = reply.text or ""
    for start in range(0, len(text), 16):
        yield chunk({"content": text[start : start + 16]})
    for index, call in enumerate(_chat_tools(body, reply)):
        yield chunk({"tool_calls": [{"index": index, **call}]})
    yield chunk({}, reply.finish or ("tool_calls" if reply.tools else "stop"))
    yield {**base, "choices": [], "usage": _chat_usage(reply)}


def _response(body: dict[str, Any], reply: Reply) -> dict[str, Any]:
    output: list[dict[str, Any]] = []
    if reply.text is not None:
        content = [{"type": "output_text", "text": reply.text, "annotations": []}]
        message = {"type": "message", "id": f"msg_{_call_id(body, 0)}", "role": "assistant", "status": "completed"}
        output.append({**message, "content": content})
    output += [
        {
            "type": "function_call",
            "id": f"fc_{_call_id(body, i)}",
            "call_id": _call_id(body, i),
            "name": call.name,
            "arguments": _arguments(call),
            "status": "completed",
        }
        for i, call in enumerate(reply.tools)
    ]
    return {
        "id": "resp_scripted",
        "object": "response",
        "created_at": 0,
        "model": body["model"],
        "status": "completed",
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": reply.input_tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": reply.output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": reply.input_tokens + reply.output_tokens,
        },
    }


def main() -> None:
    """Serve in this process until it is ended."""
    parser = argparse.ArgumentParser(description="Scripted OpenAI-compatible server")
    parser.add_argument("--script", required=True, help="module:attribute, a script or a list of replies")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    module, _, attribute = options.script.partition(":")
    with ModelServer(getattr(importlib.import_module(module), attribute), port=options.port) as server:
        print(server.base_url, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
