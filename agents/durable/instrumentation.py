"""Spans of agents for OpenTelemetry: those of Pydantic AI, by the GenAI conventions."""

from runtime.trace.telemetry import captures_content, sends_telemetry


def instrument_agents() -> None:
    """Let all agents of the process make spans, where the environment names a collector for them.

    A program that sets a tracer provider itself decides about this too: `Agent.instrument_all`, or Logfire's
    `instrument_pydantic_ai`.
    """
    if not sends_telemetry():
        return
    from pydantic_ai import Agent
    from pydantic_ai.models.instrumented import InstrumentationSettings

    Agent.instrument_all(InstrumentationSettings(include_content=captures_content()))
