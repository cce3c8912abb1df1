"""One message to one webhook. urllib: a request that goes out once a night needs no more."""

from __future__ import annotations

import json
import ssl
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import (
    BaseHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    ProxyHandler,
    Request,
    build_opener,
)

from ruralnews.alerts.delivery import DeliveryError
from ruralnews.alerts.formats import request, service
from ruralnews.alerts.targets import is_own

if TYPE_CHECKING:
    from ruralnews.alerts.message import Message
    from ruralnews.alerts.targets import Webhook

READ = 64 * 1024
"""Bytes of an answer that are looked at."""


class _NoRedirect(HTTPRedirectHandler):
    """The address of a robot is a secret, and goes to nobody but the host it names."""

    def redirect_request(self, *_: Any) -> None:
        return None


def post(target: Webhook, message: Message, now: float, seconds: float) -> None:
    """Hands the message over; returns when the service has taken it.

    Raises DeliveryError: the service refused, is busy, or could not be reached in time.
    """
    address, body, headers = request(target.kind, target.url, target.secret, message, now)
    handlers: list[BaseHandler] = [_NoRedirect()]
    if address.startswith("https:"):
        handlers.append(HTTPSHandler(context=ssl.create_default_context()))
    if is_own(target.url, ()):
        # A proxy would take this machine for its own.
        handlers.append(ProxyHandler({}))
    asked = Request(address, body, headers, method="POST")  # noqa: S310 - targets.py checks it
    try:
        with build_opener(*handlers).open(asked, timeout=seconds) as answer:
            said = answer.read(READ)
    except HTTPError as error:
        with error:
            raise DeliveryError(
                f"http-{error.code}",
                again=error.code >= HTTPStatus.INTERNAL_SERVER_ERROR
                or error.code == HTTPStatus.TOO_MANY_REQUESTS,
                after=_seconds(error.headers.get("Retry-After", "")),
            ) from error
    except URLError as error:
        raise DeliveryError(_reason(error.reason), again=True) from error
    except HTTPException as error:
        raise DeliveryError("answer-unreadable", again=True) from error
    except OSError as error:
        raise DeliveryError(_reason(error), again=True) from error
    _check(target.kind, said)


def _seconds(value: str) -> float:
    return float(value[:6]) if value.isdecimal() else 0.0


def _reason(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return "tls"
    return "unreachable"


def _check(kind: str, said: bytes) -> None:
    """Raises DeliveryError for an answer that says no: these services say it with HTTP 200."""
    known = service(kind)
    if not known.good:
        return
    try:
        answer = json.loads(said)
    except ValueError as error:
        raise DeliveryError("answer-unreadable", again=False) from error
    codes = [answer[key] for key in known.good if key in answer] if type(answer) is dict else []
    if not codes:
        raise DeliveryError("answer-unreadable", again=False)
    bad = [code for code in codes if code != 0]
    if bad:
        why = str(answer.get("errmsg") or answer.get("msg") or "")
        raise DeliveryError(f"answer-{bad[0]}", again=bad[0] in known.busy, detail=why)
