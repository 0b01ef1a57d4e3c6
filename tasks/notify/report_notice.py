"""Notifications of finished reports: to Apprise URLs and Prefect notification blocks, once for each recipient.

A target usually holds a password or a token, so no target, log line or error of ours repeats one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from runtime.effects import OnUnknown, perform
from runtime.store.database import StoreError
from runtime.texts.redaction import target_without_secrets
from runtime.texts.safe_text import clean, harmless, printable, shorten
from tasks.notify.delivery_outcome import DeliveryOutcome, doubt_about
from tasks.notify.recipients import Message, Recipient, check, recipients_of
from tasks.report.model import Report
from tasks.report.render import ReportFiles
from tasks.report.view import OFFLINE, all_findings

__all__ = ["NotifyResult", "check_targets", "message", "notify", "tell"]

_SUBJECT = 120
"""Most characters of a subject."""
_LINE = 300
"""Most characters of a line of the text."""


class NotifyResult(DeliveryOutcome):
    """Outcome of one notification."""

    target: str
    """The target without credentials."""


def check_targets(targets: Sequence[str], *, load_blocks: bool = False) -> None:
    """Check that every target can be used, before work starts whose result could not be delivered.

    Args:
        targets: Apprise URLs, or Prefect notification blocks as `type/name` or `block:type/name`.
        load_blocks: Whether to look the blocks up, which needs the Prefect API.

    Raises:
        ValueError: One or more targets cannot be used; the message says which and why, without credentials.
    """
    problems: list[str] = []
    for target in targets:
        try:
            check(target, load_blocks=load_blocks)
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise ValueError("\n".join(problems))


def notify(
    report: Report, files: ReportFiles, targets: Sequence[str], *, scope: str | None = None, occasion: str = ""
) -> list[NotifyResult]:
    """Send severity, headline, the top findings and the report's place to every target; e-mail carries the PDF.

    Each recipient is told once, however often this is called with the same report, targets, scope and occasion.
    One that fails does not keep the others from being told.

    Args:
        report: The report.
        files: Where it was written.
        targets: As for `check_targets`.
        scope: Id of the run in which they are told once; by default the report's own.
        occasion: Tells equal reports of one run apart.

    Returns:
        One result a target, in order.

    Raises:
        LeaseLostError: Another attempt has taken the run over.
    """
    subject, body = message(report, files)
    said = Message(
        subject=subject,
        body=body,
        urgent=report.severity in ("critical", "high"),
        # So that a mail client can sort mails by run.
        headers={"X-Analyst-Run": clean(report.run.run_id, 100)},
        attach=files.pdf if files.told is None else None,  # the PDF says more than may be told
        attach_as=f"{_file_name(report.data.name)}.pdf",
    )
    scope = report.run.run_id if scope is None else scope
    return [tell(target, said, [occasion, subject, *_facts(report)], scope=scope) for target in targets]


def tell(
    target: str, message: Message, content: object, *, scope: str | None = None, on_unknown: OnUnknown = "repeat"
) -> NotifyResult:
    """Tell a target something once.

    Args:
        target: An Apprise URL or a Prefect notification block; a mail to several people is one effect for each.
        message: What is said.
        content: What tells this message from others to the target in this scope, as JSON values.
        scope: As for `runtime.effects.perform`.
        on_unknown: What to do when a message may have arrived: at least once by default, since one that is lost costs
            more than one that came twice.

    Raises:
        LeaseLostError: The scope is a run that another attempt has taken over.
        ValueError: There is no flow run here, and no scope was given.
    """
    shown = target_without_secrets(target)
    # Whoever wrote the texts, they keep their lines and lose terminal escapes.
    message = replace(message, subject=" ".join(printable(message.subject).split()), body=printable(message.body))
    try:
        found = recipients_of(target)
    except ValueError as error:
        return NotifyResult(target=shown, sent=False, error=str(error))
    except Exception as error:  # noqa: BLE001 - the others still have to be told; the text may hold a token
        return NotifyResult(target=shown, sent=False, error=f"{shown} failed: {type(error).__name__}")
    results = [_tell_one(recipient, shown, message, content, scope, on_unknown) for recipient in found]
    return NotifyResult(
        target=shown,
        sent=all(result.sent for result in results),
        error=_joined(result.error for result in results),
        uncertain=_joined(result.uncertain for result in results),
    )


def _tell_one(
    recipient: Recipient, shown: str, message: Message, content: object, scope: str | None, on_unknown: OnUnknown
) -> NotifyResult:
    try:
        outcome = perform(
            f"notify {shown}",
            [recipient.identity, content],
            lambda key: recipient.deliver(message, key),
            scope=scope,
            on_unknown=on_unknown,
        )
    except StoreError as error:
        return NotifyResult(target=shown, sent=False, error=f"{shown} failed: {error}")
    failed = None if outcome.happened else f"{shown} failed: {outcome.problem}"
    doubt = doubt_about(outcome, takes_keys=recipient.takes_keys)
    return NotifyResult(target=shown, sent=outcome.happened, error=failed, uncertain=doubt)


def _joined(texts: Iterable[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(text for text in texts if text)) or None


def message(report: Report, files: ReportFiles) -> tuple[str, str]:
    """Subject and plain-text body of a notification."""
    name = harmless(report.data.name, 60)
    subject = shorten(f"[{report.severity}] {name}: {harmless(report.headline, _SUBJECT)}", _SUBJECT)
    place = ["", f"Report: {files.html}", f"PDF: {files.pdf}", f"Run: {harmless(report.run.run_id, 100)}"]
    return subject, "\n".join([*_facts(report), *place])


def _facts(report: Report) -> list[str]:
    """Return the part of the message about the data, which is the same whenever the same report is written."""
    findings = all_findings(report)
    lines = [f"Severity: {report.severity}", harmless(report.headline, _LINE), ""]
    for finding in findings[:3]:
        doubt = " (holds numbers that the evidence does not)" if finding.unverified else ""
        lines.append(f"{finding.number}. [{finding.severity}] {harmless(finding.statement, _LINE)}{doubt}")
    if len(findings) > 3:
        lines.append(f"and {len(findings) - 3} more")
    if not report.run.uses_language_model:
        lines += ["", OFFLINE]
    return lines


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", clean(name, 60)).strip("-.") or "report"
