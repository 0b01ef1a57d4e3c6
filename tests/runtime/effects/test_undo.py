"""Undoing of effects: newest first, each once, also after a kill, and nothing of which it is not known."""

import pytest
from pydantic import BaseModel
from sqlalchemy import delete, select

import runtime.effects.delivery
from runtime.effects import NotDeliveredError, Undo, UndoRefusedError, logged_effects, perform, undo_run
from runtime.effects.reversal import runs_to_undo, undo_failed_run, want_undone
from runtime.step_events import listening
from runtime.store.database import StoreError, get_store
from runtime.store.tables import EffectLogRow
from tests.runtime.effects.helpers import ended_process, interrupted, row
from tests.runtime.stored_runs import add_run, change_run


class Ticket(BaseModel):
    """Answer of the desk."""

    number: int


OPEN: list[int] = []
CLOSED: list[tuple[int, str]] = []
FAILURES: list[Exception] = []


def close(ticket: Ticket, key: str) -> None:
    CLOSED.append((ticket.number, key))
    if FAILURES:
        raise FAILURES.pop(0)
    OPEN.remove(ticket.number)


closing = Undo(close, ask=lambda key: None)


@pytest.fixture(autouse=True)
def _no_delays(own_home, monkeypatch):
    monkeypatch.setattr(runtime.effects.delivery, "DELAYS", (0.0, 0.0))


def opened(number: int, run: str, **options):
    def deliver(key: str) -> str:
        OPEN.append(number)
        return Ticket(number=number).model_dump_json()

    return perform("open ticket", number, deliver, scope=run, undo=closing, is_json=True, **options)


def ended_run(**columns) -> str:
    """A run that has ended, and a desk that nothing has come to yet."""
    for one in (OPEN, CLOSED, FAILURES):
        one.clear()
    return add_run(**{"state": "failed"} | columns)


def forget(event: str, key: str) -> None:
    """Make the log look as if a process had been killed before this entry."""
    with get_store().writing() as connection:
        connection.execute(delete(EffectLogRow).where(EffectLogRow.event == event, EffectLogRow.key == key))


def states(run: str) -> list[str]:
    return [one.state for one in logged_effects(run)]


def test_effects_are_undone_in_reverse_order_each_once():
    """The undoing gets the typed result; a second pass finds nothing to do."""
    run = ended_run()
    for number in (1, 2, 3):
        opened(number, run)
    perform("notify", 1, lambda key: None, scope=run)  # names no undoing
    assert [one.state for one in undo_run(run, reason="test")] == ["undone"] * 3
    undo_run(run, reason="test")
    assert ([number for number, _ in CLOSED], OPEN) == ([3, 2, 1], [])
    assert len({key for _, key in CLOSED}) == 3


def test_what_was_undone_is_done_again_and_the_rest_is_not():
    """An effect happens again under a key of its own after it was undone, and can be undone again."""
    run = ended_run()
    first = opened(1, run)
    undo_run(run, reason="test")
    opened(2, run)
    again = opened(1, run)
    assert (again.state, again.key != first.key, opened(2, run).state) == ("done", True, "already done")
    assert opened(1, run).key == again.key
    undo_run(run, reason="test")
    assert [number for number, _ in CLOSED] == [1, 1, 2]
    assert [one.times_undone for one in logged_effects(run)] == [2, 1]


def test_what_may_have_happened_is_listed_and_not_undone():
    """An effect whose delivery was killed, or whose result only its recipient knows, is left; earlier ones are not."""
    run = ended_run()
    opened(1, run)
    two, three = opened(2, run).key, opened(3, run).key
    forget("done", two)
    forget("done", three)
    interrupted(two)
    interrupted(three)
    assert opened(3, run, ask=lambda key: True).state == "already done"
    undo_run(run, reason="test")
    assert [(one.state, one.problem) for one in logged_effects(run)] == [
        ("unknown", "its recipient has it, but its result is not known"),
        ("unknown", "it may have happened"),
        ("undone", None),
    ]
    assert [number for number, _ in CLOSED] == [1]


def test_an_undoing_that_was_killed_is_not_repeated_unless_declared():
    """It is listed as unknown, or asked for; until that is known, the effect is not done again."""
    run = ended_run()
    opened(1, run)
    undo_run(run, reason="test")
    with get_store().reading() as connection:
        (undone,) = connection.execute(select(EffectLogRow.key).where(EffectLogRow.event == "undone")).scalars()
    forget("undone", undone)
    interrupted(undone)
    assert states(run) == ["undo unknown"]
    assert [one.state for one in undo_run(run, reason="test")] == ["undo unknown"]
    outcome = opened(1, run)
    assert (outcome.state, "may be undone" in str(outcome.problem), len(CLOSED)) == ("unknown", True, 1)
    object.__setattr__(closing, "ask", lambda key: key == undone)
    try:
        assert [one.state for one in undo_run(run, reason="test")] == ["undone"]
    finally:
        object.__setattr__(closing, "ask", lambda key: None)
    assert (len(CLOSED), opened(1, run).state) == (1, "done")


def test_one_that_is_refused_keeps_no_other_from_being_undone():
    """It stays done, with the reason, and the next pass tries it again."""
    run = ended_run()
    opened(1, run)
    opened(2, run)
    FAILURES.append(NotDeliveredError("it is locked"))
    assert [(one.state, one.problem) for one in undo_run(run, reason="test")] == [
        ("done", "it is locked"),
        ("undone", None),
    ]
    assert [one.state for one in undo_run(run, reason="test")] == ["undone", "undone"]


def test_an_effect_that_was_refused_is_nothing_to_undo():
    """It has certainly not happened, the first time or again."""

    def refuse(key: str) -> str:
        raise NotDeliveredError("closed")

    run = ended_run()
    perform("open ticket", 1, refuse, scope=run, undo=closing)
    assert states(run) == []
    opened(2, run)
    undo_run(run, reason="test")
    perform("open ticket", 2, refuse, scope=run, undo=closing)
    assert states(run) == ["undone"]


@pytest.mark.parametrize("attempt", [1, 2])
def test_nothing_is_undone_while_a_process_works_on_the_run(attempt):
    """Neither before the first nor between two, when a process works on it meanwhile, in this attempt or a new one."""
    run = add_run()
    opened(1, run)
    opened(2, run)
    with pytest.raises(UndoRefusedError, match="works on run"):
        undo_run(run, reason="test")
    change_run(run, state="failed")
    with pytest.raises(UndoRefusedError, match="being worked on"):
        undo_run(run, reason="test", on_each=lambda _: change_run(run, state="running", attempt=attempt))
    assert sorted(states(run)) == ["done", "undone"]


def test_a_function_that_is_not_known_here_is_named():
    """Nothing is undone then."""
    run = ended_run()
    opened(1, run)
    other = Undo(close)
    other.reverse.__qualname__, name = "gone", close.__qualname__
    try:
        perform("open ticket", 2, lambda key: '{"number": 2}', scope=run, undo=other, is_json=True)
    finally:
        close.__qualname__ = name
    with pytest.raises(UndoRefusedError, match=r"not known here: test_undo\.gone"):
        undo_run(run, reason="test")
    assert (states(run), CLOSED) == (["done", "done"], [])


def test_a_result_that_holds_a_secret_is_not_stored():
    """So the effect is listed as one whose result is not known."""
    run = ended_run()
    perform("open ticket", 1, lambda key: "https://ada:hunter2hunter2@example.org/1", scope=run, undo=closing)
    (found,) = logged_effects(run)
    assert (found.state, found.problem, found.result) == ("unknown", "its result holds a secret", None)


def test_an_effect_that_can_be_undone_needs_the_store(monkeypatch):
    """Without its log it would be forgotten, so it does not happen."""
    run = ended_run()

    def broken(*arguments):
        raise StoreError("no disk")

    monkeypatch.setattr(runtime.effects.delivery, "claim_effect", broken)
    with pytest.raises(StoreError):
        opened(1, run)
    assert OPEN == []


def test_runs_to_undo_are_those_that_failed_or_that_a_person_wants_undone():
    """Until a pass has ended after the last attempt; one whose process is alive may be at it itself."""
    gone = {"pid": ended_process()}
    failed, cancelled, alive, done = (
        ended_run(**gone),
        ended_run(state="cancelled", **gone),
        ended_run(),
        ended_run(**gone),
    )
    for run in (failed, cancelled, alive, done):
        opened(1, run)
    change_run(done, state="completed")
    assert runs_to_undo() == [failed]
    want_undone(cancelled, "denied")
    assert sorted(runs_to_undo()) == sorted([failed, cancelled])
    undo_failed_run(failed)
    undo_run(cancelled, reason="denied")
    assert runs_to_undo() == []
    change_run(failed, attempt=2)
    assert runs_to_undo() == [failed]
    assert row(logged_effects(failed)[0].key).state == "done"


def test_undoing_after_a_failure_is_told():
    """Whoever watches a run that fails sees each effect that is undone."""
    run = ended_run(pid=ended_process())
    opened(1, run)
    told: list[tuple[str, str]] = []
    with listening(lambda event: told.append((event.name, event.phase))):
        undo_failed_run(run)
    assert (told, OPEN) == ([("undo open ticket", "finished")], [])
