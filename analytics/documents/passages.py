"""Documents as plain text: what can be read, in which encoding, and cut into passages that can be cited."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from analytics.documents.html_text import html_text
from analytics.errors import DocumentError

DOCUMENT_SUFFIXES = (".md", ".markdown", ".txt", ".text", ".rst", ".html", ".htm", ".xhtml", ".pdf")
"""File name endings of documents."""

MOST_BYTES = 20 << 20
"""Largest document read."""

_LENGTH = 900
"""Characters of a passage, about 150 words: a few fit in a small model's context, and each still makes sense alone."""
_LONGEST = 1_300
"""Characters of a paragraph that is kept whole."""
_MOST_PAGES = 3_000
"""Pages of a PDF."""
_BREAK = re.compile(r"\n[ \t]*\n+")
_HEADING = re.compile(r"#{1,6}[ \t]+(\S[^\n]*)")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|\n|(?<=[。！？])")  # noqa: RUF001 - sentences end so in Chinese and Japanese
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)


class Passage(NamedTuple):
    """A part of a document.

    Attributes:
        heading: The heading it stands under, or the page; may be empty.
        text: Its text.
    """

    heading: str
    text: str


@dataclass(frozen=True)
class Document:
    """A document that was read.

    Attributes:
        title: Its title, if it says one.
        passages: Its text in order.
    """

    title: str
    passages: list[Passage]


def read_document(path: Path, suffix: str) -> Document:
    """Read a document's text.

    Args:
        path: The file.
        suffix: One of `DOCUMENT_SUFFIXES`, which says the format.

    Raises:
        DocumentError: It is too large, not text, damaged or empty.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DocumentError(f"{size:,} bytes, more than the limit of {MOST_BYTES:,}")
        raw = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"cannot be read ({error.strerror or type(error).__name__})") from None
    if suffix == ".pdf":
        title, parts = "", _pages(raw)
    elif suffix in (".html", ".htm", ".xhtml"):
        title, text = html_text(_decode(raw, html=True))
        parts = [("", text)]
    else:
        title, parts = "", [("", _decode(raw))]
    passages = [passage for heading, text in parts for passage in _passages(heading, _clean(text))]
    if not passages:
        raise DocumentError("holds no text")
    first = re.search(rf"(?m)^{_HEADING.pattern}", parts[0][1])
    return Document(title=" ".join(_clean(title or (first[1] if first else "")).split())[:200], passages=passages)


def _decode(raw: bytes, *, html: bool = False) -> str:
    """Return the text of a file: as Unicode, else in the encoding that an HTML page names, else in Windows-1252."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = raw.decode("utf-16", "replace")
    elif b"\0" in raw:
        raise DocumentError("is not text")
    else:
        named = _CHARSET.search(raw[:4096]) if html else None
        text = _first_that_fits(raw, ["utf-8-sig", *([named[1].decode("ascii", "replace")] if named else [])])
    controls = sum(unicodedata.category(char) == "Cc" and char not in "\n\r\t\f" for char in text[:20_000])
    if controls > 4 + 0.01 * len(text[:20_000]):  # a few stray ones do not make a text binary
        raise DocumentError("is not text")
    return text


def _first_that_fits(raw: bytes, encodings: list[str]) -> str:
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("cp1252", "replace")


def _clean(text: str) -> str:
    """Return text with one kind of line break and without control characters, which no format can hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", text).strip()


def _passages(heading: str, text: str) -> Iterator[Passage]:
    """Yield passages of paragraphs up to a length; each heading begins a new passage."""
    held: list[str] = []
    for block in _BREAK.split(text):
        match = _HEADING.match(block.strip())
        if match:
            yield from _joined(heading, held)
            held, heading = [], match[1].strip(" #")[:200]
            block = block.strip()[match.end() :]
        for piece in _pieces(block.strip("\n")):
            if sum(map(len, held)) + len(piece) > _LENGTH:
                yield from _joined(heading, held)
                held = []
            held.append(piece)
    yield from _joined(heading, held)


def _joined(heading: str, blocks: list[str]) -> Iterator[Passage]:
    if blocks:
        yield Passage(heading, "\n\n".join(blocks))


def _pieces(block: str) -> Iterator[str]:
    """Yield a paragraph in pieces, cut at ends of sentences or words if it is too long for one passage."""
    start = 0
    while len(block) - start > _LONGEST:
        ends = [match.end() for match in _SENTENCE_END.finditer(block, start + _LENGTH // 2, start + _LENGTH)]
        space = block.rfind(" ", start + _LENGTH // 2, start + _LENGTH)
        end = ends[-1] if ends else space + 1 if space > 0 else start + _LENGTH
        if piece := block[start:end].strip():
            yield piece
        start = end
    if piece := block[start:].strip():
        yield piece


def _pages(raw: bytes) -> list[tuple[str, str]]:
    """Return the pages of a PDF, with their numbers as headings."""
    from io import BytesIO

    try:
        import pypdf
    except ImportError:
        raise DocumentError("is a PDF, and pypdf is not installed: `pip install pypdf`") from None
    try:
        with BytesIO(raw) as file:
            reader = pypdf.PdfReader(file)
            if len(reader.pages) > _MOST_PAGES:
                raise DocumentError(f"has more than {_MOST_PAGES:,} pages")
            return [(f"page {number}", page.extract_text()) for number, page in enumerate(reader.pages, start=1)]
    except DocumentError:
        raise
    except Exception as error:  # noqa: BLE001 - pypdf raises what its parsers do: KeyError, TypeError, RecursionError, …
        raise DocumentError(f"is not a readable PDF ({type(error).__name__})") from None
