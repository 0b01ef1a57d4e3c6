"""Documents: read in any encoding, cut so that passages make sense, refused when they are no text."""

import random
from pathlib import Path

import pytest

from analytics.documents import passages as documents
from analytics.documents.passages import read_document
from analytics.errors import DocumentError


@pytest.fixture
def read(tmp_path: Path):
    def write_and_read(content: str | bytes, suffix: str = ".txt"):
        path = tmp_path / f"document{suffix}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_document(path, suffix)

    return write_and_read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(read, encoding):
    """A text is read in Unicode's encodings, and in the Western one that older programs write."""
    assert read("Café für Ärzte, 5 €".encode(encoding)).passages[0].text == "Café für Ärzte, 5 €"


def test_page_says_its_encoding(read):
    """An HTML page that is not UTF-8 is read in the encoding it names."""
    page = '<meta charset="windows-1251"><title>Погода</title><p>Сегодня дождь'
    document = read(page.encode("cp1251"), ".html")
    assert (document.title, document.passages[0].text) == ("Погода", "Сегодня дождь")


@pytest.mark.parametrize(
    "content", [b"\x7fELF\0\0\0", random.Random(0).randbytes(5_000).replace(b"\0", b"\1"), b"\x1b[31m" * 50]
)
def test_binary_is_no_text(read, content):
    """A file that is no text is refused, whatever its name says."""
    with pytest.raises(DocumentError, match="is not text"):
        read(content)


@pytest.mark.parametrize("content", ["", " \n\n\t", "<html><script>alert('x')</script></html>"])
def test_nothing_to_read(read, content):
    """A document without words is refused."""
    with pytest.raises(DocumentError, match="holds no text"):
        read(content, ".html")


def test_headings_begin_passages(read):
    """Each passage knows the heading it stands under, and never runs over the next one."""
    document = read("# Guide\n\nWelcome.\n\n## Install\n\nRun it.\n\n## Use\n\nCall it.\n", ".md")
    assert document.title == "Guide"
    assert [(p.heading, p.text) for p in document.passages] == [
        ("Guide", "Welcome."),
        ("Install", "Run it."),
        ("Use", "Call it."),
    ]


@pytest.mark.parametrize("text", ["word " * 4_000, "A sentence of some words. " * 800, "x" * 20_000, "行" * 9_000])
def test_long_paragraphs_are_cut_and_nothing_is_lost(read, text):
    """A paragraph of any length becomes passages of bounded length that together hold every character."""
    passages = read(text).passages
    assert max(len(passage.text) for passage in passages) <= 1_300
    assert "".join("".join(passage.text.split()) for passage in passages) == "".join(text.split())


def test_page_without_its_markup(read):
    """A page's text is what a reader sees: no scripts, no styles, entities resolved, cells apart, links as words."""
    document = read(
        "<title>A &amp; B</title><style>p{}</style><h1>Big <b>news</b></h1><p>One <a href='x'>two</a>,\n three &lt;four"
        "<table><tr><td>1</td><td>2</td></tr></table><script>ignore()</script><!-- hidden --><ul><li>a<li>b</ul>",
        ".html",
    )
    assert document.title == "A & B"
    assert [(p.heading, " ".join(p.text.split())) for p in document.passages] == [
        ("Big news", "One two, three <four 1 2 a b")
    ]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<![if !IE]>one<![endif]>", "one"),
        ("one <!-- never closed", "one"),
        ("one <script>never closed", "one"),
        ("one <svg>two", "one two"),
        ("1 < 2 and 3 > 2 <", "1 < 2 and 3 > 2 <"),
        ('<p title="a > b">one</p', "one</p"),
        ("<![CDATA[x]]>&#x110000; one &amp two", "\ufffd one & two"),
    ],
)
def test_broken_pages(read, page, text):
    """Of a page that is not well formed, the words that a browser would show are read."""
    assert read(page, ".html").passages[0].text == text


def test_control_characters_are_replaced(read):
    """Terminal escapes and other control characters in a text do not come through."""
    assert "\x1b" not in read("a long enough text " * 20 + "\x1b[2J").passages[-1].text


def test_large_documents_are_refused(read, monkeypatch):
    """A document above the limit is refused by its size, unread."""
    monkeypatch.setattr(documents, "MOST_BYTES", 10)
    with pytest.raises(DocumentError, match="more than the limit of 10"):
        read("twelve bytes")


def _pdf(text: str) -> bytes:
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        len(body),
    )


def test_pdf_by_page(read):
    """A PDF's text is read, and its passages stand under their page."""
    passage = read(_pdf("Ferries stopped in January."), ".pdf").passages[0]
    assert (passage.heading, passage.text) == ("page 1", "Ferries stopped in January.")


def test_damaged_pdf(read):
    """A PDF that is none, or half of one, is refused in words."""
    for content in (b"%PDF-1.4 nonsense", _pdf("x")[:150], b""):
        with pytest.raises(DocumentError, match=r"not a readable PDF|holds no text"):
            read(content, ".pdf")


def test_pdf_without_its_library(read, monkeypatch):
    """Without pypdf a PDF is refused, and what to install is said."""
    monkeypatch.setitem(__import__("sys").modules, "pypdf", None)
    with pytest.raises(DocumentError, match="pip install pypdf"):
        read(_pdf("x"), ".pdf")
