"""Renderings of a report: HTML, PDF, Markdown and JSON, each complete in one file, none loading anything."""

import base64
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic.dataclasses import dataclass

from runtime.files.output_files import make_directory, write_output
from tasks.charts.converter import pdf_of
from tasks.report.model import Report
from tasks.report.tables import ReportTable
from tasks.report.view import ReportView, all_findings, view_report
from tasks.text import code_block, escape_markdown

HTML_LIMIT = 2_000_000
"""Most bytes of an HTML report: mail gateways and chat tools drop larger attachments."""

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, kw_only=True)
class ReportFiles:
    """Paths of a written report.

    Attributes:
        html: For reading on screen.
        pdf: For printing and sending.
        md: For pull requests, wikis and chat.
        json: For programs, with all evidence: `Report.model_validate_json` reads it back.
        told: Of a private run: the report as others are told of it, as JSON.
    """

    # A Pydantic dataclass: as a model, `json` would hide one of the model's own methods.
    html: Path
    pdf: Path
    md: Path
    json: Path
    told: Path | None = None


def render_html(report: Report, *, limit: int = HTML_LIMIT) -> str:
    """Render as one HTML page without scripts and without anything to load.

    Charts are embedded as images, in which browsers run no script and follow no link, and a content security policy
    forbids the page all else.

    Args:
        report: The report.
        limit: Most bytes of the page. Where it would be larger, charts are left out from the least important finding
            upward, then the appendix's results, and the page says so.
    """
    page = _html(report, view_report(report))
    order = _least_important_first(report)
    left_out = 0
    while len(page.encode()) > limit and left_out < len(order):
        left_out += 1
        note = f"{left_out} of {len(order)} charts were left out to keep this page small."
        page = _html(report, view_report(report, without=frozenset(order[:left_out]), notes=(note,)))
    if len(page.encode()) > limit:
        note = "Charts and tool results were left out to keep this page small; the JSON file has them."
        page = _html(report, view_report(report, without=frozenset(order), results=False, notes=(note,)))
    return page


def render_markdown(report: Report) -> str:
    """Render as Markdown (CommonMark with tables), without pictures: their descriptions stand in for them."""
    text = _markdown_template().render(report=view_report(report), code_block=_code_block, table=_table)
    return text.strip() + "\n"


def render_pdf(report: Report) -> bytes:
    """Render as PDF with Typst.

    The texts reach Typst as JSON, never as markup, and it sees one temporary directory only. Its own fonts set the
    text; fonts of the machine only step in for scripts that those lack.

    Raises:
        RuntimeError: Typst could not set the document.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="analyst-report-") as name:
        root = Path(name)
        pictures = {chart.id: _picture(chart.svg, root / chart.id) for chart in report.charts}
        data = {**view_report(report).model_dump(), "pictures": pictures}
        (root / "report.json").write_text(json.dumps(data, ensure_ascii=True), encoding="utf-8")
        (root / "report.typ").write_bytes((TEMPLATES / "report.typ").read_bytes())
        return typst.compile(
            str(root / "report.typ"), root=str(root), font_paths=_fonts(), timestamp=int(report.created_at.timestamp())
        )


def warm_up() -> None:
    """Load fonts, Typst's library and the templates, for which the first report would have to wait."""
    import typst

    typst.compile(b"", font_paths=_fonts())
    _html_template()
    _markdown_template()


def write_report(report: Report, directory: Path, *, told: Report | None = None) -> ReportFiles:
    """Write a report in all four formats. Each file is put in place when it is whole.

    Args:
        report: The report.
        directory: Where to; made if it is missing.
        told: The report as others are told of it, where that differs; it is written as JSON.

    Raises:
        OSError: The directory cannot be written to.
    """
    directory = directory.expanduser().absolute()
    make_directory(directory)
    with ThreadPoolExecutor(1, thread_name_prefix="pdf") as beside:  # Typst works without Python's lock
        pdf = beside.submit(render_pdf, report)
        contents = {
            "html": render_html(report).encode("utf-8", "replace"),
            "md": render_markdown(report).encode("utf-8", "replace"),
            "json": report.model_dump_json(indent=2).encode("utf-8", "replace"),
        }
    contents["pdf"] = pdf.result()
    for ending, content in contents.items():
        write_output(directory / f"report.{ending}", content)
    files = ReportFiles(**{ending: directory / f"report.{ending}" for ending in contents})
    if told is None:
        return files
    write_output(directory / "report.told.json", told.model_dump_json(indent=2).encode("utf-8", "replace"))
    return replace(files, told=directory / "report.told.json")


def _least_important_first(report: Report) -> list[str]:
    return [chart for finding in all_findings(report) for chart in finding.charts][::-1]


def _html(report: Report, view: ReportView) -> str:
    images = {
        chart.id: "data:image/svg+xml;base64," + base64.b64encode(chart.svg.encode("utf-8", "replace")).decode()
        for chart in report.charts
    }
    return _html_template().render(report=view, images=images)


def _picture(svg: str, path: Path) -> str:
    """Write a chart as PDF, which has its fonts in it. Typst would set the words of an SVG in another font."""
    try:
        path.with_suffix(".pdf").write_bytes(pdf_of(svg))
    except ValueError:
        path.with_suffix(".svg").write_text(svg, encoding="utf-8")
        return path.with_suffix(".svg").name
    return path.with_suffix(".pdf").name


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


class _Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


def _code_block(code: str, language: str = "") -> _Markdown:
    return _Markdown(code_block(code, language))


def _table(table: ReportTable) -> _Markdown:
    if not table.rows:
        return _Markdown(escape_markdown(table.note))
    rows = [table.columns, *table.rows]
    lines = ["| " + " | ".join(escape_markdown(cell) for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + "|".join(" ---: " if numeric else " --- " for numeric in table.numeric) + "|")
    return _Markdown("\n".join([*lines, *(["", escape_markdown(table.note)] if table.note else [])]))


def _escaped(value: object) -> object:
    return value if isinstance(value, _Markdown) else escape_markdown(value)


@cache
def _html_template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.jinja")


@cache
def _markdown_template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 - `finalize` escapes every expression, for Markdown instead of HTML
        finalize=_escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.md.jinja")
