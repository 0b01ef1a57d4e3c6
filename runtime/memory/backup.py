"""Backup and restore of a tenant's memory: one file with every fact and its whole history."""

import hashlib
import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import IntegrityError

from runtime.files.private_files import write_private
from runtime.memory.access import Access
from runtime.memory.rows import columns_of, read_changes, write_change
from runtime.memory.types import Change, MemoryAccessError
from runtime.store.database import get_store
from runtime.store.tables import MemoryChangeRow, MemoryFactRow

_FORMAT = "analyst-memory-1"


def backup(access: Access, path: Path) -> int:
    """Write all facts of the tenant with their histories to a file that only its user can read.

    Returns:
        Number of facts.

    Raises:
        MemoryAccessError: The user may not.
        OSError: The file cannot be written.
        runtime.store.database.StoreError: The store cannot be used.
    """
    access.require("admin")
    query = select(MemoryFactRow.id).where(MemoryFactRow.tenant == access.tenant).order_by(MemoryFactRow.id)
    with get_store().reading() as connection:
        histories = [read_changes(connection, number) for number in connection.execute(query).scalars()]
    lines = [json.dumps({"format": _FORMAT, "tenant": access.tenant, "facts": len(histories)})]
    lines += [change.model_dump_json() for history in histories for change in history]
    body = "".join(f"{line}\n" for line in lines)
    digest = hashlib.sha256(body.encode()).hexdigest()
    write_private(str(path), f"{body}{json.dumps({'sha256': digest})}\n".encode())
    return len(histories)


def restore(access: Access, path: Path) -> int:
    """Read a backup into the memory, all of it or nothing, under the numbers that the facts had.

    Facts that are there already stay as they are, so that a restore can be repeated.

    Returns:
        Number of facts that were not there.

    Raises:
        MemoryAccessError: The user may not, the file is no whole backup of this tenant, or the memory has other facts
            under the same numbers.
        OSError: The file cannot be read.
        runtime.store.database.StoreError: The store cannot be used.
    """
    access.require("admin")
    histories = _read(access, path)
    store, count = get_store(), 0
    try:
        with store.writing(synced=True) as connection:
            now = store.now(connection)
            for changes in histories:
                count += _restore(connection, access, changes, now)
            if connection.dialect.name == "postgresql":  # numbers that were given do not advance its sequence
                highest = (
                    "SELECT setval(pg_get_serial_sequence('memory_facts', 'id'), (SELECT max(id) FROM memory_facts))"
                )
                connection.execute(text(highest))
    except IntegrityError:
        raise MemoryAccessError(
            "Another tenant's facts have the same numbers: restore into a store of its own."
        ) from None
    return count


def _restore(connection: Connection, access: Access, changes: list[Change], now: float) -> bool:
    fact = changes[-1].after
    row = connection.execute(select(MemoryFactRow.tenant).where(MemoryFactRow.id == fact.id)).one_or_none()
    if row is not None:
        first = read_changes(connection, fact.id)[0].after if row.tenant == access.tenant else None
        if first is None or first != changes[0].after:
            raise MemoryAccessError(f"This memory has another fact {fact.name}: restore into a store without facts.")
        return False
    connection.execute(insert(MemoryFactRow).values(**columns_of(fact)))
    connection.execute(insert(MemoryChangeRow), [change.model_dump(mode="json") for change in changes])
    write_change(connection, access, "restored", fact, {}, now, None)
    return True


def _read(access: Access, path: Path) -> list[list[Change]]:
    """Return the history of each fact of a backup."""
    body, _, last = path.read_text(encoding="utf-8").rstrip("\n").rpartition("\n")
    try:
        head: Any = json.loads(body.partition("\n")[0])
        digest: Any = json.loads(last)
        whole = head["format"] == _FORMAT and digest["sha256"] == hashlib.sha256(f"{body}\n".encode()).hexdigest()
    except (ValueError, KeyError, TypeError):
        whole, head = False, {}
    if not whole:
        raise MemoryAccessError(f"{path} is no whole backup of a memory, or was changed.")
    if head["tenant"] != access.tenant:
        raise MemoryAccessError(f"{path} is the memory of tenant {head['tenant']!r}; ANALYST_TENANT names another.")
    histories: dict[int, list[Change]] = {}
    for line in body.split("\n")[1:]:
        change = Change.model_validate_json(line)
        histories.setdefault(change.fact, []).append(change)
    return list(histories.values())
