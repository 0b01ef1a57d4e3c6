"""A corpus: what is read of what was named, what is not and why, and that equal sources are the same corpus."""

import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.documents import corpus_reader as corpora
from analytics.documents.corpus_reader import read_corpus
from analytics.errors import CorpusError
from analytics.reading.places import downloads


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "deep").mkdir(parents=True)
    (folder / "b.md").write_text("# Ferries\n\nThey stopped in January.")
    (folder / "a.txt").write_text("Sales rose.")
    (folder / "deep" / "c.html").write_text("<p>Deep down")
    (folder / "data.csv").write_text("day,sales\n2024-01-01,3\n2024-01-02,4\n")
    return folder


def read(*sources: object, kept: Path):
    return read_corpus([str(source) for source in sources], directory=kept)


def names(corpus) -> list[str]:
    return [source.name for source in corpus.sources]


def reasons(corpus) -> dict[str, str]:
    return {skipped.name: skipped.reason for skipped in corpus.skipped}


def test_a_folder_in_order(folder, tmp_path):
    """A folder's documents and data sets get ids in the order of their paths, and names from the folder on."""
    corpus = read(folder, kept=tmp_path / "kept")
    assert [(s.id, s.name, s.kind, s.title) for s in corpus.sources] == [
        ("S1", "notes/a.txt", "document", ""),
        ("S2", "notes/b.md", "document", "Ferries"),
        ("S3", "notes/data.csv", "dataset", ""),
        ("S4", "notes/deep/c.html", "document", ""),
    ]
    assert [found.id for found in corpus.search("ferries January")] == ["S2#1"]
    assert corpus.sources[2].dataset.frame()["sales"].tolist() == [3, 4]
    assert corpus.skipped == []


def test_what_a_folder_does_not_give(folder, tmp_path):
    """Hidden files stay unread; links, unknown kinds, binary files and devices do too, each with its reason."""
    (tmp_path / "secret.txt").write_text("outside")
    (folder / ".env").write_text("KEY=1")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.md").write_text("hidden")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "junk.txt").write_bytes(bytes(range(256)))
    for number in range(3):
        (folder / f"photo{number}.JPG").write_bytes(b"\xff\xd8")
    (folder / "torn.csv").write_text('a,b\n1\n"')
    os.mkfifo(folder / "pipe.txt")
    os.close(os.open(os.fsencode(folder) + b"/caf\xe9.md", os.O_CREAT))
    corpus = read(folder, kept=tmp_path / "kept")
    assert names(corpus) == ["notes/a.txt", "notes/b.md", "notes/data.csv", "notes/deep/c.html"]
    assert reasons(corpus).keys() - {"notes"} == {
        f"notes/{name}" for name in ("caf\ufffd.md", "junk.txt", "link.txt", "loop", "pipe.txt", "torn.csv")
    }
    assert "link" in reasons(corpus)["notes/link.txt"]
    assert reasons(corpus)["notes/junk.txt"] == "is not text"
    assert reasons(corpus)["notes"] == "3 files are of kinds that are not read (.jpg)"
    assert corpus.skipped_in_all == 9
    assert corpus.model_dump_json()  # also with a name that is no text


def test_unreadable_files_are_named(folder, tmp_path):
    """A file or folder that may not be read is skipped with that reason."""
    (folder / "a.txt").chmod(0)
    (folder / "deep").chmod(0)
    if os.access(folder / "a.txt", os.R_OK):
        pytest.skip("this user reads everything")
    try:
        corpus = read(folder, kept=tmp_path / "kept")
    finally:
        (folder / "deep").chmod(0o700)
    assert "ermission" in reasons(corpus)["notes/a.txt"]
    assert "ermission" in reasons(corpus)["notes/deep"]


def test_limits_are_said(folder, tmp_path, monkeypatch):
    """Files beyond a limit of size or number are skipped, and the limit is named."""
    monkeypatch.setattr(corpora, "MOST_BYTES", 20)
    monkeypatch.setattr(corpora, "_MOST_FILES", 3)
    corpus = read(folder, kept=tmp_path / "kept")
    assert names(corpus) == ["notes/a.txt", "notes/data.csv"]
    assert "more than the limit of 20" in reasons(corpus)["notes/b.md"]
    assert "first 3 files" in reasons(corpus)["notes/deep/c.html"]
    monkeypatch.undo()
    monkeypatch.setattr(corpora, "_MOST_TEXT", 30)
    assert "the limit" in reasons(read(folder, kept=tmp_path / "kept"))["notes/b.md"]


def test_equal_sources_are_one_corpus(folder, tmp_path):
    """A copy of a folder somewhere else has the same fingerprint, and its snapshot is not written again."""
    first = read(folder, kept=tmp_path / "kept")
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").iterdir()}
    copy = tmp_path / "elsewhere" / "notes"
    shutil.copytree(folder, copy)
    again = read(copy, kept=tmp_path / "kept")
    assert again.__cache_key__() == first.__cache_key__()
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").iterdir()} == files


@pytest.mark.parametrize("change", ["text", "name", "rows", "order"])
def test_other_sources_are_another_corpus(folder, tmp_path, change):
    """A changed text, name, row or order is another corpus; the snapshot of the first stays as it was."""
    first = read(folder, kept=tmp_path / "kept")
    sources = [folder]
    if change == "text":
        (folder / "b.md").write_text("# Ferries\n\nThey stopped in March.")
    elif change == "name":
        (folder / "b.md").rename(folder / "bb.md")
    elif change == "rows":
        (folder / "data.csv").write_text("day,sales\n2024-01-01,3\n2024-01-02,5\n")
    else:
        sources = [folder / "b.md", folder]
    assert read(*sources, kept=tmp_path / "kept").fingerprint != first.fingerprint
    assert first.search("January")[0].text == "They stopped in January."


def test_same_names_are_told_apart(tmp_path):
    """Two files of one name, named one by one, are shown with as much of their paths as tells them apart."""
    for place in ("north", "south"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "report.txt").write_text(f"About the {place}.")
    corpus = read(tmp_path / "north" / "report.txt", tmp_path / "south" / "report.txt", kept=tmp_path / "kept")
    assert names(corpus) == ["north/report.txt", "south/report.txt"]


def test_a_copy_is_no_second_witness(folder, tmp_path):
    """A file that is named twice is one source, and a copy under another name is skipped as what it is."""
    shutil.copy(folder / "a.txt", folder / "z.txt")
    corpus = read(folder / "a.txt", folder, kept=tmp_path / "kept")
    assert names(corpus).count("a.txt") == 1
    assert "notes/a.txt" not in names(corpus)
    assert reasons(corpus) == {"notes/z.txt": "has the same content as a.txt"}


def test_nothing_to_read_says_what_was_named(tmp_path):
    """An empty folder, a missing file or a folder without documents is an error that names it and the reasons."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match=r"empty"):
        read(tmp_path / "empty", kept=tmp_path / "kept")
    with pytest.raises(CorpusError, match=r"no\.txt: does not exist"):
        read(tmp_path / "no.txt", kept=tmp_path / "kept")
    with pytest.raises(CorpusError, match="no sources"):
        read(kept=tmp_path / "kept")


PAGES = {
    "/guide": ("text/html; charset=utf-8", b"<title>Guide</title><p>Ferries stopped."),
    "/sales.csv": ("application/octet-stream", b"day,sales\n2024-01-01,3\n"),
    "/api": ("application/json", b'[{"a": 1}, {"a": 2}]'),
    "/photo": ("image/png", b"\x89PNG"),
    "/huge": ("text/plain", b"x" * 2_000),
}


ELSEWHERE = {"/away": "file:///etc/hostname", "/moved": "/guide", "/inward": "http://127.0.0.1:{port}/guide"}


@pytest.fixture
def site() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            if path in ELSEWHERE:
                self.send_response(302)
                self.send_header("Location", ELSEWHERE[path].format(port=self.server.server_address[1]))
                self.end_headers()
                return
            kind, content = PAGES.get(path, ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def test_addresses(site, tmp_path):
    """A page and data sets are read by address; nothing of a corpus shows the address's user, password or token."""
    urls = [f"http://user:hunter2@{site}/{page}?token=hunter2" for page in ("guide", "sales.csv", "api")]
    corpus = read(*urls, kept=tmp_path / "kept")
    assert [(s.name, s.kind, s.title) for s in corpus.sources] == [
        (f"http://{site}/guide", "page", "Guide"),
        (f"http://{site}/sales.csv", "dataset", ""),
        (f"http://{site}/api", "dataset", ""),
    ]
    assert [s.dataset.name for s in corpus.datasets] == ["sales", "api"]
    assert "hunter2" not in corpus.model_dump_json()


def test_addresses_that_give_nothing(site, folder, tmp_path, monkeypatch, unused_tcp_port):
    """An address that is down, missing, no document, too large or leads to a file is skipped; the others are read."""
    monkeypatch.setattr(corpora, "MOST_BYTES", 1_000)
    urls = [f"http://{site}/{page}" for page in ("gone", "photo", "huge", "away")]
    others = [f"http://user:hunter2@127.0.0.1:{unused_tcp_port}/down", "file:///etc/hostname", "http://[::1"]
    corpus = read(*urls, *others, folder / "a.txt", kept=tmp_path / "kept")
    assert names(corpus) == ["a.txt"]
    said = [skipped.reason for skipped in corpus.skipped]
    expected = ["404", "image/png", "limit", "could not be fetched", "could not be fetched", "no http", "no http"]
    assert all(part in reason for part, reason in zip(expected, said, strict=True)), said
    assert "hunter2" not in corpus.model_dump_json()
    assert [path.name for path in (tmp_path / "kept").iterdir() if path.name.startswith(".")] == []


def test_redirects_stay_outside(site, folder, tmp_path, monkeypatch):
    """A redirect is followed, but not from a public host to an address of this machine or its network."""
    assert names(read(f"http://{site}/moved", kept=tmp_path / "kept")) == [f"http://{site}/moved"]
    assert all(map(downloads.is_inside, ["127.0.0.1", "localhost", "::1", "10.1.2.3", "169.254.169.254"]))
    assert not any(map(downloads.is_inside, ["93.184.216.34", "2606:2800:21f::1"]))
    public = f"http://{site.replace('127.0.0.1', 'localhost')}/inward"
    monkeypatch.setattr(downloads, "is_inside", lambda host: host != "localhost")
    corpus = read(public, folder / "a.txt", kept=tmp_path / "kept")
    assert "not followed" in reasons(corpus)[public]
