"""The process of the converter, run as a script: it answers requests until its parent ends."""

import json
import sys
from multiprocessing.connection import Connection
from typing import Any

_NUMBER = {"field": "y", "type": "quantitative"}
_USUAL = [
    [
        {
            "data": {"values": [{"x": "2024-01-01", "y": 1}, {"x": "2024-02-01", "y": 2}]},
            "mark": mark,
            "encoding": {"x": {"field": "x", "type": "temporal"}, "y": _NUMBER},
        }
        for mark in ("line", "point")
    ],
    [
        {
            "data": {"values": [{"x": "a", "y": 1}]},
            "mark": mark,
            "encoding": {"x": _NUMBER, "y": {"field": "x", "type": "nominal"}, **text},
        }
        for mark, text in (("bar", {}), ("text", {"text": {"field": "x", "type": "nominal"}}))
    ],
]
"""Layers of a line chart and of a bar chart."""


def main(descriptor: int) -> None:
    """Answer requests on a connection: `+` and the result, or `-` and what is wrong."""
    import vl_convert

    connection: Connection[Any, Any] = Connection(descriptor)
    for layers in _USUAL:  # starts the JavaScript machine, and has it compile what charts usually need
        vl_convert.vegalite_to_svg({"layer": layers})
    while True:
        try:
            kind, content = json.loads(connection.recv_bytes())
        except (EOFError, ConnectionError):
            return
        try:
            if kind == "pdf":
                answer = vl_convert.svg_to_pdf(content)
            else:
                answer = vl_convert.vegalite_to_svg(content, allowed_base_urls=[]).encode()
        except ValueError as error:
            connection.send_bytes(b"-" + str(error).encode())
        else:
            connection.send_bytes(b"+" + answer)


if __name__ == "__main__":
    main(int(sys.argv[1]))
