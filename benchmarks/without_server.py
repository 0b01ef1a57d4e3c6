"""Pytest plugin that leaves out tests that need a Prefect server, for forks of a process that has none."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests that take the server's fixture."""
    served = [item for item in items if "prefect_server" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=served)
    items[:] = [item for item in items if item not in served]
