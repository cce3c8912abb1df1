"""The portals of the month as they answer on a given night: served over HTTP, on loopback."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import layouts
from newsrooms import NEWSROOMS, Newsroom, Story, late, listed, stories

from ruralnews.processors.dates import CHINA

if TYPE_CHECKING:
    from collections.abc import Sequence

SCRIPT = Path(__file__).with_name("month.toml")
LAYOUTS = {
    "trs": layouts.TRS,
    "founder": layouts.FOUNDER,
    "modern": layouts.MODERN,
    "app": layouts.APP,
}
AT = time(2)
"""When a night begins, China time."""
CHALLENGE = (
    "<html><head><script>document.cookie='__jsl_clearance=1;path=/';location.reload()</script>"
    "</head><body></body></html>"
)
Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Look:
    """How a portal is in one night; `set` of an event changes it."""

    layout: str
    lists: str
    profile: str
    """The layout of articles that the operator's profile is made for."""
    profile_lists: str
    encoding: str = "utf-8"
    answers: str = "open"
    lists_frozen: bool = False
    column_frozen: str = ""
    usual_since: date | None = None
    """The same key of the profile."""

    @property
    def is_open(self) -> bool:
        """Whether pages can be had."""
        return self.answers in ("open", "busy")

    def is_frozen(self, column: str) -> bool:
        """Whether a list goes on answering and brings nothing new."""
        return self.lists_frozen or column == self.column_frozen

    @property
    def has_text(self) -> bool:
        return self.layout != "app" and self.encoding != "lost"


@dataclass
class Month:
    """The script of the month, and everything the newsrooms publish in it."""

    script: dict[str, Any]
    rooms: Sequence[Newsroom] = NEWSROOMS
    stories: dict[str, list[Story]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path = SCRIPT) -> Month:
        return cls.of(tomllib.loads(path.read_text("utf-8")))

    @classmethod
    def of(cls, script: dict[str, Any]) -> Month:
        month = cls(script)
        for room in month.rooms:
            month.stories[room.slug] = stories(room, month.first, month.nights, month.seed)
        for event in month.events:
            if "late" in event:
                room = next(room for room in month.rooms if room.slug == event["portal"])
                day = month.day(event["nights"][0])
                month.stories[room.slug].append(late(room, day, event["late"], month.seed))
        return month

    @property
    def first(self) -> date:
        return self.script["first"]  # type: ignore[no-any-return]

    @property
    def nights(self) -> int:
        return self.script["nights"]  # type: ignore[no-any-return]

    @property
    def seed(self) -> int:
        return self.script["seed"]  # type: ignore[no-any-return]

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.script["events"]  # type: ignore[no-any-return]

    @property
    def dark(self) -> dict[int, list[str]]:
        """Night → portals that check-night is to tell of."""
        return {int(night): slugs for night, slugs in self.script["dark"].items()}

    def expected(self) -> dict[int, list[str]]:
        """Night → the alarms that the script wants, `slug monitor level field cause`."""
        wanted: dict[int, list[str]] = {}
        for event in self.events:
            for alarm in event.get("alarms", ()):
                night, _, said = alarm.partition(" ")
                wanted.setdefault(int(night), []).append(f"{event['portal']} {said}")
        return {night: sorted(said) for night, said in sorted(wanted.items())}

    def day(self, night: int) -> date:
        """The day that a night reports on."""
        return self.first + timedelta(night - 1)

    def began(self, night: int) -> datetime:
        return datetime.combine(self.day(night) + timedelta(1), AT, CHINA)

    def look(self, slug: str, night: int) -> Look:
        made = self.script["looks"][slug]
        look = Look(made, made, made, made)
        for event in self.events:
            first, last = event["nights"]
            if event["portal"] == slug and first <= night <= last:
                look = replace(look, **event.get("set", {}))
        return look

    def frozen_since(self, slug: str, column: str, night: int) -> int:
        """The last night whose list is still shown."""
        while night and self.look(slug, night).is_frozen(column):
            night -= 1
        return night

    def shown(self, slug: str, column: str, night: int) -> list[Story]:
        """What a list shows in a night, the newest first."""
        now = self.began(self.frozen_since(slug, column, night))
        return list(listed(self.stories[slug], column, now))

    def profile(self, slug: str, host: str, night: int) -> str:
        look = self.look(slug, night)
        lists = LAYOUTS[look.profile_lists]
        made = replace(LAYOUTS[look.profile], links=lists.links)
        since = f"usual_since = {look.usual_since}\n" if look.usual_since else ""
        return since + layouts.profile(self.room(slug), host, made)

    def room(self, slug: str) -> Newsroom:
        return next(room for room in self.rooms if room.slug == slug)

    # -- What a portal answers ----------------------------------------------------------------

    def answer(self, slug: str, path: str, night: int) -> Answer:
        look = self.look(slug, night)
        if look.answers == "forbidden":
            return 403, {}, b"<html><body>403 Forbidden</body></html>"
        if look.answers == "challenge":
            return 200, {"Content-Type": "text/html"}, CHALLENGE.encode()
        if look.answers == "busy" and path.startswith("/a/") and path[-6] == "0":
            return 503, {}, b"busy"
        html = self._page(slug, path, night, look)
        if html is None:
            return 404, {"Content-Type": "text/html"}, b"<html><body>404</body></html>"
        body = encoded(html, look.encoding)
        tag = f'"{sha256(body).hexdigest()[:16]}"'
        return 200, {"Content-Type": "text/html", "ETag": tag}, body

    def _page(self, slug: str, path: str, night: int, look: Look) -> str | None:
        room, now = self.room(slug), self.began(night)
        if path.startswith("/a/"):
            number = int(path.rpartition("_")[2].removesuffix(".html"))
            known = (one for one in self.stories[slug] if one.number == number)
            story = next(known, None)
            there = story and story.at(now)
            layout = LAYOUTS[look.layout]
            return layouts.article_page(room, there, layout, "utf-8") if there else None
        for place, column in enumerate(room.columns):
            base = layouts.column_path(place)
            if path.startswith(base):
                name = path.removeprefix(base).removesuffix(".html").removeprefix("index")
                shown, layout = self.shown(slug, column, night), LAYOUTS[look.lists]
                return layouts.list_page(room, shown, int(name[1:] or 0), layout, "utf-8")
        return None


def encoded(html: str, encoding: str) -> bytes:
    """The bytes of a page that declares utf-8."""
    if encoding == "gbk-as-utf8":
        return html.encode("gb18030")
    if encoding == "lost":
        html = html.encode("gb18030").decode("utf-8", "replace")
    return html.encode()


class Servers:
    """The portals on loopback, each on a port of its own."""

    def __init__(self, month: Month, slugs: Sequence[str]) -> None:
        self.month = month
        self.night = 1
        self.asked: dict[str, list[str]] = {slug: [] for slug in slugs}
        self._running: dict[str, ThreadingHTTPServer] = {}
        self.ports: dict[str, int] = dict.fromkeys(slugs, 0)
        for slug in slugs:
            self._open(slug)

    def host(self, slug: str) -> str:
        return f"127.0.0.1:{self.ports[slug]}"

    def begin(self, night: int) -> None:
        """Makes the portals what they are in a night."""
        self.night = night
        for slug in self.ports:
            there = self.month.look(slug, night).answers != "unreachable"
            if there and slug not in self._running:
                self._open(slug)
            elif not there and slug in self._running:
                self._close(slug)

    def close(self) -> None:
        for slug in list(self._running):
            self._close(slug)

    def _open(self, slug: str) -> None:
        handler = type("Handler", (_Handler,), {"slug": slug, "servers": self})
        server = ThreadingHTTPServer(("127.0.0.1", self.ports[slug]), handler)
        server.daemon_threads = True
        self.ports[slug] = server.server_port
        self._running[slug] = server
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def _close(self, slug: str) -> None:
        server = self._running.pop(slug)
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    slug: str
    servers: Servers

    def do_GET(self) -> None:
        self.servers.asked[self.slug].append(self.path)
        status, headers, body = self.servers.month.answer(self.slug, self.path, self.servers.night)
        if headers.get("ETag", "") == self.headers.get("If-None-Match"):
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass
