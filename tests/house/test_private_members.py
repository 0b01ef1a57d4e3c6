"""Private members of dependencies are used in one module for each dependency, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.test_floors import PACKAGES, ROOT

ADAPTERS = "runtime/private_members/"

DOCUMENTED = {
    "_asdict",
    "_metadata",
    "_exit",
    "_fields",
    "_make",
    "_replace",
    "_block_type_name",
    "_block_type_slug",
    "_sync",
}
"""Names that begin with an underscore and are public: named tuples, `os`, pandas for subclasses, Prefect blocks."""


def _uses(path: Path) -> set[str]:
    """Private members in a file that the file does not define itself."""
    text = path.read_text()
    tree = ast.parse(text)
    used = {name for name in _used(tree) if re.fullmatch(r"_[a-z]\w*", name)} - DOCUMENTED
    found = used - set(_defined(tree, used)) if used else used
    for module in _modules(tree):
        if any(part.startswith("_") for part in module.split(".")) and module.split(".")[0] not in PACKAGES:
            found.add(module)
    if "reportPrivateUsage" in text:
        found.add("reportPrivateUsage")
    return found - {"__future__"}


def _modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _used(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] not in PACKAGES:
            yield from (alias.name for alias in node.names)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("getattr", "hasattr", "setattr", "delattr")
            and isinstance(node.args[1], ast.Constant)
        ):
            yield str(node.args[1].value)


def _defined(tree: ast.AST, used: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name in used and not any(_calls_super(inner, node.name) for inner in ast.walk(node)):
                yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for one in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if isinstance(one, ast.Name):
                        yield one.id
                    elif isinstance(one, ast.Attribute) and _is_named(one.value, "self", "cls"):
                        yield one.attr
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname for alias in node.names if alias.asname)


def _calls_super(node: ast.AST, name: str) -> bool:
    """Return whether a method overrides one of a base class."""
    if not isinstance(node, ast.Attribute) or node.attr != name or not isinstance(node.value, ast.Call):
        return False
    return _is_named(node.value.func, "super")


def _is_named(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def test_private_members_are_used_in_their_modules() -> None:
    """A private member of a dependency is used in `runtime/private_members/` alone, where a test watches over it."""
    found = {
        name: uses
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if not (name := path.relative_to(ROOT).as_posix()).startswith(ADAPTERS) and (uses := _uses(path))
    }
    assert not found, f"move them to {ADAPTERS} with a test: {found}"


def test_each_use_has_a_test_of_its_name() -> None:
    """Each public function, class and constant of a module of private members has a test of its name beside it."""
    for module in sorted((ROOT / ADAPTERS).glob("[a-z]*.py")):
        tests = (ROOT / "tests" / ADAPTERS / f"test_{module.name}").read_text()
        for node in ast.parse(module.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_":
                name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name).lower()
                assert f"def test_{name}(" in tests, f"{module.name}: write test_{name}"
                docstring = ast.get_docstring(node) or ""
                assert "Uses " in docstring, f"{module.name}: say which private member {node.name} uses"
