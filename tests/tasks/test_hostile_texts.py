"""Text from outside is harmless in everything that leaves this project: one corpus, every output."""

import csv
import html
import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack
from markdown_it import MarkdownIt
from prefect import flow
from pypdf import PdfReader

from agents.outputs import DataAnalysis
from agents.tickets import TicketTriage
from deployments.terminal.analysis_summary import show
from flows.analysis import AnalysisOutcome
from runtime.runs.listing import RunInfo
from runtime.texts.safe_text import clean, clean_logs, harmless
from runtime.trace.reading import Trace, TraceSpan, TraceTotals
from tasks.artifacts import publish_markdown
from tasks.notify.report_notice import notify
from tasks.report.model import Report
from tasks.report.render import ReportFiles, render_html, render_markdown, write_report
from tasks.text import escape_markdown
from tasks.tickets import TriageOutcome, tickets_markdown, write_outcomes
from tasks.trace.page import render_page
from tests.hostile_texts import HOSTILE, PLAIN, active, blocks, obeyed
from tests.tasks import samples
from tests.tasks.hooks import mailbox
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("own_store")

GAP = "\u200b"
"""Character that `harmless` puts into signs that services obey."""


def _report(directory: Path, texts: tuple[str, ...] = HOSTILE) -> Report:
    """A report that holds the texts as findings, headline, names, cells, a question, advice and limits."""
    rows = [[text, number] for number, text in enumerate(texts)]
    analysed = samples.run(
        samples.profile(texts[0], texts[4 % len(texts)]),
        samples.comparison(*texts),
        samples.query([texts[1 % len(texts)], "n"], rows, sql=f"SELECT '{texts[-1]}'"),
        statements=list(texts),
        question=" ".join(texts),
    )
    analysed.analysis.summary = "\n".join(texts)
    analysed.analysis.recommendations = list(texts)
    analysed.analysis.limitations = list(texts)
    return samples.report(directory, analysed, name=texts[2 % len(texts)])


@pytest.fixture
def hostile(tmp_path: Path) -> Report:
    """A report full of hostile texts."""
    return _report(tmp_path)


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(f"{tag} {name}" for name, _ in attrs)}


def test_html_report(hostile: Report, tmp_path: Path) -> None:
    """The page has the same kinds of elements and attributes as one with plain texts, and no control characters."""
    plain = _report(tmp_path, ("one", "two", "three", "four", "five"))
    page = render_html(hostile)
    assert _Tags(page).found <= _Tags(render_html(plain)).found
    assert obeyed(html.unescape(page)) == []


def test_markdown_report(hostile: Report) -> None:
    """No picture, link or HTML is read in it."""
    text = render_markdown(hostile)
    assert obeyed(text) == []
    _assert_no_active_markdown(text)


def _assert_no_active_markdown(text: str) -> None:
    """GitHub's kind of Markdown, which also makes links of addresses and of bare names of hosts."""
    tokens = MarkdownIt("gfm-like").parse(text)
    kinds = {token.type for token in tokens} | {child.type for t in tokens for child in t.children or ()}
    assert kinds.isdisjoint({"image", "link_open", "html_inline", "html_block", "s_open", "code_inline"})


def test_pdf_report(hostile: Report, tmp_path: Path) -> None:
    """The PDF has no links and no scripts, and its text no control characters."""
    pdf = PdfReader(write_report(hostile, tmp_path / "out").pdf)
    assert not any("/A" in note.get_object() for page in pdf.pages for note in page.get("/Annots", ()))
    assert "/OpenAction" not in pdf.trailer["/Root"]
    text = "".join(page.extract_text() for page in pdf.pages)
    assert (
        obeyed(text.replace("\x00", ""), gaps=GAP) == []
    )  # lines may break at gaps, and a sign that the font lacks is read as 0


def test_json_report(hostile: Report, tmp_path: Path) -> None:
    """The JSON file has the texts as they are, for programs, with control characters escaped."""
    raw = write_report(hostile, tmp_path / "out").json.read_text("utf-8")
    assert Report.model_validate_json(raw) == hostile
    assert not [sign for sign in raw if sign < " " and sign != "\n"]


@contextmanager
def _taking_all() -> Iterator[tuple[list[bytes], int]]:
    """A web hook that keeps whatever is posted to it, and its port."""
    posted: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield posted, server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("service", thinned(["slack", "discord", "mattermost", "webhook"], 2))
def test_chat(service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message to a chat service holds no link, picture, markup or mention that came from data or a model."""
    with _taking_all() as (posted, port):
        monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{port}")
        monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://127.0.0.1:{port}")
        batched = [HOSTILE[i : i + 3] for i in range(0, len(HOSTILE), 3)]  # a message tells the first three findings
        target = {
            "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#reports?image=no&footer=no",
            "discord": f"discord://{'1' * 18}/{'a' * 68}?image=no&footer=no&avatar=no",
            "mattermost": f"mmost://127.0.0.1:{port}/3ccdd113474722377935511fc85d3dd4?image=no",
            "webhook": f"json://127.0.0.1:{port}",
        }[service]
        path = Path("report.html")
        files = ReportFiles(html=path, pdf=path, md=path, json=path)
        for number, texts in enumerate(batched):
            report = _report(tmp_path, texts)
            [result] = notify(report, files, [target], occasion=str(number))
            assert result.error is None
    assert len(posted) == len(batched)
    shown = [html.unescape(part) for one in posted for part in _texts(json.loads(one))]
    assert [found for part in shown for found in (*active(part), *obeyed(part, gaps=GAP))] == []


def test_mail(hostile: Report, tmp_path: Path) -> None:
    """A mail is plain text, also where its URL asks for HTML, with nothing that a mail program makes a link of."""
    files = write_report(hostile, tmp_path / "out")
    with mailbox() as (box, port):
        address = f"mailto://127.0.0.1:{port}?from=analyst@example.org&to=reader@example.org&mode=insecure"
        [result] = notify(hostile, files, [f"{address}&format=html"])
    assert result.error is None
    [received] = box.mails
    texts = [part for part in received.walk() if part.get_content_maintype() == "text"]
    assert [part.get_content_type() for part in texts] == ["text/plain"]
    body = bytes(texts[0].get_payload(decode=True)).decode()  # type: ignore[arg-type] - bytes, for a text part
    assert [*active(body), *obeyed(body, gaps=GAP)] == []


def test_terminal(hostile: Report, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The summary on the screen holds no terminal orders and no direction marks."""
    findings = samples.run(samples.profile(), statements=list(HOSTILE)).analysis
    analysis: DataAnalysis = findings.model_copy(update={"summary": "\n".join(HOSTILE)})
    path = tmp_path / "report"
    show(
        AnalysisOutcome.model_construct(
            run_id="none", analysis=analysis, model=HOSTILE[14], usage=samples.run().usage, cached_calls=0,
            report=ReportFiles(html=path, pdf=path, md=path, json=path),
        )
    )  # fmt: skip
    shown = capsys.readouterr().out
    assert obeyed(shown) == []
    assert "*bold* **bold** _slanted_ __under__ ~gone~ and `code`" in shown  # a terminal reads no markup


def test_trace_page() -> None:
    """The page of a trace has the elements of one with plain texts, and its data no control characters."""

    def page(texts: tuple[str, ...]) -> str:
        run = RunInfo.model_construct(
            id="r",
            flow=texts[0],
            dataset=texts[1],
            state="failed",
            error=" ".join(texts),
            created=0.0,
            usd=None,
            reserved_usd=0.0,
            unpriced=0,
            tokens=0,
            attempt=1,
            budget=None,
        )
        spans = [
            TraceSpan.model_construct(
                attempt=1, number=number, parent=None if number == 0 else 0, kind="tool" if number else "flow",
                name=text, state="failed", started=0.0, seconds=1.0, error=text, input=text, outcome=text, model=text,
                reason=text, change=text,
            )
            for number, text in enumerate(texts)
        ]  # fmt: skip
        return render_page(Trace.model_construct(run=run, spans=spans, totals=TraceTotals(attempts=1)))

    shown = page(HOSTILE)
    assert _Tags(shown).found <= _Tags(page(("one", "two", "three"))).found
    assert obeyed(html.unescape(shown)) == []
    [data] = re.findall(r"<script[^>]*application/json[^>]*>(.*?)</script>", shown, re.DOTALL)
    assert obeyed("".join(_texts(json.loads(data)))) == []


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_line_for_a_service_is_text_alone(text: str) -> None:
    """Neither inside nor at the start of a line is anything that a chat, mail or push service would obey."""
    line = harmless(text, 200)
    assert [*active(line), *obeyed(line, gaps=GAP)] == []
    assert not blocks(line)


@pytest.mark.parametrize("text", PLAIN, ids=ascii)
def test_plain_text_stays_as_it_is(text: str) -> None:
    """Text that no output obeys is shown with nothing put in or taken out; a Markdown page shows the same text."""
    assert clean(text) == harmless(text, 200) == text
    assert html.unescape(MarkdownIt("gfm-like").render(escape_markdown(text))) == f"<p>{text}</p>\n"


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_markdown_page_shows_hostile_text(text: str) -> None:
    """The page shows the very text, in one paragraph."""
    shown = html.unescape(MarkdownIt("gfm-like").render(escape_markdown(text))).replace(GAP, "")
    assert shown == f"<p>{' '.join(clean(text).split())}</p>\n"


def test_logs_and_tracebacks() -> None:
    """Messages, their arguments and the errors in tracebacks are logged without orders and direction marks."""
    clean_logs()
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    log = logging.getLogger("tests.hostile")
    log.addHandler(handler)
    try:
        for text in HOSTILE:
            try:
                raise ValueError(text)
            except ValueError:
                log.exception("Failed: %s", text)
    finally:
        log.removeHandler(handler)
    assert "Traceback" in heard.getvalue()
    assert "ValueError: safe gnp.exe" in heard.getvalue()
    assert "*bold* **bold** _slanted_" in heard.getvalue()  # a log reads no markup
    assert obeyed(heard.getvalue()) == []


def _outcomes() -> list[TriageOutcome]:
    triage = {"severity": "high", "category": "bug", "priority": 2, "confidence": 0.9}
    return [
        TriageOutcome(id=text, title=text, error=text, triage=TicketTriage(reason=text, quotes=[text], **triage))  # type: ignore[arg-type] - literals
        for text in HOSTILE
    ]


def test_triage_csv(tmp_path: Path) -> None:
    """No cell of triage.csv begins a formula in a spreadsheet, or holds control characters or direction marks."""
    path = write_outcomes(_outcomes(), tmp_path).csv
    text = path.read_text("utf-8")
    assert len(list(csv.reader(io.StringIO(text)))) == len(HOSTILE) + 1
    for separator in ",;\t":  # a spreadsheet takes the one of its country, whatever the file has
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=separator) for cell in row]
        assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))] == []
    assert obeyed(text) == []


def test_triage_markdown() -> None:
    """The table of tickets among a run's artifacts has no picture, link or HTML."""
    text = tickets_markdown(_outcomes(), HOSTILE[0])
    assert obeyed(text) == []
    _assert_no_active_markdown(text)


def test_prefect_artifact(hostile: Report, prefect_server: str) -> None:
    """A report on the Prefect server is harmless Markdown, with a harmless description."""
    text = render_markdown(hostile)

    @flow(persist_result=False)
    def publishing() -> None:
        publish_markdown(text, key="hostile", description=" ".join(HOSTILE))

    publishing()
    artifact = httpx.get(f"{prefect_server}/artifacts/hostile/latest").json()
    _assert_no_active_markdown(artifact["data"])
    told = artifact["description"]
    assert [*active(told), *obeyed(told, gaps=GAP), *obeyed(artifact["data"])] == []
