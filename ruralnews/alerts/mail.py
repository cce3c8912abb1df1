"""One message to one mail server."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

from ruralnews.alerts.delivery import DeliveryError
from ruralnews.alerts.formats import text_of, visible

if TYPE_CHECKING:
    from datetime import datetime

    from ruralnews.alerts.message import Message
    from ruralnews.alerts.targets import Mailbox

SYNTAX_ERRORS = 500
"""From here on an SMTP answer means no for good; below, not now."""


def letter(target: Mailbox, message: Message, when: datetime) -> EmailMessage:
    """The message as mail, in plain text. `when` is aware."""
    mail = EmailMessage()
    mail["Subject"] = visible(message.title)
    mail["From"] = Address(addr_spec=target.sender)
    mail["To"] = tuple(Address(addr_spec=one) for one in target.to)
    mail["Date"] = format_datetime(when)
    mail["Message-ID"] = make_msgid(domain=target.sender.rpartition("@")[2])
    # No answer by an out-of-office machine.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text_of(message), cte="base64")
    return mail


def send_mail(target: Mailbox, message: Message, when: datetime, seconds: float) -> None:
    """Hands the message over; returns when the server has taken it for all readers.

    Raises DeliveryError.
    """
    context = ssl.create_default_context()
    try:
        with _connected(target, context, seconds) as server:
            if target.security == "starttls":
                server.starttls(context=context)
            if target.user:
                server.login(target.user, target.password)
            refused = server.send_message(letter(target, message, when))
    except smtplib.SMTPNotSupportedError as error:
        # A server that offers no STARTTLS or log-in, or somebody in between who hides it.
        raise DeliveryError("smtp-not-offered", again=False) from error
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
        raise DeliveryError(f"smtp-{code}", again=code < SYNTAX_ERRORS) from error
    except smtplib.SMTPRecipientsRefused as error:
        code = min(answer[0] for answer in error.recipients.values())
        raise DeliveryError(f"smtp-{code}", again=code < SYNTAX_ERRORS) from error
    except TimeoutError as error:
        raise DeliveryError("timeout", again=True) from error
    except ssl.SSLError as error:
        raise DeliveryError("tls", again=False) from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError("unreachable", again=True) from error
    if refused:
        raise DeliveryError("smtp-some-refused", again=False)


def _connected(target: Mailbox, context: ssl.SSLContext, seconds: float) -> smtplib.SMTP:
    if target.security == "tls":
        return smtplib.SMTP_SSL(target.server, target.port, timeout=seconds, context=context)
    return smtplib.SMTP(target.server, target.port, timeout=seconds)
