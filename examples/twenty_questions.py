"""Twenty questions: an agent whose tool runs another agent, over a line that breaks one time in five.

    python examples/twenty_questions.py [--seed 7] [--model openai:gpt-5-mini] [--pause 1]

The player asks, the answerer, who knows the thing, answers. Every question is a tool call of the player and every
answer a run of the answerer inside it, all of them stored steps. Kill it at any moment and go on:

    analyst resume RUN --entrypoint examples/twenty_questions.py:twenty_questions

No question that was answered is asked again. Without `--model` fixed rules play both parts.
"""

import argparse
import asyncio
import random
from dataclasses import dataclass
from typing import Literal

from runtime.prefect_server.settings import apply_prefect_settings

apply_prefect_settings(quiet=True)  # Prefect reads its settings when it is imported

from prefect import flow
from prefect.runtime import flow_run
from pydantic import BaseModel
from pydantic_ai import Agent, RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse, ToolCallPart, ToolReturnPart
from pydantic_ai.models import Model
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent, TaskConfig
from agents.models import choose_model
from runtime.prefect_server.connection import ensure_server, start_server, stop_server

QUESTIONS = (
    "Is it alive?",
    "Can it fly?",
    "Is it larger than a person?",
    "Is it made of metal?",
    "Does it make a sound?",
)
THINGS = {  # which of the questions, by their place, have the answer yes
    "owl": {0, 1, 4},
    "butterfly": {0, 1},
    "elephant": {0, 2, 4},
    "oak": {0, 2},
    "cat": {0, 4},
    "rose": {0},
    "aeroplane": {1, 2, 3, 4},
    "kite": {1},
    "train": {2, 3, 4},
    "bridge": {2, 3},
    "bell": {3, 4},
    "spoon": {3},
    "violin": {4},
    "book": set[int](),
}


class Answer(BaseModel):
    """The answerer's words."""

    answer: Literal["yes", "no"]


class Guess(BaseModel):
    """The player's last words."""

    thing: str


@dataclass(frozen=True)
class Game:
    """Dependencies of the player's tools. The model does not see them."""

    secret: str
    model: str | None
    pause: float


player = Agent[Game, Guess](
    name="player",
    deps_type=Game,
    output_type=Guess,
    instructions=f"Find out by yes-or-no questions which thing is meant. It is one of: {', '.join(THINGS)}.",
)
answerer = Agent[None, Answer](
    name="answerer", output_type=Answer, instructions="Answer about the thing, with yes or no."
)


@player.tool
async def ask(ctx: RunContext[Game], question: str) -> str:
    """Ask one yes-or-no question."""
    if random.random() < 0.2:  # noqa: S311 - a game
        print("   (the line broke, asking again)", flush=True)
        raise ConnectionError("the line broke")
    await asyncio.sleep(ctx.deps.pause)
    model = choose_model(ctx.deps.model, offline=lambda: FunctionModel(know, model_name="know"))
    said = await PrefectAgent(answerer).run(f"The thing is: {ctx.deps.secret}. {question}", model=model)
    print(f"   {question} {said.output.answer}", flush=True)
    return said.output.answer


@flow(name="twenty questions")
async def twenty_questions(seed: int, model: str | None = None, pause: float = 0.0) -> str:
    """Play one game; `seed` decides what is to be found."""
    print(f"Run {flow_run.id}", flush=True)
    secret = random.Random(seed).choice(sorted(THINGS))  # noqa: S311 - a game
    durable = PrefectAgent(player, tool_task_config=TaskConfig(retries=9, retry_delay_seconds=0))
    rules: Model = choose_model(model, offline=lambda: FunctionModel(play, model_name="play"))
    guess = (await durable.run("Begin.", deps=Game(secret, model, pause), model=rules)).output.thing
    return f"It is the {guess}: {'right' if guess == secret else f'wrong, it was the {secret}'}."


def play(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """The player by rules: ask what parts the remaining things best, guess when one is left."""
    parts = [part for message in messages for part in message.parts]
    asked = {part.tool_call_id: part.args_as_dict()["question"] for part in parts if isinstance(part, ToolCallPart)}
    answers = {
        QUESTIONS.index(asked[part.tool_call_id]): part.content == "yes"
        for part in parts
        if isinstance(part, ToolReturnPart) and part.tool_name == "ask"
    }
    left = [thing for thing, yes in THINGS.items() if all((place in yes) == said for place, said in answers.items())]
    open_ = [place for place in range(len(QUESTIONS)) if place not in answers]
    if len(left) == 1 or not open_:
        return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, {"thing": left[0]})])
    best = min(open_, key=lambda place: abs(2 * sum(place in THINGS[thing] for thing in left) - len(left)))
    return ModelResponse(parts=[ToolCallPart("ask", {"question": QUESTIONS[best]}, tool_call_id=f"ask_{best}")])


def know(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """The answerer by rules."""
    thing, _, question = str(messages[0].parts[-1].content).removeprefix("The thing is: ").partition(". ")
    answer = "yes" if QUESTIONS.index(question) in THINGS[thing] else "no"
    return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, {"answer": answer})])


def main() -> None:
    """Play one game on the embedded Prefect server, or on the one that PREFECT_API_URL names."""
    parser = argparse.ArgumentParser(description="Twenty questions between two agents")
    parser.add_argument("--seed", type=int, default=random.randrange(1000))  # noqa: S311 - a game
    parser.add_argument("--model", default="offline")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds before each answer, to kill it in")
    options = parser.parse_args()
    start_server()
    ensure_server()
    try:
        print(asyncio.run(twenty_questions(options.seed, options.model, options.pause)))
    finally:
        stop_server()


if __name__ == "__main__":
    main()
