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

_OF_FRAMES = frozenset({"locals", "vars", "eval", "exec", "dir", "inspect", "sys", "gc", "builtins", "__import__"})
"""Functions and modules with which a function may get at its arguments without writing their names."""
_OF_THE_MOMENT = frozenset({"get_current_run_context", "_CURRENT_RUN_CONTEXT"})
"""Names of Pydantic AI's that give the context of the moment to whoever asks."""

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
    if getattr(type(getattr(tool, "toolset", None)), "call_tool", None) is not FunctionToolset.call_tool:
        return None
    schema: Any = getattr(getattr(tool, "call_func", None), "__self__", None)
    if getattr(schema, "takes_ctx", True) is False:
        return None if asks_for_a_context(function) else frozenset()
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


def asks_for_a_context(function: Callable[..., Any]) -> bool:
    """Tell whether a function asks Pydantic AI for the context of the moment, which it need not be given."""
    codes = [getattr(inspect.unwrap(function), "__code__", None)]
    for code in codes:
        if code is not None and _OF_THE_MOMENT.intersection(code.co_names):
            return True
        codes += [part for part in getattr(code, "co_consts", ()) if isinstance(part, types.CodeType)]
    return False


def _attributes(body: list[ast.stmt], name: str) -> frozenset[str] | None:
    read: set[str] = set()
    behind_dots = 0
    every = [node for statement in body for node in ast.walk(statement)]
    for node in every:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            read.add(node.attr)
            behind_dots += 1
    names = [node.id for node in every if isinstance(node, ast.Name)]
    imported = {node.name for node in every if isinstance(node, ast.alias)}
    attributes = {node.attr for node in every if isinstance(node, ast.Attribute)}
    hidden = (_OF_FRAMES | _OF_THE_MOMENT) & imported.union(names) or _OF_THE_MOMENT & attributes
    return None if names.count(name) > behind_dots or hidden else frozenset(read)
