"""Sources beside plain files: databases, packed files, Arrow, sheets; and the part of a source that is read."""

import bz2
import sqlite3
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pytest

from analytics import DatasetError, read_dataset
from analytics.reading.places import databases
from analytics.reading.selection import Selection, split_selection

FRAME = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=6), "n": range(6), "s": list("abcabc")})
TEXT = FRAME.to_csv(index=False)


@pytest.fixture
def shop(tmp_path):
    """A SQLite file with the tables orders and staff."""
    connection = sqlite3.connect(tmp_path / "shop.sqlite")
    FRAME.assign(day=FRAME["day"].astype("str")).to_sql("orders", connection, index=False)
    connection.execute("CREATE TABLE staff (name TEXT)")
    connection.commit()
    connection.close()
    return tmp_path / "shop.sqlite"


def frame(source: object, folder: Path) -> pd.DataFrame:
    return read_dataset(str(source), directory=folder / "kept").frame()


def test_packed_and_arrow_files_agree(tmp_path: Path) -> None:
    """The same rows from bzip2, Zstandard, zip, Arrow and Feather files are the same data set."""
    (tmp_path / "a.csv").write_text(TEXT)
    (tmp_path / "b.csv.bz2").write_bytes(bz2.compress(TEXT.encode()))
    with pa.CompressedOutputStream(str(tmp_path / "c.csv.zst"), "zstd") as file:
        file.write(TEXT.encode())
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("folder/a.csv", TEXT)
        archive.writestr("read me", "hello")
    pa.feather.write_feather(FRAME, str(tmp_path / "e.feather"))
    names = ["a.csv", "b.csv.bz2", "c.csv.zst", "d.zip", "e.feather"]
    assert len({read_dataset(tmp_path / name, directory=tmp_path / "kept").fingerprint for name in names}) == 1


def test_archives_of_several_files_and_bombs_are_refused(tmp_path: Path) -> None:
    """An archive with two data files names them; one that unpacks above the limit is refused."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", TEXT)
        archive.writestr("b.csv", TEXT)
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "a\n" + "1\n" * 100_000)
    with pytest.raises(DatasetError, match=r"several data files \(a\.csv, b\.csv\)"):
        frame(tmp_path / "a.zip", tmp_path)
    with pytest.raises(DatasetError, match="when unpacked"):
        read_dataset(tmp_path / "b.zip", directory=tmp_path / "kept", max_bytes=10_000)


def test_tables_and_queries_of_databases(tmp_path: Path, shop: Path) -> None:
    """A table or a query of a SQLite or DuckDB file is read; the only table needs no name."""
    with duckdb.connect(str(tmp_path / "one.duckdb")) as connection:
        connection.register("given", FRAME)
        connection.execute("CREATE TABLE orders AS SELECT * FROM given")
    assert frame(f"{shop}#table=orders", tmp_path).equals(frame(tmp_path / "one.duckdb", tmp_path))
    assert frame(f"{shop}#query=SELECT s, sum(n) AS n FROM orders GROUP BY s", tmp_path)["n"].tolist() == [3, 5, 7]
    with pytest.raises(DatasetError, match="orders, staff"):
        frame(shop, tmp_path)
    with pytest.raises(DatasetError, match="no table 'order'"):
        frame(f"{shop}#table=order", tmp_path)


@pytest.mark.parametrize(
    "query",
    ["DELETE FROM orders", "ATTACH 'other.db' AS o", "PRAGMA user_version = 3", "SELECT load_extension('x')", "SELECT"],
)
def test_queries_only_read(tmp_path: Path, shop: Path, query: str) -> None:
    """A statement that changes a database or reaches beyond it is refused, and the file stays as it is."""
    before = shop.read_bytes()
    with pytest.raises(DatasetError, match=r"shop\.sqlite: the database says"):
        frame(f"{shop}#query={query}", tmp_path)
    assert shop.read_bytes() == before


def test_parts_are_chosen_behind_the_name(tmp_path: Path) -> None:
    """Columns, rows by a condition, a sample and a sheet are chosen behind any source, and notes say so."""
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        FRAME.head(2).to_excel(book, sheet_name="First", index=False)
        FRAME.to_excel(book, sheet_name="All of it", index=False)
    chosen = Selection(sheet="All of it", columns="n,s", where="n >= 2 AND s <> 'c'", sample="2")
    dataset = read_dataset(chosen.behind(str(tmp_path / "a.xlsx")), directory=tmp_path / "kept")
    assert (dataset.rows, dataset.columns) == (2, ["n", "s"])
    assert dataset.frame()["n"].tolist() == [3, 4]
    assert "2 of 6" in " ".join(dataset.notes)


@pytest.mark.parametrize(
    "where", ["nothing > 1", "n > 99", "(SELECT count(*) FROM read_csv('/etc/hosts')) > 0", "n; 1"]
)
def test_conditions_that_fail_are_explained(tmp_path: Path, where: str) -> None:
    """A condition on an unknown column, for no row, or that reaches beyond the table is refused with the reason."""
    (tmp_path / "a.csv").write_text(TEXT)
    with pytest.raises(DatasetError, match="where="):
        frame(Selection(where=where).behind(str(tmp_path / "a.csv")), tmp_path)


def test_a_hash_in_a_name_is_no_selection() -> None:
    """Only known words behind a # choose a part; any text survives being written behind a name."""
    assert split_selection("data/#1.csv") == ("data/#1.csv", Selection())
    assert split_selection("a#b=c.csv") == ("a#b=c.csv", Selection())
    chosen = Selection(query="SELECT a, '#&=%' FROM t WHERE b > 1 & 2")
    assert split_selection(chosen.behind("x#1.db")) == ("x#1.db", chosen)


@pytest.mark.parametrize(
    "query",
    [
        "SET GLOBAL max_connections = 5",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT 1 INTO OUTFILE '/tmp/x'",
        "CALL p()",
    ],
)
@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/shop", "mysql://127.0.0.1:1/shop"])
def test_servers_are_asked_by_select_alone(tmp_path: Path, url: str, query: str) -> None:
    """A statement that a server carries out even where only reading is allowed is not sent to it."""
    with pytest.raises(DatasetError, match="write a SELECT statement"):
        frame(Selection(query=query).behind(url), tmp_path)


def test_database_files_have_addresses_too(tmp_path: Path, shop: Path) -> None:
    """`sqlite:///` leads to the file that its path names, below a data root in a confined run."""
    from runtime.data_roots import parse_roots

    assert frame(f"sqlite:///{shop}#table=orders", tmp_path).shape == FRAME.shape
    with pytest.raises(DatasetError, match="ANALYST_DATA_ROOTS"):
        read_dataset(
            f"sqlite:///{shop}#table=orders", directory=tmp_path / "kept", roots=parse_roots([str(tmp_path / "lake")])
        )


@pytest.mark.scale
def test_a_mariadb_server(tmp_path: Path) -> None:
    """Tables and queries of a MySQL server are read with exact numbers, read only and in limited time."""
    from urllib.parse import unquote

    from tests.servers.mariadb import has_server, mariadb

    driver = pytest.importorskip("pymysql")
    if not has_server():
        pytest.skip("no MariaDB here")
    with mariadb() as url, pytest.MonkeyPatch.context() as patch:
        connection = driver.connect(unix_socket=unquote(url.split("unix_socket=")[1]), user="root")
        cursor = connection.cursor()
        for statement in (
            "CREATE DATABASE test",
            "USE test",
            "CREATE TABLE orders (day DATE, n BIGINT, price DECIMAL(8,2), s VARCHAR(20))",
            "INSERT INTO orders VALUES ('2024-01-01', 9007199254740993, 1.25, 'K\u00f6ln')",
            "INSERT INTO orders VALUES ('2024-01-02', NULL, 2.5, NULL)",
        ):
            cursor.execute(statement)
        connection.commit()
        found = frame(url, tmp_path)
        assert found["n"].tolist()[0] == 9007199254740993
        assert (found["day"].dtype, found["price"].tolist(), found["s"][0]) == (
            "datetime64[us]",
            [1.25, 2.5],
            "K\u00f6ln",
        )
        assert frame(
            Selection(query="SELECT s, count(*) AS c FROM orders WHERE s LIKE 'K%' GROUP BY s").behind(url), tmp_path
        )["c"].tolist() == [1]
        patch.setattr(databases, "SECONDS", 1)
        for query in ("SELECT sleep(5)", "SELECT 1; DELETE FROM orders", "WITH o AS (SELECT 1) DELETE FROM orders"):
            with pytest.raises(DatasetError, match="the database says"):
                frame(Selection(query=query).behind(url), tmp_path)
        with pytest.raises(DatasetError) as caught:
            frame(url.replace("root@", "root:swordfish@"), tmp_path)
        assert "swordfish" not in str(caught.value)
        cursor.execute("SELECT count(*) FROM orders")
        assert cursor.fetchall() == ((2,),)
