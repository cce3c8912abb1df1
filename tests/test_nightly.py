"""A night: several portals in one process, each for itself, and books that balance."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from hostile import Answer, Portal, article, listing, serving
from receiver import SECRET, TOKEN, Said, receiving
from running import ROOT, SECONDS, scrapy, start
from scrapy.crawler import Crawler

from ruralnews.commands.conductor import facts_of
from ruralnews.commands.nightly import night_name, read_duration
from ruralnews.errors import UsageError
from ruralnews.monitoring.outcome import Exit, night_code
from ruralnews.portals import get_portal
from ruralnews.spiders.portals import spider_class
from ruralnews.state.lock import workspace_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIST = "/yw/index.html"
DAY = 24 * 3600
TEXT = "村里的麦子熟了，合作社的收割机天不亮就下了地，一上午收完了南坡的三百亩。"
NOBODY = "127.0.0.1:9"
"""The port of discard: nobody listens."""
PROFILE = """
name = "{name}"
hosts = ["{host}"]
delay = 0.01
verified = false
note = "a portal of the test"

[[columns]]
name = "要闻"
url = "http://{host}/yw/index.html"

[listing]
article = ['/t\\d{{8}}_(?P<id>\\d+)\\.html$']
pages = "index_{{n}}.html"
"""


def path(number: int) -> str:
    return f"/yw/202601/t20260101_{number}.html"


def answers(count: int) -> dict[str, Answer]:
    """A list, and so many articles."""
    titles = {path(n): f"第{n}块地的小麦颗粒归仓" for n in range(1, count + 1)}
    pages = {url: article(title, f"{TEXT}{title}。") for url, title in titles.items()}
    return pages | {LIST: listing(list(titles.items()))}


@dataclass
class World:
    """A project folder with two portals of its own."""

    folder: Path
    portals: dict[str, Portal]

    @property
    def options(self) -> tuple[str, ...]:
        hosts = ",".join([NOBODY, *(portal.host for portal in self.portals.values())])
        return ("-s", f"ALLOW_HOSTS={hosts}", "-s", "RETRY_TIMES=0", "-s", "STOP_SECONDS=0.2")

    def add(self, slug: str, host: str) -> None:
        text = PROFILE.format(name=slug, host=host)
        (self.folder / "portals").mkdir(exist_ok=True)
        (self.folder / "portals" / f"{slug}.toml").write_text(text, encoding="utf-8")

    def night(self, *more: str) -> tuple[int, str]:
        only = ",".join(sorted(path.stem for path in (self.folder / "portals").glob("*.toml")))
        done = scrapy(self.folder, "nightly", "--only", only, *self.options, *more)
        return done.returncode, done.stdout + done.stderr

    def stats(self) -> dict[str, Any]:
        """The facts of the last night, by portal."""
        return {portal["slug"]: portal for portal in self.read("stats.json")["portals"]}

    def texts(self) -> list[str]:
        """What nights wrote about themselves."""
        nights = self.folder / "output" / "nights"
        return [path.read_text(encoding="utf-8") for path in nights.glob("*/*")]

    def read(self, name: str) -> Any:
        last = max((self.folder / "output" / "nights").glob(f"*/{name}"))
        return json.loads(last.read_text(encoding="utf-8"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serving(answers(3)) as hemiao, serving(answers(2)) as maitian:
        made = World(tmp_path, {"hemiao": hemiao, "maitian": maitian})
        for slug, portal in made.portals.items():
            made.add(slug, portal.host)
        yield made


def test_every_portal_of_a_night_is_crawled_and_the_books_balance(world: World) -> None:
    code, said = world.night()

    assert code == Exit.OK, said
    facts = world.stats()
    assert {slug: one["ledger"]["published"] for slug, one in facts.items()} == {
        "hemiao": 3,
        "maitian": 2,
    }
    # Past the last page of a list there is none to have: that is no loss.
    assert {facts["hemiao"]["measures"][name] for name in ("lost", "missing")} == {0}
    assert facts["hemiao"]["counters"]["rn/lists/ended/http-404"] == 1
    assert facts["hemiao"]["columns"]["要闻"] == facts["hemiao"]["ledger"]
    assert facts["hemiao"]["measures"]["coverage"]["source"] == 1.0
    assert [one["title"] for one in facts["maitian"]["fresh"]] == [
        "第1块地的小麦颗粒归仓",
        "第2块地的小麦颗粒归仓",
    ]
    assert facts["hemiao"]["measures"]["canary"] is None  # nothing was known before
    [report] = (world.folder / "output" / "nights").glob("*/report.html")
    page = report.read_text(encoding="utf-8")
    assert "第3块地的小麦颗粒归仓" in page
    assert "127.0.0.1：" in page  # what ALLOW_HOSTS let through
    report.unlink()
    assert scrapy(world.folder, "report").returncode == Exit.OK
    assert report.read_text(encoding="utf-8") == page
    manifest = world.read("manifest.json")
    assert {file["name"].partition("/")[0]: file["rows"] for file in manifest["files"]} == {
        "hemiao": 3,
        "maitian": 2,
    }


def test_the_canary_tells_when_an_old_article_no_longer_reads_as_it_did(world: World) -> None:
    world.night()
    world.portals["maitian"].answers |= {path(n): Answer("<p>改版中</p>") for n in (1, 2)}
    code, said = world.night()

    assert code == Exit.ALARM, said
    assert "maitian: fail: canary: expected same, seen empty" in said
    assert {slug: one["measures"]["canary"] for slug, one in world.stats().items()} == {
        "hemiao": "same",
        "maitian": "empty",
    }


def test_a_failing_portal_does_not_touch_another(world: World) -> None:
    world.portals["hemiao"].answers = {path(1): Answer("", 500), LIST: answers(1)[LIST]}
    world.add("dark", NOBODY)
    code, said = world.night()

    assert code == Exit.ALARM, said
    assert "dark: fail: http: expected pages, seen all 1 lost (network)" in said
    facts = world.stats()
    assert {slug: one["outcome"] for slug, one in facts.items()} == {
        "dark": Exit.PARTIAL,
        "hemiao": Exit.PARTIAL,
        "maitian": Exit.OK,
    }
    assert facts["hemiao"]["ledger"]["failed"] == {"http-500": 1}
    assert facts["maitian"]["ledger"]["published"] == 2


def test_a_bug_in_one_portal_is_not_laid_to_another(world: World) -> None:
    code, said = world.night("-s", "SCHEDULER=tests.forgetful.Forgetful")

    assert code == Exit.BUG, said
    assert {slug: one["outcome"] for slug, one in world.stats().items()} == {
        "hemiao": Exit.BUG,  # it alone has a third article
        "maitian": Exit.OK,
    }


def test_a_night_that_is_stopped_goes_on_when_it_is_run_again(world: World) -> None:
    hanging = world.portals["hemiao"].answers[path(3)]
    hanging.after = Event()
    with start(world.folder, "nightly", "--only", "hemiao,maitian", *world.options) as night:
        assert world.portals["hemiao"].was_asked.wait(SECONDS)
        night.send_signal(signal.SIGTERM)
        _, said = night.communicate(timeout=SECONDS)
    hanging.after.set()

    assert night.returncode == Exit.STOPPED, said
    assert world.stats()["hemiao"]["ledger"]["deferred"] == {"stopped": 1}
    hanging.after = None
    code, said = world.night()
    assert code == Exit.OK, said
    # The same run, continued: its books hold what it did before the stop.
    assert world.stats()["hemiao"]["ledger"] == world.stats()["hemiao"]["columns"]["要闻"]
    assert world.stats()["hemiao"]["ledger"]["published"] == 3


def test_who_watches_in_a_terminal_sees_how_far_each_portal_is(world: World) -> None:
    world.portals["hemiao"].answers[path(3)].after = last = Event()
    (world.folder / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
    ours, theirs = pty.openpty()
    seen: list[str] = []

    def watch() -> None:
        # The end of a terminal is an error on Linux, and nothing to read on macOS.
        with suppress(OSError):
            while part := os.read(ours, 65536):
                seen.append(part.decode("utf-8", "replace"))
                if re.search(r"hemiao +3 +2 +0 +\d+ +1 ", seen[-1]):
                    last.set()

    watching = Thread(target=watch)
    watching.start()
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "nightly", "--only", "hemiao,maitian", *world.options],
        cwd=world.folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "90", "TERM": "xterm"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        timeout=SECONDS,
        check=False,
    )
    os.close(theirs)
    watching.join()
    os.close(ours)

    told = "".join(seen)
    assert done.returncode == Exit.OK, told
    # Three pages, two new articles, none failed; one is left.
    assert last.is_set(), told
    assert "hemiao: ok: 3 articles listed, 3 published, 0 pages lost (2 of 2)" in told


def test_a_crawl_that_could_not_begin_has_no_books() -> None:
    assert facts_of(Crawler(spider_class(get_portal("demo")))) is None


def test_a_night_ends_when_its_time_is_over(world: World) -> None:
    world.portals["hemiao"].answers[path(3)].after = over = Event()
    code, said = world.night("--max-runtime", "3s")
    over.set()

    assert code == Exit.STOPPED, said
    assert world.stats()["hemiao"]["ledger"]["deferred"] == {"stopped": 1}


def test_an_alarm_is_told_and_an_alert_that_fails_harms_nothing(world: World) -> None:
    world.add("dark", NOBODY)
    with receiving("dingtalk") as duty, receiving("json") as broken:
        broken.answers = [Said(403, {})]
        targets = {"duty": duty, "broken": broken}
        tables = [
            f"[{name}]\nkind = '{one.kind}'\nurl = '{one.url}'\nsecret = '{SECRET}'"
            for name, one in targets.items()
        ]
        path = world.folder / "alerts.toml"
        path.write_text("\n".join(tables), encoding="utf-8")
        path.chmod(0o600)
        code, said = world.night("-s", "ALERTS=alerts.toml")

        assert code == Exit.ALARM, said
        assert "the alert to broken failed: http-403" in said
        assert world.read("stats.json")["alerts"] == {"duty": "sent", "broken": "http-403"}
        assert {slug: one["ledger"]["published"] for slug, one in world.stats().items()} == {
            "dark": 0,
            "hemiao": 3,
            "maitian": 2,
        }
        (message,) = duty.received
        assert duty.problems == []
        assert "【dark】dark：部分页面未取到" in message["markdown"]["text"]
        assert "可能原因：网络不通" in message["markdown"]["text"]
        for text in (said, *world.texts()):
            assert SECRET not in text
            assert TOKEN not in text

        # A night that cannot be is told, too.
        code, said = world.night("-s", "ALERTS=alerts.toml", "-s", "MIN_FREE_MB=99999999")
        assert code == Exit.DISK, said
        assert "Traceback" not in said
        assert "MIN_FREE_MB" in duty.received.pop()["markdown"]["text"]
        with workspace_lock(world.folder / "output"):
            code, said = world.night("-s", "ALERTS=alerts.toml")
        assert code == Exit.LOCKED, said
        assert "another run is at work" in duty.received[1]["markdown"]["text"]


def test_a_night_whose_alerts_cannot_be_sent_goes_on_and_says_so(world: World) -> None:
    code, said = world.night("-s", "ALERTS=missing.toml")

    assert code == Exit.CONFIG, said
    assert "no alert can be sent" in said
    assert world.read("stats.json")["alerts"] == {"ALERTS": "unreadable"}
    assert world.stats()["hemiao"]["ledger"]["published"] == 3


@pytest.mark.parametrize(("text", "seconds"), [("4h", 14400.0), ("1.5m", 90.0), ("90s", 90.0)])
def test_a_runtime_is_read(text: str, seconds: float) -> None:
    assert read_duration(text) == seconds


def test_nights_that_begin_in_the_same_second_have_names_of_their_own(tmp_path: Path) -> None:
    began = datetime(2026, 11, 2, 20, 59, 58, tzinfo=UTC)
    names = []
    for _ in range(3):
        names.append(night_name(tmp_path, began))
        (tmp_path / names[-1]).mkdir()
    assert names == ["20261102T205958Z", "20261102T205959Z", "20261102T210000Z"]


def test_a_runtime_without_unit_is_refused() -> None:
    with pytest.raises(UsageError, match="write it like 4h"):
        read_duration("14400")


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ((), Exit.OK),
        ((0, 10, 0), Exit.PARTIAL),
        ((10, 12), Exit.ALARM),
        ((12, 11), Exit.STOPPED),
        ((11, 1, 3), Exit.BUG),
        ((1, 4), Exit.DISK),
        ((4, 5), Exit.STATE),
    ],
)
def test_the_gravest_end_is_the_end_of_the_night(codes: tuple[int, ...], expected: Exit) -> None:
    assert night_code(codes) is expected
