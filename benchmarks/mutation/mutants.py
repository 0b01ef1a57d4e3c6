"""Mutants: functions with one change, such as `<` for `<=`, put in the place of the function in this process."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

_OPERATORS: dict[type[ast.AST], type[Any]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
"""Operator that takes the place of another."""

_NEGATED: dict[type[ast.AST], type[Any]] = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt}
"""Operator in place of one where `<` means the same as `<=`.

That is so of places in a text, since words do not touch, and of a distance with a tolerance (`abs(a - b) < 1e-9`),
since no distance is as large as the tolerance to the last digit.
"""

_SIGN = re.compile(r"^-?sign\b|^signs\[")

_TOLERANCE = re.compile(r"slack|tolerance|_(?:POINT|ROUNDED|SLACK)")


@dataclass(frozen=True)
class Mutant:
    """One change of a function.

    Attributes:
        path: File, from the project's root.
        number: Number of the change in the file.
        function: Qualified name of the outermost function around it.
        function_line: First line of that function, decorators included.
        line: Line of the change.
        lines: First and last line of the statement around it, or of its head.
        said: What is changed.
    """

    path: Path
    number: int
    function: str
    function_line: int
    line: int
    lines: tuple[int, int]
    said: str

    def __str__(self) -> str:
        """Name the place and the change."""
        return f"{self.path}:{self.line} {self.function}: {self.said}"

    def put(self) -> bool:
        """Change the function in this process; return `False` if it cannot be reached by its name."""
        function = _function(_module(self.path), self.function)
        if function is None or function.__code__.co_firstlineno != self.function_line:
            return False
        tree = ast.fix_missing_locations(_Changing(self.path, self.number).visit(ast.parse(self.path.read_text())))
        for code in _codes(compile(tree, str(self.path.resolve()), "exec")):
            if code.co_qualname == self.function and code.co_firstlineno == self.function_line:
                if code.co_freevars != function.__code__.co_freevars:
                    return False  # without its call of `super()` the code is of another kind, and Python refuses it
                function.__code__ = code
                return True
        return False

    def is_cached(self) -> bool:
        """Tell whether a cache stands before the function, so that the first test alone may call it."""
        return hasattr(_attribute(_module(self.path), self.function), "cache_info")


def mutants(path: Path) -> list[Mutant]:
    """Return all changes of the functions in a file.

    Changed are comparisons, `and`, `or`, `not`, conditions, numbers, truth values, sums and products, values that are
    returned, keyword arguments, calls for their effect, `break` and `continue`. Texts are not, nor lines of a log, nor
    that two sequences are asserted to be equally long (`zip(…, strict=True)`), nor code outside of functions.
    """
    found = _Changing(path, None)
    found.visit(ast.parse(path.read_text()))
    return found.all


class _Changing(ast.NodeTransformer):
    """Walk through a file that numbers all changes and makes the one that is asked for."""

    def __init__(self, path: Path, number: int | None) -> None:
        self.path, self.number = path, number
        self.all: list[Mutant] = []
        self._scope: list[str] = []
        self._outermost: tuple[str, int] | None = None
        self._lines = (0, 0)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self._scope.append(node.name)
        node.body = [self.visit(each) for each in node.body]
        self._scope.pop()
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        before = self._outermost
        if before is None:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            self._outermost = (".".join([*self._scope, node.name]), first)
        node.body = [self.visit(each) for each in node.body]
        self._outermost = before
        return node

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - as above

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        return node  # most of it is a text

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) in {"_logger", "logging"}:
            return node
        if [keyword.arg for keyword in node.keywords] == ["strict"]:
            node.args = [self.visit(each) for each in node.args]
            return node
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        before, self._lines = self._lines, _head(node)
        node.value = node.value and self.visit(node.value)
        self._lines = before
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if self._outermost is None:
            return super().generic_visit(node) if isinstance(node, ast.Module | ast.If | ast.Try) else node
        before = self._lines
        if isinstance(node, ast.stmt):
            self._lines = _head(node)
        super().generic_visit(node)
        wanted = _can_change(node) and self._is_wanted(node)
        self._lines = before
        return _changed(node) if wanted else node

    def _is_wanted(self, node: Any) -> bool:
        assert self._outermost is not None
        said = f"{type(node).__name__} {' '.join(ast.unparse(node).split())[:120]}"
        self.all.append(Mutant(self.path, len(self.all), *self._outermost, node.lineno, self._lines, said))
        return len(self.all) - 1 == self.number


def _head(statement: ast.stmt) -> tuple[int, int]:
    """Return the first and the last line of a statement, without the statements in it."""
    inner: list[ast.stmt] = getattr(statement, "body", [])
    last = inner[0].lineno - 1 if inner else statement.end_lineno or statement.lineno
    return statement.lineno, max(statement.lineno, last)


def _can_change(node: ast.AST) -> bool:
    match node:
        case ast.Compare() | ast.BoolOp() | ast.IfExp() | ast.If() | ast.Break() | ast.Continue():
            return True
        case ast.UnaryOp():
            return isinstance(node.op, ast.Not)
        case ast.BinOp():
            return type(node.op) in _OPERATORS and not _gives_sign(node)
        case ast.Constant():
            return isinstance(node.value, int | float)
        case ast.Return():
            return node.value is not None and not isinstance(node.value, ast.Constant)
        case ast.Expr():
            return isinstance(node.value, ast.Call | ast.Await)
        case ast.Call():
            return bool(node.keywords) and all(keyword.arg for keyword in node.keywords)
        case _:
            return False


def _changed(node: Any) -> ast.AST:
    match node:
        case ast.Compare():
            others = _NEGATED if _compares_places(node) or _has_tolerance(node) else _OPERATORS
            node.ops[0] = others.get(type(node.ops[0]), _OPERATORS[type(node.ops[0])])()
        case ast.BoolOp() | ast.BinOp():
            node.op = _OPERATORS[type(node.op)]()
        case ast.UnaryOp():
            return node.operand
        case ast.IfExp():
            node.body, node.orelse = node.orelse, node.body
        case ast.If():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.Constant():
            node.value = not node.value if isinstance(node.value, bool) else _other_number(node.value)
        case ast.Return():
            node.value = ast.Constant(None)
        case ast.Call():
            node.keywords = node.keywords[:-1]
        case _:
            other = {ast.Break: ast.Continue, ast.Continue: ast.Break, ast.Expr: ast.Pass}[type(node)]
            return ast.copy_location(other(), node)
    return node


def _gives_sign(node: ast.BinOp) -> bool:
    """Return whether a number is multiplied by 1 or -1, so that the quotient is the same."""
    return isinstance(node.op, ast.Mult) and bool(_SIGN.search(ast.unparse(node.right)))


def _compares_places(node: ast.Compare) -> bool:
    """Return whether the end of one part of a text is compared with the start of another."""
    sides = [ast.unparse(side).removesuffix("()").rpartition(".")[2] for side in (node.left, node.comparators[0])]
    return sorted(sides) == ["end", "start"]


def _has_tolerance(node: ast.Compare) -> bool:
    """Return whether a distance, or a bound, is compared with a fraction as the tolerance."""
    sides = [node.left, node.comparators[0]]
    if not any(_is_fraction(part) for side in sides for part in ast.walk(side)):
        return False
    calls = [side.func for side in sides if isinstance(side, ast.Call)]
    of_distance = any(isinstance(call, ast.Name) and call.id == "abs" for call in calls)
    return of_distance or any(isinstance(side, ast.BinOp) and isinstance(side.op, ast.Add | ast.Sub) for side in sides)


def _is_fraction(node: ast.AST) -> bool:
    """Return whether a number with a fraction is written, such as 1e-9, or a constant that names a tolerance."""
    if isinstance(node, ast.Name):
        return bool(_TOLERANCE.fullmatch(node.id))
    return isinstance(node, ast.Constant) and isinstance(node.value, float) and not node.value.is_integer()


def _other_number(number: Any) -> Any:
    """Return one more; 0 for a large one, of which one more is hardly another limit."""
    return 0 if number >= _LARGE else number + 1


_LARGE = 20
"""Least number that is changed to 0: mostly characters to look at, or most entries."""


def _module(path: Path) -> Any:
    return importlib.import_module(".".join(path.with_suffix("").parts))


def _attribute(module: Any, qualified: str) -> Any:
    found = module
    for name in qualified.split("."):
        found = inspect.getattr_static(found, name, None)
    return found


def _function(module: Any, qualified: str) -> FunctionType | None:
    """Return a function by its name, without what decorators have put around it."""
    found = _attribute(module, qualified)
    while found is not None and (not isinstance(found, FunctionType) or hasattr(found, "__wrapped__")):
        inner = (getattr(found, name, None) for name in ("fget", "__func__", "__wrapped__", "func", "fn"))
        found = next((each for each in inner if each is not None), None)
    return found


def _codes(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes(inner)
