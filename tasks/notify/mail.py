"""Mail with a Message-ID of ours.

Apprise gives every mail a random Message-ID and says only yes or no. It still reads the URL and writes the mail.
This module puts the Message-ID in and sends the mail, so that it knows how far the sending came.
"""

import contextlib
import email
import smtplib
import ssl
from typing import Any

from runtime.effects import DeliveryUnknownError, NotDeliveredError


def message_id(service: Any, key: str) -> str:
    """The Message-ID of an effect's mail: the same each time it is sent, by which recipients drop a double."""
    domain = str(service.from_addr[1]).rpartition("@")[2]
    return f"<{key}@{domain or 'analyst-flows.invalid'}>"


def send_mail(
    service: Any, to: tuple[Any, str], key: str, *, subject: str, body: str, headers: dict[str, str], attach: Any = None
) -> None:
    """Send a plain-text mail to one recipient, with the copies that the URL names.

    Args:
        service: Apprise's e-mail service, which holds what the URL said.
        to: Name, or `False`, and address.
        key: The effect's key.
        subject: One line.
        body: Plain text.
        headers: More headers.
        attach: Apprise's attachments.

    Raises:
        NotDeliveredError: No server was reached, or it refused the mail.
        DeliveryUnknownError: The mail was sent and no answer came.
    """
    from apprise import NotifyFormat
    from apprise.exception import AppriseException
    from apprise.plugins.email import NotifyEmail

    try:
        [written] = NotifyEmail.prepare_emails(
            subject=subject,
            body=body,
            notify_format=NotifyFormat.TEXT,
            from_addr=service.from_addr,
            to=[to],
            cc=service.cc,
            bcc=service.bcc,
            reply_to=service.reply_to,
            smtp_host=service.smtp_host,
            attach=attach,
            headers={"X-Application": service.app_id, **service.headers, **headers},
            names=service.names,
            pgp=service.pgp,
            pgp_mode=service.pgp_mode,
            inline=service.inline,
            tzinfo=service.tzinfo,
        )
    except AppriseException as error:  # such as no key to encrypt with
        raise NotDeliveredError(f"the mail could not be written ({type(error).__name__})") from None
    mail = email.message_from_string(written.body)
    mail.replace_header("Message-ID", message_id(service, key))
    _hand_over(service, to[1], written.to_addrs, mail.as_string())


class _Noting:
    """Notes when the mail itself begins to be sent: until then it has certainly not arrived."""

    begun = False

    def data(self, msg: Any) -> Any:
        self.begun = True
        return super().data(msg)  # type: ignore[misc] - of the class it is mixed into


class _Smtp(_Noting, smtplib.SMTP):
    pass


class _SmtpOverTls(_Noting, smtplib.SMTP_SSL):
    pass


def _hand_over(service: Any, to: str, recipients: list[str], mail: str) -> None:
    server = None
    try:
        server = _connect(service)
        refused = server.sendmail(service.from_addr[1], recipients, mail)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        # What a server says may repeat the user's name, so only its number is told.
        answer = getattr(error, "smtp_code", None)
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            answer = next(code for code, _ in error.recipients.values())
        said = type(error).__name__ if answer is None else f"{type(error).__name__}: {answer}"
        # An answer to the mail itself is a no, too.
        if server is not None and server.begun and not isinstance(error, smtplib.SMTPDataError):
            raise DeliveryUnknownError(f"no answer after the mail was sent ({said})") from None
        raise NotDeliveredError(f"the mail server did not take it ({said})") from None
    finally:
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
    if to in refused:  # those who get a copy have it
        raise NotDeliveredError(f"the mail server did not take it for this recipient ({refused[to][0]})")


def _connect(service: Any) -> _Smtp | _SmtpOverTls:
    from apprise.plugins.email.common import SecureMailMode

    timeout = service.socket_connect_timeout
    if service.secure_mode == SecureMailMode.SSL:
        server = _SmtpOverTls(service.smtp_host, service.port, timeout=timeout, context=_tls(service))
    else:
        server = _Smtp(service.smtp_host, service.port, timeout=timeout)
    try:
        if service.secure_mode == SecureMailMode.STARTTLS:
            server.starttls(context=_tls(service))
        if service.user and service.password:
            server.login(service.user, service.password)
    except BaseException:
        server.close()
        raise
    return server


def _tls(service: Any) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not service.verify_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
