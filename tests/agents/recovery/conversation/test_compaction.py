"""A conversation that is too long is asked again with its older tool results shortened, over real HTTP."""

import json
from functools import partial
from itertools import pairwise

import pytest
from anyio import to_thread
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.exceptions import AgentRunError
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from agents.recovery.kinds import kind_of
from runtime.settings import get_settings
from tests.agents.recovery.analysing import analyse, concludes
from tests.agents.recovery.killing import kill_and_resume
from tests.servers.model_server import ModelServer, Reply, by_turn, calls, says
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("prefect_server")

QUERIES = 6
ROOM = 6_500
"""Characters of a conversation that the server takes: less than a whole one has, more than a shortened one."""


def model(base_url):
    return OpenAIChatModel("scripted", provider=OpenAIProvider(base_url=base_url, api_key="test"))


@flow
async def look_up(base_url: str, size: int = 1_000) -> str:
    """Look up places with a tool of one's own, whose answers are long."""
    agent = Agent(model(base_url), name="clerk")

    @agent.tool_plain
    def weather(city: str) -> str:
        """Weather of a city."""
        return f"In {city} it rains. " + "x" * size

    return (await PrefectAgent(agent).run("Where does it rain?")).output


@pytest.fixture
def shops(tmp_path):
    path = tmp_path / "shops.csv"
    path.write_text("shop,sales\n" + "".join(f"The shop of number {n},{1000 + n}\n" for n in range(40)))
    return str(path)


def analysis(request):
    """Looks at the profile and then at the rows, again and again; the finding cites the first rows."""
    if request.turn == 0:
        return calls("profile_dataset")
    if request.turn <= QUERIES:
        return calls("query", sql=f"SELECT shop, sales FROM data WHERE sales > {request.turn} ORDER BY sales")
    return concludes("The highest sales were 1,039.", "E2")


CITIES = ["Oslo", "Bergen", "Turku", "Malmö"]
lookups = by_turn([*(calls("weather", city=city) for city in CITIES), says("In all of them.")])


REFUSAL = Reply(status=400, code="context_length_exceeded")


def limited(script, room=ROOM, refusal=REFUSAL):
    """A server whose model reads so many characters."""
    return lambda request: refusal if len(request.text) > room else script(request)


def refused(server, room=ROOM):
    return [len(request.text) > room for request in server.requests]


def marks(analysis):
    return [finding["unverified"] for finding in analysis["key_findings"]]


def results(request):
    return [message["content"] for message in request.messages if message["role"] == "tool"]


@pytest.mark.scale
async def test_older_results_are_sent_as_a_line_and_stay_citable(shops):
    """Prompt, profile and newest result are sent whole, older ones as their id with a line; the finding still holds.

    No result that was left out comes back by itself, so that caches of the conversation's beginning still hold.
    """
    with ModelServer(limited(analysis)) as server:
        assert marks(await analyse(shops, server.base_url)) == [[]]
    assert refused(server).count(True) == 1
    last = server.requests[-1]
    profile, first, *_, newest = results(last)
    assert json.loads(profile)["rows"] == 40
    assert len(json.loads(newest)["rows"]) == 20
    assert first.startswith("query(sql=SELECT shop, sales FROM data WHERE sales > 1 ORDER BY sales): 40 rows of shop,")
    assert "E2 can be cited as before" in first
    assert last.messages[:2] == server.requests[0].messages[:2]
    sent = [[len(result) for result in results(request)] for request in server.requests]
    for before, after in pairwise(sent):
        assert all(two <= one for one, two in zip(before, after, strict=False))


@pytest.mark.scale
@pytest.mark.xdist_group("forked")
@pytest.mark.parametrize("ended", ["refused", pytest.param("answered", marks=pytest.mark.scale)])
async def test_a_killed_run_sends_the_same_shortened_requests(shops, tmp_path, ended):
    """Killed after the refusal or after the answer to what was shortened, a resumed run asks nothing again."""
    with ModelServer(limited(analysis)) as whole:
        await analyse(shops, whole.base_url)
    at = 2 * refused(whole).index(True) + (1 if ended == "refused" else 2)
    with ModelServer(limited(analysis)) as server:
        arguments = {"path": shops, "base_url": server.base_url}
        resumed = partial(kill_and_resume, analyse, arguments, after=at, directory=tmp_path / "run")
        assert marks(await to_thread.run_sync(resumed)) == [[]]
    assert [request.text for request in server.requests] == [request.text for request in whole.requests]


async def test_a_result_that_was_left_out_is_shown_when_it_is_asked_for_again(shops):
    """The same call again is answered with the result itself, since the model cannot see it any more."""
    first = "SELECT shop, sales FROM data WHERE sales > 1 ORDER BY sales"

    def again(request):
        return calls("query", sql=first) if request.turn == QUERIES + 1 else analysis(request)

    def script(request):
        return analysis(request) if request.turn > QUERIES + 1 else again(request)

    with ModelServer(limited(script)) as server:
        await analyse(shops, server.base_url)
    *_, newest = results(server.requests[-1])
    assert json.loads(newest)["evidence"] == "E2"
    assert len(json.loads(newest)["rows"]) == 20


@pytest.mark.parametrize(
    "refusal",
    thinned(
        [
            Reply(status=400, text="prompt is too long: 201234 tokens > 200000 maximum"),
            Reply(body=b'{"error": {"message": "This model\'s maximum context length is 8192 tokens.", "code": 400}}'),
        ],
        1,
    ),
    ids=["400", "200"],
)
async def test_an_agent_of_a_users_own_goes_on_whatever_way_it_is_told(refusal):
    """Results of any tool are cut to their beginning, in pairs with their calls, and the model is asked again."""
    with ModelServer(limited(lookups, 3_200, refusal)) as server:
        assert await look_up(server.base_url) == "In all of them."
    assert refused(server, 3_200) == [False, False, False, True, False, False]
    assert "In Oslo it rains. xxx" in results(server.requests[-1])[0]
    assert "the result had 1,018 characters" in results(server.requests[-1])[0]
    asked = [call["id"] for m in server.requests[-1].messages for call in m.get("tool_calls", ())]
    assert asked == [m["tool_call_id"] for m in server.requests[-1].messages if m["role"] == "tool"]


async def test_a_known_window_is_kept_without_a_refusal(monkeypatch):
    """If the model's window is known, results are shortened before a request that would not fit it."""
    monkeypatch.setenv("ANALYST_CONTEXT_TOKENS", "openai-chat:scripted=1200")
    get_settings.cache_clear()
    try:
        with ModelServer(lookups) as server:
            await look_up(server.base_url)
        short = [[len(result) < 500 for result in results(request)] for request in server.requests]
        assert short == [[], [False], [False, False], [True, True, False], [True, True, True, False]]
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


async def test_what_does_not_fit_in_any_way_is_a_clear_failure():
    """The newest result stays; when it alone is too long the run fails as before, and says what to do."""
    with ModelServer(limited(lookups, 3_200)) as server:
        with pytest.raises(AgentRunError) as failed:
            await look_up(server.base_url, 10_000)
        assert server.count == 2
    kind = kind_of(failed.value)
    assert kind is not None
    assert kind.name == "context too long"
