"""Markup, scripts and overlong texts in data: text in every rendering."""

import base64
import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from agents.outputs import AnalysisRun
from tasks.report.render import render_html, render_markdown, render_pdf, write_report
from tests.tasks import samples
from tests.tasks.report.pages import Page, everything, pdf_text


def test_html_loads_and_runs_nothing(tmp_path: Path) -> None:
    """No element names an outside address or a script, and the page's own policy forbids both."""
    page = Page(render_html(samples.report(tmp_path, everything(), charts=True)))
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline';")
    assert {"script", "link", "iframe", "object", "embed", "base", "form", "svg"}.isdisjoint(
        tag for tag, _ in page.tags
    )
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc", "action")], tag
        for name in ("src", "srcset", "href", "data", "poster", "background"):
            value = attributes.get(name) or "#"
            assert value.startswith(("#", "data:image/svg+xml;base64,")), value
    style = re.search(r"<style>(.*?)</style>", render_html(samples.report(tmp_path)), re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def evil() -> AnalysisRun:
    """Markup of all formats wherever data or a model can put text."""
    text = samples.EVIL
    analysed = samples.run(
        samples.profile(text, text),
        samples.anomalies().model_copy(update={"description": text}),
        samples.row_anomalies().model_copy(
            update={"worst": [samples.row_anomalies().worst[0].model_copy(update={"labels": {text: text}})]}
        ),
        samples.comparison(text, "b"),
        samples.query([text, "n"], [[text, 1], ["b", 2]], sql=f"SELECT 1 -- {text}\n```\n# heading"),
        statements=[text],
        question=text,
        model=text,
    )
    analysed.analysis.summary = text
    analysed.analysis.unverified = [text]
    analysed.analysis.key_findings[0].unverified = [text]
    analysed.analysis.recommendations = [text, "# heading", "- item", "1. one"]
    analysed.analysis.limitations = [text]
    analysed.evidence[0].arguments = {text: text}
    return analysed


def test_markup_in_data_is_text_in_html(tmp_path: Path) -> None:
    """Scripts and handlers in cells, column names, statements and arguments are shown, not run."""
    report = samples.report(tmp_path, evil(), charts=True, name=samples.EVIL)
    page = Page(render_html(report))
    assert page.open == []
    assert not page.all("script")
    assert all((image["src"] or "").startswith("data:image/svg+xml;base64,") for image in page.all("img"))
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert page.text.count("<script>alert(1)</script>") > 10
    for image in page.all("img"):
        svg = base64.b64decode((image["src"] or "").partition(",")[2]).decode()
        assert "<script" not in svg
        assert "<img" not in svg


def test_markup_in_data_is_text_in_pdf(tmp_path: Path) -> None:
    """Typst code in data is printed, not evaluated, and nothing in data breaks the document."""
    text = pdf_text(render_pdf(samples.report(tmp_path, evil(), charts=True, name=samples.EVIL)))
    assert '#eval("1")' in text
    assert "*b* $x$" in text
    assert "`code` [link](http://evil.example)" in text


def test_markup_in_data_is_text_in_markdown(tmp_path: Path) -> None:
    """No HTML, link, code, heading or extra table column comes out of data."""
    text = render_markdown(samples.report(tmp_path, evil(), charts=True, name=samples.EVIL))
    outside, fenced, fence = "", "", ""
    for line in text.splitlines():
        mark = re.match(r"`{3,}", line)
        if mark and (not fence or line == fence):
            fence = "" if fence else mark[0]
        elif fence:
            fenced += line + "\n"
        else:
            outside += line + "\n"
    assert "```\n# heading" in fenced
    assert "<" not in outside
    assert "://" not in outside
    assert not re.search(r"(?<!\\)`", outside)
    assert not re.search(r"(?<!\\)\[", outside)
    assert "\n1. \\# heading\n" in outside.replace("2. ", "1. ")
    assert "\n3. \\- item\n4. 1\\. one\n" in outside
    for block in re.findall(r"(?:^\|.*\n)+", outside, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1, block


def test_markdown_tables_start_their_own_block(tmp_path: Path) -> None:
    """A table follows an empty line and its second line is the rule, or Markdown would not see a table."""
    lines = ["", *render_markdown(samples.report(tmp_path, everything())).splitlines()]
    starts = [i for i, line in enumerate(lines) if line.startswith("|") and not lines[i - 1].startswith("|")]
    assert len(starts) >= 6
    assert all(lines[i - 1] == "" and set(lines[i + 1]) <= set("|-: ") for i in starts)


def test_very_long_texts_are_cut_and_stay_on_the_page(tmp_path: Path) -> None:
    """A huge statement becomes a short headline and a bounded finding; words without spaces do not break the PDF."""
    analysed = samples.run(samples.profile(), statements=["long words " * 20_000, "x" * 100_000])
    report = samples.report(tmp_path, analysed)
    assert len(report.headline) <= 180
    assert len(render_html(report)) < 60_000
    pages = PdfReader(io.BytesIO(render_pdf(report))).pages
    assert len(pages) <= 8
    assert "x" * 2_000 in "".join(page.extract_text() for page in pages).replace("\u200b", "").replace("\n", "")


@pytest.mark.parametrize(
    "text",
    ["naïve café", "Umsätze 🎉 ✓", "شذوذ في البيانات", "חריגה בנתונים", "売上の異常", "a\x00b\x1b[31m"],
)
def test_every_script_survives(text: str, tmp_path: Path) -> None:
    """Accents, emoji, right-to-left, East Asian and broken text neither fail nor vanish."""
    report = samples.report(tmp_path, samples.run(samples.profile(text), statements=[f"{text} is odd."]), name=text)
    files = write_report(report, tmp_path / "out")
    page = files.html.read_text("utf-8")
    assert re.sub(r"[\x00-\x1f]", "\ufffd", text) in Page(page).text
    assert files.pdf.read_bytes().startswith(b"%PDF")


def test_direction_overrides_are_left_out(tmp_path: Path) -> None:
    """A cell cannot make its neighbours read backwards."""
    report = samples.report(tmp_path, samples.run(samples.profile(), statements=["safe \u202egnp.exe\u2066"]))
    assert "safe gnp.exe" in Page(render_html(report)).text
