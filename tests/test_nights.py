"""Night after night: what is asked for, what is published, and what a run says about it."""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hostile import Answer, Portal, article, listing, serving
from running import call, scrapy
from sqlalchemy import select

from ruralnews import settings
from ruralnews.commands import forget, retry, status, verify
from ruralnews.monitoring.night import Ledger, PortalNight, read_portal
from ruralnews.monitoring.outcome import Exit
from ruralnews.state.lock import workspace_lock
from ruralnews.state.schema import run
from ruralnews.state.store import open_store, store_url
from ruralnews.state.tally import past_facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scrapy.commands import ScrapyCommand

LIST = "/yw/index.html"
TEXT = "村里的麦子熟了，合作社的收割机天不亮就下了地，一上午收完了南坡的三百亩。"
NUMBERS = range(1, 5)


def path(number: int) -> str:
    return f"/yw/202601/t20260101_{number}.html"


def title(number: int) -> str:
    return f"第{number}块地的小麦颗粒归仓"


def page(number: int, text: str = TEXT) -> Answer:
    return article(title(number), f"{text}第{number}块地。")


def index(numbers: range) -> Answer:
    return listing([(path(n), title(n)) for n in numbers])


def lists_and(*numbers: int) -> list[str]:
    """What a night asks for: the list and these articles."""
    return sorted([LIST, *map(path, numbers)])


@dataclass
class Workspace:
    """A project folder, and the portal it crawls."""

    folder: Path
    portal: Portal
    captured: pytest.CaptureFixture[str]

    def night(self, *options: str) -> tuple[int, list[str], list[str]]:
        """Exit code, paths asked for, and titles published."""
        self.portal.asked.clear()
        known = set(self.files())
        done = scrapy(
            self.folder,
            *("crawl", "site", "-a", f"url={self.portal.url(LIST)}", "-L", "INFO"),
            *("-s", "DOWNLOAD_DELAY=0", "-s", f"ALLOW_HOSTS={self.portal.host}"),
            *("-s", "RETRY_TIMES=0", *options),
        )
        assert "Traceback" not in done.stderr
        new = [name for name in self.files() if name not in known]
        titles = [record["title"] for name in new for record in self.lines(name)]
        asked = sorted(one for one in self.portal.asked if one != "/robots.txt")
        return done.returncode, asked, sorted(titles)

    def files(self, pattern: str = "*.jsonl") -> list[str]:
        # By the stem: the second of one second is NAME-2, which sorts before `NAME.`.
        found = (self.folder / "output" / "site").glob(pattern)
        return [p.name for p in sorted(found, key=lambda p: p.stem)]

    def lines(self, name: str) -> list[dict[str, str]]:
        text = (self.folder / "output" / "site" / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def told(self, command: ScrapyCommand, *options: str) -> tuple[int, str, str]:
        """Exit code, output and errors of a command that asks for no page."""
        code = call(command, *options)
        return code, *self.captured.readouterr()

    def verify(self, *options: str) -> str:
        code, out, err = self.told(verify.Command(), *options)
        assert (code, err) == (Exit.OK, "")
        return out.splitlines()[-1]


@pytest.fixture
def work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    monkeypatch.setattr(settings, "OUTPUT_DIR", str(tmp_path / "output"))
    answers = {path(n): page(n) for n in NUMBERS} | {LIST: index(NUMBERS)}
    with serving(answers) as portal:
        yield Workspace(tmp_path, portal, capsys)


def test_a_night_brings_what_is_new_and_asks_for_nothing_else(work: Workspace) -> None:
    first = [title(n) for n in NUMBERS]
    assert work.night("-O", "out.jsonl") == (Exit.OK, lists_and(*NUMBERS), first)
    out = (work.folder / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["title"] for line in out) == first  # a feed is an extra
    assert work.night() == (Exit.OK, lists_and(), [])
    work.portal.answers |= {path(9): page(9), LIST: index(range(2, 10, 1))}
    code, asked, titles = work.night()
    assert (asked, titles) == (lists_and(*range(5, 10)), [title(9)])
    assert code == Exit.OK  # four listed articles answer 404: that is no loss
    assert work.verify() == "2 files, 5 lines, 0 problems"
    assert [night.ledger for night in facts(work)] == [
        Ledger(listed=8, known=3, published=1, dropped={"http-404": 4}),
        Ledger(listed=4, known=4),
        Ledger(listed=4, published=4),
    ]


def test_a_young_article_that_changed_is_a_revision_and_one_that_went_is_gone(
    work: Workspace,
) -> None:
    for n in NUMBERS:
        work.portal.answers[path(n)].body = fresh(page(n).body)
    work.night()
    work.portal.answers[path(1)].body = fresh(page(1, TEXT + "雨在傍晚停了。").body)
    del work.portal.answers[path(2)]
    work.portal.answers[path(3)] = Answer(status=302, headers={"Location": "/"})
    work.portal.answers["/"] = index(NUMBERS)
    code, _, titles = work.night()
    assert (code, titles) == (Exit.OK, [title(1)])
    [_, second] = work.files()
    assert [line["revision"] for line in work.lines(second)] == [2]
    assert work.night()[2] == []
    [name] = work.files("gone/*.jsonl")
    gone = [(line["url"][-6:], line["reason"]) for line in work.lines(f"gone/{name}")]
    assert sorted(gone) == [("2.html", "http-404"), ("3.html", "soft-404")]
    told = {(one.title, one.reason) for night in facts(work) for one in night.withdrawn}
    assert told == {(title(2), "http-404"), (title(3), "soft-404")}
    assert work.verify() == "3 files, 7 lines, 0 problems"


def fresh(body: str) -> str:
    """The page, published today."""
    now = datetime.now(UTC) + timedelta(hours=8)
    return body.replace("2026-11-01 08:30:00", f"{now:%Y-%m-%d} 00:00:01")


def test_what_failed_is_read_by_the_next_run_and_what_was_held_when_it_is_told(
    work: Workspace,
) -> None:
    whole = {path(2): page(2), path(3): page(3)}
    no_article = Answer("<html><body><p>" + "维护中。" * 9 + "</p></body></html>")
    work.portal.answers |= {path(2): Answer(status=503), path(3): no_article}
    code, _, titles = work.night()
    assert (code, titles) == (Exit.PARTIAL, [title(1), title(4)])
    _, out, _ = work.told(status.Command())
    rows = [line.split()[1:] for line in out.splitlines() if "site:" in line]
    assert ["failed", "http-503", "1"] in rows
    assert ["skipped", "article-missing", "1"] in rows
    work.portal.answers |= whole
    assert work.night() == (Exit.OK, lists_and(2), [title(2)])
    said = work.told(retry.Command(), "--reason", "article-missing")
    assert said == (Exit.OK, "1 pages will be asked for again\n", "")
    assert work.night() == (Exit.OK, lists_and(3), [title(3)])


def test_an_unmodified_list_brings_nothing_and_a_deleted_file_is_made_again(
    work: Workspace,
) -> None:
    work.portal.answers[LIST].headers["ETag"] = '"one"'
    work.night()
    work.portal.answers[LIST] = Answer(status=304)
    assert work.night() == (Exit.OK, lists_and(), [])
    [name] = work.files()
    file = work.folder / "output" / "site" / name
    before = file.read_bytes()
    file.unlink()
    code, _, err = work.told(verify.Command())
    assert (code, err) == (Exit.BUG, f"{file}: is missing\n")
    assert work.verify("--repair") == "1 files, 4 lines, 0 problems"
    assert file.read_bytes() == before


def test_two_runs_do_not_share_a_folder(work: Workspace) -> None:
    (work.folder / "output").mkdir()
    with workspace_lock(work.folder / "output"):
        assert work.night()[:2] == (Exit.LOCKED, [])


def test_a_damaged_store_stops_the_crawl_before_the_first_request(work: Workspace) -> None:
    (work.folder / "output").mkdir()
    (work.folder / "output" / "state.sqlite").write_bytes(b"no database at all" * 1000)
    assert work.night()[:2] == (Exit.STATE, [])


def facts(work: Workspace) -> list[PortalNight]:
    """What the runs did, the latest first."""
    with (
        closing(open_store(store_url(work.folder / "output"))) as store,
        store.transaction() as connection,
    ):
        (portal,) = connection.scalars(select(run.c.portal).distinct())
        texts = past_facts(connection, portal, before=99, most=9)
    return [read_portal(json.loads(text)) for text in texts]


def test_a_page_lost_without_a_word_is_a_bug_that_the_run_reports(work: Workspace) -> None:
    code, _, titles = work.night("-s", "SCHEDULER=tests.forgetful.Forgetful")

    assert (code, len(titles)) == (Exit.BUG, 3)
    (lost,) = facts(work)
    assert (lost.ledger.listed, lost.ledger.accounted) == (4, 3)
    assert lost.outcome == Exit.BUG


def test_a_forgotten_article_leaves_nothing_and_stays_away(work: Workspace) -> None:
    work.night()
    [name] = work.files()
    before = (work.folder / "output" / "site" / name).read_text("utf-8").splitlines()
    code, out, err = work.told(forget.Command(), work.portal.url(path(2)))
    assert (code, err) == (Exit.OK, "")
    assert out.endswith(
        "1 records deleted, 1 files written again, 1 answers overwritten in the archive\n"
    )
    after = (work.folder / "output" / "site" / name).read_text("utf-8").splitlines()
    assert after == [line for line in before if title(2) not in line]
    assert work.verify() == "1 files, 3 lines, 0 problems"
    kept = [p for p in (work.folder / "output").rglob("*") if p.is_file()]
    contents = [
        gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes() for p in kept
    ]
    assert not any("第2块地。".encode() in content for content in contents)
    assert work.night() == (Exit.OK, lists_and(), [])
    said = work.told(forget.Command(), "http://elsewhere.example/x.html")
    assert said[0] == Exit.USAGE
