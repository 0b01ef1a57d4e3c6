"""Rows of runs for tests that need no flow."""

from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, update

from runtime.runs.attempts.processes import this_process
from runtime.store.database import get_store
from runtime.store.tables import RunRow, SpanRow


def add_run(**columns: Any) -> str:
    """Store a run that this process works on, with some columns otherwise."""
    me, run_id, store = this_process(), str(uuid4()), get_store()
    with store.writing() as connection:
        now = store.now(connection)
        values: dict[str, Any] = {
            "id": run_id,
            "flow": "job",
            "entrypoint": "shop.jobs.job",
            "directory": "/",
            "parameters": {},
            "not_stored": [],
            "state": "running",
            "definitions": {},
            "calls": {},
            "attempt": 1,
            "host": me.host,
            "machine": me.machine,
            "pid": me.pid,
            "process_started": me.started,
            "heartbeat": now,
            "created": now,
            "updated": now,
        }
        connection.execute(insert(RunRow).values(**values | columns))
    return run_id


def add_spans(run_id: str, *spans: dict[str, Any], updated: float = 1.0) -> None:
    """Store finished tool calls in a run's first attempt, numbered from 1, with some columns and details otherwise."""
    columns = {"parent": 0, "kind": "tool", "name": "look", "state": "finished", "started": 1000.0, "seconds": 0.5}
    columns["delivery"] = None
    rows: list[dict[str, Any]] = []
    for number, span in enumerate(spans, 1):
        given = {name: value for name, value in span.items() if name in columns}
        details = {name: value for name, value in span.items() if name not in columns}
        own = {"run": run_id, "attempt": 1, "number": number, "details": details, "updated": updated}
        rows.append(columns | given | own)
    with get_store().writing() as connection:
        connection.execute(insert(SpanRow), rows)


def change_run(run_id: str, **columns: Any) -> None:
    """Change columns of a run behind everyone's back."""
    with get_store().writing() as connection:
        connection.execute(update(RunRow).where(RunRow.id == run_id).values(**columns))


def read_run(run_id: str) -> Any:
    """The row of a run."""
    with get_store().reading() as connection:
        return connection.execute(select(RunRow.__table__).where(RunRow.id == run_id)).one()
