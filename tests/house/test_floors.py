"""Rules of the house that import-linter cannot state."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ["agents", "analytics", "cache_policies", "deployments", "flows", "runtime", "tasks"]


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


DURABLE_SURFACE = ("agents/durable/", "runtime/private_members/pydantic_ai.py")
"""Places that may use Pydantic AI's durable surface."""


def test_one_room_touches_the_durable_surface() -> None:
    """Pydantic AI's durable surface is used in one room and one adapter: a change of it breaks nothing else."""
    users = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "durable_exec" in path.read_text()
        and any(name.startswith("pydantic_ai.durable_exec") for name in _imports(path))
    }
    assert {user for user in users if not user.startswith(DURABLE_SURFACE)} == set()


def test_no_two_files_import_each_other() -> None:
    """Imports form no circle, however long, inside a package or across packages, wherever in a file they stand."""
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
    }
    needs: dict[str, set[str]] = {}
    for module, path in files.items():
        nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
        named = {(node.module or "", alias.name) for node in nodes for alias in node.names}
        found = {f"{origin}.{name}" if f"{origin}.{name}" in files else origin for origin, name in named}
        needs[module] = (found & files.keys()) - {module}
    while free := {module for module, others in needs.items() if not others & needs.keys()}:
        needs = {module: others for module, others in needs.items() if module not in free}
    assert sorted(needs) == []


def test_every_room_is_in_the_list_of_rooms() -> None:
    """docs/architecture.md names each folder with code of the seven packages, and none that does not exist."""
    table = (ROOT / "docs" / "architecture.md").read_text().partition("## Rooms\n")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`([\w/]+)/`", table))
    rooms = {
        path.parent.relative_to(ROOT).as_posix() for package in PACKAGES for path in (ROOT / package).rglob("*.py")
    }
    assert sorted(rooms - listed) == []
    assert sorted(listed - rooms) == []


MOST_FILES = 12
"""Most files with code in a room: so many a reader can take in at a glance."""

LARGE_ROOMS = {"runtime/store/migrations/versions"}
"""Rooms that grow by their nature: a file for each change of the store's tables."""


def test_no_room_is_crowded() -> None:
    """No folder of the seven packages and of tests holds more than 12 files with code, but the changes of tables."""
    files = Counter(
        path.parent.relative_to(ROOT).as_posix()
        for package in [*PACKAGES, "tests"]
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    )
    assert {room: count for room, count in files.items() if count > MOST_FILES and room not in LARGE_ROOMS} == {}
