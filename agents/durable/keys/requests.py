"""Digests of what a model request holds, made as cheaply as a run of many steps needs."""

import copy
import hashlib
import marshal
from collections.abc import Sequence
from dataclasses import is_dataclass
from datetime import datetime
from itertools import chain
from operator import is_
from typing import Any, cast

from pydantic_ai.messages import ModelMessage

from agents.durable.keys.content import content_of
from agents.durable.keys.models import what_answers

_MARSHAL_VERSION = 2
"""The last version of `marshal` that writes equal values alike; from 3 on, it refers back to objects written before."""

_LIST_HEAD = len(marshal.dumps([], _MARSHAL_VERSION))
"""Bytes before the items of a list: its type and its length."""


class MessageHistory:
    """Digests a growing message history without reading each message again at every step.

    One is kept for each agent run. A watch on all messages notices an edit of any, wherever it is in the history, at a
    fraction of the cost of a digest. Then, and when messages were exchanged or cut, all are read again.
    """

    def __init__(self) -> None:
        self._messages: list[ModelMessage] = []
        self._digests: list[str] = []
        self._watch = _Watch()
        self._unwatched: list[int] = []
        self._hasher = hashlib.blake2b(digest_size=16)

    def digest(self, messages: Sequence[ModelMessage]) -> str:
        """Return the digest of `messages` in order."""
        grown = len(messages) >= len(self._messages) and all(map(is_, self._messages, messages))
        if not grown or self._watch.sees_an_edit():
            self._messages, self._digests, self._watch, self._unwatched = [], [], _Watch(), []
            self._hasher = hashlib.blake2b(digest_size=16)
        for place in self._unwatched:
            self._digests[place] = content_of(messages[place])
        for message in messages[len(self._messages) :]:
            if not self._watch.add(message):
                self._unwatched.append(len(self._messages))
            self._messages.append(message)
            self._digests.append(content_of(message))
            self._hasher.update(self._digests[-1].encode())
        if self._unwatched:
            return hashlib.blake2b("".join(self._digests).encode(), digest_size=16).hexdigest()
        return self._hasher.hexdigest()


class _Watch:
    """Notices edits of messages: of any attribute of a message and its parts, and inside lists and dicts in those.

    All is compared by a few calls into C for the whole history: the attributes with a copy, of which Python compares
    the identities first, the parts by identity, and lists and dicts among the attributes as bytes, made at once.
    """

    def __init__(self) -> None:
        self._attributes: list[dict[str, Any]] = []
        self._before: list[dict[str, Any]] = []
        self._parts: list[list[Any]] = []
        self._ids: list[int] = []
        self._values: list[Any] = []
        self._bytes = b""

    def add(self, message: ModelMessage) -> bool:
        """Watch a message too; `False` if it holds what cannot be watched."""
        attributes: list[dict[str, Any]] = []
        parts: list[list[Any]] = []
        values: list[Any] = []
        self._collect(message, attributes, parts, values)
        try:
            as_bytes = _items(values)
        except (TypeError, ValueError):
            return False
        self._attributes += attributes
        self._before += map(dict, attributes)
        self._parts += parts
        self._ids += map(id, chain.from_iterable(parts))
        self._values += values
        self._bytes += as_bytes
        return True

    def _collect(self, value: Any, attributes: list[dict[str, Any]], parts: list[list[Any]], values: list[Any]) -> None:
        own: dict[str, Any] = vars(value)
        attributes.append(own)
        for attribute in own.values():
            if attribute is None or isinstance(attribute, str | datetime | int | float):
                continue
            if is_dataclass(attribute):
                self._collect(attribute, attributes, parts, values)
            elif type(attribute) is list and attribute and all(map(is_dataclass, cast("list[object]", attribute))):
                parts.append(cast("list[Any]", attribute))
                for part in cast("list[object]", attribute):
                    self._collect(part, attributes, parts, values)
            else:
                values.append(attribute)

    def sees_an_edit(self) -> bool:
        """Tell whether a message is another than when it was added."""
        return (
            self._attributes != self._before
            or list(map(id, chain.from_iterable(self._parts))) != self._ids
            or _items(self._values) != self._bytes
        )


def _items(values: list[Any]) -> bytes:
    """Return values as bytes, one after the other."""
    return marshal.dumps(values, _MARSHAL_VERSION)[_LIST_HEAD:]


def model_definition(model: object, settings: object, parameters: object) -> str:
    """Return a digest of what answers a model request: the model, its settings, tools and output schema.

    Args:
        model: The model, or its name.
        settings: Settings of the request.
        parameters: Tools and output schema of the request.
    """
    return content_of(what_answers(model), settings, parameters)


class ModelDefinitions:
    """Digests what answers the model requests of one agent run, and only when it has changed since the last one.

    Tools and schemas are made anew for each request, and comparing them takes a tenth of the time of digesting them.
    They are compared with a copy, which a change in place does not reach.
    """

    def __init__(self) -> None:
        self._last: tuple[object, ...] | None = None
        self._digest = ""

    def digest(self, model: object, settings: object, parameters: object) -> str:
        """Return what `model_definition` returns."""
        now = (what_answers(model), settings, parameters)
        if self._last is None or now != self._last:
            self._digest = content_of(*now)
            try:
                self._last = copy.deepcopy(now)
            except Exception:  # noqa: BLE001 - a live object among them, which may raise anything when copied
                self._last = None
        return self._digest
