"""Rules of the house that import-linter cannot state."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ["agents", "analytics", "cache_policies", "deployments", "flows", "runtime", "tasks"]


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_one_file_touches_the_durable_surface() -> None:
    """Only `agents/durable/durability.py` imports Pydantic AI's durable surface: a change of it breaks one file."""
    users = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if any(name.startswith("pydantic_ai.durable_exec") for name in _imports(path))
    }
    assert users == {"agents/durable/durability.py"}
