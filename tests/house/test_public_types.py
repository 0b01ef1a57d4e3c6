"""Types of the public names; `tests/house/public_types.py` is the script in which the type checker reads them."""

from tests.house.test_floors import PACKAGES, ROOT


def test_packages_say_that_they_are_typed() -> None:
    """Each package has the file by which type checkers take its annotations (PEP 561)."""
    assert [package for package in PACKAGES if not (ROOT / package / "py.typed").is_file()] == []


def test_the_type_checker_reads_the_script() -> None:
    """Pyright is told to check the script as well."""
    assert '"tests/house/public_types.py"' in (ROOT / "pyproject.toml").read_text().partition("[tool.pyright]")[2]
