"""Telling people that a report is there: through Apprise URLs and Prefect notification blocks.

A target usually holds a password or a token, so no target, log line or error of ours repeats one.
"""

import logging
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict

from tasks.report import ReportFiles
from tasks.report_model import Report
from tasks.report_view import OFFLINE, all_findings
from tasks.text import clean, shorten

if TYPE_CHECKING:
    from apprise import NotifyBase
    from prefect.blocks.abstract import NotificationBlock

_SHOWS_HOST = {"mailto", "mailtos", "json", "jsons", "xml", "xmls", "form", "forms", "http", "https"}
"""Services whose host is a host; with others the token stands there."""
_CARRIES_FILES = {"mailto", "mailtos"}
_BLOCK = re.compile(r"^(?:block:)?([a-z0-9-]+/[^/\s:]+)$")
_SUBJECT = 120
_LINE = 300


class NotifyResult(BaseModel):
    """What became of one notification."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    target: str
    """The target without credentials."""
    sent: bool
    """Whether the receiver took it."""
    error: str | None = None
    """Why not, without credentials."""


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
        block = _block_name(target)
        try:
            if block is None:
                _service(target)
            elif load_blocks:
                _load_block(block)
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise ValueError("\n".join(problems))


def notify(report: Report, files: ReportFiles, targets: Sequence[str]) -> list[NotifyResult]:
    """Send severity, headline, the top findings and the report's place to every target; e-mail carries the PDF.

    Each target is tried once, and one that fails does not keep the others from being told.

    Args:
        report: The report.
        files: Where it was written.
        targets: As for `check_targets`.

    Returns:
        One result a target, in order.
    """
    subject, body = message(report, files)
    results: list[NotifyResult] = []
    for target in targets:
        shown = redact(target)
        try:
            _send(target, subject, body, report, files)
        except ValueError as error:
            results.append(NotifyResult(target=shown, sent=False, error=str(error)))
        except Exception as error:  # noqa: BLE001 - the other targets still have to be told; the text may hold a token
            results.append(NotifyResult(target=shown, sent=False, error=f"{shown} failed: {type(error).__name__}"))
        else:
            results.append(NotifyResult(target=shown, sent=True))
    return results


def message(report: Report, files: ReportFiles) -> tuple[str, str]:
    """Subject and plain-text body of a notification."""
    name = _plain(report.data.name, 60)
    subject = shorten(f"[{report.severity}] {name}: {_plain(report.headline, _SUBJECT)}", _SUBJECT)
    findings = all_findings(report)
    lines = [f"Severity: {report.severity}", _plain(report.headline, _LINE), ""]
    for finding in findings[:3]:
        doubt = " (holds numbers that the evidence does not)" if finding.unverified else ""
        lines.append(f"{finding.number}. [{finding.severity}] {_plain(finding.statement, _LINE)}{doubt}")
    if len(findings) > 3:
        lines.append(f"and {len(findings) - 3} more")
    if not report.run.uses_language_model:
        lines += ["", OFFLINE]
    lines += ["", f"Report: {files.html}", f"PDF: {files.pdf}", f"Run: {_plain(report.run.run_id, 100)}"]
    return subject, "\n".join(lines)


def redact(target: str) -> str:
    """A target without credentials: the block's name, or the URL's scheme and, where it is one, its host."""
    block = _block_name(target)
    if block is not None:
        return f"block:{block}"
    scheme, separator, _ = target.partition("://")
    if not separator or not re.fullmatch(r"[A-Za-z][\w+.-]{0,30}", scheme):
        return "(not a URL)"
    try:
        host = urlsplit(target).hostname
    except ValueError:
        host = None
    return f"{scheme}://{host if host and scheme.lower() in _SHOWS_HOST else '…'}"


def _plain(text: str, limit: int) -> str:
    """One line of text from data that no chat service takes for a mention of everybody."""
    line = shorten(clean(text, 4 * limit), limit)
    line = re.sub(r"@(?=everyone|here|channel|all\b)", "@\u200b", line, flags=re.IGNORECASE)
    return re.sub(r"<(?=[!@#])", "<\u200b", line)


def _send(target: str, subject: str, body: str, report: Report, files: ReportFiles) -> None:
    block = _block_name(target)
    with _quiet():
        if block is not None:
            _send_block(_load_block(block), block, subject, body)
        else:
            _send_url(target, subject, body, report, files)


def _send_url(target: str, subject: str, body: str, report: Report, files: ReportFiles) -> None:
    from apprise import Apprise, AppriseAttachment, NotifyFormat, NotifyType
    from apprise.attachment.file import AttachFile

    service = _service(target)
    attachments = None
    if target.partition("://")[0].lower() in _CARRIES_FILES:
        service.notify_format = NotifyFormat.TEXT
        # Lets a receiver tell a repeated message from a new one.
        service.headers = {**service.headers, "X-Analyst-Run": clean(report.run.run_id, 100)}  # type: ignore[attr-defined] - of the e-mail service
        attachments = AppriseAttachment()
        attachments.add(AttachFile(str(files.pdf), name=f"{_file_name(report.data.name)}.pdf"))
    apprise = Apprise()
    apprise.add(service)
    kind = NotifyType.WARNING if report.severity in ("critical", "high") else NotifyType.INFO
    with _listening() as heard:
        sent = apprise.notify(
            body=body, title=subject, notify_type=kind, body_format=NotifyFormat.TEXT, attach=attachments
        )
    if not sent:
        reason = _without_secrets("; ".join(heard[:2]), target) if heard else "the service did not take the message"
        raise ValueError(f"{redact(target)} failed: {reason}")


def _send_block(block: "NotificationBlock", name: str, subject: str, body: str) -> None:
    import inspect

    from prefect.utilities.asyncutils import run_coro_as_sync

    try:
        with block.raise_on_failure():
            # Blocks of Prefect's own dispatch on `_sync`; others may only have an async `notify`.
            waiting: Any = block.notify(body=body, subject=subject)
            if inspect.isawaitable(waiting):
                run_coro_as_sync(waiting)  # type: ignore[arg-type] - an async method's result
    except Exception as error:  # noqa: BLE001 - whatever it is, its text stays here
        # Prefect puts the service's log into the error, and that may hold the block's URL.
        raise ValueError(f"block:{name} failed: {type(error).__name__}; see the block's settings in Prefect") from None


def _service(target: str) -> "NotifyBase":
    from apprise import Apprise

    with _quiet():
        service = Apprise.instantiate(target) if "://" in target else None
    if service is None:
        raise ValueError(
            f"Cannot notify {redact(target)}: not an Apprise URL that can be used here (such as "
            "mailtos://user:password@host) and not a Prefect notification block (type/name)."
        )
    return service


def _block_name(target: str) -> str | None:
    match = _BLOCK.match(target)
    return match[1] if match else None


def _load_block(name: str) -> "NotificationBlock":
    import prefect.blocks.notifications  # noqa: F401  # pyright: ignore[reportUnusedImport] - registers Prefect's block types
    from prefect.blocks.abstract import NotificationBlock
    from prefect.blocks.core import Block

    try:
        block: Any = Block.load(name, _sync=True)  # type: ignore[call-arg] - chooses the synchronous form in any context
    except ValueError:
        raise ValueError(
            f"Cannot notify block:{name}: there is no such block. `prefect block ls` lists them."
        ) from None
    if not isinstance(block, NotificationBlock):
        raise ValueError(f"Cannot notify block:{name}: it is a {type(block).__name__}, not a notification block.")  # noqa: TRY004 - one error type for unusable targets
    return block


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", clean(name, 60)).strip("-.") or "report"


def _without_secrets(text: str, target: str) -> str:
    """`text` without any part of the URL but its scheme and host, in whatever form a service logged it."""
    rest = target.partition("://")[2]
    host = urlsplit(target).hostname or ""
    for part in sorted(
        {*re.split(r"[/:@?&=+,]", rest), *re.split(r"[/:@?&=+,]", unquote(rest))}, key=len, reverse=True
    ):
        if len(part) >= 3 and part != host:
            text = text.replace(part, "***")
    return shorten(clean(text), 200)


@contextmanager
def _quiet() -> Generator[None]:
    """Keep URLs out of the logs: Apprise and urllib3 write them at debug level, and Apprise in some errors."""
    apprise, urllib3 = logging.getLogger("apprise"), logging.getLogger("urllib3")
    before = apprise.propagate, apprise.level, urllib3.level
    apprise.propagate = False
    apprise.setLevel(logging.WARNING)
    urllib3.setLevel(logging.WARNING)
    try:
        yield
    finally:
        apprise.propagate = before[0]
        apprise.setLevel(before[1])
        urllib3.setLevel(before[2])


@contextmanager
def _listening() -> Generator[list[str]]:
    """What Apprise has to say about a failure."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    ear = Ear(logging.WARNING)
    logging.getLogger("apprise").addHandler(ear)
    try:
        yield heard
    finally:
        logging.getLogger("apprise").removeHandler(ear)
