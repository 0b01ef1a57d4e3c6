"""Reader of `routes.yaml`, which names every mistake with its line and field."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import ValidationError

from runtime.data_roots import SETTING, DataRootError, DataRoots
from runtime.files.private_files import open_regular
from runtime.settings import get_settings
from tasks.notify.recipients import check as check_target
from tasks.routing.routes import Destination, Routes

_MOST_BYTES = 1 << 20
"""Largest file that is read."""
_VARIABLE = re.compile(r"\$\{(\w+)\}")
"""`${NAME}`, which stands for an environment variable."""

_CONFIGURED = "Runs of deployments use routes below ANALYST_ROUTES_ROOT alone"

Place = tuple[str | int, ...]
"""Location in a document: keys and positions."""


class RoutesError(ValueError):
    """Routes that cannot be used. The message names the file, the line, the field and what to write instead."""


def load_configured_routes(path: str | Path, data_roots: DataRoots) -> Routes:
    """Read and check a `routes.yaml` for a run of a deployment.

    Routes may write any file, read any environment variable and call any address. So they are no data: whoever may
    write below a data root must not write them.

    Args:
        path: The file, below `ANALYST_ROUTES_ROOT`.
        data_roots: Where they must not lie.

    Raises:
        RoutesError: It is not below that directory, or cannot be used.
    """
    root = get_settings().routes_root
    if root is None:
        raise RoutesError(f"{path}: {_CONFIGURED}. Set it where the run is: it names their directory.")
    root = Path(os.path.realpath(root))
    above = next((one for one in data_roots.directories if root.is_relative_to(one)), None)
    if above is not None:
        raise RoutesError(
            f"{path}: ANALYST_ROUTES_ROOT is below {above} of {SETTING}, where whoever delivers data could write "
            "routes. Keep them in a directory that is not."
        )
    try:
        return load_routes(path, DataRoots((root,)))
    except DataRootError:
        raise RoutesError(f"{path}: not below {root}. {_CONFIGURED}.") from None


def load_routes(path: str | Path, roots: DataRoots | None = None) -> Routes:
    """Read and check a `routes.yaml`.

    Args:
        path: The file. Relative paths in it start from its directory.
        roots: Where it has to lie, if that is checked.

    Raises:
        RoutesError: It cannot be read or used: what is wrong, with line and field, without any secret in it.
        DataRootError: It is under none of `roots`.
    """
    path = Path(path).expanduser().absolute()
    try:
        with open_regular(path) if roots is None else roots.open(path) as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise RoutesError(f"{path}: larger than {_MOST_BYTES:,} bytes, so hardly routes")
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RoutesError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8 text'}") from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        raise RoutesError(f"{path}{line}: not YAML: {getattr(error, 'problem', None) or 'cannot be parsed'}") from None
    lines = dict(_lines(node, ()))

    def at(location: Place) -> str:
        known = next((lines[location[:n]] for n in range(len(location), -1, -1) if location[:n] in lines), 1)
        field = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
        return f"{path}:{known}: {field + ': ' if field else ''}"

    if (twice := next(_repeated(node, ()), None)) is not None:
        raise RoutesError(f"{at(twice)}given twice")
    if not isinstance(content, dict):
        raise RoutesError(f"{path}: needs destinations, rules, unsure and fallback; see docs/triage.md")
    filled = _filled(content, (), at)
    try:
        routes = Routes.model_validate(filled)
    except ValidationError as error:
        problems = [f"{at(_known(one['loc'], filled))}{_said(one)}" for one in error.errors()]
        raise RoutesError("\n".join(problems[:5])) from None
    _check(routes, at)
    files = {
        name: one.model_copy(update={"file": path.parent / one.file.expanduser()} if one.file else {})
        for name, one in routes.destinations.items()
    }
    return routes.model_copy(update={"destinations": files})


def _lines(node: Any, location: Place) -> Iterator[tuple[Place, int]]:
    """Yield each field of a document with the line at which it begins, from 1."""
    if node is None:
        return
    yield location, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*location, str(key.value)), key.start_mark.line + 1
            for inner, line in _lines(value, (*location, str(key.value))):
                if inner != (*location, str(key.value)):
                    yield inner, line
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*location, number))


def _repeated(node: Any, location: Place) -> Iterator[Place]:
    """Yield keys that stand twice in one mapping; YAML's own reader would silently use the last."""
    if isinstance(node, yaml.MappingNode):
        keys = [str(key.value) for key, _ in node.value]
        yield from ((*location, key) for key in dict.fromkeys(keys) if keys.count(key) > 1)
        for key, value in node.value:
            yield from _repeated(value, (*location, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _repeated(value, (*location, number))


def _filled(value: Any, location: Place, at: Any) -> Any:
    """Return the document with the values of its environment variables filled in."""
    if isinstance(value, dict):
        return {str(key): _filled(part, (*location, str(key)), at) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, (*location, number), at) for number, part in enumerate(value)]
    if not isinstance(value, str):
        return value
    missing = [name for name in _VARIABLE.findall(value) if not os.environ.get(name)]
    if missing:
        raise RoutesError(f"{at(location)}the environment variable {missing[0]} is not set")
    return _VARIABLE.sub(lambda match: os.environ[match[1]], value)


def _known(location: tuple[str | int, ...], content: Any) -> Place:
    """Return the part of a Pydantic location that the document has; unions and keys add parts of their own."""
    known: list[str | int] = []
    for part in location:
        inside = isinstance(content, dict) and part in content
        if inside or (isinstance(content, list) and isinstance(part, int) and part < len(content)):
            content = cast(Any, content)[part]
        elif not isinstance(content, dict | list) or not isinstance(part, str) or part == "[key]":
            break
        known.append(part)
    return tuple(known)


def _said(error: Any) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return "unknown field"
    if kind == "missing":
        return "missing"
    return str(error["msg"]).removeprefix("Value error, ")


def _check(routes: Routes, at: Any) -> None:
    """Check what depends on the whole document: names that exist, and addresses that can be used."""
    problems: list[str] = []

    def check_names(names: Sequence[str], location: Place) -> None:
        known = ", ".join(routes.destinations)
        problems.extend(
            f"{at(location)}{name} is not a destination; there are {known}"
            for name in names
            if name not in routes.destinations
        )

    for number, rule in enumerate(routes.rules):
        check_names(rule.to, ("rules", number, "to"))
    check_names(routes.unsure.to, ("unsure", "to"))
    check_names(routes.fallback, ("fallback",))
    for name, one in routes.destinations.items():
        if problem := _unusable(one):
            problems.append(f"{at(('destinations', name, one.way))}{problem}")
    if problems:
        raise RoutesError("\n".join(problems[:5]))


def _unusable(one: Destination) -> str | None:
    from urllib.parse import urlsplit

    target = one.apprise.get_secret_value() if one.apprise else one.block
    if target is not None:
        if one.block and "://" in target:
            return "not a block; write its type/name"
        try:
            check_target(target, load_blocks=False)
        except ValueError as error:
            return str(error)
        if one.apprise and "://" not in target:
            return "not an Apprise URL, such as mailtos://user:password@host"
    if one.webhook or one.pagerduty:
        try:
            parts = urlsplit(one.webhook.get_secret_value() if one.webhook else one.events_url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            usable = False
        if not usable:
            return "not an http(s) URL"
    if one.deployment and one.deployment.count("/") != 1:
        return "not a deployment; write it as flow/deployment"
    return None
