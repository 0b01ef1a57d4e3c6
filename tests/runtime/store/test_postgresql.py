"""The store on PostgreSQL: what depends on the database holds there as on SQLite, and when the server is restarted.

It starts a server of its own.
"""

import inspect
import select
import subprocess
import sys
import threading
from collections import Counter
from itertools import count

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

import runtime.effects.delivery
import runtime.store.engines
from runtime.ledger.notes import note
from runtime.runs.attempts.leases import Lease, hold, release
from runtime.runs.spent import spent_by_run
from runtime.settings import get_settings
from runtime.store.database import Store, StoreError
from runtime.store.tables import Base
from tests.runtime.approvals import test_approvals, test_waits
from tests.runtime.dataset_events import test_claims
from tests.runtime.effects import test_at_once, test_effects, test_undo
from tests.runtime.ledger import test_reservations
from tests.runtime.memory import test_facts, test_tickets
from tests.runtime.models import test_rates
from tests.runtime.runs.attempts import test_fencing, test_heartbeats, test_leases
from tests.runtime.stats import test_reading
from tests.runtime.store.test_database import OPEN, migrations_make_the_models, older_arrivals_are_known
from tests.runtime.stored_runs import add_run, read_run
from tests.runtime.trace import test_writing
from tests.servers.postgresql import postgresql, server_programs

pytest.importorskip("psycopg", reason="the store's driver for PostgreSQL is not installed")
pytestmark = pytest.mark.scale

NAMES = count()
# The others need files of SQLite, or several cases.
RULES = [
    rule
    for module in (
        test_approvals,
        test_claims,
        test_at_once,
        test_effects,
        test_facts,
        test_fencing,
        test_heartbeats,
        test_leases,
        test_rates,
        test_reading,
        test_reservations,
        test_tickets,
        test_undo,
        test_waits,
        test_writing,
    )
    for name, rule in vars(module).items()
    if name.startswith("test_") and not inspect.signature(rule).parameters
]


@pytest.fixture(scope="module")
def server():
    programs = server_programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs are not on this machine (Debian: postgresql)")
    with postgresql(programs) as server:
        yield server


@pytest.fixture(autouse=True)
def url(server, tmp_path, monkeypatch):
    """An empty database for each test, which is the store of this process and its children."""
    name = f"store{next(NAMES)}"
    admin = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    monkeypatch.setenv("ANALYST_STORE_URL", server.url(name))
    monkeypatch.setattr(runtime.effects.delivery, "DELAYS", (0.0, 0.0))
    get_settings.cache_clear()
    yield server.url(name)
    monkeypatch.undo()
    get_settings.cache_clear()
    with admin.connect() as connection:  # a server takes 100 connections, and each store of a test keeps some
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rules_of_the_store(rule):
    """The rules that hold on SQLite hold on PostgreSQL."""
    rule()


def at_once(processes: int, prepare: str, act: str, *arguments: str) -> Counter[str]:
    """Outputs of processes that act at the same moment. None ends before all have acted: it would count as gone."""
    code = f"import os, sys, time\n{prepare}\nprint('ready', flush=True)\nsys.stdin.readline()\n{act}\n"
    command = [sys.executable, "-c", f"{code}sys.stdout.flush()\nsys.stdin.read()", *arguments]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    together = [subprocess.Popen(command, **pipes) for _ in range(processes)]
    assert [process.stdout.readline() for process in together] == ["ready\n"] * processes
    for process in together:
        process.stdin.write("\n")
        process.stdin.flush()
    said = Counter(process.stdout.readline().strip() for process in together)
    for process in together:
        process.communicate()
    assert [process.returncode for process in together] == [0] * processes
    return said


def test_processes_at_once_on_an_empty_database(url):
    """Processes that open an empty database at once all succeed, and its tables are those of the models."""
    assert sum(at_once(5, "from runtime.store.database import Store", OPEN, url).values()) == 5
    with Store(url).reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    migrations_make_the_models(url)


TAKE = """
try:
    print(take_over(sys.argv[1]).attempt)
except LeaseHeldError:
    print("held")
"""


def test_of_five_takers_one_wins():
    """Of five processes that take a run over at the same moment, one gets it."""
    run = add_run(pid=test_leases.ended_process())
    assert at_once(5, "from runtime.runs.attempts.takeover import LeaseHeldError, take_over", TAKE, run) == {
        "2": 1,
        "held": 4,
    }


CLAIM = (
    "event = DatasetEvent(id='e', name='n', version='1')\n"
    "print(claim(Arrival(deployment='d', events=[event]), str(os.getpid())).verdict)"
)


def test_of_ten_claimers_one_has_the_arrival():
    """Of ten processes that claim an update at the same moment, one has it and nine are told so."""
    imports = (
        "from runtime.dataset_events.claims import claim; "
        "from runtime.dataset_events.events import Arrival, DatasetEvent"
    )
    said = at_once(10, imports, CLAIM)
    assert said == {"mine": 1, "duplicate": 9}


PERFORM = """
def here():  # at the effect: delivering it, or waiting for whoever does
    with open("here", "a") as file:
        file.write(f"{os.getpid()}\\n")
def wait(seconds, sleep=time.sleep):
    if seconds:
        here()
    sleep(seconds)
def deliver(key, sleep=time.sleep):
    with open("received", "a") as file:
        file.write(f"{key}\\n")
    here()
    deadline = time.monotonic() + 60
    while len(set(open("here").read().split())) < 5:
        assert time.monotonic() < deadline, "not all five came"
        sleep(0.01)
time.sleep = wait
print(perform("page", 1, deliver, scope="run").state)
here()
"""


def test_of_five_performers_one_delivers(tmp_path, monkeypatch):
    """Of five processes at one effect at the same moment one delivers, and four wait and learn that it is done."""
    monkeypatch.chdir(tmp_path)
    said = at_once(5, "from runtime.effects import perform", PERFORM)
    assert said == {"done": 1, "already done": 4}
    assert len((tmp_path / "received").read_text().splitlines()) == 1


def test_a_lease_survives_a_restart_of_the_server(server, monkeypatch):
    """The heartbeat goes on, with what was noted meanwhile, once a server that was stopped is back."""
    missed, back = threading.Event(), threading.Event()
    beat = Lease.beat

    def watched(lease: Lease) -> None:
        try:
            beat(lease)
        except StoreError:
            missed.set()
            raise
        if missed.is_set():
            back.set()

    monkeypatch.setattr(Lease, "beat", watched)
    run = add_run()
    lease = Lease(run, 1)
    hold(lease)
    try:
        server.stop()
        lease.note(steps_made=7)
        with pytest.raises(StoreError):
            read_run(run)
        assert missed.wait(60)
        server.start()
        assert back.wait(60)
        assert (read_run(run).steps_made, lease.lost) == (7, False)
    finally:
        release(lease)


def test_whoever_stands_still_is_not_waited_for_for_ever(url, monkeypatch):
    """A write gives up a row that another session holds for too long, and a session that stood still is ended."""
    run = add_run()
    monkeypatch.setattr(runtime.store.engines, "BUSY_SECONDS", 1.0)
    store = Store(url)
    with create_engine(url).begin() as stopped:
        stopped.execute(text("UPDATE runs SET steps_made = 1"))
        with pytest.raises(StoreError, match="lock timeout"), store.writing() as connection:
            connection.execute(text("UPDATE runs SET steps_made = 2"))

    def stand_still() -> None:
        with store.writing() as connection:
            connection.execute(text("UPDATE runs SET steps_made = 3"))
            # The server says that it ends the session, to whoever listens.
            assert select.select([connection.connection.driver_connection], [], [], 60)[0]
            connection.execute(text("SELECT 1"))

    with pytest.raises(StoreError, match="idle-in-transaction"):
        stand_still()
    assert read_run(run).steps_made == 1


def test_who_is_impatient_waits_for_no_row(url):
    """In `waiting_at_most` a row that another session holds is given up long before others give it up."""
    add_run()
    store = Store(url)
    with create_engine(url).begin() as other:
        other.execute(text("UPDATE runs SET steps_made = 1"))
        with runtime.store.engines.waiting_at_most(0.1), store.writing() as connection:
            assert connection.execute(text("SHOW lock_timeout")).scalar() == "100ms"
            with pytest.raises(OperationalError, match="lock timeout"):
                connection.execute(text("UPDATE runs SET steps_made = 2"))
    with store.writing() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == f"{runtime.store.engines.BUSY_SECONDS:g}s"


def test_any_text_can_be_kept():
    """A text with a null character, which PostgreSQL has no place for, is kept with a sign in its place."""
    run = add_run(error="no\0thing", parameters={"question": "no\0thing"})
    assert read_run(run).error == "no\N{SYMBOL FOR NULL}thing"
    assert read_run(run).parameters["question"] in ("no\0thing", "no\N{SYMBOL FOR NULL}thing")


def test_tokens_have_room_and_what_has_none_is_a_store_error():
    """More tokens than 31 bits are kept, and a number that a column cannot hold is a problem of the store."""
    note("r", micros=2**40, tokens=2**40)
    assert (spent_by_run("r").micros, spent_by_run("r").tokens) == (2**40, 2**40)
    with pytest.raises(StoreError, match="out of range"):
        add_run(attempt=2**40)


def test_claims_of_an_older_store_are_still_known(url):
    """A claim that was written down with a key that is too long by now is found after the migration."""
    older_arrivals_are_known(url)
