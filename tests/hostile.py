"""A web server on loopback that answers as a test says, and remembers what it was asked."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Answer:
    """One answer; waits for `after` before it is sent."""

    body: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    after: Event | None = None


@dataclass
class Portal:
    """The running server."""

    host: str
    answers: dict[str, Answer]
    asked: list[str] = field(default_factory=list)
    was_asked: Event = field(default_factory=Event)
    """Set when an answer with `after` was asked for."""

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"


def article(title: str, text: str) -> Answer:
    """A plain article page of the TRS kind."""
    return Answer(
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body>"
        f"<h1>{title}</h1><div>2026-11-01 08:30:00　来源：禾苗网　作者：田小满</div>"
        f"<div class='TRS_Editor'>{''.join(f'<p>{text}{text}</p>' for _ in range(3))}</div>"
        "<div>责编：麦青禾</div></body></html>",
        headers={"Content-Type": "text/html; charset=utf-8"},
    )


def listing(links: list[tuple[str, str]]) -> Answer:
    """A list page of dated links."""
    items = "".join(
        f"<li><a href='{url}'>{title}</a><span>2026-11-01</span></li>" for url, title in links
    )
    return Answer(
        f"<html><head><meta charset='utf-8'><title>列表</title></head>"
        f"<body><ul class='list'>{items}</ul></body></html>",
        headers={"Content-Type": "text/html; charset=utf-8"},
    )


@contextmanager
def serving(answers: dict[str, Answer]) -> Iterator[Portal]:
    """A portal that gives these answers by path, 404 to all others."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            portal.asked.append(self.path)
            answer = portal.answers.get(self.path, Answer("<html>none</html>", 404))
            if answer.after is not None:
                portal.was_asked.set()
                answer.after.wait(300)
            body = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            # A crawl that has ended is not there any more.
            with suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        portal = Portal(f"127.0.0.1:{server.server_port}", answers)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield portal
        finally:
            server.shutdown()
            thread.join()
