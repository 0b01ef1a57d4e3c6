"""The same analysis with nothing but `openai` and pandas, to see what the project adds.

    python examples/naive.py [examples/data/nyc_departures_2013.parquet] [--model gpt-5-mini]

It works, in a hundred lines. What it does not do: a process that is killed, a request that is refused, or a bug after
the last answer costs every request again; an invented number is printed like any other, since nothing compares the text
with what the tools returned; the text is no typed finding that a program could route; nobody can see later what was
asked.

Without OPENAI_API_KEY or OPENAI_BASE_URL a stand-in on loopback answers. It is no model: it calls the tool once and
says one fixed sentence, in which a number is invented on purpose.
"""

import argparse
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pandas as pd
from openai import OpenAI

TOOLS: Any = [
    {
        "type": "function",
        "function": {
            "name": "statistics",
            "description": "Statistics of one column.",
            "parameters": {"type": "object", "properties": {"column": {"type": "string"}}, "required": ["column"]},
        },
    }
]


def analyse(client: OpenAI, model: str, data: pd.DataFrame, question: str) -> str:
    """Ask, run the tools that are asked for, and so on until there is an answer."""
    prompt = f"Columns: {', '.join(data.columns)}. {question} Use the tool, then answer in two sentences."
    messages: list[Any] = [{"role": "user", "content": prompt}]
    for _ in range(10):
        reply = client.chat.completions.create(model=model, messages=messages, tools=TOOLS).choices[0].message
        if not reply.tool_calls:
            return reply.content or ""
        messages.append(reply)
        for call in reply.tool_calls:
            column = json.loads(call.function.arguments)["column"]
            found = data[column].describe().to_json()
            print(f"   statistics({column}): {found}")
            messages.append({"role": "tool", "tool_call_id": call.id, "content": found})
    return "No answer after ten requests."


class StandIn(BaseHTTPRequestHandler):
    """One tool call, then one sentence: enough to see the loop go round without a key."""

    def do_POST(self) -> None:
        """Answer one chat completion."""
        messages = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["messages"]
        message: dict[str, Any] = {"role": "assistant", "content": None}
        if messages[-1]["role"] == "tool":
            most = json.loads(messages[-1]["content"])["max"]
            message["content"] = (
                f"At most {most:g} flights of one airline were cancelled in a day, 31.4 % more than in 2012."
            )
        else:
            called = {"name": "statistics", "arguments": '{"column": "cancelled"}'}
            message["tool_calls"] = [{"id": "call_1", "type": "function", "function": called}]
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        answer = {"id": "1", "object": "chat.completion", "created": 0, "model": "stand-in", "choices": [choice]}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Stay quiet."""


def main() -> None:
    """Analyse one file and print what the model says."""
    parser = argparse.ArgumentParser(description="An analysis with the bare openai client")
    parser.add_argument("data", nargs="?", default="examples/data/nyc_departures_2013.parquet")
    parser.add_argument("--question", default="How many flights were cancelled, and when?")
    parser.add_argument("--model", default="gpt-5-mini")
    options = parser.parse_args()
    data = pd.read_parquet(options.data) if options.data.endswith(".parquet") else pd.read_csv(options.data)
    if os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL"):
        print(analyse(OpenAI(), options.model, data, options.question))
        return
    print("No key is set: a stand-in answers, and invents a number on purpose.")
    with ThreadingHTTPServer(("127.0.0.1", 0), StandIn) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = OpenAI(base_url=f"http://127.0.0.1:{server.server_address[1]}", api_key="none")
        print(analyse(client, "stand-in", data, options.question))
        server.shutdown()


if __name__ == "__main__":
    main()
