"""Receivers of alerts on loopback: HTTP that answers as the chat services do, and a mail server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from aiosmtpd.smtp import SMTP, Envelope, Session

SECRET = "SEC0123456789abcdef"
TOKEN = "token-0123456789"
ACCEPTED = {
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"code": 0, "msg": "success", "data": {}, "StatusCode": 0},
    "json": {},
}


@dataclass
class Said:
    """What the next request is answered; `after` seconds, with these headers."""

    status: int = 200
    body: Any = None
    after: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Receiver:
    """What arrived, and what is answered: the answers in their order, then the service's yes."""

    kind: str
    port: int = 0
    scheme: str = "http"
    host: str = "127.0.0.1"
    answers: list[Said] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What a service would refuse."""

    @property
    def url(self) -> str:
        paths = {
            "dingtalk": f"/robot/send?access_token={TOKEN}",
            "wecom": f"/cgi-bin/webhook/send?key={TOKEN}",
            "feishu": f"/open-apis/bot/v2/hook/{TOKEN}",
            "json": "/alert",
        }
        return f"{self.scheme}://{self.host}:{self.port}{paths[self.kind]}"

    def take(self, address: str, headers: dict[str, str], raw: bytes) -> Said:
        """The answer to a request."""
        if headers.get("Content-Type") != "application/json; charset=utf-8":
            self.problems.append("content type")
        body = json.loads(raw)
        self.received.append(body)
        self.problems += check(self.kind, address, body, raw)
        if self.kind == "json":
            sign = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
            if headers.get("X-Hub-Signature-256") != f"sha256={sign}":
                self.problems.append("signature")
        if self.answers:
            return self.answers.pop(0)
        return Said(body=ACCEPTED[self.kind])


def check(kind: str, address: str, body: dict[str, Any], raw: bytes) -> Iterator[str]:
    """What the service would find wrong, as its documentation says it looks."""
    if kind in CHECKS:
        query = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        found = CHECKS[kind](query, body)
        yield from (problem for problem, is_there in found.items() if is_there)
        if len(raw) > 20_000:
            yield "too long"


def check_dingtalk(query: dict[str, str], body: dict[str, Any]) -> dict[str, bool]:
    stamp = query.get("timestamp", "0")
    key = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    return {
        "sign not match": query.get("sign") != base64.b64encode(key).decode(),
        "timestamp": not is_now(int(stamp) / 1000),
        "token is not exist": query.get("access_token") != TOKEN,
        "param error": set(body) != {"msgtype", "markdown"}
        or set(body["markdown"]) != {"title", "text"},
    }


def check_wecom(query: dict[str, str], body: dict[str, Any]) -> dict[str, bool]:
    return {
        "invalid webhook url": query != {"key": TOKEN},
        "content exceed max length": len(body["markdown"]["content"].encode()) > 4096,
    }


def check_feishu(_: dict[str, str], body: dict[str, Any]) -> dict[str, bool]:
    key = f"{body['timestamp']}\n{SECRET}".encode()
    sign = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    lines = body["content"]["post"]["zh_cn"]["content"]
    return {
        "sign match fail": body["sign"] != sign,
        "timestamp": not is_now(int(body["timestamp"])),
        "param error": any(
            [part.keys() for part in line] != [{"tag", "text"}] or line[0]["tag"] != "text"
            for line in lines
        ),
    }


def is_now(stamp: float) -> bool:
    """Both services take an hour; here it is the same clock."""
    return abs(stamp - time.time()) < 60


CHECKS = {"dingtalk": check_dingtalk, "wecom": check_wecom, "feishu": check_feishu}


@contextmanager
def receiving(kind: str, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A service on loopback; with a context, by https and as `localhost`."""
    receiver = Receiver(kind)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            said = receiver.take(self.path, dict(self.headers), raw)
            time.sleep(said.after)
            body = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        receiver.scheme, receiver.host = "https", "localhost"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class MailServer(Controller):
    """A mail server that takes mail from one user, over STARTTLS only when it has a context."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        self.refusals: list[str] = []
        """What the next mails are answered."""
        super().__init__(
            self,
            hostname="127.0.0.1",
            port=free_port(),
            tls_context=context,
            require_starttls=context is not None,
            auth_required=context is not None,
            authenticator=self.authenticate,
        )

    def authenticate(self, *given: Any) -> AuthResult:
        login = given[-1]
        right = login == LoginPassword(b"news", SECRET.encode())
        return AuthResult(success=right, handled=right)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        del server, session
        if self.refusals:
            return self.refusals.pop(0)
        assert isinstance(envelope.content, bytes)
        self.mails.append((list(envelope.rcpt_tos), envelope.content))
        return "250 OK"
