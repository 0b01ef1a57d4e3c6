"""Digests of what a model request holds, made as cheaply as a run of many steps needs."""

import copy
import hashlib
import marshal
from collections.abc import Sequence
from dataclasses import is_dataclass
from datetime import datetime
from operator import is_
from typing import Any, cast

from pydantic_ai.messages import ModelMessage

from agents.durable.keys.content import content_of
from agents.durable.operations.models import what_answers

_MARSHAL_VERSION = 2
"""The last version of `marshal` that writes equal values alike; from 3 on, it refers back to objects written before."""


class MessageHistory:
    """Digests a growing message history without reading each message again at every step.

    One is kept for each agent run. A message is read again when it is another object, or when a watch on it says that
    it was edited.
    """

    def __init__(self) -> None:
        self._known: list[tuple[ModelMessage, _Watch | None, str]] = []
        self._chains: list[Chain] = [Chain()]  # of the first message, the first two, and so on

    def digest(self, messages: Sequence[ModelMessage]) -> str:
        """Return the digest of `messages` in order."""
        same = 0
        for message, (known, watch, _) in zip(messages, self._known, strict=False):
            if message is not known or watch is None or watch.was_edited():
                break
            same += 1
        del self._known[same:], self._chains[same + 1 :]
        for message in messages[same:]:
            # Watched first: an edit by another thread meanwhile is then seen the next time.
            watch, content = _Watch.on(message), content_of(message)
            self._known.append((message, watch, content))
            longer = self._chains[-1].copy()
            longer.add(content)
            self._chains.append(longer)
        return self._chains[-1].hexdigest()


class _Watch:
    """Notices an edit of a message at a fraction of the cost of a digest.

    It holds copies of the dicts behind the message and its parts, which Python compares by the identity of their values
    first, and lists and dicts among the values as bytes.
    """

    def __init__(self) -> None:
        self._dicts: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._parts: list[tuple[list[Any], list[Any]]] = []
        self._values: list[object] = []
        self._bytes = b""

    @classmethod
    def on(cls, message: ModelMessage) -> "_Watch | None":
        """Return a watch on a message, or `None` for one that holds what cannot be watched."""
        watch = cls()
        try:
            watch._add(message)
            watch._bytes = marshal.dumps(watch._values, _MARSHAL_VERSION)
        except (TypeError, ValueError):
            return None
        return watch

    def _add(self, value: Any) -> None:
        attributes: dict[str, Any] = vars(value)
        self._dicts.append((attributes, dict(attributes)))
        for attribute in attributes.values():
            if attribute is None or isinstance(attribute, str | datetime):
                continue
            if is_dataclass(attribute):
                self._add(attribute)
            elif type(attribute) is list and attribute and all(map(is_dataclass, cast("list[object]", attribute))):
                parts = cast("list[object]", attribute)
                self._parts.append((parts, list(parts)))
                for part in parts:
                    self._add(part)
            else:
                self._values.append(attribute)

    def was_edited(self) -> bool:
        """Tell whether the message is another than when the watch began."""
        return (
            any(now != before for now, before in self._dicts)
            or any(len(now) != len(before) or not all(map(is_, now, before)) for now, before in self._parts)
            or marshal.dumps(self._values, _MARSHAL_VERSION) != self._bytes
        )


class Chain:
    """The digest that `cache_policies.digest.chain` makes, one part at a time."""

    def __init__(self) -> None:
        self._hasher = hashlib.blake2b(digest_size=16)

    def add(self, part: str) -> None:
        """Append a part."""
        self._hasher.update(f"{len(part)}:{part}".encode())

    def copy(self) -> "Chain":
        """Return another with the same parts so far."""
        other = Chain()
        other._hasher = self._hasher.copy()
        return other

    def hexdigest(self) -> str:
        """Return the digest of the parts so far."""
        return self._hasher.hexdigest()


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
