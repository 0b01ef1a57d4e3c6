"""Tables of the store, a class each. They are made on first use and changed by `runtime/store/migrations`."""

from runtime.store.tables.approvals import ApprovalRow, WaitRow
from runtime.store.tables.base import SCHEMA, Base
from runtime.store.tables.dataset_events import ArrivalRow, ReceivedIdRow
from runtime.store.tables.effects import EffectLogRow, EffectRow, FindingRow
from runtime.store.tables.memory import MemoryChangeRow, MemoryFactRow, MemoryTicketRow, MemoryWordRow
from runtime.store.tables.models import ModelCircuitRow, ModelHoldRow, ModelLimitRow, ModelUseRow
from runtime.store.tables.runs import RunEventRow, RunRow
from runtime.store.tables.spending import AccountRow, ReservationRow
from runtime.store.tables.trace import SpanRow

__all__ = [
    "SCHEMA",
    "AccountRow",
    "ApprovalRow",
    "ArrivalRow",
    "Base",
    "EffectLogRow",
    "EffectRow",
    "FindingRow",
    "MemoryChangeRow",
    "MemoryFactRow",
    "MemoryTicketRow",
    "MemoryWordRow",
    "ModelCircuitRow",
    "ModelHoldRow",
    "ModelLimitRow",
    "ModelUseRow",
    "ReceivedIdRow",
    "ReservationRow",
    "RunEventRow",
    "RunRow",
    "SpanRow",
    "WaitRow",
]
