"""Reports of tests, and how their pages are read."""

import io
from html.parser import HTMLParser

from pypdf import PdfReader

from agents.outputs import AnalysisRun, Finding
from tests.tasks import samples

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """A page as a browser reads it: elements, attributes, visible text, and tags that do not match."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of every element of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]


def pdf_text(content: bytes) -> str:
    """Text of a PDF in one line, without the invisible marks that let long words break."""
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(text.replace("\u200b", "").split())


def everything() -> AnalysisRun:
    """A run with every kind of result, and something in every section."""
    analysed = samples.run(
        samples.profile(),
        samples.anomalies(),
        samples.row_anomalies(),
        samples.statistics(),
        samples.comparison("north", "south"),
        samples.correlations(),
        samples.query(["group", "n"], [["north", 3], ["south", 2]], sql='SELECT "group", count(*) AS n FROM data'),
        statements=["Sales reached 1,350 on 10 February.", "North sells most."],
    )
    analysed.analysis.anomalies = [Finding(statement="One row is off.", evidence=["E3"], severity="low")]
    analysed.analysis.key_findings[1].unverified = ["77"]
    return analysed
