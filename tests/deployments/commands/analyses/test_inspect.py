"""`analyst inspect`: what is understood of a data set, without a server, a run or a model."""

import json

import pytest

from deployments.cli import run
from deployments.terminal.messages import DONE, USAGE

TEXT = "Sales of shops\n\nshop;day;sales\na;31.01.2024;1.234,5\nb;01.02.2024;7,25\nc;02.02.2024;-\nSource: tills\n"


@pytest.fixture
def sales(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(TEXT)
    return path


def test_json_says_how_a_file_is_read(sales, capsys):
    """The object holds form, columns with types and roles, what was left out, and the first rows."""
    assert run(["inspect", str(sales), "--json"]) == DONE
    found = json.loads(capsys.readouterr().out)
    assert (found["name"], found["rows"], found["time_column"]) == ("sales", 3, "day")
    assert "';'" in found["form"]
    assert "row 3" in found["form"]
    assert [column["role"] for column in found["columns"]][1:] == ["time", "number"]
    assert found["first_rows"][0] == {"shop": "a", "day": "2024-01-31", "sales": 1234.5}
    assert any("Source: tills" in note for note in found["notes"])
    assert any("sales" in note and "missing" in note for note in found["quality"])


def test_text_shows_columns_notes_and_rows(sales, capsys):
    """On a terminal the same is shown as text."""
    assert run(["inspect", str(sales)]) == DONE
    shown = capsys.readouterr().out
    for words in ("3 rows", "delimiter ';'", "Time column: day", "Sales of shops", "1234.5"):
        assert words in shown


def test_what_was_understood_is_written_as_hints_to_correct(sales, tmp_path, capsys):
    """`--hints-out` writes a file that `--hints` takes, corrected or not, and never replaces one."""
    path = tmp_path / "sales.yaml"
    assert run(["inspect", str(sales), "--hints-out", str(path)]) == DONE
    written = path.read_text()
    assert "  sales:\n    role: amount  # numbers with fractions; named like an amount\n" in written
    path.write_text(written.replace("  shop:\n    role: text", "  shop:\n    role: category"))
    capsys.readouterr()
    assert run(["inspect", str(sales), "--hints", str(path), "--json"]) == DONE
    assert json.loads(capsys.readouterr().out)["columns"][0]["role"] == "category"
    assert run(["inspect", str(sales), "--hints-out", str(path)]) == USAGE
    assert "is there already" in capsys.readouterr().err


def test_what_cannot_be_read_is_a_usage_error(tmp_path, capsys):
    """A file that cannot be read ends the command with the reason in a line."""
    (tmp_path / "empty.csv").write_text("")
    assert run(["inspect", str(tmp_path / "empty.csv")]) == USAGE
    assert "empty.csv: the file is empty" in capsys.readouterr().err
