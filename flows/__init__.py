"""Flows, one a file. `from flows import analyze_and_report`."""

from typing import TYPE_CHECKING, Any

from runtime.prefect_settings import apply_prefect_settings

if TYPE_CHECKING:
    from flows.analysis import AnalysisOutcome, analyze_and_report

__all__ = ["AnalysisOutcome", "analyze_and_report"]

# Prefect reads its settings while it is imported, so ours have to be there before a flow module imports it.
apply_prefect_settings()


def __getattr__(name: str) -> Any:
    """Load flows when they are used, so that importing this package stays quick."""
    if name not in __all__:
        raise AttributeError(f"module 'flows' has no attribute {name!r}")
    from flows import analysis

    return getattr(analysis, name)
