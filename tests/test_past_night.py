"""A night once more from the archive: no socket, the same bytes, and what a rule changes."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hostile import Answer, Portal, article, listing, serving
from running import ROOT, SECONDS, scrapy

from ruralnews.commands.comparing import differences
from ruralnews.monitoring.outcome import Exit

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2026-11-03"
BEGAN = "2026-11-03T00:00:01+08:00"
LIST = "/yw/index.html"
TEXT = "村里的麦子熟了，合作社的收割机天不亮就下了地，一上午收完了南坡的三百亩。"
PROFILE = """
name = "禾苗网"
family = "trs"
hosts = ["{host}"]
delay = 0.01
verified = false
note = "Invented."

[[columns]]
name = "要闻"
url = "http://{host}/yw/index.html"
"""
RULE = """
[article]
title = [".kicker"]
"""
NO_SOCKETS = """
import socket
import sys


def refuse(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        raise RuntimeError(f"a name is looked up: {args}")
    if event in ("socket.connect", "socket.bind") and args[0].family != socket.AF_UNIX:
        raise RuntimeError(f"a socket is opened: {args}")


sys.addaudithook(refuse)
"""


def path(number: int) -> str:
    return f"/yw/202611/t20261101_{number}.html"


def page(number: int, text: str = TEXT, script: str = "") -> Answer:
    """An article published today, so that it is looked at again."""
    answer = article(f"第{number}块地的小麦颗粒归仓", f"{text}第{number}块地。{script}")
    today = datetime.now(UTC) + timedelta(hours=8)
    body = answer.body.replace("2026-11-01 08:30:00", f"{today:%Y-%m-%d} 00:00:01")
    answer.body = body.replace("<h1>", f"<div class='kicker'>{number}号地块的夏收开镰了</div><h1>")
    return answer


def part(number: int) -> Answer:
    """One page of an article in three."""
    tail = f"_{number}" if number else ""
    answer = page(3, f"{TEXT}这是第{number + 1}页{tail}。")
    script = f"<script>createPageHTML(3, {number}, 't20261101_3', 'html');</script>"
    answer.body = answer.body.replace("<div>责编", f"{script}<div>责编")
    return answer


def answers() -> dict[str, Answer]:
    titles = [(path(n), f"第{n}块地的小麦颗粒归仓") for n in range(1, 6)]
    found = {path(n): page(n) for n in (1, 2)}
    found |= {path(3): part(0), path(3).replace(".", "_1."): part(1)}
    found |= {path(3).replace(".", "_2."): part(2)}
    found |= {path(4): Answer(status=302, headers={"Location": "/moved/t20261101_4.html"})}
    found |= {"/moved/t20261101_4.html": page(4)}
    found |= {path(5): page(2), "/robots.txt": Answer("User-agent: *\nDisallow: /no/")}
    return found | {LIST: listing(titles)}


@dataclass
class Workspace:
    """A project with a profile of its own, crawled twice on one day."""

    folder: Path
    portal: Portal

    @property
    def profile(self) -> Path:
        return self.folder / "portals" / "hemiao.toml"

    @property
    def output(self) -> Path:
        return self.folder / "output"

    def crawl(self) -> int:
        allowed = f"ALLOW_HOSTS={self.portal.host}"
        done = scrapy(self.folder, "crawl", "hemiao", "-s", allowed, "-L", "INFO")
        assert "Traceback" not in done.stderr
        return done.returncode

    def replay(self, *options: str) -> tuple[int, bytes, list[str]]:
        """Exit code, output and errors of a replay that may open no socket."""
        hooks = self.folder / "hooks"
        hooks.mkdir(exist_ok=True)
        (hooks / "sitecustomize.py").write_text(NO_SOCKETS, encoding="utf-8")
        paths = os.pathsep.join((str(hooks), str(ROOT)))
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "replay", "--night", DAY, *options],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr.decode().splitlines()

    def published(self) -> bytes:
        # By the stem: the second of one second is NAME-2, which sorts before `NAME.`.
        files = sorted((self.output / "hemiao").glob("*.jsonl"), key=lambda path: path.stem)
        return b"".join(file.read_bytes() for file in files)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two nights; in the second one article has changed."""
    folder = tmp_path_factory.mktemp("night")
    with serving(answers()) as portal:
        done = Workspace(folder, portal)
        done.profile.parent.mkdir()
        done.profile.write_text(PROFILE.format(host=portal.host), encoding="utf-8")
        assert done.crawl() == Exit.OK
        portal.answers[path(1)] = page(1, TEXT + "雨在傍晚停了。")
        assert done.crawl() == Exit.OK
    with closing(sqlite3.connect(done.output / "state.sqlite")) as store:
        store.execute("UPDATE run SET started = ?", [datetime.fromisoformat(BEGAN).timestamp()])
        store.commit()
    return done


@pytest.fixture
def copied(work: Workspace, tmp_path: Path) -> Workspace:
    """The same, to be spoiled."""
    shutil.copytree(work.folder, tmp_path, dirs_exist_ok=True)
    return replace(work, folder=tmp_path)


def test_a_night_gives_the_same_bytes_without_a_socket(work: Workspace) -> None:
    published = work.published()
    records = [json.loads(line) for line in published.splitlines()]
    assert [record["revision"] for record in records] == [1, 1, 1, 1, 2]
    assert sorted(record["pages"] for record in records) == [1, 1, 1, 1, 3]
    before = sorted(str(file) for file in work.output.rglob("*"))
    code, out, err = work.replay("--portal", "hemiao")
    assert out == published
    told = "scrapy replay: hemiao, 2026-11-03 00:00: {} records, 0 differ now"
    assert err == [told.format(4), told.format(1)]
    assert code == Exit.OK
    assert sorted(str(file) for file in work.output.rglob("*")) == before


def test_a_changed_rule_is_told_field_by_field(copied: Workspace) -> None:
    with copied.profile.open("a", encoding="utf-8") as profile:
        profile.write(RULE)
    code, out, err = copied.replay()
    assert code == Exit.BUG
    titles = {json.loads(line)["title"] for line in out.splitlines()}
    assert titles == {f"{n}号地块的夏收开镰了" for n in (1, 2, 3, 4)}
    assert 'hemiao:1: title: "第1块地的小麦颗粒归仓" -> "1号地块的夏收开镰了"' in err
    first = err[: err.index("scrapy replay: hemiao, 2026-11-03 00:00: 4 records, 4 differ now")]
    changed = [line.split(": ")[1] for line in first if line.startswith("hemiao:2")]
    assert changed[:3] == ["title", "provenance.title", "raw.title"]
    assert changed[-1] == "content_sha"
    # Young articles that had not changed in the second night would get a new revision.
    assert "hemiao:2: was unchanged that night:" in err
    assert err[-1].endswith("1 records, 4 differ now")


def test_pages_that_the_archive_lost_are_counted_by_reason(copied: Workspace) -> None:
    first, second = sorted((copied.output / "archive" / "hemiao").iterdir())
    second.unlink()
    first.write_bytes(first.read_bytes()[:-9])
    code, out, err = copied.replay()
    assert code == Exit.PARTIAL
    assert "scrapy replay: replay/truncated: 1" in err
    assert "hemiao:1: gives no record any more: deferred robots-unreachable" in err
    assert len(out.splitlines()) < 5


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--night", "2026-11-04"], "no run began on that day, China time, with an archive"),
        (["--night", "yesterday"], "is no day; write it like 2026-11-03"),
        (["--night", DAY, "page.html"], "--night DATE goes with --portal only"),
        (["--night", DAY, "--portal", "hemiau"], "did you mean"),
    ],
)
def test_a_night_that_cannot_be_meant_is_told(
    work: Workspace, options: list[str], sentence: str
) -> None:
    done = scrapy(work.folder, "replay", *options)
    assert done.returncode == Exit.USAGE
    assert sentence in done.stderr


def line(**fields: object) -> str:
    return json.dumps(fields)


def test_differences_name_the_field_and_show_long_texts_where_they_differ() -> None:
    long = "麦" * 500
    before = line(
        title="甲", body=f"{long}旧{long}", author=["田小满"], raw={"title": "甲", "author": "田"}
    )
    after = line(
        title="甲", body=f"{long}新的{long}", author=[], raw={"title": "乙", "author": "田"}
    )
    around = "麦" * 20
    assert list(differences(before, after)) == [
        ("body", f'"…{around}旧{around}…"', f'"…{around}新的{around}…"'),
        ("author", '["田小满"]', "[]"),
        ("raw.title", '"甲"', '"乙"'),
    ]
    assert list(differences(before, before)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("麦" * 99, "麦" * 100),
        ("", "麦" * 100),
        ("甲" * 99, "乙" * 99),
        ("甲" + "麦" * 99, "麦" * 99),
    ],
)
def test_differences_are_shown_whatever_the_lengths(before: str, after: str) -> None:
    [(_, one, other)] = differences(line(body=before), line(body=after))
    assert one != other
