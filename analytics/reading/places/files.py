"""Files on this machine: whether there is one, and a copy of one that has to lie below a data root."""

import difflib
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from analytics.columns import listing
from analytics.errors import DatasetError
from analytics.reading.limited import Limited
from runtime.data_roots import DataRootError, DataRoots


def check_file(path: Path) -> None:
    """Check that there is a file, with help for the person who named it.

    In a confined run nothing is told but that it cannot be opened: its name may mean something else by now.
    """
    if path.exists() and not path.is_file():
        raise DatasetError(f"{path}: not a regular file; a pipe or device can be read once only, so save it as a file")
    if not path.is_file():
        beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        near = difflib.get_close_matches(path.name, beside, n=3)
        raise DatasetError(f"{path}: no such file" + (f"; did you mean {listing(near)}?" if near else ""))


@contextmanager
def below_root(path: Path, directory: Path, roots: DataRoots | None, max_bytes: int) -> Generator[Path]:
    """The file to read: the path itself, or a copy of what was opened below a data root.

    Readers open a file by its name, more than once; between two of these the name could come to mean another file.

    Args:
        path: The file.
        directory: Where a copy is kept meanwhile.
        roots: Where it has to lie, if that is checked.
        max_bytes: Most bytes that are copied.

    Raises:
        DatasetError: It is not under a root, or is too large.
    """
    if roots is None:
        yield path
        return
    with TemporaryDirectory(dir=directory, prefix=".copy-") as folder:
        copy = Path(folder) / path.name
        try:
            with roots.open(path) as file, copy.open("wb") as target:
                limited = Limited(file, path.name, max_bytes)
                shutil.copyfileobj(cast("Any", limited), target, 1 << 20)
        except PermissionError:
            raise
        except (DataRootError, OSError) as error:
            reason = f"{path}: cannot be opened" if isinstance(error, OSError) else str(error)
            raise DatasetError(reason) from None
        yield copy
