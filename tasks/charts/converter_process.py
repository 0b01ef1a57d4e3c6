"""The process of the converter, run as a script: it answers requests until its parent ends."""

import json
import sys
from multiprocessing.connection import Connection
from typing import Any


def main(descriptor: int) -> None:
    """Answer requests on a connection: `+` and the result, or `-` and what is wrong."""
    import vl_convert

    connection: Connection[Any, Any] = Connection(descriptor)
    vl_convert.vegalite_to_svg({"data": {"values": []}, "mark": "point"})  # starts the JavaScript machine
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
