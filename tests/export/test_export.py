"""`scrapy export`: which records are in the file, and how the file comes to be."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from recorded import Kept, article, fill, gone
from running import call

from ruralnews.commands.export import Command
from ruralnews.state.reading import Wanted, batches, snapshot
from ruralnews.state.store import open_store, store_url

if TYPE_CHECKING:
    from pathlib import Path

DAYS = ["2026-03-01", "2026-03-02", "2026-03-03"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder: three days of one portal, edits, withdrawals and what is not published."""
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = ruralnews.settings\n", "utf-8")
    (tmp_path / "output").mkdir()
    monkeypatch.chdir(tmp_path)
    first = [article(n, published=f"{day}T00:00:00+08:00") for n, day in enumerate(DAYS)]
    edited = article(1, published=f"{DAYS[1]}T00:00:00+08:00", revision=2, title="更正")
    other = article(7, id="site:7", portal="site")
    fill(
        tmp_path / "output",
        [
            *map(Kept, first),
            Kept(edited),
            Kept(gone(2)),
            Kept(other, portal="site:other.example"),
            Kept(article(0, revision=2, title="还没有发布"), file=None),
        ],
    )
    return tmp_path


def exported(*args: str) -> list[str]:
    """What stands in the file: id and revision of every line."""
    assert call(Command(), *args, "-o", "made.jsonl", "--force") == 0
    with open("made.jsonl", encoding="utf-8") as file:  # noqa: PTH123 - of the working folder
        return [f"{said['id']}/{said['revision']}" for said in map(json.loads, file)]


HEMIAO = ["hemiao:0/1", "hemiao:1/1", "hemiao:2/1", "hemiao:1/2"]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ([], [*HEMIAO, "site:7/1"]),
        (["--portal", "hemiao"], HEMIAO),
        (["--portal", "site", "--portal", "hemiao"], [*HEMIAO, "site:7/1"]),
        (["--portal", "site", "hemiao"], [*HEMIAO, "site:7/1"]),
        (["--portal", "hemiao", "--since", DAYS[1]], HEMIAO[1:]),
        (["--portal", "hemiao", "--until", DAYS[0]], HEMIAO[:1]),
        (["--since", DAYS[1], "--until", DAYS[1]], ["hemiao:1/1", "hemiao:1/2"]),
        # Edited: the edit. Gone: nothing. Edited, not published: what is published.
        (["--latest-revision"], ["hemiao:0/1", "hemiao:1/2", "site:7/1"]),
        (["--gone"], ["hemiao:2/1"]),
        (["--gone", "--since", "2026-11-03"], ["hemiao:2/1"]),  # 02:00 in China
        (["--gone", "--until", "2026-11-02"], []),
    ],
)
def test_the_file_holds_what_was_asked_for_in_the_order_of_its_recording(
    project: Path, args: list[str], expected: list[str]
) -> None:
    del project
    assert exported(*args) == expected


def test_an_article_that_came_back_is_among_the_latest(project: Path) -> None:
    fill(project / "output", [Kept(article(2, revision=2))])
    assert exported("--latest-revision")[-1] == "hemiao:2/2"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "name the file to write: -o FILE"),
        (["-o", "made.xlsx"], r"made\.xlsx: does not say its format; end it with \.parquet, "),
        (["-o", "made.csv", "--portal", "hemiao", "nosuch"], r"nosuch: has no record; these have"),
        (["-o", "made.csv", "--since", "gestern"], "gestern: is no day; write it like 2026-11-03"),
        (["-o", "made.csv", "--gone", "--latest-revision"], "--gone has no revisions"),
        (["-o", "made.csv", "--limit"], "there is no option '--limit'"),
        (["-o", "made.csv", "all"], "it takes no argument, not even 'all'"),
        (["-o", "output", "--format", "csv", "--force"], "output: is a folder; name a file"),
    ],
)
def test_a_wrong_call_is_told_and_writes_nothing(
    project: Path, args: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(Command(), *args) == 2
    assert re.search(said, capsys.readouterr().err)
    assert not list(project.glob("made*"))


def test_a_file_that_is_there_is_replaced_only_when_told_so(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "made.csv").write_text("mine", "utf-8")
    assert call(Command(), "-o", "made.csv") == 2
    assert "made.csv: is there already; --force replaces it" in capsys.readouterr().err
    assert (project / "made.csv").read_text("utf-8") == "mine"
    assert call(Command(), "-o", "made.csv", "--force") == 0
    assert (project / "made.csv").read_text("utf-8") != "mine"


@pytest.mark.parametrize("kind", ["csv", "jsonl", "sqlite", "parquet"])
def test_an_export_that_fails_leaves_the_old_file_and_nothing_else(
    project: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = project / f"made.{kind}"
    made.write_text("mine", "utf-8")
    fill(project / "output", [Kept(article(9), line="{\n")])
    with pytest.raises(ValueError, match="line 2"):
        call(Command(), "-o", made.name, "--force")
    assert made.read_text("utf-8") == "mine"
    assert [path.name for path in project.glob("made*")] == [made.name]
    del capsys


def test_an_export_that_is_interrupted_says_so_and_leaves_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ruralnews.commands.howfar.HowFar.update", interrupted)
    assert call(Command(), "-o", "made.parquet") == 11
    assert capsys.readouterr().err == "scrapy export: stopped\n"
    assert not list(project.glob("made*"))


def test_a_folder_that_is_missing_is_exit_code_4(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(Command(), "-o", str(project / "missing" / "made.csv")) == 4
    assert "made.csv: cannot be written: No such file" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["csv", "jsonl", "sqlite", "parquet"])
def test_two_exports_of_the_same_records_are_the_same_bytes(project: Path, kind: str) -> None:
    for name in ("one", "two"):
        assert call(Command(), "-o", f"{name}.{kind}") == 0
    assert (project / f"one.{kind}").read_bytes() == (project / f"two.{kind}").read_bytes()


def test_without_pyarrow_the_extra_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "ruralnews.export.parquet", raising=False)
    assert call(Command(), "-o", "made.parquet") == 2
    assert "pip install 'ruralnews[export]'" in capsys.readouterr().err
    assert not list(project.glob("made*"))


def test_an_export_sees_one_moment_and_a_run_does_not_wait_for_it(project: Path) -> None:
    url = store_url(project / "output")
    with snapshot(url) as connection:
        before = sum(map(len, batches(connection, Wanted())))
        # A writer that had to wait for the reader would raise after its ten seconds.
        with closing(open_store(url, check=False)) as store, store.transaction():
            pass
        fill(project / "output", [Kept(article(n)) for n in range(100, 700)])
        assert sum(map(len, batches(connection, Wanted()))) == before
    with snapshot(url) as connection:
        assert sum(map(len, batches(connection, Wanted()))) == before + 600


def test_a_store_cannot_be_changed_through_a_snapshot(project: Path) -> None:
    with snapshot(store_url(project / "output")) as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            raw.execute("DELETE FROM record")


def test_nothing_crawled_and_a_damaged_store_are_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = project / "output" / "state.sqlite"
    for left in (project / "output").glob("state.sqlite-*"):
        left.unlink()
    store.write_bytes(b"no database at all" * 1000)
    assert call(Command(), "-o", "made.csv") == 5
    assert "cannot be read (file is not a database); `scrapy verify`" in capsys.readouterr().err
    store.unlink()
    assert call(Command(), "-o", "made.csv") == 2
    assert "nothing was crawled yet" in capsys.readouterr().err
