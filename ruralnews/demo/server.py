"""The demo portal as a web server on 127.0.0.1: files in, HTTP out, nothing else."""

from __future__ import annotations

import tomllib
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import Thread
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from ruralnews.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

HOST = "127.0.0.1"
IDLE_SECONDS = 10
"""A client that says nothing for so long is cut off."""


@dataclass(frozen=True, slots=True)
class SitePage:
    """One page as the server sends it."""

    body: bytes
    headers: dict[str, str]


@dataclass(slots=True)
class DemoServer:
    """The running demo portal."""

    url: str
    """`http://127.0.0.1:PORT/`."""
    log: list[str] = field(default_factory=list)
    """One `METHOD PATH STATUS` per answered request, in order of arrival."""


def read_site() -> dict[str, SitePage]:
    """Every page of the demo portal by its URL path; a folder's index.html also by the folder."""
    room = files("ruralnews.demo")
    table = tomllib.loads(room.joinpath("site.toml").read_text(encoding="utf-8"))
    site: dict[str, SitePage] = {}
    for path, body in _walk(room.joinpath("site"), "/"):
        folder = path.removesuffix("index.html")
        kind = table["pages"].get(folder) or table["types"].get("." + path.rpartition(".")[2])
        if kind is None:
            continue  # what an editor or a file manager left there
        site[path] = site[folder] = SitePage(body, {"Content-Type": kind})
    for path, other in table["answers"].items():
        site[path] = site[other]
    return site


def _walk(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{path}{entry.name}/")
        else:
            yield path + entry.name, entry.read_bytes()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.site = read_site()
        self.log: list[str] = []
        super().__init__((HOST, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    timeout = IDLE_SECONDS

    def do_GET(self) -> None:
        body = self._send_head()
        self.wfile.write(body)

    def do_HEAD(self) -> None:
        self._send_head()

    def _send_head(self) -> bytes:
        """The body that belongs to the headers just sent."""
        server = cast("_Server", self.server)
        # A look-up among the pages read at the start: no path can leave the site.
        page = server.site.get(urlsplit(self.path).path)
        status = HTTPStatus.OK if page else HTTPStatus.NOT_FOUND
        page = page or SitePage(b"404 Not Found\n", {"Content-Type": "text/plain"})
        server.log.append(f"{self.command} {self.path} {status.value}")
        self.send_response(status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        return page.body

    def log_message(self, *_: object) -> None:
        """Nothing is written: stderr is the crawl's."""
        # Nothing to do: `_send_head` has put the request into the log of the server.


@contextmanager
def serve(port: int = 0) -> Iterator[DemoServer]:
    """The demo portal, up for the length of the block on `port` of 127.0.0.1 (0: any free one).

    Raises UsageError for a port that cannot be had.
    """
    try:
        server = _Server(port)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"demo portal: port {port} of {HOST} cannot be used ({error}); "
            "allowed is a free port up to 65535; try another, or 0 for any free one"
        ) from error
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield DemoServer(f"http://{HOST}:{server.server_port}/", server.log)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
