"""A PostgreSQL server for a few tests, in a folder that is removed afterwards, and reached by a socket in it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def server_programs() -> Path | None:
    """The folder of PostgreSQL's programs, if they are on this machine. Debian keeps those of a server off the path."""
    found = [shutil.which("initdb"), *sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)]
    return next((Path(path).resolve().parent for path in found if path), None)


@contextmanager
def postgresql(programs: Path) -> Iterator["Server"]:
    """A server that runs until the end of the block."""
    # A socket's path has to be short, and PostgreSQL's user must get there.
    folder = Path(tempfile.mkdtemp(prefix="analyst-postgresql-"))
    server = Server(programs, folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


class Server:
    """The server, which can be stopped and started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        # PostgreSQL does not run as root.
        accounts = {account.pw_name: account for account in pwd.getpwall()}
        account = accounts.get("postgres", accounts.get("nobody")) if os.geteuid() == 0 else None
        self.user = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        self.run("initdb", "--username=analyst", "--encoding=UTF8", "--locale=C", "--auth=trust")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the programs for this server."""
        command = [str(self.programs / program), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, timeout=60, **self.user)

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-c listen_addresses='' -c fsync=off -k {self.folder}"
        self.run("pg_ctl", "-o", options, "-l", str(self.folder / "log"), "-w", "start")

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        self.run("pg_ctl", "-m", "fast", "-w", "stop")

    def url(self, database: str) -> str:
        """SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://analyst@/{database}?host={self.folder}"
