"""Removal of old records from the store, and of old files from the results directory.

The newest update of each data set stays, whatever its age, so that an older version that comes late is recognized, and
facts of the memory stay unless they were forgotten.
"""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Delete, delete, exists, literal, select
from sqlalchemy.orm import aliased

from runtime.settings import get_settings
from runtime.store.database import get_store
from runtime.store.tables import (
    AccountRow,
    ApprovalRow,
    ArrivalRow,
    EffectLogRow,
    EffectRow,
    FindingRow,
    MemoryChangeRow,
    MemoryFactRow,
    MemoryTicketRow,
    MemoryWordRow,
    ModelCircuitRow,
    ModelHoldRow,
    ReservationRow,
    RunEventRow,
    RunRow,
    SpanRow,
    WaitRow,
)

_DAY_SECONDS = 86400.0
_LONGEST_PERIOD_DAYS = 62.0
"""Days for which the sums of days and months are kept: longer than a month, whose ceiling they are held against."""


class Removed(NamedTuple):
    """Numbers of removed records and files.

    Attributes:
        runs: Records of runs.
        effects: Records of effects, such as notifications.
        updates: Records of updates of data sets.
        findings: Records of routed findings that are closed.
        results: Files of stored results.
    """

    runs: int
    effects: int
    updates: int
    findings: int
    results: int


def remove_older(days: float, *, dry_run: bool = False) -> Removed:
    """Remove records and files that were not used for so many days, by the clock of the store or of the files.

    A removed run cannot be resumed, and an update that comes again after that is worked on again.

    Args:
        days: At least one, so that no run under way loses anything.
        dry_run: Only count.

    Raises:
        ValueError: `days` is less than one.
        runtime.store.database.StoreError: The store cannot be used. Nothing was removed.
        runtime.files.data_directory.DataDirectoryError: The data directory cannot be used.
    """
    if not days >= 1:
        raise ValueError(f"{days:g} days are too few: at least one, since runs under way need what they have made.")
    store = get_store()
    with store.writing() as connection:
        before = store.now(connection) - days * _DAY_SECONDS
        counts = [store.change(connection, one) for one in _statements(before)]
        for one in (*_parts_of_runs(before), *_forgotten_facts(before)):
            connection.execute(one)
        if dry_run:
            connection.rollback()
    _remove_files(get_settings().traces_dir, days, dry_run=dry_run)  # pages about runs, which can be written again
    return Removed(*counts, results=_remove_files(get_settings().results_dir, days, dry_run=dry_run))


def _statements(before: float) -> list[Delete]:
    newer = aliased(ArrivalRow)
    same = (
        (newer.dataset == ArrivalRow.dataset)
        & (newer.partition == ArrivalRow.partition)
        & (newer.deployment == ArrivalRow.deployment)
    )
    return [
        delete(RunRow).where(RunRow.updated < before),
        delete(EffectRow).where(EffectRow.updated < before),
        delete(ArrivalRow).where(ArrivalRow.created < before, exists().where(same, newer.created > ArrivalRow.created)),
        delete(FindingRow).where(FindingRow.updated < before, FindingRow.state == "closed"),
    ]


def _parts_of_runs(before: float) -> list[Delete]:
    """Return statements that delete all else of removed runs, and the sums of past days and months."""
    of_run = AccountRow.key.startswith("run ")
    gone = ~exists().where(AccountRow.key == literal("run ") + RunRow.id)
    over = before - _LONGEST_PERIOD_DAYS * _DAY_SECONDS
    return [
        delete(AccountRow).where(of_run, AccountRow.updated < before, gone),
        delete(AccountRow).where(~of_run, AccountRow.updated < over),
        delete(ReservationRow).where(ReservationRow.created < before, ~exists().where(ReservationRow.run == RunRow.id)),
        delete(ModelHoldRow).where(ModelHoldRow.until < before),
        delete(ModelCircuitRow).where(ModelCircuitRow.window_start < before, ModelCircuitRow.open_until < before),
        delete(SpanRow).where(SpanRow.updated < before, ~exists().where(SpanRow.run == RunRow.id)),
        delete(RunEventRow).where(RunEventRow.updated < before, ~exists().where(RunEventRow.run == RunRow.id)),
        delete(EffectLogRow).where(EffectLogRow.at < before, ~exists().where(EffectLogRow.scope == RunRow.id)),
        delete(WaitRow).where(WaitRow.created < before, ~exists().where(WaitRow.run == RunRow.id)),
        delete(ApprovalRow).where(ApprovalRow.asked < before, ~exists().where(ApprovalRow.run == RunRow.id)),
    ]


def _forgotten_facts(before: float) -> list[Delete]:
    """Return statements that delete facts forgotten since long, with their histories, and tickets that are closed."""
    found = select(MemoryFactRow.id).where(MemoryFactRow.state == "forgotten", MemoryFactRow.updated < before)
    return [
        delete(MemoryWordRow).where(MemoryWordRow.fact.in_(found)),
        delete(MemoryChangeRow).where(MemoryChangeRow.fact.in_(found)),
        delete(MemoryFactRow).where(MemoryFactRow.state == "forgotten", MemoryFactRow.updated < before),
        delete(MemoryTicketRow).where(MemoryTicketRow.updated < before),
    ]


def _remove_files(directory: Path, days: float, *, dry_run: bool) -> int:
    before, count = time.time() - days * _DAY_SECONDS, 0
    for folder, _, names in os.walk(directory):
        for name in names:
            file = Path(folder, name)
            with suppress(OSError):  # another process has removed it, or this one may not
                status = file.stat()
                # Reading a result counts as use, also by another run.
                if max(status.st_mtime, status.st_atime) < before:
                    if not dry_run:
                        file.unlink()
                    count += 1
    return count
