"""Import path and parameters of a flow run, with which another process can run it again."""

import os
import sys
from dataclasses import dataclass, field
from inspect import unwrap
from pathlib import Path, PurePath
from typing import Any, cast
from urllib.parse import urlsplit

from prefect import Flow

from runtime.runs.sealed_parameters import seal_secrets


def describe_flow(flow: Flow[..., Any]) -> dict[str, str | None]:
    """Describe where a flow can be imported from.

    Returns:
        `entrypoint`: `package.module.name` for a flow in a module. `script`: `path.py:name` for one in a script, which
        is not imported without being asked to, since that may start another run. Both `None` for a flow made inside
        a function. `import_root`: the directory its outermost package or module is in. `directory`: where relative
        paths among the parameters start.
    """
    fn: Any = unwrap(flow.fn)  # a decorator may be from another file
    module = sys.modules.get(fn.__module__)
    name = _name_in(module, flow)
    found: dict[str, str | None] = {
        "entrypoint": None,
        "script": None,
        "import_root": None,
        "directory": str(Path.cwd()),
    }
    if name is None:
        return found
    module_name = fn.__module__
    if module_name == "__main__":
        spec = getattr(module, "__spec__", None)  # there is one after `python -m package.module`
        module_name = spec.name if spec is not None else None
    elif module is None:
        module_name = None  # loaded by path
    if module_name is None:
        found["script"] = f"{os.path.abspath(fn.__code__.co_filename)}:{name}"  # noqa: PTH100 - links stay links
    else:
        found["entrypoint"] = f"{module_name}.{name}"
        found["import_root"] = _import_root(module, module_name)
    return found


def _name_in(module: Any, flow: Flow[..., Any]) -> str | None:
    """Return the name in its module of the flow, or of one with other options around the same function."""
    names: dict[str, Any] = vars(module) if module is not None else {}
    same = [name for name, value in names.items() if value is flow]
    alike = [name for name, value in names.items() if isinstance(value, Flow) and value.fn is flow.fn]
    if same or alike:
        return (same or alike)[0]
    fn: Any = flow.fn
    return fn.__name__ if module is None and fn.__qualname__ == fn.__name__ else None


def _import_root(module: Any, name: str) -> str | None:
    file = getattr(module, "__file__", None)
    if file is None:
        return None
    path = Path(file).absolute()
    depth = name.count(".") + (path.name == "__init__.py")
    return str(path.parents[depth]) if depth < len(path.parents) else None


@dataclass
class Parameters:
    """Parameters of a run as they are stored.

    Attributes:
        stored: The parameters as JSON values; those with secrets are encrypted.
        not_stored: Names of parameters that storing would change, such as a connection.
        dataset: Name of the data set among them.
    """

    stored: dict[str, Any] = field(default_factory=dict[str, Any])
    not_stored: list[str] = field(default_factory=list[str])
    dataset: str | None = None


def describe_parameters(flow: Flow[..., Any], flow_run: Any, parameters: dict[str, Any]) -> Parameters:
    """Return the parameters of a run in the form in which Prefect stores them, but complete.

    Args:
        flow: The flow.
        flow_run: Its run, as the server has it.
        parameters: The values that the flow's function was called with.
    """
    if type(flow).serialize_parameters is Flow.serialize_parameters:
        serialized: dict[str, Any] = dict(flow_run.parameters)
    else:
        # A flow that hides secrets from the server needs them again when it is resumed.
        serialized = json_parameters(flow, parameters)
    restored = serialized
    if flow.should_validate_parameters:
        try:
            restored = flow.validate_parameters(serialized)
        except Exception:  # noqa: BLE001 - after any error of a user's type, the parameter cannot be stored
            restored = {}
    hidden = {name for name, value in serialized.items() if flow_run.parameters.get(name) != value}
    result = Parameters(dataset=_updated(parameters.get("arrival")) or _dataset_name(parameters.get("dataset")))
    for name, value in serialized.items():
        if name in parameters and not (name in restored and _alike(parameters[name], restored[name])):
            result.not_stored.append(name)
        else:
            result.stored[name] = value
    result.stored = seal_secrets(result.stored, hidden=hidden)
    return result


def json_parameters(flow: Flow[..., Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters as Prefect's own method does, which imports FastAPI and is asked for what is no plain value.

    Args:
        flow: The flow.
        parameters: The values that its function is called with, or what is shown of them.
    """
    plain = {name: value for name, value in parameters.items() if _is_plain(value)}
    others = {name: value for name, value in parameters.items() if name not in plain}
    encoded = plain | (Flow.serialize_parameters(flow, others) if others else {})
    return {name: encoded[name] for name in parameters if name in encoded}


def _is_plain(value: object) -> bool:
    if type(value) is list:
        return all(map(_is_plain, cast("list[object]", value)))
    return value is None or type(value) in (str, int, bool)


def _alike(before: object, after: object) -> bool:
    if isinstance(before, list | tuple | set | frozenset):
        return isinstance(after, list | tuple | set | frozenset)
    if isinstance(before, str | PurePath):
        return isinstance(after, str | PurePath)
    return type(before) is type(after) or (isinstance(before, int | float) and isinstance(after, int | float))


def _updated(arrival: object) -> str | None:
    """Return the name of the data set whose event has started a run: a `runtime.dataset_events.events.Arrival`."""
    events: Any = getattr(arrival, "events", None)
    return str(events[-1].name) if events else None


def _dataset_name(value: object) -> str | None:
    if isinstance(value, str | PurePath):
        return PurePath(urlsplit(str(value)).path).stem or None
    name = getattr(value, "name", None)
    return name if isinstance(name, str) else None
