"""Typed hand-offs of agents: claims, findings, analyses; research in a module of its own."""

from agents.outputs.analysis import (
    SEVERITIES,
    AnalysisRun,
    Answered,
    Check,
    DataAnalysis,
    Evidence,
    Finding,
    ModelName,
    ModelPart,
    ModelUsage,
    RunOutput,
    Severity,
    StepAnswer,
    Verdict,
)

__all__ = [
    "SEVERITIES",
    "AnalysisRun",
    "Answered",
    "Check",
    "DataAnalysis",
    "Evidence",
    "Finding",
    "ModelName",
    "ModelPart",
    "ModelUsage",
    "RunOutput",
    "Severity",
    "StepAnswer",
    "Verdict",
]
