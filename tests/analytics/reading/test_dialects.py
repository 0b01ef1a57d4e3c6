"""Dialect and layout of delimited text, told from all of its rows: delimiter, quotes, header, and what is no data."""

from pathlib import Path

import pytest

from analytics import DatasetError, read_dataset


def read(folder: Path, text: str, name: str = "a.csv"):
    """Columns and rows as a person reads them, and the notes."""
    (folder / name).write_text(text, newline="")
    dataset = read_dataset(folder / name, directory=folder / "kept")
    rows = [
        [None if cell != cell else cell for cell in row] for row in dataset.frame().astype(object).to_numpy().tolist()
    ]
    return dataset.columns, rows, " ".join(dataset.notes)


TABLE = [["red", 1, 2.5], ["blue", 3, 4.5], ["green", 5, 6.5]]


@pytest.mark.parametrize(
    "text",
    [
        "color;n;size\nred;1;2.5\nblue;3;4.5\ngreen;5;6.5\n",
        "color|n|size\nred|1|2.5\nblue|3|4.5\ngreen|5|6.5\n",
        "color\tn\tsize\r\nred\t1\t2.5\r\nblue\t3\t4.5\r\ngreen\t5\t6.5",
        "color^n^size\nred^1^2.5\nblue^3^4.5\ngreen^5^6.5\n",
        "color\x01n\x01size\nred\x011\x012.5\nblue\x013\x014.5\ngreen\x015\x016.5\n",
        "color  n  size\nred    1  2.5\nblue   3  4.5\ngreen  5  6.5\n",
        "'color','n','size'\n'red','1','2.5'\n'blue','3','4.5'\n'green','5','6.5'\n",
        'color, n, size\n"red", 1, 2.5\n"blue", 3, 4.5\n"green", 5, 6.5\n',
        "sep=;\ncolor;n;size\nred;1;2.5\nblue;3;4.5\ngreen;5;6.5\n",
        "color,n,size,\nred,1,2.5,\nblue,3,4.5,\ngreen,5,6.5,\n",
        "color,n,size\nred,1,2.5,\nblue,3,4.5,\ngreen,5,6.5,\n",
        "color,n,size\rred,1,2.5\rblue,3,4.5\rgreen,5,6.5\r",
        "color,n,size\n\nred,1,2.5\n\nblue,3,4.5\ngreen,5,6.5\n\n\n",
        "# exported, on Monday\n#\ncolor,n,size\nred,1,2.5\nblue,3,4.5\ngreen,5,6.5\n",
        "Colors of things\n\ncolor,n,size\nred,1,2.5\nblue,3,4.5\ngreen,5,6.5\n",
        "Colors,,\nin 2024,,\n,,\ncolor,n,size\nred,1,2.5\nblue,3,4.5\ngreen,5,6.5\n",
        "color,n,size\nred,1,2.5\nblue,3,4.5\ngreen,5,6.5\nSource: own count\n",
        "color,n,size\nred,1,2.5\nblue,3,4.5\ngreen,5,6.5\n,,\nSource: own count,,\n* rounded,,\n",
        "color,n,size\nred,1,2.5\ncolor,n,size\nblue,3,4.5\ngreen,5,6.5\n",
        "color,n,size\n,(pieces),(m)\nred,1,2.5\nblue,3,4.5\ngreen,5,6.5\n",
        "color;n;size\nred;1;2,5\nblue;3;4,5\ngreen;5;6,5\n",
    ],
)
def test_one_table_in_many_dialects(tmp_path: Path, text: str) -> None:
    """Delimiters, quotes, line ends, titles, comments, units, footers and blank rows: the table is the same."""
    columns, rows, _ = read(tmp_path, text)
    assert columns == ["color", "n", "size"]
    assert rows == TABLE


@pytest.mark.parametrize("above", ["", "##made by hand\n##v2\n"], ids=["alone", "below comments"])
def test_names_may_begin_with_a_comment_sign(tmp_path: Path, above: str) -> None:
    """`#id,name` with as many cells as the rows holds names and is no comment; a note with a comma is one."""
    columns, rows, _ = read(tmp_path, f"{above}#id,n\na,5\nb,6\nc,7\n")
    assert columns == ["#id", "n"]
    assert rows == [["a", 5], ["b", 6], ["c", 7]]
    assert read(tmp_path, "# a note, with a comma\nid,n\na,5\nb,6\n")[0] == ["id", "n"]


def test_delimiter_is_that_of_the_rows(tmp_path: Path) -> None:
    """A name that holds commas does not make the comma the delimiter of a file with semicolons."""
    columns, rows, _ = read(tmp_path, "Sales (net, in k, EUR);year\n1,5;2020\n2,5;2021\n")
    assert columns == ["Sales (net, in k, EUR)", "year"]
    assert rows == [[1.5, 2020], [2.5, 2021]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("2024-01-01,a1,20\n2024-01-02,a2,21\n2024-01-03,a1,22\n", 3),
        ("1,2\n3,4\n", 2),
        ("x1;7\nx2;8\nx3;9\n", 3),
        ("5.1,3.5,1.4,setosa\n4.9,3.0,1.4,setosa\n7.0,3.2,4.7,versicolor\n6.3,3.3,6.0,virginica\n", 4),
        ("M,0.45,0.36,15\nF,0.53,0.42,9\nM,0.44,0.36,10\n", 3),
    ],
)
def test_rows_without_names(tmp_path: Path, text: str, rows: int) -> None:
    """A first row of data is data: the columns get names of our own, and a note says so."""
    columns, found, notes = read(tmp_path, text)
    assert columns[0] == "column_1"
    assert len(found) == rows
    assert "first row holds data" in notes


@pytest.mark.parametrize(
    "text",
    [
        "country,2019,2020\nA,100,103\nB,101,90\n",
        "state,2022\nAlabama,-29.1\nAlaska,-14.6\n",
        "name,city\nAnn,Oslo\nBob,Rome\n",
        "id,code\n1,a1\n2,a2\n",
        "when,n\n2024-01-01,1\n2024-01-02,2\n",
        "0-4,5-9,city\n10,12,Oslo\n11,13,Rome\n",
    ],
)
def test_rows_with_names(tmp_path: Path, text: str) -> None:
    """Names stay names, also where they are years."""
    assert read(tmp_path, text)[0] == text.split("\n")[0].split(",")


def test_what_was_left_out_is_said(tmp_path: Path) -> None:
    """Titles, units, blank and repeated rows, short rows and footers are named in notes."""
    text = "Title\na,b,c\n,kg,m\nx,1,2\ny,3\na,b,c\n,,\nz,5,6\nSource: us\n"
    columns, rows, notes = read(tmp_path, text)
    assert columns == ["a", "b", "c"]
    assert rows == [["x", 1, 2], ["y", 3, None], ["z", 5, 6]]
    for said in ("'Title'", "units", "fewer cells", "repeat the column names", "blank row", "'Source: us'"):
        assert said in notes


def test_words_of_a_single_column_are_not_cut(tmp_path: Path) -> None:
    """A file of one column stays one column, also where its cells hold spaces and times of day."""
    columns, rows, _ = read(tmp_path, "when\n2024-01-01\n2024-01-02 05:06:07\n2024-01-03\n")
    assert (columns, len(rows)) == (["when"], 3)
    assert read(tmp_path, "full name\nAnn Lee\nBob Ray\nCy Young\n")[0] == ["full name"]


def test_names_of_two_rows_are_joined(tmp_path: Path) -> None:
    """Names above groups of columns go before those below them."""
    columns, rows, notes = read(tmp_path, "city,2023,,2024,\n,men,women,men,women\nOslo,1,2,3,4\nRome,5,6,7,8\n")
    assert columns == ["city", "2023 men", "2023 women", "2024 men", "2024 women"]
    assert rows == [["Oslo", 1, 2, 3, 4], ["Rome", 5, 6, 7, 8]]
    assert "joined" in notes


def test_escapes_and_long_cells(tmp_path: Path) -> None:
    """Quotes within cells are escaped either way; line breaks and a cell of a megabyte stay in their cell."""
    assert read(tmp_path, 'a,b\n"say \\"x\\", please",1\n"z",2\n')[1][0] == ['say "x", please', 1]
    assert read(tmp_path, 'a,b\n"say ""x"", please",1\n"two\nlines",2\n')[1] == [
        ['say "x", please', 1],
        ["two\nlines", 2],
    ]
    assert len(read(tmp_path, f'a,b\n"{"y" * 1_000_000}",1\nz,2\n')[1][0][0]) == 1_000_000


def test_rows_with_too_many_cells_are_refused_with_their_number(tmp_path: Path) -> None:
    """A row that does not fit is never cut: the error names it, also below lines that are left out."""
    with pytest.raises(DatasetError, match="row 4 has 3 cells, the table has 2"):
        read(tmp_path, "sep=,\na,b\n1,2\n1,2,3\n4,5\n")


@pytest.mark.parametrize(
    ("encoding", "city"),
    [
        ("cp1250", "Třebíč, Łódź"),
        ("cp1251", "Москва, Казань"),
        ("koi8_r", "Москва, Казань"),
        ("cp1253", "Γιώργος Αθήνα"),
        ("cp932", "東京と大阪、カタカナ"),
        ("gb18030", "北京和上海的城市"),
        ("utf-16", "東京"),
        ("utf-32", "東京"),
        ("utf-16-be", "Zürich"),
        ("mac_roman", "José in Curaçao"),
    ],
)
def test_encodings_are_told_from_the_letters(tmp_path: Path, encoding: str, city: str) -> None:
    """Text in other encodings than UTF-8 is read right, and a note names the encoding."""
    (tmp_path / "a.csv").write_bytes("".join(["city;n\n", *[f"{city};{i}\n" for i in range(9)]]).encode(encoding))
    dataset = read_dataset(tmp_path / "a.csv", directory=tmp_path / "kept")
    assert set(dataset.frame()["city"]) == {city}
    assert "not UTF-8" in dataset.notes[0]
