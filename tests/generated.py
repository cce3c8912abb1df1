"""A portal of any size, its pages made when they are asked for. All of it is invented.

`with generated(ARTICLES) as portal:` serves it from a thread; as a program it serves it from a
process of its own and prints its address: `python tests/generated.py ARTICLES`.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PER_LIST = 20
SENTENCES = (
    "天刚亮，南坡的收割机已经下了地。",
    "合作社把化肥和种子送到了每户门口。",
    "村里的老水渠清了三遍淤，水终于到了最后一块田。",
    "“今年的麦子比去年沉。”种粮大户捧起一把麦粒说。",
    "镇上的农技员在地头支起一块黑板，讲怎样看墒情。",
    "晒谷场上铺满新粮，孩子们在边上追着跑。",
    "村民代表把账本一页一页念给大家听。",
    "雨在傍晚停了，排水沟里还响着水声。",
)
MENU = "".join(f"<li><a href='/column{n}/'>栏目{n}</a></li>" for n in range(40))


@dataclass
class Generated:
    """The running portal."""

    articles: int
    url: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    silent: str = ""
    """Path of a page that never comes."""
    on_request: Callable[[str], None] = lambda _: None
    never: asyncio.Event = field(default_factory=asyncio.Event)
    stop: Callable[[], object] = lambda: None

    @property
    def host(self) -> str:
        return self.url.split("/")[2]

    @property
    def list_url(self) -> str:
        return f"{self.url}yw/index.html"

    def page(self, path: str) -> str | None:
        """The page at a path, None where there is none."""
        name = path.rpartition("/")[2]
        if name.startswith("t2"):
            return _article(int(name.removesuffix(".html").rpartition("_")[2]))
        if name.startswith("index"):
            number = name.removesuffix(".html").rpartition("_")[2]
            return self._list(int(number) if number.isdecimal() else 0)
        return None

    def _list(self, number: int) -> str:
        last = -(-self.articles // PER_LIST)
        numbers = range(number * PER_LIST, min((number + 1) * PER_LIST, self.articles))
        items = "".join(
            f"<li><a href='{article_path(n)}'>{_title(n)}</a><span>2024-05-06</span></li>"
            for n in numbers
        )
        script = f'<script>createPageHTML({last}, {number}, "index", "html");</script>'
        return _html("要闻", f"<ul class='list'>{items}</ul>{script}")


def article_path(number: int) -> str:
    """Path of an article, counted from 0."""
    return f"/yw/202405/t20240506_{number}.html"


def _title(number: int) -> str:
    return f"第{number}号地块的冬小麦今天颗粒归仓"


def _article(number: int) -> str:
    lines = (SENTENCES[(number + n) % len(SENTENCES)] * (2 + n % 3) for n in range(14))
    body = "".join(f"<p>　　{line}</p>" for line in lines)
    return _html(
        _title(number),
        f"<h1>{_title(number)}</h1><div class='info'>2024-05-06 08:30:00　来源：禾苗网　"
        f"作者：田小满</div><div class='TRS_Editor'><p>　　第{number}号地块的消息。</p>{body}"
        "</div><div>责编：麦青禾</div>",
    )


def _html(title: str, content: str) -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}_禾苗网</title></head>"
        f"<body><div class='nav'><ul>{MENU}</ul></div>{content}"
        f"<div class='side'><ul>{MENU}</ul></div><div class='foot'>禾苗网</div></body></html>"
    )


async def _answer(
    portal: Generated, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        while line := await reader.readline():
            while (await reader.readline()).strip():
                pass
            path = line.decode("latin-1").split()[1]
            portal.asked[path] += 1
            portal.on_request(path)
            if path == portal.silent:
                await portal.never.wait()
            page = portal.page(path)
            body = (page or "<html><body>没有这个页面</body></html>").encode()
            status = "200 OK" if page else "404 Not Found"
            head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
    except (ConnectionError, asyncio.CancelledError):
        pass  # the crawl was killed, or the test is over
    finally:
        writer.close()


async def _serve(portal: Generated, ready: Callable[[], None]) -> None:
    end, loop = asyncio.Event(), asyncio.get_running_loop()
    portal.stop = lambda: loop.call_soon_threadsafe(end.set)
    server = await asyncio.start_server(lambda r, w: _answer(portal, r, w), "127.0.0.1", 0)
    portal.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    ready()
    await end.wait()
    server.close()


@contextmanager
def generated(articles: int) -> Iterator[Generated]:
    """The portal, up for the length of the block."""
    portal, ready = Generated(articles), Event()
    thread = Thread(target=asyncio.run, args=(_serve(portal, ready.set),))
    thread.start()
    ready.wait()
    try:
        yield portal
    finally:
        portal.stop()
        thread.join()


if __name__ == "__main__":
    served = Generated(int(sys.argv[1]))
    asyncio.run(_serve(served, lambda: print(served.list_url, flush=True)))
