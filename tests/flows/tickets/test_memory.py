"""Triage knows what was known before: incidents that tickets report, and open tickets that they repeat."""

import csv
import json

import pandas as pd
import pytest
from prefect import flow

from agents.tickets import SupportTicket
from flows.tickets.memory import KnownIncident, reported
from flows.triage import triage_support_ticket, triage_tickets
from runtime.memory.writing import add, forget
from tests.runtime.memory.test_facts import ADMIN, fact
from tests.runtime.memory.test_tickets import AGAIN, LOGIN, OTHER

pytestmark = pytest.mark.usefixtures("own_home", "prefect_server")

INCIDENT = {"kind": "incident", "dataset": None}


def test_a_ticket_reports_an_incident_whose_words_it_has():
    """Most words of the incident have to be in the ticket; one of two words fits too much to count."""
    incidents = [
        KnownIncident(name="M1", text="Logins fail with token expired since the update."),
        KnownIncident(name="M2", text="Invoices of March have the wrong address."),
        KnownIncident(name="M3", text="The app."),
    ]
    ticket = SupportTicket(id="T", subject="Login fails", text="The login fails since your update: token expired.")
    assert reported(ticket, incidents) == ["M1"]


async def test_triage_tells_what_was_known(tmp_path):
    """Known incidents and duplicates are in the results, for people; a run that is tried again is told the same."""
    known = add(ADMIN, fact("Token expired since the update of Monday.", subject="log in", **INCIDENT))
    frame = pd.DataFrame({"id": ["T-1", "T-2", "T-3"], "text": [LOGIN, OTHER, AGAIN]})
    attempts = []

    @flow(retries=1)
    async def triage():
        run = await triage_tickets(frame, model="offline", out=tmp_path)
        attempts.append([(one.known, one.duplicate_of) for one in run.tickets])
        if len(attempts) == 1:
            forget(ADMIN, known.id)
            raise RuntimeError("fails once")
        return run

    run = await triage()
    assert attempts[0] == [([known.name], None), ([], None), ([known.name], "T-1")]
    assert attempts[1] == attempts[0]
    with run.files.csv.open() as file:
        assert [row["before"] for row in csv.DictReader(file)] == [
            "known incident M1",
            "",
            "known incident M1; duplicate of T-1",
        ]
    assert json.loads(run.files.jsonl.read_text().splitlines()[2])["duplicate_of"] == "T-1"


async def test_a_single_ticket_is_compared_as_well(monkeypatch):
    """A ticket that comes alone is held against those that came before; with the memory off, against nothing."""
    first = await triage_support_ticket(SupportTicket(id="A", text=LOGIN), model="offline")
    second = await triage_support_ticket(SupportTicket(id="B", text=AGAIN), model="offline")
    assert (first.duplicate_of, second.duplicate_of) == (None, "A")
    monkeypatch.setenv("ANALYST_MEMORY", "off")
    third = await triage_support_ticket(SupportTicket(id="C", text=AGAIN), model="offline")
    assert third.duplicate_of is None
