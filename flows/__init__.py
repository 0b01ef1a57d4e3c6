"""The flows, one a module: `from flows import analyze_and_report`."""

from pkgutil import extend_path
from typing import TYPE_CHECKING, Any

from runtime.own_packages import require_own
from runtime.prefect_server.settings import apply_prefect_settings
from runtime.trace.telemetry import start_telemetry

if TYPE_CHECKING:
    from flows.analysis import AnalysisOutcome, analyze_and_report
    from flows.freshness import alert_unless_updated
    from flows.investigation import InvestigationOutcome, investigate
    from flows.research import ResearchOutcome, research_and_summarize
    from flows.triage import TriageRun, triage_support_ticket, triage_tickets

__all__ = [
    "AnalysisOutcome",
    "InvestigationOutcome",
    "ResearchOutcome",
    "TriageRun",
    "alert_unless_updated",
    "analyze_and_report",
    "investigate",
    "research_and_summarize",
    "triage_support_ticket",
    "triage_tickets",
]

_HOMES = {
    "AnalysisOutcome": "flows.analysis",
    "InvestigationOutcome": "flows.investigation",
    "ResearchOutcome": "flows.research",
    "alert_unless_updated": "flows.freshness",
    "TriageRun": "flows.triage",
    "analyze_and_report": "flows.analysis",
    "investigate": "flows.investigation",
    "research_and_summarize": "flows.research",
    "triage_support_ticket": "flows.triage",
    "triage_tickets": "flows.triage",
}

# Modules in a user's own folder `flows` are found as well, after ours.
__path__ = extend_path(__path__, __name__)

require_own("tasks", "agents", "analytics", "cache_policies")

# Prefect reads its settings when it is imported, so ours must be set before a flow module imports it.
apply_prefect_settings()
start_telemetry()


def __getattr__(name: str) -> Any:
    """Load flows when they are used, so that importing this package stays quick."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'flows' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
