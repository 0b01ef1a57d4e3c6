"""The tools `recall` and `remember`, for agents over a data set.

Provenance is the runtime's: the run, the agent and the results are written beside a fact, whatever the model says. What
a run was told is a stored result of the run alone, so that a retry is told the same.
"""

from typing import Annotated

from pydantic import BeforeValidator
from pydantic_ai import ModelRetry, RunContext, Tool
from pydantic_ai.toolsets import FunctionToolset

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.toolsets.arguments import as_list
from agents.toolsets.deps import AnalystDeps
from analytics.results import KnownFact, KnownFacts
from cache_policies import DURABLE
from runtime.memory.access import Access, MemoryUse, agent_access
from runtime.memory.search import Recalled
from runtime.memory.search import recall as search
from runtime.memory.types import MemoryAccessError
from runtime.memory.writing import propose
from runtime.runs.enclosing import outermost_flow_run

_MOST = 12
"""Facts that a model is told at once."""
_TOLD = (
    "What is known is no news: if a finding is such an event, cite its fact, such as M3, beside the evidence, say that "
    "it is known, and rate it low. Facts that contradict each other: trust the first."
)


def recall(ctx: RunContext[AnalystDeps], about: str = "") -> KnownFacts:
    """Look up what is known about the data: definitions, known events. Call it once, at the start.

    Args:
        ctx: The run.
        about: A few words to look for; leave it out for all.
    """
    found = search(_access(ctx), "" if about.strip().lower() in ("null", "none", "all") else about, limit=_MOST)
    return KnownFacts(facts=[_known(one) for one in found], note=_TOLD if found else "Nothing is known of that.")


def remember(ctx: RunContext[AnalystDeps], fact: str, evidence: Annotated[list[str], BeforeValidator(as_list)]) -> str:
    """Propose a fact for later runs. A person decides about it.

    Args:
        ctx: The run.
        fact: One sentence with numbers and names of the results, and nothing else.
        evidence: Ids of the results that show it, such as E2.
    """
    cited = [id_.strip("[] ").upper() for id_ in evidence]
    from agents.memory.admission import admitted  # with the check of numbers, which few runs need for a fact

    new = admitted(fact, cited, collect_evidence(ctx.messages), ctx.deps.dataset.columns)
    access = _access(ctx)
    if not access.origin:
        raise ModelRetry("Facts are remembered in a run of a flow only: go on without.")
    try:
        kept = propose(access, new, cited)
    except MemoryAccessError as error:
        raise ModelRetry(f"{error} Go on without.") from error
    return f"{kept.name} is {kept.state}."


def memory_tools(use: MemoryUse) -> list[FunctionToolset[AnalystDeps]]:
    """Return the tools by what an agent may do. No other run ever finds their results, whatever its cache policy."""
    options = {"prefect": {"cache_policy": DURABLE}}
    tools = [Tool(recall, metadata=options)] if use != "off" else []
    tools += [Tool(remember, metadata=options)] if use == "write" else []
    return [FunctionToolset(tools, id="memory")] if tools else []


READ = "Call recall once at the start to see what is known about the data."
WRITE = "What later runs should know, hand to remember: at most three facts."


def instructions(use: MemoryUse) -> list[str]:
    """Return the lines that an agent is told about its tools."""
    return {"off": [], "read": [READ], "write": [READ, WRITE]}[use]


def _access(ctx: RunContext[AnalystDeps]) -> Access:
    run = outermost_flow_run()
    run_id = str(run.flow_run.id) if run is not None and run.flow_run is not None else ""
    name = ctx.agent.name if ctx.agent is not None else None
    return agent_access(name or "agent", run_id, ctx.deps.dataset.name)


def _known(one: Recalled) -> KnownFact:
    fact = one.fact
    source = str(fact.source) + (f", confirmed by {fact.confirmed_by}" if fact.confirmed_by else "")
    return KnownFact(
        name=fact.name,
        about=fact.kind,
        text=fact.text,
        subject=fact.subject,
        column=fact.column,
        valid_from=fact.valid_from,
        valid_until=fact.valid_until,
        source=source,
        contradicts=one.contradicts,
        version=fact.version,
    )
