"""No sentence of offline research is false: quotes, figures, words not found and summaries are computed again."""

import pytest

from agents.offline.research import OfflineResearcher, OfflineWriter
from agents.outputs.research import AudienceSummaries, AudienceSummary, CitedSource, KeyPoint, ResearchFindings
from agents.researcher import build_researcher, build_writer, research_prompt, writer_prompt
from agents.toolsets.deps import ResearchDeps
from analytics.documents.corpus_reader import read_corpus
from analytics.reading.read import read_dataset
from tests.agents.offline.made_up.documents import TOPICS, documents
from tests.agents.offline.made_up.frames import made_up
from tests.agents.offline.oracle.research import false_research
from tests.thinned import thinned


async def _wrong(seed, directory):
    directory.mkdir()
    made = documents(seed)
    frames = {"table.parquet": made_up(seed)} if seed % 2 or not made else {}
    for name, (text, _) in made.items():
        (directory / name).write_text(text, encoding="utf-8")
    for name, frame in frames.items():
        frame.to_parquet(directory / name)
        frames[name] = read_dataset(directory / name, directory=directory / "read").frame()  # sentinels are missing
    corpus = read_corpus([str(directory / name) for name in (*made, *frames)], directory=directory / "kept")
    topic = TOPICS[seed % len(TOPICS)]
    deps, prompt = ResearchDeps(corpus), research_prompt(topic, corpus)
    findings = (await build_researcher(corpus).run(prompt, deps=deps, model=OfflineResearcher())).output
    told = await build_writer().run(writer_prompt(topic, findings), deps=findings, model=OfflineWriter())
    sentences = {name: whole for name, (_, whole) in made.items()}
    return [f"{seed}: {line}" for line in false_research(findings, told.output, sentences, frames)]


@pytest.mark.parametrize("block", thinned(range(20), 1))
async def test_made_up_sources_get_no_false_sentence(block, tmp_path):
    """Research in made-up notes and tables quotes whole sentences, and says only what was computed; 400 in all."""
    seeds = range(20 * block, 20 * block + 20)
    assert [line for seed in seeds for line in await _wrong(seed, tmp_path / str(seed))] == []


_QUOTE = "The harbour froze on 3 January, and all ferries stopped."
_POINT = KeyPoint(statement=_QUOTE, sources=["S1#1"], quote=_QUOTE)
_SIZE = "table.parquet has 25 rows and 2 columns."
_TEXT = f"{_QUOTE}\n\nFixed rules picked these sentences from the sources; no language model was used."


def _found(*points: KeyPoint, questions: tuple[str, ...] = (), text: str = _TEXT) -> list[str]:
    label = _TEXT.partition("\n\n")[2]
    sources = [CitedSource(id="S1", name="a.md", kind="document")]
    summary = f"{' '.join(each.statement for each in points)} {label}"
    findings = ResearchFindings(
        summary=summary, key_points=list(points), open_questions=list(questions), sources=sources
    )
    cited = AudienceSummary(headline=points[0].statement, text=label)
    plain = AudienceSummary(headline=points[0].statement, text=text)
    frame = made_up(1).head(25).iloc[:, :2]
    summaries = AudienceSummaries(technical=cited, executive=plain, general=plain)
    return false_research(findings, summaries, {"a.md": [_QUOTE]}, {"table.parquet": frame})


@pytest.mark.parametrize(
    ("point", "questions", "text"),
    [
        (KeyPoint(statement="The harbour froze on 4 January.", sources=["S1#1"], quote=_QUOTE), (), _TEXT),
        (KeyPoint(statement="The harbour froze", sources=["S1#1"], quote="The harbour froze"), (), _TEXT),
        (KeyPoint(statement=_SIZE.replace("25", "24"), sources=["E1"]), (), ""),
        (KeyPoint(statement="It was cold in 1987.", sources=["E1"]), (), ""),
        (_POINT, ("No passage that was found has the word \u201cferries\u201d.",), _TEXT),
        (_POINT, (), f"Ferries are slow.\n\n{_TEXT}"),
    ],
)
def test_false_research_is_caught(point, questions, text):
    """Another statement than the quote, half a sentence, a wrong figure or word, and a new sentence are reported."""
    assert _found(_POINT) == []
    assert _found(KeyPoint(statement=_SIZE, sources=["E1"]), text="") == []
    assert _found(point, questions=questions, text=text) != []
