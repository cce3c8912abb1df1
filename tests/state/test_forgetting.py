"""A forgotten article leaves no line, no title and no second chance."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nights import HOST, Nights, article, done, record
from sqlalchemy import select

from ruralnews.browse.database import database_path
from ruralnews.commands.forget import forget as forget_everywhere
from ruralnews.state import schema
from ruralnews.state.check import problems, record_count, recover, retry
from ruralnews.state.commit import PageResult
from ruralnews.state.files import finish, publish
from ruralnews.state.forgetting import forget_article, refuse_article
from ruralnews.state.rules import State

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
URL = f"{HOST}/t2.html"


def nothing(_: str) -> None:
    pass


def published_nights(folder: Path) -> Nights:
    """Two nights, the second with a new revision of articles 1 to 3."""
    nights = Nights()
    for sha in "ab":
        nights.night([article(n) for n in range(1, 4)], lambda n, sha=sha: done(n, sha))  # type: ignore[misc]
        retry(nights.store, "changed", None)
        with nights.store.transaction() as connection:
            connection.execute(schema.page.update().values(state=State.PENDING))
        publish(nights.store, folder, "hemiao", NOW, nothing)
    return nights


def forget(nights: Nights) -> None:
    with nights.store.transaction() as connection:
        found = forget_article(connection, URL)
    assert (found.portals, found.records, len(found.files)) == (("hemiao",), 2, 2)


def ids(folder: Path) -> list[str]:
    paths = sorted((folder / "hemiao").glob("*.jsonl"))
    return [json.loads(line)["id"] for p in paths for line in p.read_text("utf-8").splitlines()]


def test_all_its_lines_go_and_the_others_stay(tmp_path: Path) -> None:
    nights = published_nights(tmp_path)
    assert ids(tmp_path) == [f"hemiao:{n}" for n in (1, 2, 3)] * 2
    forget(nights)
    finish(nights.store, tmp_path, "hemiao", nothing)
    assert ids(tmp_path) == [f"hemiao:{n}" for n in (1, 3)] * 2
    assert list(problems(nights.store, tmp_path)) == []
    assert record_count(nights.store, "hemiao") == 4


def test_no_run_remembers_its_headline_or_its_text(tmp_path: Path) -> None:
    nights = published_nights(tmp_path)
    named = {n: {"id": f"hemiao:{n}", "title": f"第{n}块地", "before": "扫码关注"} for n in (1, 2)}
    facts = {part: list(named.values()) for part in ("fresh", "withdrawn", "samples")}
    with nights.store.transaction() as connection:
        text = json.dumps(facts | {"outcome": 0}, ensure_ascii=False)
        connection.execute(schema.run.update().values(facts=text))
    forget(nights)
    with nights.store.transaction() as connection:
        [left] = set(connection.scalars(select(schema.run.c.facts)))
    assert json.loads(left) == {part: [named[1]] for part in facts} | {"outcome": 0}


def test_what_a_kill_leaves_is_done_by_the_next_run(tmp_path: Path) -> None:
    nights = published_nights(tmp_path)
    forget(nights)
    assert any("begun and not finished" in problem for problem in problems(nights.store, tmp_path))
    recover(nights.store, tmp_path, nothing)
    assert ids(tmp_path) == [f"hemiao:{n}" for n in (1, 3)] * 2
    assert list(problems(nights.store, tmp_path)) == []


def test_it_is_never_asked_for_again_and_no_other_address_brings_it_back(tmp_path: Path) -> None:
    nights = published_nights(tmp_path)
    forget(nights)
    assert retry(nights.store, "forgotten", None) == 0

    def same(number: int) -> PageResult:
        return PageResult(0, State.DONE, record=record(2, "b") if number == 7 else record(number))

    assert 2 not in nights.night([article(2), article(7)], same)
    assert record_count(nights.store, "hemiao") == 6  # 1 and 3 have changed again
    with nights.store.transaction() as connection:
        lines = connection.scalars(select(schema.record.c.line)).all()
        again = forget_article(connection, URL)
    assert not any("hemiao:2" in line for line in lines)
    assert (again.records, again.files) == (0, ())


def test_an_address_may_be_refused_before_any_list_names_it() -> None:
    nights = Nights()
    with nights.store.transaction() as connection:
        refuse_article(connection, "hemiao", URL)
    assert nights.night([article(1), article(2)], done) == [1]


def test_the_copy_that_is_browsed_goes_with_it(tmp_path: Path) -> None:
    nights = published_nights(tmp_path)
    copy = database_path(tmp_path)
    copy.parent.mkdir()
    copy.write_bytes(b"a copy")
    said = forget_everywhere(nights.store, tmp_path, None, URL)
    assert "2 records deleted, 2 files written again" in said
    assert not copy.exists()
