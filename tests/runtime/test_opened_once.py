"""Files that a deployment names are opened once: what was checked is what is read or written."""

import os

import pytest

from analytics.documents.corpus_reader import read_corpus
from analytics.errors import CorpusError, DatasetError
from analytics.reading.read import read_dataset
from flows.shared.common import report_directory
from runtime.data_roots import DataRoots, confined_to, parse_roots
from runtime.files.output_files import make_directory, write_output
from runtime.settings import get_settings
from tasks.routing.routes_file import RoutesError, load_routes

ROUTES = "destinations: {team: {file: out.jsonl}}\nrules: []\nunsure: {below: 0.5, to: [team]}\nfallback: [team]\n"


@pytest.fixture
def lake(tmp_path):
    """A data root with a folder, beside a folder of the same files with private content."""
    for name, private in (("root/day", ""), ("outside", "secret_")):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "x.csv").write_text(f"{private}day,sales\n1,2\n")
        (folder / f"{private}notes.md").write_text(f"# {private}notes\n\nSome words.\n")
        (folder / "routes.yaml").write_text(ROUTES.replace("team", f"{private}team"))
    return tmp_path


@pytest.fixture
def roots(lake):
    return parse_roots([str(lake / "root")])


@pytest.fixture
def exchanged(lake, roots, monkeypatch):
    """Exchange the folder for a link to the private one as soon as a path was resolved for a check."""
    resolve, folder = os.path.realpath, lake / "root" / "day"

    def exchange_after(path):
        found = resolve(path)
        if not folder.is_symlink():
            folder.rename(lake / "root" / "old")
            folder.symlink_to(lake / "outside")
        return found

    monkeypatch.setattr(os.path, "realpath", exchange_after)
    return folder


def test_routes_are_those_that_were_checked(exchanged, roots):
    """Routes behind a link that came after the check are not read."""
    with pytest.raises(RoutesError, match="cannot be read"):
        load_routes(exchanged / "routes.yaml", roots)


def test_routes_under_a_root_are_read(lake, roots):
    """Routes under a root are read, and relative paths in them start from their folder."""
    found = load_routes(lake / "root" / "day" / "routes.yaml", roots)
    assert found.destinations["team"].file == lake / "root" / "day" / "out.jsonl"


def test_routes_from_a_pipe_are_refused(tmp_path):
    """A pipe under the name of the routes is refused at once: nobody might ever write to it."""
    os.mkfifo(tmp_path / "routes.yaml")
    with pytest.raises(RoutesError, match="not a regular file"):
        load_routes(tmp_path / "routes.yaml")


def test_a_data_set_is_the_one_that_was_checked(exchanged, roots, tmp_path):
    """Neither content nor names behind a link that came after the check are told."""
    for name in ("x.csv", "y.csv", ""):
        with pytest.raises(DatasetError) as refused:
            read_dataset(exchanged / name, directory=tmp_path, roots=roots)
        assert "secret" not in str(refused.value)


def test_sources_are_those_that_were_checked(exchanged, roots, tmp_path):
    """Not even the names in a folder behind a link that came after the check are told."""
    with pytest.raises(CorpusError) as refused:
        read_corpus([exchanged], directory=tmp_path / "snapshots", roots=roots)
    assert "secret" not in str(refused.value)


def test_the_size_is_that_of_the_opened_file(lake, roots, tmp_path):
    """The limit holds for what is copied, not for what a look at the name told before."""
    file = lake / "root" / "day" / "x.csv"
    file.write_text("day,sales\n" + "1,2\n" * 10)
    with pytest.raises(DatasetError, match="more than 16 bytes"):
        read_dataset(file, directory=tmp_path, roots=roots, max_bytes=1)


@pytest.fixture
def reports(tmp_path, monkeypatch):
    """The directory of reports."""
    monkeypatch.setenv("ANALYST_REPORT_ROOT", str(tmp_path / "reports"))
    get_settings.cache_clear()
    yield tmp_path / "reports"
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.mark.parametrize("out", [None, "daily/shop"])
def test_a_report_is_written_below_the_directory_of_reports(out, reports):
    """Missing directories are made, and the file is put in place whole."""
    with confined_to(DataRoots()):
        directory = report_directory(out, "run")
        make_directory(directory)
        write_output(directory / "report.json", b"old")
        write_output(directory / "report.json", b"{}")
    assert [path.name for path in (reports / (out or "run")).iterdir()] == ["report.json"]
    assert (reports / (out or "run") / "report.json").read_bytes() == b"{}"


@pytest.mark.parametrize("exchanged", ["daily", "daily/shop"])
def test_a_report_follows_no_link_that_came_later(exchanged, reports, tmp_path):
    """A directory that became a link out of the directory of reports is not written to, nor are directories made."""
    outside = tmp_path / "outside"
    outside.mkdir()
    with confined_to(DataRoots()):
        directory = report_directory("daily/shop", "run")
        make_directory(directory)
        (reports / exchanged).rename(reports / "old")
        (reports / exchanged).symlink_to(outside)
        with pytest.raises(OSError, match="Not a directory"):
            make_directory(directory)
        with pytest.raises(OSError, match="Not a directory"):
            write_output(directory / "report.json", b"{}")
    assert list(outside.iterdir()) == []


def test_a_file_that_became_a_link_is_replaced(reports, tmp_path):
    """The link is replaced by the report, and what it leads to stays as it is."""
    (tmp_path / "private").write_text("as it was")
    with confined_to(DataRoots()):
        directory = report_directory("daily", "run")
        make_directory(directory)
        (directory / "report.json").symlink_to(tmp_path / "private")
        write_output(directory / "report.json", b"{}")
    assert (tmp_path / "private").read_text() == "as it was"
    assert (directory / "report.json").read_bytes() == b"{}"
