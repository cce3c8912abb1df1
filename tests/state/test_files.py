"""Published files are what the store says, whatever was interrupted."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from nights import Nights, article, done
from sqlalchemy import update

from ruralnews.errors import OutputError, StateError
from ruralnews.state import schema
from ruralnews.state.check import problems, recover, repair
from ruralnews.state.commit import PageResult
from ruralnews.state.files import finish, publish
from ruralnews.state.rules import State

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
NAME = "20261103T080000Z.jsonl"
LINKS = [article(n) for n in range(1, 6)]
POINTS = ("after-plan", "in-file", "before-rename", "after-rename", "after-seal")


class Killed(BaseException):
    """Stands for SIGKILL."""


def nothing(_: str) -> None:
    pass


def crawled() -> Nights:
    nights = Nights()
    nights.night(LINKS, done)
    return nights


def titles(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_file_holds_every_record_once_and_the_manifest_says_so(tmp_path: Path) -> None:
    nights = crawled()
    [made] = publish(nights.store, tmp_path, "hemiao", NOW, nothing)
    path = tmp_path / made.name
    assert path == tmp_path / "hemiao" / NAME
    assert titles(path) == [f"hemiao:{n}" for n in range(1, 6)]
    manifest = json.loads((path.parent / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"] == [
        {
            "name": NAME,
            "kind": "article",
            "published": "2026-11-03T08:00:00+00:00",
            "rows": 5,
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
    ]
    assert list(problems(nights.store, tmp_path)) == []


def test_nothing_new_makes_no_file(tmp_path: Path) -> None:
    nights = crawled()
    publish(nights.store, tmp_path, "hemiao", NOW, nothing)
    before = sorted(tmp_path.rglob("*"))
    assert publish(nights.store, tmp_path, "hemiao", NOW, nothing) == []
    assert sorted(tmp_path.rglob("*")) == before


def test_a_portal_without_records_has_no_folder(tmp_path: Path) -> None:
    nights = Nights()
    nights.night([], done)
    assert publish(nights.store, tmp_path, "hemiao", NOW, nothing) == []
    assert list(tmp_path.iterdir()) == []


def test_two_files_of_one_second_have_two_names(tmp_path: Path) -> None:
    nights = crawled()
    publish(nights.store, tmp_path, "hemiao", NOW, nothing)
    nights.night([article(9)], done)
    (tmp_path / "hemiao" / "20261103T080000Z-2.jsonl").write_text("mine")
    [made] = publish(nights.store, tmp_path, "hemiao", NOW, nothing)
    assert made.name == "hemiao/20261103T080000Z-3.jsonl"
    assert titles(tmp_path / made.name) == ["hemiao:9"]


def test_tombstones_stand_in_a_folder_of_their_own(tmp_path: Path) -> None:
    nights = crawled()
    for _ in range(2):
        with nights.store.transaction() as connection:
            connection.execute(update(schema.page).where(schema.page.c.number == 0).values(due=0))
        nights.night([], lambda _: PageResult(0, State.FAILED, "http-404"))
    publish(nights.store, tmp_path, "hemiao", NOW, nothing)
    assert len(titles(tmp_path / "hemiao" / NAME)) == 5
    assert len(titles(tmp_path / "hemiao" / "gone" / NAME)) == 5


@pytest.mark.parametrize("second", [None, *POINTS[1:]])
@pytest.mark.parametrize("first", POINTS)
def test_publishing_killed_at_a_point_and_in_its_recovery_gives_the_same_bytes(
    tmp_path: Path, first: str, second: str | None
) -> None:
    reference = tmp_path / "reference"
    publish(crawled().store, reference, "hemiao", NOW, nothing)
    nights = crawled()

    def killed_at(wanted: str | None) -> None:
        def at(point: str) -> None:
            if point == wanted:
                raise Killed

        try:
            publish(nights.store, tmp_path, "hemiao", NOW, at)
        except Killed:
            return

    killed_at(first)
    killed_at(second)
    finish(nights.store, tmp_path, "hemiao", nothing)
    made = {p.name: p.read_bytes() for p in (tmp_path / "hemiao").iterdir()}
    assert made == {p.name: p.read_bytes() for p in (reference / "hemiao").iterdir()}
    assert list(problems(nights.store, tmp_path)) == []


def damage(path: Path, kind: str) -> None:
    content = path.read_bytes()
    if kind == "deleted":
        path.unlink()
    else:
        changed = {"edited": content.replace(b"hemiao:1", b"hemiao:7"), "cut": content[:-5]}
        path.write_bytes(changed[kind])


@pytest.mark.parametrize("file", [NAME, "manifest.json"])
@pytest.mark.parametrize("kind", ["deleted", "edited", "cut"])
def test_what_was_damaged_is_named_and_made_again_byte_for_byte(
    tmp_path: Path, kind: str, file: str
) -> None:
    nights = crawled()
    publish(nights.store, tmp_path, "hemiao", NOW, nothing)
    path = tmp_path / "hemiao" / file
    before = path.read_bytes()
    damage(path, "cut" if (kind, file) == ("edited", "manifest.json") else kind)
    [problem] = problems(nights.store, tmp_path)
    assert problem.startswith(f"{path}: ")
    list(repair(nights.store, tmp_path, NOW, nothing))
    assert path.read_bytes() == before
    assert list(problems(nights.store, tmp_path)) == []


def test_what_nobody_published_is_named_and_left_alone(tmp_path: Path) -> None:
    nights = crawled()
    publish(nights.store, tmp_path, "hemiao", NOW, nothing)
    mine, left = tmp_path / "hemiao" / "mine.jsonl", tmp_path / "hemiao" / "x.jsonl.tmp"
    mine.write_text("{}\n")
    left.write_text("{")
    assert [p.rpartition(": ")[2] for p in problems(nights.store, tmp_path)] == [
        "was not published by this store",
        "was left by a run that was killed",
    ]
    list(repair(nights.store, tmp_path, NOW, nothing))
    assert mine.read_text() == "{}\n"
    assert not left.exists()


def test_files_that_the_store_never_heard_of_stop_the_run(tmp_path: Path) -> None:
    nights = crawled()
    publish(nights.store, tmp_path, "hemiao", NOW, nothing)
    recover(nights.store, tmp_path, nothing)
    with pytest.raises(StateError, match=rf"does not know hemiao/{NAME}, which .* move the folder"):
        recover(Nights().store, tmp_path, nothing)
    (tmp_path / "hemiao" / "manifest.json").write_text("{")
    recover(Nights().store, tmp_path, nothing)


def test_records_in_no_file_are_named_and_published_by_repair(tmp_path: Path) -> None:
    nights = crawled()
    [problem] = problems(nights.store, tmp_path)
    assert problem == "hemiao: 5 records are in the store and in no file yet"
    list(repair(nights.store, tmp_path, NOW, nothing))
    assert len(titles(tmp_path / "hemiao" / NAME)) == 5


def test_a_folder_that_cannot_be_written_is_told_and_tried_again(tmp_path: Path) -> None:
    nights = crawled()
    (tmp_path / "hemiao").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        publish(nights.store, tmp_path, "hemiao", NOW, nothing)
    (tmp_path / "hemiao").unlink()
    assert len(publish(nights.store, tmp_path, "hemiao", NOW, nothing)) == 1
