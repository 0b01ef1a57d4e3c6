"""Research without a language model: true citations, no repetition, the same answer every time."""

from pathlib import Path

import pandas as pd
import pytest

from agents.offline.research import LABEL, OfflineResearcher, OfflineWriter, pick
from agents.outputs.claims import NumberClaim, SpanClaim
from agents.researcher import build_researcher, build_writer, research_prompt, writer_prompt
from agents.toolsets.deps import ResearchDeps
from agents.toolsets.document_tools import PassageShown
from analytics.documents.corpus_reader import read_corpus
from tests.agents.offline.oracle.written import unclaimed

ROOT = Path(__file__).parents[3]


@pytest.fixture
def research(tmp_path):
    async def run(topic, *sources):
        corpus = read_corpus([str(source) for source in sources], directory=tmp_path / "kept")
        prompt = research_prompt(topic, corpus)
        found = await build_researcher(corpus).run(prompt, deps=ResearchDeps(corpus), model=OfflineResearcher())
        findings = found.output
        prompt = writer_prompt(topic, findings)
        return findings, (await build_writer().run(prompt, deps=findings, model=OfflineWriter())).output

    return run


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "cranes.md").write_text("# Cranes\n\nThe cranes of the harbour were moved inland by rail in 1987.")
    (folder / "crashes.md").write_text(
        "# Crashes\n\nEvery run keeps its results. A process that is **killed** loses the `call` in flight, and "
        "nothing else.\n\n- A run is resumed with one command."
    )
    return folder


async def test_true_quotes_for_three_audiences(research, notes):
    """The sentence that answers is quoted with its passage, verified, and told to each audience with its label."""
    findings, summaries = await research("What does a process that is killed lose?", notes)
    best = findings.key_points[0]
    assert best.statement == "A process that is killed loses the call in flight, and nothing else."
    assert (best.sources, best.quote.count("**")) == (["S2#1"], 2)
    assert [source.name for source in findings.sources] == ["notes/crashes.md"]
    assert all(point.quote and not point.unverified for point in findings.key_points)
    for part in (summaries.technical, summaries.executive, summaries.general):
        assert part.headline == best.statement
        assert LABEL in part.text
        assert part.unverified == []
    assert "[S2#1]" in summaries.technical.text
    assert "S2#1" not in summaries.general.text


async def test_data_sets_are_looked_at(research):
    """A data set is profiled, a column that the topic names is measured; all numbers follow from the data."""
    path = ROOT / "examples/data/nyc_departures_2013.parquet"
    findings, _ = await research("How long is dep_delay_mean?", path)
    cited = {each: point.statement for point in findings.key_points for each in point.sources}
    assert "11,864 rows" in cited["E1"]
    assert "12.4 on average" in cited["E2"]
    assert all(not point.unverified for point in findings.key_points)
    frame = pd.read_parquet(path)
    first, last = (f"{pd.Timestamp(day):%Y-%m-%d}" for day in (frame["date"].min(), frame["date"].max()))
    size = [
        NumberClaim(aggregate="rows", value=len(frame)),
        NumberClaim(aggregate="columns", value=frame.shape[1]),
        SpanClaim(column="date", first=first, last=last),
    ]
    figures = [
        NumberClaim(aggregate="mean", column="dep_delay_mean", value=getattr(frame["dep_delay_mean"], how)())
        for how in ("mean", "median", "min", "max")
    ]
    title = path.name
    assert list(unclaimed(cited["E1"].replace(title, ""), size)) == []
    assert list(unclaimed(cited["E2"].replace(title, ""), figures)) == []


async def test_nothing_found_is_said(research, tmp_path):
    """A topic that no source mentions gives no key points, and all three audiences are told so."""
    (tmp_path / "a.txt").write_text("The harbour froze in January and the ferries stopped.")
    findings, summaries = await research("zeppelins", tmp_path / "a.txt")
    assert findings.key_points == []
    assert "zeppelin" in findings.open_questions[0]
    assert summaries.general.headline == "The sources hold nothing about the topic."


async def test_the_same_every_time(research, notes):
    """The same sources and topic give the same findings."""
    runs = [await research("runs that were killed", notes) for _ in range(2)]
    assert runs[0] == runs[1]


def shown(*texts: str) -> list[PassageShown]:
    return [PassageShown(id=f"S1#{n}", document="d", heading="", text=text) for n, text in enumerate(texts, start=1)]


def test_the_second_sentence_says_something_new():
    """A sentence that repeats much of the first is passed over for one that fits a little less and says more."""
    passages = shown(
        "Ferries stopped because the harbour froze solid in January. "
        "Ferries stopped because the harbour froze, said the harbour master on Monday.",
        "Harbour cranes lifted ferries onto rails instead.",
    )
    picked = [each.text for each in pick("ferries harbour", passages, most=2)]
    assert picked == [
        "Ferries stopped because the harbour froze solid in January.",
        "Harbour cranes lifted ferries onto rails instead.",
    ]


def test_no_sentence_comes_twice():
    """Of two sentences that say the same, one is picked, however much room there is."""
    passages = shown("The ferries of the harbour stopped.", "All the ferries of the harbour stopped.")
    assert len(pick("ferries harbour", passages)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "```\nferries = harbour.open(ferries)\n```",
        "| ferries | harbour | and more words in it |",
        "| state | It waits. The ferries of the harbour stopped in a storm and went on |",
        "in a storm. The ferries of the harbour stopped in January and went on |\n",
        "ferries(harbour).stop(['january', {'x': harbour}])",
        "Ferries.",
    ],
)
def test_code_and_tables_are_not_quoted(text):
    """Program code, tables and fragments are no sentences."""
    assert pick("ferries harbour", shown(text)) == []
