"""Reservations: no ceiling is overrun, and nothing that was spent is lost."""

import json
import subprocess
import sys
from decimal import Decimal

import pytest

from runtime.budget import Budget, BudgetExceeded
from runtime.ledger.reservations import NoRoom, Reservation, reserve, settle, unsettled
from runtime.ledger.room import LEAST_OUTPUT, Request, UnpricedModelError
from runtime.models.prices import WorstPrice
from runtime.runs.attempts.leases import Lease, hold, release
from runtime.runs.attempts.takeover import take_over
from runtime.runs.spent import spent_by_run
from runtime.settings import get_settings
from runtime.store.database import get_store
from runtime.store.tables import AccountRow, ReservationRow
from tests.runtime.ledger.twenty import BUDGET, PRICE
from tests.runtime.runs.attempts.test_leases import ended_process
from tests.runtime.stored_runs import add_run, change_run


def a_request(run: str, **options: object) -> Request:
    asked = {"key": "k", "models": ["m:1"], "input_tokens": 500, "output_tokens": 4000, "price": PRICE}
    return Request(run_id=run, **asked | options)


def reserved(run: str, budget: Budget | None, **options: object) -> Reservation:
    got = reserve(a_request(run, **options), budget)
    assert isinstance(got, Reservation)
    return got


def test_a_worst_case_counts_until_it_is_settled():
    """A request counts with its worst case while it is under way, and with what it used afterwards."""
    run = add_run()
    one = reserved(run, Budget(usd="1"))
    before = spent_by_run(run)
    assert (before.micros, before.reserved_micros, before.tokens, before.requests) == (10_000, 10_000, 4500, 1)
    settle(one, micros=2_500, tokens=700)
    settle(one, micros=2_500, tokens=700)  # again, as after a transaction whose end was not known
    after = spent_by_run(run)
    assert (after.micros, after.reserved_micros, after.tokens, after.requests) == (2_500, 0, 700, 1)


def test_no_room_is_said_with_what_is_used():
    """A request whose worst case does not fit is refused, with what is used and what it may cost."""
    run = add_run()
    settle(reserved(run, Budget(usd="0.012")), micros=9_000, tokens=100)
    refused = reserve(a_request(run), Budget(usd="0.012"))
    assert isinstance(refused, NoRoom)
    assert not refused.may_change
    said = f"$0.0090 of $0.0120 is used, and the next request may cost ${(2000 + 2 * LEAST_OUTPUT) / 1e6:.4f}"
    assert str(refused.error) == f"The budget of this run is spent: {said}."
    assert spent_by_run(run).micros == 9_000


def test_an_answer_is_given_the_room_there_is():
    """Near the end of a budget an answer may be shorter, so that the request fits exactly."""
    run = add_run()
    assert reserved(run, Budget(usd="0.006")).output_tokens == 2000
    assert spent_by_run(run).micros == 6_000


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (Budget(tokens=5000), "4,500 of 5,000 tokens are used, and the next request may take 1,524"),
        (Budget(requests=1), "1 of 1 requests are made"),
    ],
)
def test_tokens_and_requests_are_ceilings_too(budget, said):
    """Tokens and requests are limited without a price, and an unsettled request counts."""
    run = add_run()
    reserved(run, budget, price=None)
    change_run(run, state="failed")  # so that nothing comes back
    refused = reserve(a_request(run, price=None), budget)
    assert isinstance(refused, NoRoom)
    assert said in str(refused.error)


def test_seconds_are_those_of_all_attempts():
    """Earlier attempts count for the seconds of a run."""
    run = add_run(seconds=29.0, pid=ended_process())
    lease = take_over(run)
    try:
        reserved(run, Budget(seconds=60))
        with pytest.raises(BudgetExceeded, match="worked on for 28 seconds"):
            reserve(a_request(run), Budget(seconds=28))
    finally:
        release(lease)


def test_a_model_without_a_price_is_refused_under_money():
    """A ceiling in money refuses a model without a known price, and says how to give one; others do not."""
    run = add_run()
    reserved(run, Budget(tokens=9999), price=None)
    with pytest.raises(UnpricedModelError, match="ANALYST_PRICES=m:1="):
        reserve(a_request(run, price=None), Budget(usd="1"))


def test_free_models_have_no_limit():
    """A model that costs nothing is neither refused nor held to a length under a budget of nothing."""
    free = WorstPrice(input=Decimal(0), output=Decimal(0))
    assert reserved(add_run(), Budget(usd="0"), price=free).output_tokens is None


def test_what_others_hold_is_waited_for():
    """While a live request holds a worst case, one that would fit into what may come back is to wait."""
    run = add_run()
    first = reserved(run, Budget(usd="0.015"))
    waiting = reserve(a_request(run), Budget(usd="0.015"))
    assert isinstance(waiting, NoRoom)
    assert waiting.may_change
    settle(first, micros=1_000, tokens=10)
    assert reserved(run, Budget(usd="0.015")).output_tokens == 4000


def test_what_dead_runs_hold_is_not_waited_for():
    """A worst case that a dead process left stays spent, and nobody waits for it."""
    run = add_run()
    reserved(run, Budget(usd="0.011"))
    change_run(run, heartbeat=0.0)
    refused = reserve(a_request(run), Budget(usd="0.011"))
    assert isinstance(refused, NoRoom)
    assert not refused.may_change


def test_a_resumed_run_finds_what_its_earlier_attempt_left():
    """The reservations of an earlier attempt are found by the key of their request, those of this one are not."""
    run = add_run(pid=ended_process())
    before = Lease(run, 1)
    hold(before)
    left = reserved(run, None, key="first")
    release(before)
    lease = take_over(run)
    try:
        reserved(run, None, key="second")
        found = unsettled(run)
        assert list(found) == ["first"]
        settle(found["first"][0], micros=1, tokens=1)
        lease.beat()
        assert spent_by_run(run).micros == left.micros + 1
    finally:
        release(lease)


def test_a_settlement_waits_for_the_next_transaction():
    """With a lease, a request is settled by the run's next reservation or heartbeat."""
    run = add_run()
    lease = Lease(run, 1)
    hold(lease)
    try:
        settle(reserved(run, None), micros=1, tokens=1)
        reserved(run, None)
        assert not lease.has_writes()
        assert spent_by_run(run).micros == 10_001
    finally:
        release(lease)


def test_ceilings_of_day_month_and_label(monkeypatch):
    """Ceilings of the store hold for all runs together, those of a label for its runs, and each says until when."""
    for name, value, labels, said in (
        ("ANALYST_DAILY_USD", "0.011", (), "ANALYST_DAILY_USD is spent.*00:00 UTC"),
        ("ANALYST_MONTHLY_USD", "0.031", (), "ANALYST_MONTHLY_USD is spent.*first of the month"),
        ("ANALYST_BUDGETS", "tenant:acme=0.011/day", ["tenant:acme"], "budget of tenant:acme.*00:00"),
    ):
        monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        start = get_store()
        with start.writing() as connection:
            connection.execute(AccountRow.__table__.delete())
            connection.execute(ReservationRow.__table__.delete())
        room = round(float(value.partition("=")[2].partition("/")[0] or value) / 0.01)
        for _ in range(room):
            settle(reserved(add_run(), None, labels=labels), micros=10_000, tokens=1)
        refused = reserve(a_request(add_run(), labels=labels), None)
        assert isinstance(refused, NoRoom)
        assert not refused.error.of_run
        with pytest.raises(BudgetExceeded, match=said):
            raise refused.error
        monkeypatch.delenv(name)
    get_settings.cache_clear()
    assert isinstance(reserve(a_request(add_run(), labels=["tenant:other"]), None), Reservation)


def twenty_processes() -> None:
    """Have twenty processes spend one budget at once, and compare what they say with what the ledger has."""
    run = add_run()
    command = [sys.executable, "-m", "tests.runtime.ledger.twenty", run]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    used, left = sum(one for one, _ in said), sum(one for _, one in said)
    spent = spent_by_run(run)
    assert (spent.micros, spent.reserved_micros) == (used + left, left)
    assert left > 0
    assert spent.reserved_requests == sum(one > 0 for _, one in said)
    assert 450_000 < spent.micros <= BUDGET.micros


@pytest.mark.scale
def test_twenty_processes_never_overrun_a_budget():
    """Twenty processes that spend one budget at once come to exactly what they were given, and never above it."""
    twenty_processes()
