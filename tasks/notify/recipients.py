"""Recipients of notifications, and the place of the idempotency key in each kind of message.

| recipient | where the key goes |
|---|---|
| `mailto(s)://` | the Message-ID; one mail a recipient |
| `json(s)://`, `xml(s)://`, `form(s)://`, the block `custom-webhook` | the header `Idempotency-Key` |
| `pagerduty://`, the block `pager-duty-webhook` | `dedup_key` of the event |
| anything else | nowhere: it may have a message twice when the end of a delivery is unknown |
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.effects import DeliveryUnknownError, NotDeliveredError
from runtime.texts.redaction import block_name, target_identity, target_without_secrets, without_target
from runtime.texts.safe_text import clean, shorten
from tasks.notify.http_outcomes import Wire, outcome_of_status, watching
from tasks.notify.log_redaction import failure_messages, hushed

if TYPE_CHECKING:
    from prefect.blocks.abstract import NotificationBlock

_HEADER = "Idempotency-Key"


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message to a recipient.

    Attributes:
        subject: One line.
        body: Plain text.
        urgent: True to show it as a warning in services with kinds of messages.
        headers: More headers of a mail.
        attach: A file that a mail carries.
        attach_as: Name of that file in the mail.
    """

    subject: str
    body: str
    urgent: bool = False
    headers: dict[str, str] = field(default_factory=dict[str, str])
    attach: Path | None = None
    attach_as: str | None = None


@dataclass(frozen=True)
class Recipient:
    """One recipient of a message.

    Attributes:
        identity: Key of the recipient among effects. It may hold a token: never show it.
        takes_keys: True if it can drop a double by the key.
        deliver: Sends the message with the key; raises what `runtime.effects.perform` wants to be raised.
    """

    identity: str
    takes_keys: bool
    deliver: Callable[[Message, str], None]


def recipients_of(target: str) -> list[Recipient]:
    """Return the recipients that a target stands for: each address of a mail, otherwise one.

    Args:
        target: An Apprise URL, or a Prefect notification block as `type/name` or `block:type/name`, which is looked up.

    Raises:
        ValueError: The target cannot be used; the message says why, without credentials.
    """
    name = block_name(target)
    if name is not None:
        with hushed():
            block: Any = _load_block(name)
        kind = block.get_block_type_slug()
        return [
            Recipient(
                f"block:{name}",
                kind in ("custom-webhook", "pager-duty-webhook"),
                partial(_by_block, block),
            )
        ]
    service = _service(target)
    from apprise.plugins.custom_form import NotifyForm
    from apprise.plugins.custom_json import NotifyJSON
    from apprise.plugins.custom_xml import NotifyXML
    from apprise.plugins.email import NotifyEmail
    from apprise.plugins.pagerduty import NotifyPagerDuty

    if isinstance(service, NotifyEmail):
        if not service.targets:
            raise ValueError(f"Cannot notify {target_without_secrets(target)}: it names no address to send to.")
        # Message-IDs reach people, so they are made without the password: nobody can guess it from them.
        sender = f"mail from {service.from_addr[1]} by {service.smtp_host}:{service.port} to"
        return [Recipient(f"{sender} {to[1]}", True, partial(_by_mail, service, to)) for to in service.targets]
    service.optional = False  # Apprise would report a failed delivery as delivered
    takes_header = isinstance(service, NotifyJSON | NotifyXML | NotifyForm)
    return [
        Recipient(
            target_identity(target),
            takes_header or isinstance(service, NotifyPagerDuty),
            partial(_by_apprise, service, target, header=takes_header),
        )
    ]


def check(target: str, *, load_blocks: bool) -> None:
    """Check that a target can be used.

    Args:
        target: As for `recipients_of`.
        load_blocks: Whether to look a block up, which needs the Prefect API.

    Raises:
        ValueError: It cannot be used; the message says why, without credentials.
    """
    if load_blocks or block_name(target) is None:
        recipients_of(target)


def _by_mail(service: Any, to: tuple[Any, str], message: Message, key: str) -> None:
    from apprise import AppriseAttachment
    from apprise.attachment.file import AttachFile

    from tasks.notify.mail import send_mail

    attachments = None
    if message.attach is not None:
        attachments = AppriseAttachment()
        attachments.add(AttachFile(str(message.attach), name=message.attach_as))
    with hushed():
        send_mail(
            service,
            to,
            key,
            subject=message.subject,
            body=message.body,
            headers=message.headers,
            attach=attachments,
        )


def _by_apprise(service: Any, target: str, message: Message, key: str, *, header: bool) -> None:
    from apprise import Apprise, NotifyFormat, NotifyType

    if header:
        service.headers = {**service.headers, _HEADER: key}
    apprise = Apprise()
    apprise.add(service)
    kind = NotifyType.WARNING if message.urgent else NotifyType.INFO
    with hushed(), failure_messages() as heard, watching(key) as wire:
        sent = apprise.notify(body=message.body, title=message.subject, notify_type=kind, body_format=NotifyFormat.TEXT)
    if not sent:
        said = "; ".join(heard[:2]) or "the service did not take the message"
        reason = shorten(clean(without_target(said, target)), 200)
        raise _failure(wire, reason)


def _by_block(block: "NotificationBlock", message: Message, key: str) -> None:
    import inspect

    import httpx
    from prefect.blocks.notifications import CustomWebhookNotificationBlock
    from prefect.utilities.asyncutils import run_coro_as_sync

    if isinstance(block, CustomWebhookNotificationBlock):
        block.headers = {**(block.headers or {}), _HEADER: key}
    notify: Any = block.notify
    # Prefect's own blocks would leave this thread inside an event loop; others may only have an async `notify`.
    options = {"_sync": True} if hasattr(type(block).notify, "aio") else {}
    with hushed(), watching(key) as wire:
        try:
            with block.raise_on_failure():
                waiting: Any = notify(body=message.body, subject=message.subject, **options)
                if inspect.isawaitable(waiting):
                    run_coro_as_sync(waiting)  # type: ignore[arg-type] - an async method's result
        except Exception as error:  # noqa: BLE001 - whatever it is, its text stays here
            # Prefect puts the service's log into the error, and that may hold the block's URL.
            reason = f"{type(error).__name__}; see the block's settings in Prefect"
            if isinstance(error, httpx.HTTPStatusError):
                refused = outcome_of_status(error.response.status_code) == "refused"
            else:
                refused = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol)
            if refused:
                raise NotDeliveredError(reason) from None
            raise _failure(wire, reason) from None


def _failure(wire: Wire, reason: str) -> NotDeliveredError | DeliveryUnknownError:
    """Certain only if the service's requests were seen and each was answered or never sent."""
    certain = wire.unknown == 0 and wire.refused > 0
    return NotDeliveredError(reason) if certain else DeliveryUnknownError(reason)


def _service(target: str) -> Any:
    from apprise import Apprise

    with hushed():
        service = Apprise.instantiate(target) if "://" in target else None
    if service is None:
        raise ValueError(
            f"Cannot notify {target_without_secrets(target)}: not an Apprise URL that can be used here (such as "
            "mailtos://user:password@host) and not a Prefect notification block (type/name)."
        )
    return service


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
