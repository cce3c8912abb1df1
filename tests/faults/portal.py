"""Web servers on loopback that misbehave at every level, one port each, all in one thread.

Each has a host name of its own; `crawling` resolves the names to 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Iterator


@dataclass(slots=True)
class Visit:
    """One request, and the connection to answer on."""

    path: str
    headers: dict[str, str]
    number: int
    """1 for the first visit to this path."""
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    at: float = field(default_factory=monotonic)

    async def send(self, *parts: bytes) -> None:
        for part in parts:
            self.writer.write(part)
        await self.writer.drain()

    def reset(self) -> None:
        """Ends the connection with RST."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def gone(self) -> None:
        """Returns when the client has hung up."""
        with suppress(OSError):
            await self.reader.read()


if TYPE_CHECKING:
    Play = Callable[[Visit], Awaitable[None]]


@dataclass
class FaultPortal:
    """One server: what it plays by path, and who asked for what."""

    name: str
    pages: dict[str, Play] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    port: int = 0
    visits: list[Visit] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"{self.name}:{self.port}"

    def url(self, path: str) -> str:
        return f"http{'s' if self.tls else ''}://{self.host}{path}"

    def asked(self, path: str) -> list[Visit]:
        return [visit for visit in self.visits if visit.path == path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client that hangs up is what most plays are about, and its socket may be closed.
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            request, *lines = head.split("\r\n")
            path = request.split(" ")[1]
            headers = dict(line.split(": ", 1) for line in lines if line)
            visit = Visit(path, headers, len(self.asked(path)) + 1, reader, writer)
            self.visits.append(visit)
            play = self.pages.get(path, NOT_FOUND)
            with suppress(OSError):
                await play(visit)
        writer.close()


def answer(
    body: str | bytes = b"", status: int = 200, *, length: int | None = -1, **headers: str
) -> Play:
    """A plain answer; `length` None leaves Content-Length out, -1 is the true one."""
    data = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": "text/html; charset=utf-8", "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    if length is not None:
        fields["Content-Length"] = str(len(data) if length == -1 else length)
    head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items() if v)

    async def play(visit: Visit) -> None:
        await visit.send(head.encode(), b"\r\n", data)

    return play


def raw(data: bytes, *, reset: bool = False) -> Play:
    """Bytes as they are, then the end of the connection."""

    async def play(visit: Visit) -> None:
        await visit.send(data)
        if reset:
            # Let the kernel send what it has; a reset would drop it.
            await asyncio.sleep(0.05)
            visit.reset()

    return play


def drip(head: bytes, piece: bytes, seconds: float) -> Play:
    """A head, then a piece every so many seconds until the client hangs up."""

    async def play(visit: Visit) -> None:
        await visit.send(head)
        gone = asyncio.ensure_future(visit.gone())
        try:
            while not gone.done():
                await visit.send(piece)
                await asyncio.wait([gone], timeout=seconds)
        finally:
            gone.cancel()

    return play


async def hang(visit: Visit) -> None:
    """No answer at all."""
    await visit.gone()


def turns(*plays: Play) -> Play:
    """The first play at the first visit and so on; the last for all others."""

    async def play(visit: Visit) -> None:
        await plays[min(visit.number, len(plays)) - 1](visit)

    return play


def redirect(url: str, status: int = 302, **headers: str) -> Play:
    return answer("<html>moved</html>", status, Location=url, **headers)


NOT_FOUND = answer("<html><head><title>404</title></head><body>none</body></html>", 404)


@contextmanager
def running(portals: list[FaultPortal]) -> Iterator[None]:
    """The portals, each listening on a free port of its address."""
    ready = Event()
    stopping: list[Callable[[], None]] = []

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        stopping.append(lambda: loop.call_soon_threadsafe(stop.set))
        servers = []
        for portal in portals:
            server = await asyncio.start_server(
                portal.serve, "127.0.0.1", 0, ssl=portal.tls, limit=2**20
            )
            portal.port = server.sockets[0].getsockname()[1]
            servers.append(server)
        ready.set()
        await stop.wait()
        for server in servers:
            server.close()

    thread = Thread(target=asyncio.run, args=(main(),))
    thread.start()
    try:
        assert ready.wait(60)
        yield
    finally:
        stopping[0]()
        thread.join()
