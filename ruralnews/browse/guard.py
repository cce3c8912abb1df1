"""What may be asked of the server, and what its answers say to the browser."""

from __future__ import annotations

import csv
import io
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from ruralnews.export.formulas import guarded
from ruralnews.export.writers import WITH_BOM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Scope = MutableMapping[str, Any]
    Send = Callable[[Scope], Awaitable[None]]
    App = Callable[[Scope, Any, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""No script at all, and nothing from elsewhere; Datasette sets widths and colours inline."""
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
READING = ("GET", "HEAD")
CSV = ".csv"


class Guard:
    """Datasette for one browser on this machine.

    A page elsewhere can have its own name resolve to 127.0.0.1 and then read what is here (DNS
    rebinding): the name it asks by betrays it.
    """

    def __init__(self, app: App, port: int) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}".encode() for name in ("127.0.0.1", "localhost")}

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = _with_headers(send)
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            await _answer(send, 421, "This server is reached as 127.0.0.1 only.")
        elif scope["method"] not in READING:
            await _answer(send, 405, "There is nothing to write here.")
        elif (cleaned := without_blanks(scope["query_string"].decode("latin-1"))) is not None:
            place = f"{scope['raw_path'].decode('latin-1')}?{cleaned}"
            await _answer(send, 302, "", [(b"location", place.encode("latin-1"))])
        elif scope["path"].endswith(CSV):
            await self._app(scope, receive, SafeCsv(send))
        else:
            await self._app(scope, receive, send)


def without_blanks(query: str) -> str | None:
    """The query without the fields of a form that were left empty; None when all are filled.

    >>> without_blanks("_search=&day__gte=2026-01-01"), without_blanks("portal=moa")
    ('day__gte=2026-01-01', None)
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    filled = [
        (key, value)
        for key, value in pairs
        if value.strip() or not key.startswith(("_search", "day__"))
    ]
    return urlencode(filled) if len(filled) < len(pairs) else None


class SafeCsv:
    """Makes a CSV answer one that no spreadsheet takes for formulas."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Scope = {}
        self._body = b""

    async def __call__(self, message: Scope) -> None:
        """ASGI's `send`: gathers the answer, of 1 000 rows at most, and sends it whole."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        headers = [
            (name, value)
            for name, value in self._start["headers"]
            if name.lower() != b"content-length"
        ]
        if self._start["status"] == HTTPStatus.OK:
            self._body = safe_csv(self._body.decode()).encode(WITH_BOM)
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": self._body})


def safe_csv(text: str) -> str:
    r"""The table with every cell `guarded`.

    >>> safe_csv("title\r\n=1\r\n")
    "title\r\n'=1\r\n"
    """
    made = io.StringIO(newline="")
    rows = csv.reader(io.StringIO(text, newline=""))
    csv.writer(made).writerows([guarded(cell) for cell in row] for row in rows)
    return made.getvalue()


def _with_headers(send: Send) -> Send:
    async def sending(message: Scope) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *HEADERS]}
        await send(message)

    return sending


async def _answer(
    send: Send, status: int, text: str, more: list[tuple[bytes, bytes]] | None = None
) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *(more or [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
