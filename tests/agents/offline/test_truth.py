"""No sentence of an offline report is false: each claim is computed again by an independent oracle."""

from pathlib import Path

import pandas as pd
import pytest

from agents.analyst import analysis_prompt
from agents.lookup import build_lookup
from agents.offline.questions.lookup import OfflineLookup
from agents.toolsets.deps import AnalystDeps
from analytics.reading.read import read_dataset
from tests.agents.datasets import dataset
from tests.agents.offline.made_up.frames import made_up
from tests.agents.offline.oracle import false_claims, false_statement
from tests.agents.offline.test_analyst import ODD, analyse
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("unchecked")

DATA = Path(__file__).parents[3] / "examples" / "data"
EXAMPLES = [path for path in sorted(DATA.iterdir()) if path.suffix in {".csv", ".parquet", ".jsonl"}]

WHY = [["Why did m0 change in March?"], ["Why is m0 low in North?"], ["What explains m0 in part 1?", "Why m0 in tiny?"]]


async def _wrong(frame, directory):
    directory.mkdir(exist_ok=True)
    data = dataset(frame, directory)
    analysis = (await analyse(data)).output
    marked = [each.statement for each in [*analysis.key_findings, *analysis.anomalies] if each.unverified]
    return [*false_claims(analysis, data.frame()), *marked, *analysis.unverified]


@pytest.mark.parametrize("name", thinned(ODD, 6))
async def test_odd_tables_get_no_false_sentence(name, tmp_path):
    """Tables at the edge of what can be analysed get true sentences or few."""
    assert await _wrong(ODD[name], tmp_path) == []


@pytest.mark.parametrize("block", thinned(range(10), 1))
async def test_made_up_tables_get_no_false_sentence(block, tmp_path):
    """In ten made-up tables with ties, flags, gaps, zones and huge values, every sentence is true; in 100 in all."""
    seeds = range(10 * block, 10 * block + 10)
    tables = {
        seed: made_up(seed, most=1 if seed % 5 else 2) for seed in seeds
    }  # few columns: a run for each takes long
    wrong = [line for seed in seeds for line in await _wrong(tables[seed], tmp_path / str(seed))]
    assert wrong == []


@pytest.mark.scale
@pytest.mark.parametrize("block", range(20))
async def test_many_made_up_tables_get_no_false_sentence(block, tmp_path):
    """The same in two thousand tables."""
    seeds = range(1000 + 100 * block, 1100 + 100 * block)
    wrong = [line for seed in seeds for line in await _wrong(made_up(seed), tmp_path / str(seed))]
    assert wrong == []


@pytest.mark.parametrize("seed", thinned(range(36), 1))
async def test_lookups_and_questions_get_no_false_sentence(seed, tmp_path):
    """Statements of a lookup about a period or a group, and answers to plain questions, are true in made-up tables."""
    wrong: list[str] = []
    lookup = build_lookup()
    data = dataset(made_up(seed, most=2), tmp_path)
    for question in ("Why did m0 change in March?", "Which g0 had most of m0?"):
        prompt = analysis_prompt(data, question)
        looked = (await lookup.run(prompt, deps=AnalystDeps(data), model=OfflineLookup())).output
        wrong += false_statement(looked.answer, looked.claims, data.frame()) if looked.answer else []
    for question in ("What is the average m0?", "How many m1 are missing?", *WHY[seed % 3]):
        wrong += false_claims((await analyse(data, question)).output, data.frame())
    assert wrong == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
async def test_example_data_gets_no_false_sentence(path, tmp_path):
    """Reports on the example data are true."""
    data = read_dataset(path, directory=tmp_path)
    assert false_claims((await analyse(data)).output, data.frame()) == []


async def test_data_without_a_time_gets_no_words_about_time(tmp_path):
    """A lookup in data that has no time says nothing of a period, also where the question names one."""
    frame = pd.DataFrame({"sales": [3, 1, 4, 1, 5, 9, 2, 6] * 5, "region": list("xyzwxyzw") * 5})
    prompt = analysis_prompt(data := dataset(frame, tmp_path), "Why are sales low in March 2020?")
    told = (await build_lookup().run(prompt, deps=AnalystDeps(data), model=OfflineLookup())).output
    assert told.answer == "By region, the largest part of sales fell on y: 50 (32\u00a0%)."
    assert false_statement(told.answer, told.claims, data.frame()) == []


@pytest.mark.parametrize(
    ("column", "said"),
    [("last_updated", "No column says when a row happened (last_updated does not)"), ("cases", "No time column was")],
)
async def test_a_time_that_orders_no_rows_is_named(column, said, tmp_path):
    """Beside the day of a district's last change the report does not say that there is no time column."""
    frame = pd.DataFrame({"district": [f"Ward {n}" for n in range(40)], "cases": [3, 1, 4, 1, 5, 9, 2, 6] * 5})
    frame["last_updated"] = pd.date_range("2024-01-01", periods=40)
    found = (await analyse(dataset(frame[[*dict.fromkeys(["district", "cases", column])]], tmp_path))).output
    assert any(said in limit for limit in found.limitations)
    assert "2024" not in found.summary


async def test_the_size_is_said_once(tmp_path):
    """The answer to a question for the number of rows is not followed by the size of the data set."""
    frame = pd.DataFrame({"sales": [3, 1, 4, 1, 5, 9, 2, 6] * 5, "region": list("xyzwxyzw") * 5})
    summary = (await analyse(dataset(frame, tmp_path), "How many rows are there?")).output.summary
    assert summary == "The data set has 40 rows."
