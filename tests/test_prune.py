"""`scrapy prune`: what is old goes, what is published stays, a kill on the way does no harm."""

from __future__ import annotations

import json
import os
import signal
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from forked import Run
from running import ROOT, SECONDS, call
from sqlalchemy import insert, select, update

from ruralnews import clock, settings
from ruralnews.archive.warc import ARTICLE, Archive, Capture
from ruralnews.commands.prune import Command
from ruralnews.monitoring.night import Fresh, PortalNight, read_portal
from ruralnews.monitoring.outcome import Exit
from ruralnews.state.captures import add_captures
from ruralnews.state.check import problems, recover
from ruralnews.state.commit import Now
from ruralnews.state.files import publish
from ruralnews.state.lock import workspace_lock
from ruralnews.state.reading import Wanted, batches, snapshot
from ruralnews.state.rules import Kind, State
from ruralnews.state.schema import capture, page, record, run
from ruralnews.state.store import Store, open_store, store_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = 86400
NOW = int(datetime(2026, 11, 3, 12, tzinfo=UTC).timestamp())
FRESH = Fresh("hemiao:1", 1, "麦子", None, None, "2026-01-01", None)
QUICK_POINTS = ("after-prune-index", "after-prune-records")
EVERY_POINT = (
    *("after-prune-index", "after-prune-file", "after-prune-night"),
    *("after-prune-records", "before-rename"),
)


class World:
    """An output folder with nights of one portal, some days ago each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store: Store = open_store(store_url(folder))

    def night(self, days: int, state: State = State.DONE) -> str:
        """A run that asked for one article: its record, answer, folder and facts."""
        then = datetime.fromtimestamp(NOW - days * DAY, UTC)
        with self.store.transaction() as connection:
            facts = PortalNight("hemiao", "禾苗网", 0, finished=then.isoformat(), fresh=[FRESH])
            row = {"portal": "hemiao", "started": NOW - days * DAY, "finished": NOW - days * DAY}
            row |= {"outcome": "finished", "night": "n", "facts": json.dumps(asdict(facts))}
            number = connection.scalar(insert(run).values(**row).returning(run.c.id))
            url = f"http://hemiao.example/{days}"
            read = state is State.DONE
            known = {"portal": "hemiao", "url": url, "address": url, "kind": Kind.ARTICLE}
            known |= {"column": "", "number": 0, "state": state, "attempts": 0, "misses": 0}
            known |= {"record": f"hemiao:{days}" if read else None, "run": number}
            article = connection.scalar(insert(page).values(**known).returning(page.c.id))
            if read:
                said = {"portal": "hemiao", "id": f"hemiao:{days}", "revision": 1, "run": number}
                said |= {"kind": Kind.ARTICLE, "content_sha": str(days), "page": article}
                text = json.dumps({"id": f"hemiao:{days}", "title": "麦子"}) + "\n"
                connection.execute(insert(record).values(**said, line=text))
        self._archive(then, number, article, url)
        publish(self.store, self.folder, "hemiao", then, lambda _: None)
        home = self.folder / "nights" / f"{then:%Y%m%dT%H%M%SZ}"
        home.mkdir(parents=True)
        (home / "stats.json").write_text("{}" * 50, encoding="utf-8")
        log = self.folder / "logs" / f"nightly-{then:%Y%m%d}.log"
        log.parent.mkdir(exist_ok=True)
        log.write_text("said", encoding="utf-8")
        os.utime(log, (NOW - days * DAY,) * 2)
        return home.name

    def _archive(self, then: datetime, number: int | None, article: int | None, url: str) -> None:
        answer = Capture(url, 200, ((b"A", b"b"),), b"wheat", then, ARTICLE)
        archive = Archive(self.folder / "archive", "hemiao", 10**6, "test", lambda _: None)
        places = archive.write([answer])
        archive.close()
        # Under the name that it had at the time.
        made = self.folder / "archive" / places[0].file
        name = f"hemiao/hemiao-{then:%Y%m%dT%H%M%SZ}.warc.gz"
        made.rename(self.folder / "archive" / name)
        now = Now("hemiao", number or 0, int(then.timestamp()))
        with self.store.transaction() as connection:
            add_captures(connection, now, [(article, answer)], places)
            moved = update(capture).where(capture.c.file == places[0].file)
            connection.execute(moved.values(file=name))

    def names(self, below: str) -> list[str]:
        return sorted(path.name for path in (self.folder / below).glob("*"))

    def everything(self) -> dict[Path, int]:
        """Every file and its size, but those of the lock and the database."""
        found = [path for path in self.folder.rglob("*") if path.is_file()]
        own = (".lock", "state.")
        return {path: path.stat().st_size for path in found if not path.name.startswith(own)}

    def indexed(self) -> list[str]:
        with self.store.transaction() as connection:
            words = select(capture.c.file).order_by(capture.c.file)
            return [name.partition("/")[2] for name in connection.scalars(words)]

    def lines(self) -> list[str]:
        """What `scrapy export` reads."""
        with snapshot(store_url(self.folder)) as connection:
            return [line for batch in batches(connection, Wanted()) for _, line in batch]

    def published(self) -> list[str]:
        manifest = json.loads((self.folder / "hemiao" / "manifest.json").read_bytes())
        return [file["name"] for file in manifest["files"]]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(settings, "OUTPUT_DIR", str(tmp_path / "output"))
    monkeypatch.setattr(clock, "now", lambda: float(NOW))
    (tmp_path / "output").mkdir()
    made = World(tmp_path / "output")
    with closing(made.store):
        yield made


def test_what_is_old_goes_and_what_is_published_stays(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    old = [world.night(days) for days in (200, 120)]
    new = [world.night(days) for days in (80, 1)]
    lines = world.lines()
    assert call(Command(), "--keep", "90d") == Exit.OK

    assert world.names("nights") == new
    assert world.names("archive/hemiao") == [f"hemiao-{name}.warc.gz" for name in new]
    assert world.indexed() == world.names("archive/hemiao")
    assert [name[8:16] for name in world.names("logs")] == [name[:8] for name in new]
    assert world.lines() == lines
    assert len(lines) == 4
    assert world.published() == [f"{name}.jsonl" for name in (*old, *new)]
    assert list(problems(world.store, world.folder)) == []
    said = capsys.readouterr().out
    assert "archive files: 2, " in said
    assert "folders of nights: 2, 200 B" in said
    assert "published" not in said


def test_a_dry_run_says_it_and_does_nothing_even_beside_a_night(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for days in (2000, 120, 1):
        world.night(days)
    before = world.everything()
    index = world.indexed()
    with workspace_lock(world.folder):
        assert call(Command(), "--keep", "90d", "--dry-run", "--records", "1825d") == Exit.OK
        assert call(Command(), "--keep", "90d") == Exit.LOCKED
    said = capsys.readouterr().out
    assert "archive files: 2, " in said
    assert "published records: 1 (not deleted: --dry-run)" in said
    assert world.everything() == before
    assert world.indexed() == index


def test_the_last_answer_for_an_unread_article_is_kept_for_longer(world: World) -> None:
    for days, state in ((400, State.HELD), (200, State.HELD), (199, State.GONE), (1, State.DONE)):
        world.night(days, state)
    assert call(Command(), "--keep", "90d") == Exit.OK
    days = [(NOW - day * DAY) for day in (200, 1)]
    stamps = [f"{datetime.fromtimestamp(day, UTC):%Y%m%dT%H%M%SZ}" for day in days]
    assert world.indexed() == [f"hemiao-{stamp}.warc.gz" for stamp in stamps]
    assert world.names("archive/hemiao") == world.indexed()


def test_the_only_night_is_kept_however_old_it_is(world: World) -> None:
    name = world.night(300)
    assert call(Command(), "--keep", "90d") == Exit.OK
    assert world.names("nights") == [name]


def test_strangers_and_open_files_are_left_alone(world: World) -> None:
    world.night(1)
    home = world.folder / "archive" / "hemiao"
    left = ("hemiao-20200101T000000Z.warc.gz.open", "mine.warc.gz", "page.html.gz")
    for name in left:
        (home / name).write_bytes(b"x")
    (world.folder / "nights" / "mine").mkdir()
    # One that a kill left after the index had let it go.
    (home / "hemiao-20200101T000001Z-2.warc.gz").write_bytes(b"x")
    assert call(Command(), "--keep", "90d") == Exit.OK
    assert {name for name in world.names("archive/hemiao") if "2026" not in name} == set(left)
    assert "mine" in world.names("nights")


def test_an_archive_that_is_not_mounted_keeps_its_index(world: World) -> None:
    world.night(200)
    (world.folder / "archive").rename(world.folder / "elsewhere")
    assert call(Command(), "--keep", "90d") == Exit.OK
    assert len(world.indexed()) == 1


def test_old_facts_lose_what_no_later_night_compares(world: World) -> None:
    for days in range(70, 0, -1):
        with world.store.transaction() as connection:
            facts = PortalNight("hemiao", "禾苗网", 0, fresh=[FRESH])
            row = {"portal": "hemiao", "started": 1, "finished": NOW - (days + 100) * DAY}
            connection.execute(insert(run).values(**row, facts=json.dumps(asdict(facts))))
    assert call(Command(), "--keep", "90d") == Exit.OK
    with world.store.transaction() as connection:
        texts = list(connection.scalars(select(run.c.facts).order_by(run.c.id)))
    assert [len(read_portal(json.loads(text)).fresh) for text in texts] == [0] * 10 + [1] * 60


def test_published_records_go_only_when_a_person_says_so_twice(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.night(2000)
    new = world.night(100)
    assert call(Command(), "--keep", "90d", "--records", "1825d") == Exit.USAGE
    assert "--confirm-records" in capsys.readouterr().err
    assert len(world.lines()) == 2

    assert call(Command(), "--keep", "90d", "--records", "1825d", "--confirm-records") == Exit.OK
    assert "published records: 1\n" in capsys.readouterr().out
    assert [json.loads(line)["id"] for line in world.lines()] == ["hemiao:100"]
    assert world.published() == [f"{new}.jsonl"]
    assert list(problems(world.store, world.folder)) == []
    # The store still knows the article: nothing is published again.
    recover(world.store, world.folder, lambda _: None)
    now = datetime.fromtimestamp(NOW, UTC)
    assert publish(world.store, world.folder, "hemiao", now, lambda _: None) == []
    with world.store.transaction() as connection:
        known = connection.scalars(select(record.c.id).order_by(record.c.id))
        assert list(known) == ["hemiao:100", "hemiao:2000"]


@pytest.mark.parametrize(
    "args",
    [(), ("--keep", "3h"), ("--keep", "soon"), ("--keep", "90d", "x"), ("--keep-unread", "90d")],
)
def test_a_prune_that_is_none_is_refused(args: tuple[str, ...], world: World) -> None:
    world.night(300)
    assert call(Command(), *args) == Exit.USAGE
    assert len(world.indexed()) == 1


def prune(world: World, crash_at: str) -> int:
    """How a prune ended, in a process of its own, that is killed at a point."""
    folder = world.folder.parent
    (folder / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests" / "crash")))
    when = datetime.fromtimestamp(NOW, UTC).isoformat()
    words = ("prune", "--keep", "90d", "--records", "365d", "--confirm-records")
    environ = os.environ | {"PYTHONPATH": paths, "CRASH_AT": crash_at, clock.VARIABLE: when}
    done = Run(folder, (*words, "-s", "STATE_OBSERVER=points.at"), environ).end(SECONDS)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


@pytest.mark.parametrize(
    "points", [QUICK_POINTS, pytest.param(EVERY_POINT, marks=pytest.mark.slow)]
)
def test_a_prune_that_is_killed_is_made_good_by_the_next(
    points: tuple[str, ...], world: World
) -> None:
    for days in (2000, 1500, 400, 380, 100):
        world.night(days)
    last = world.night(1)
    for point in points:
        assert prune(world, f"{point}:1") == -signal.SIGKILL, point
        # What a crawl does when it begins, and everything that was published is there.
        recover(world.store, world.folder, lambda _: None)
        assert list(problems(world.store, world.folder)) == []
        assert [json.loads(line)["id"] for line in world.lines()][-2:] == ["hemiao:100", "hemiao:1"]
    assert prune(world, "") == Exit.OK
    assert world.names("nights") == [last]
    assert world.names("archive/hemiao") == world.indexed() == [f"hemiao-{last}.warc.gz"]
    assert len(world.names("hemiao")) == 3  # two files and the manifest
    assert len(world.lines()) == 2
