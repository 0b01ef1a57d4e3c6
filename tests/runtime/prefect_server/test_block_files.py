"""Files of Prefect's storage blocks and addresses in its secret blocks, as sources of data."""

from pathlib import Path
from uuid import uuid4

import pytest
from prefect.blocks.system import Secret
from prefect.filesystems import LocalFileSystem, RemoteFileSystem

from analytics import DatasetError, read_dataset

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.mark.parametrize("kind", ["local-file-system", "remote-file-system"])
def test_a_file_of_a_storage_block_is_read(tmp_path: Path, kind: str) -> None:
    """A file is read below the block's folder, up to the limit, and nothing beside it."""
    lake, name = tmp_path / "lake", f"lake-{uuid4().hex}"
    lake.mkdir()
    (tmp_path / "private.csv").write_text("a\n1\n")
    local = kind == "local-file-system"
    block = LocalFileSystem(basepath=str(lake)) if local else RemoteFileSystem(basepath=f"memory://{name}")
    block.write_path("a b.csv", b"a,b\n1,2\n", _sync=True)
    block.save(name)
    dataset = read_dataset(f"block://{kind}/{name}/a%20b.csv", directory=tmp_path / "kept")
    assert (dataset.name, dataset.rows) == ("a b", 1)
    for path, said in (("../private.csv", "could not be read|no such file"), ("no.csv", "no such file")):
        with pytest.raises(DatasetError, match=said):
            read_dataset(f"block://{kind}/{name}/{path}", directory=tmp_path / "kept")
    with pytest.raises(DatasetError, match="could not be read"):
        read_dataset(f"block://{kind}/{name}/a%20b.csv", directory=tmp_path / "kept", max_bytes=0)


def test_a_secret_block_holds_the_address_of_a_database(tmp_path: Path) -> None:
    """The address is used and not shown; a secret that is none is refused without repeating it."""
    names = [f"db-{uuid4().hex}" for _ in range(2)]
    Secret(value="postgresql://ada:swordfish@127.0.0.1:1/shop").save(names[0])
    Secret(value="swordfish").save(names[1])
    for name, said in zip(names, ("the database says", "no address of a database"), strict=True):
        with pytest.raises(DatasetError, match=said) as caught:
            read_dataset(f"block://secret/{name}#table=orders", directory=tmp_path)
        assert "swordfish" not in str(caught.value)
