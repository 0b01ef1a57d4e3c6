"""A flow around the analyst, for tests that kill and resume it."""

from typing import Any

from prefect import flow
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from agents.analyst import analysis_prompt, build_analyst
from agents.toolsets.deps import AnalystDeps
from analytics.reading.read import read_dataset
from flows.shared.common import reading_tools
from runtime.settings import get_settings
from tests.servers.model_server import Reply, calls


@flow
async def analyse(path: str, base_url: str) -> dict[str, Any]:
    """Analyse a data set with the options of our own flows, and return the analysis."""
    dataset = read_dataset(path, directory=get_settings().datasets_dir)
    model = OpenAIChatModel("scripted", provider=OpenAIProvider(base_url=base_url, api_key="test"))
    analyst = PrefectAgent(build_analyst(), tool_task_config=reading_tools())
    result = await analyst.run(analysis_prompt(dataset), deps=AnalystDeps(dataset), model=model)
    return result.output.model_dump(mode="json")


def concludes(statement: str, *evidence: str) -> Reply:
    """The call by which the analyst ends, with one finding."""
    finding = {"statement": statement, "evidence": evidence, "severity": "low"}
    return calls("final_result", summary=statement, key_findings=[finding])
