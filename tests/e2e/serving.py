"""A web server on loopback for many hosts, with and without TLS, in a thread of its own."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from listing import Served, parameters

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

MISSING = Served("<html><body>没有这个页面</body></html>".encode(), {"Content-Type": "text/html"})


@dataclass
class Server:
    """What is served by address without scheme, and what was asked for."""

    pages: dict[str, Served] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    ports: dict[int, int] = field(default_factory=dict)
    """The port that stands for 80, and the one for 443."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                request, *lines = head.split("\r\n")
                method, target, _ = request.split(" ")
                headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                url = headers["host"] + target
                self.asked.append(f"{method} {url}")
                status, kinds, content = self.answer(url, body.decode())
                fields = kinds | {"Content-Length": str(len(content))}
                lines = [f"HTTP/1.1 {status} X", *(f"{k}: {v}" for k, v in fields.items())]
                writer.write("\r\n".join([*lines, "", ""]).encode() + content)
                await writer.drain()
        writer.close()

    def answer(self, url: str, form: str) -> tuple[int, dict[str, str], bytes]:
        path = url.partition("?")[0]
        page = self.pages.get(url) or self.pages.get(path, MISSING)
        if page.service is not None:
            return 200, page.headers, page.service(parameters(urlsplit(url).query, form))
        known = page is not MISSING and url in self.pages
        return (200, page.headers, page.body) if known else (404, MISSING.headers, MISSING.body)


@contextmanager
def running(server: Server, tls: ssl.SSLContext) -> Iterator[None]:
    """The server on two free ports of 127.0.0.1."""
    ready = Event()
    stopping: list[Callable[[], object]] = []

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        stopping.append(lambda: loop.call_soon_threadsafe(stop.set))
        for port, context in ((80, None), (443, tls)):
            made = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
            server.ports[port] = made.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()

    thread = Thread(target=asyncio.run, args=(main(),), daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield
    finally:
        stopping[0]()
        thread.join()
