"""Fields of its run context that a tool reads, as far as its source shows it.

A call counts by what the tool can read. Most tools take a context for one field of it, such as `ctx.deps`. Keying the
whole context would make each of their calls unlike any other, so the source is looked at first.
"""

import ast
import contextlib
import inspect
import textwrap
import types
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from pydantic_ai.toolsets import FunctionToolset

_HIDDEN_READS = frozenset({"locals", "vars", "eval", "exec", "dir", "inspect", "sys", "gc"})
"""Names with which a function may get at its arguments without writing theirs."""

_known: "WeakKeyDictionary[Callable[..., Any], frozenset[str] | None]" = WeakKeyDictionary()


def fields_read(tool: object, function: Callable[..., Any] | None) -> frozenset[str] | None:
    """Return the names of the attributes of its context that a tool reads.

    Args:
        tool: The `ToolsetTool` of the call, or `None` where a toolset finds its tools as it runs.
        function: The function behind it, if it is one.

    Returns:
        `None` where the source does not show it: the context is handed on, or the tool is no plain Python function.
        Then the tool may read anything.
    """
    if function is None:
        # An MCP server is sent the arguments alone, unless a hook of the user's is given the context.
        hook = getattr(getattr(tool, "toolset", None), "process_tool_call", tool)
        return frozenset() if hook is None and tool is not None else None
    calls = getattr(type(getattr(tool, "toolset", None)), "call_tool", None)
    if calls is not FunctionToolset.call_tool or getattr(tool, "args_validator_func", None) is not None:
        return None
    schema: Any = getattr(getattr(tool, "call_func", None), "__self__", None)
    if getattr(schema, "takes_ctx", True) is False:
        return frozenset()
    if function not in _known:
        with contextlib.suppress(TypeError):  # takes no weak references
            _known[function] = attributes_read(function)
    return _known.get(function)


def attributes_read(function: Callable[..., Any]) -> frozenset[str] | None:
    """Return the attributes of its first argument that a function reads; `None` where its source does not show it."""
    plain = function.__func__ if isinstance(function, types.MethodType) else function
    if not isinstance(plain, types.FunctionType) or hasattr(plain, "__wrapped__"):
        return None
    try:
        definition = ast.parse(textwrap.dedent(inspect.getsource(plain))).body[0]
    except (OSError, SyntaxError, TypeError):
        return None
    if not isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef) or definition.name != plain.__name__:
        return None
    arguments = [*definition.args.posonlyargs, *definition.args.args][isinstance(function, types.MethodType) :]
    return _attributes(definition.body, arguments[0].arg) if arguments else None


def _attributes(body: list[ast.stmt], name: str) -> frozenset[str] | None:
    read: set[str] = set()
    behind_dots = 0
    every = [node for statement in body for node in ast.walk(statement)]
    for node in every:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            read.add(node.attr)
            behind_dots += 1
    names = [node.id for node in every if isinstance(node, ast.Name)]
    handed_on = names.count(name) > behind_dots
    return None if handed_on or _HIDDEN_READS.intersection(names) else frozenset(read)
