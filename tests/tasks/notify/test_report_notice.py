"""Notifications reach every target once and keep its credentials to themselves."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apprise.decorators import notify as plugin

from runtime.texts.redaction import target_without_secrets
from tasks.notify.report_notice import check_targets, message, notify
from tasks.report.model import Report
from tasks.report.render import ReportFiles, write_report
from tests.tasks import samples
from tests.tasks.hooks import Mailbox, Posted, mailbox, posted_to

pytestmark = pytest.mark.usefixtures("own_store")


@pytest.fixture
def mail() -> Iterator[tuple[Mailbox, int]]:
    """A real SMTP server on a free port of this machine."""
    with mailbox() as served:
        yield served


@pytest.fixture
def hook() -> Iterator[tuple[list[Posted], int]]:
    """A web hook on this machine: what was posted to it, and its port."""
    with posted_to() as (posted, url):
        yield posted, int(url.rpartition(":")[2])


@pytest.fixture
def written(tmp_path: Path) -> tuple[Report, ReportFiles]:
    """A report on disk."""
    report = samples.report(
        tmp_path, samples.run(samples.profile(), statements=[samples.EVIL, "Two.", "Three.", "Four."])
    )
    return report, write_report(report, tmp_path / "out")


def test_mail_carries_the_pdf(mail: tuple[Mailbox, int], written: tuple[Report, ReportFiles]) -> None:
    """One mail arrives with severity and headline as subject, plain text, and the PDF attached."""
    box, port = mail
    target = f"mailto://127.0.0.1:{port}?from=analyst@example.org&to=reader@example.org&mode=insecure"
    [result] = notify(*written, [target])
    assert result.error is None
    [received] = box.mails
    assert "[critical] shop" in str(received["Subject"]) or "=?utf-8?" in str(received["Subject"])
    assert received["X-Analyst-Run"] == "run-1"
    parts = [part for part in received.walk() if not part.is_multipart()]
    assert parts[0].get_content_type() == "text/plain"
    assert "text/html" not in [part.get_content_type() for part in parts]
    attached = next(part for part in parts if part.get_filename())
    assert attached.get_filename() == "shop.pdf"
    assert attached.get_payload(decode=True) == written[1].pdf.read_bytes()
    text = parts[0].get_payload(decode=True)
    assert isinstance(text, bytes)
    assert b"Three." in text
    assert b"Four." not in text
    assert b"and 1 more" in text
    assert str(written[1].html).encode() in text


def test_one_failing_target_does_not_stop_the_others(
    hook: tuple[list[Posted], int], written: tuple[Report, ReportFiles]
) -> None:
    """Each target is tried once, in order, and tells for itself whether it was reached."""
    posted, port = hook
    results = notify(
        *written,
        [f"json://127.0.0.1:{port}/refuse", "nonsense://x", "json://127.0.0.1:1/x",
         f"json://127.0.0.1:{port}/good"],
    )  # fmt: skip
    assert [result.sent for result in results] == [False, False, False, True]
    assert all(result.error for result in results[:3])
    assert len(posted) == 2
    assert posted[1]["message"].startswith("Severity: critical")


def test_credentials_appear_nowhere(
    hook: tuple[list[Posted], int], written: tuple[Report, ReportFiles], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither results nor errors nor logs at any level hold a password, a token or a path of a target."""
    _, port = hook
    caplog.set_level(logging.DEBUG)
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    targets = [
        f"json://someuser:hunter2secret@127.0.0.1:{port}/refuse/pathtoken?+X-Token=querytoken",
        "mailto://someuser:hunter2secret@127.0.0.1:1?to=a@example.org&mode=insecure",
        "bogus://someuser:hunter2secret@host/pathtoken",
    ]
    results = notify(*written, targets)
    assert [result.sent for result in results] == [False] * 3
    with pytest.raises(ValueError, match="bogus") as raised:
        check_targets(targets)
    told = " ".join([str(results), str(raised.value), caplog.text])
    for secret in ("hunter2secret", "pathtoken", "querytoken", "someuser"):
        assert secret not in told, secret


def test_what_a_service_logs_is_told_without_its_url(written: tuple[Report, ReportFiles]) -> None:
    """The reason a service gives for a failure is passed on, less every part of the target but scheme and host."""

    @plugin(on="leaky")
    def leaky(body: str, title: str, *args: Any, meta: dict[str, Any], **kwargs: Any) -> bool:
        logging.getLogger("apprise").warning("503 from %s, user %s", meta["url"], "someuser")
        return False

    [result] = notify(*written, ["leaky://someuser:hunter2secret@example.org/pathtoken"])
    assert result.error is not None
    assert "503 from leaky://" in result.error
    for secret in ("someuser", "hunter2secret", "pathtoken"):
        assert secret not in result.error


def test_unusable_targets_are_named_before_the_run() -> None:
    """All that cannot be used are told at once, with what a target looks like; good ones pass."""
    check_targets(["mailtos://user:pass@example.org", "json://example.org", "slack-webhook/my-block", "block:x/y"])
    with pytest.raises(ValueError, match="not an Apprise URL") as raised:
        check_targets(["json://example.org", "no target", "bogus://x"])
    assert len(str(raised.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("mailtos://user:pass@mail.example.org:465?to=x", "mailtos://mail.example.org"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "discord://…"),
        ("slack-webhook/ops", "block:slack-webhook/ops"),
        ("just words with:secret", "(not a URL)"),
    ],
)
def test_targets_are_shown_without_credentials(target: str, shown: str) -> None:
    """A block shows its name, a URL its scheme, and its host only where no token stands there."""
    assert target_without_secrets(target) == shown


def test_data_cannot_mention_everybody(tmp_path: Path) -> None:
    """Mentions in a statement reach chat services as plain text, in subject and body."""
    text = "@everyone <!channel> <@U123> @here look"
    report = samples.report(tmp_path, samples.run(samples.profile(), statements=[text]))
    subject, body = message(report, write_report(report, tmp_path / "out"))
    for shown in (subject, body):
        assert "@everyone" not in shown
        assert "@here" not in shown
        assert "<!" not in shown
        assert "<@" not in shown
    assert "\n" not in subject
