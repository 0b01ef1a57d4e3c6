"""Random keys in files of the data directory, made on first use."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

_KEY_BYTES = 32
"""Length of a key in bytes: that of a SHA-256 digest."""


def key_in(path: Path) -> bytes:
    """Return the key in a file, which is made if it is missing. Two processes at the same time get the same key.

    Raises:
        OSError: The file cannot be read or written.
    """
    with suppress(FileNotFoundError):
        return path.read_bytes()
    unfinished = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())  # without the key, all that was made with it is lost
        with suppress(FileExistsError):
            os.link(unfinished, path)  # unlike a rename, it replaces nothing
    finally:
        unfinished.unlink(missing_ok=True)
    return path.read_bytes()
