"""A MariaDB server for a few tests, in a folder that is removed afterwards, and reached by a socket in it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.waiting import until


def has_server() -> bool:
    """Tell whether MariaDB's programs are on this machine."""
    return bool(shutil.which("mariadbd") and shutil.which("mariadb-install-db"))


@contextmanager
def mariadb() -> Iterator[str]:
    """A server that runs until the end of the block: the URL of its database `test`."""
    folder = Path(tempfile.mkdtemp(prefix="analyst-mariadb-"))
    account = next((one for one in pwd.getpwall() if one.pw_name == "mysql"), None) if os.geteuid() == 0 else None
    user = [f"--user={account.pw_name}"] if account else []
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    options = ["--no-defaults", f"--datadir={folder}/data", *user]
    install = ["mariadb-install-db", *options, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(install, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
    server = subprocess.Popen(
        ["mariadbd", *options, f"--socket={folder}/s", "--skip-networking", f"--log-error={folder}/log"], cwd=folder
    )
    try:
        until((folder / "s").exists, "the server's socket")
        yield f"mysql://root@localhost/test?unix_socket={quote(str(folder / 's'), safe='')}"
    finally:
        server.terminate()
        server.wait(60)
        shutil.rmtree(folder)
