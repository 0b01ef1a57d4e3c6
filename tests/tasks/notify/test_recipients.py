"""Recipients get the key by which they can drop a double, and what is known of each delivery is told."""

import json
import logging
import socket
import subprocess
import sys
from pathlib import Path

import apprise.plugins.pagerduty
import pytest

from tasks.notify.log_redaction import hushed
from tasks.notify.recipients import Message, recipients_of
from tasks.notify.report_notice import NotifyResult, check_targets, notify, tell
from tasks.report.render import write_report
from tests.tasks import samples
from tests.tasks.hooks import mailbox, posted_to

pytestmark = pytest.mark.usefixtures("own_store")

HELLO = Message(subject="Hello", body="Sales are up.")


def test_a_mail_that_is_repeated_has_the_same_message_id() -> None:
    """When the server is gone before it has answered, the mail is sent again under its Message-ID, which is said."""
    with mailbox() as (box, port):
        box.silent = 1
        target = f"mailto://127.0.0.1:{port}?from=analyst@example.org&to=reader@example.org&mode=insecure"
        told = tell(target, HELLO, "hello", scope="run")
        again = tell(target, HELLO, "hello", scope="run")
        tell(target, HELLO, "other", scope="run")
    assert told.sent
    assert told.uncertain is not None
    assert "the recipient can tell by its key" in told.uncertain
    assert again == NotifyResult(target="mailto://127.0.0.1", sent=True)
    first, second, third = (str(mail["Message-ID"]) for mail in box.mails)
    assert first == second != third
    assert first.endswith("@example.org>")
    assert all(len(mail.get_all("Message-ID") or []) == 1 for mail in box.mails)


def test_each_recipient_of_a_mail_gets_it_once() -> None:
    """When one recipient is refused, telling the target again sends to that one only."""
    with mailbox() as (box, port):
        box.refused.add("b@example.org")
        target = f"mailto://127.0.0.1:{port}/a@example.org/b@example.org?from=c@example.org&mode=insecure"
        told = tell(target, HELLO, "hello", scope="run")
        assert (told.sent, told.uncertain) == (False, None)
        assert "550" in (told.error or "")
        box.refused.clear()
        assert tell(target, HELLO, "hello", scope="run").sent
    assert box.envelopes == [["a@example.org"], ["b@example.org"]]


def test_a_hook_gets_the_key_again() -> None:
    """A web hook that has not answered is sent the same Idempotency-Key again, and no second time once it has."""
    with posted_to() as (posted, url):
        target = f"{url.replace('http', 'json')}/silent"
        told = [tell(target, HELLO, "hello", scope="run") for _ in range(2)]
    assert [result.sent for result in told] == [True, True]
    assert told[0].uncertain
    assert told[1].uncertain is None
    first, second = (post.headers["Idempotency-Key"] for post in posted)
    assert first == second


def test_a_refusal_is_no_doubt() -> None:
    """A refused message, and one whose recipient is not there, is not sent again by the gate and is not uncertain."""
    with posted_to() as (posted, url), socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        targets = [
            f"{url.replace('http', 'json')}/refuse?optional=yes",
            f"json://127.0.0.1:{port}",
            f"mailto://127.0.0.1:{port}?from=a@example.org&mode=insecure",
        ]
        told = [tell(target, HELLO, "hello", scope="run") for target in targets]
    assert [(result.sent, result.uncertain) for result in told] == [(False, None)] * 3
    assert all(result.error for result in told)
    assert len(posted) == 1


def test_pagerduty_gets_the_key_as_dedup_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """PagerDuty drops an event by its dedup_key, which Apprise has no setting for; other requests keep their body."""
    with posted_to() as (posted, url):
        monkeypatch.setitem(apprise.plugins.pagerduty.PAGERDUTY_API_LOOKUP, "us", f"{url}/silent/v2/enqueue")
        monkeypatch.setitem(apprise.plugins.pagerduty.PAGERDUTY_API_LOOKUP, "eu", f"{url}/v2/enqueue")
        integration, key = "a" * 32, "b" * 20
        told = tell(f"pagerduty://{integration}@{key}?region=eu", HELLO, "hello", scope="run")
    assert told.sent, told.error
    [event] = posted
    assert len(event["dedup_key"]) == 32
    assert event["routing_key"] == integration
    assert "Sales are up." in event["payload"]["summary"]
    assert int(event.headers["Content-Length"]) > 100


def test_a_message_id_says_nothing_of_the_password() -> None:
    """A mail's key is the same whatever the password is, so that nobody can guess it from the Message-ID."""
    one, other = (recipients_of(f"mailtos://user:{word}@example.org?to=a@example.org")[0] for word in ("one", "other"))
    assert one.identity == other.identity
    assert recipients_of("json://user:one@example.org/x")[0].identity == "json://user@example.org/x"


def test_nobody_to_tell_is_no_success() -> None:
    """A mail URL whose only address is no address cannot be used, which shows before the run."""
    with pytest.raises(ValueError, match="names no address"):
        check_targets(["mailto://user:word@example.org?to=nobody"])


def test_a_report_is_told_once_in_a_run(tmp_path: Path) -> None:
    """The same report, written anew under another run inside the same outermost one, is told once for each occasion."""
    reports = [samples.report(tmp_path), samples.report(tmp_path)]
    reports[1] = reports[1].model_copy(update={"run": reports[1].run.model_copy(update={"run_id": "run-2"})})
    with posted_to() as (posted, url):
        for number, report in enumerate(reports):
            files = write_report(report, tmp_path / str(number))
            for occasion in ("morning", "evening"):
                [told] = notify(report, files, [url.replace("http", "json")], scope="outer", occasion=occasion)
                assert told.sent
    assert len(posted) == 2


def test_logs_stay_hushed_while_anyone_sends() -> None:
    """When two send at once, the first to end does not let the other's URLs into the logs."""
    logger = logging.getLogger("apprise")
    before = logger.propagate, logger.level
    first, second = hushed(), hushed()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert (logger.propagate, logger.level) == (False, logging.WARNING)
    second.__exit__(None, None, None)
    assert (logger.propagate, logger.level) == before


@pytest.mark.scale
@pytest.mark.parametrize("around", [[], ["--undo"]], ids=["sends", "undoing"])
def test_killed_around(around) -> None:
    """Processes that are killed and started again lose and double nothing that has a key, and undo each thing once."""
    command = [sys.executable, "-m", "benchmarks.crashes.effects", "--kills", "6", "--json", *around]
    done = subprocess.run(command, capture_output=True, text=True)
    figures = json.loads(done.stdout)
    assert (done.returncode, figures["kills"], figures["problems"]) == (0, 6, []), figures
