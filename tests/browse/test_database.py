"""The database that is browsed says what was published, whatever was published when."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from browsed import publish
from recorded import article, gone
from sqlalchemy import text
from sqlalchemy import update as change

from ruralnews.browse.database import Update, database_path, update
from ruralnews.browse.search import match_query
from ruralnews.errors import LockedError
from ruralnews.items import Credit
from ruralnews.state import schema
from ruralnews.state.lock import workspace_lock
from ruralnews.state.reading import snapshot
from ruralnews.state.store import open_store, store_url

if TYPE_CHECKING:
    from pathlib import Path


def brought_up(folder: Path) -> Update:
    with snapshot(store_url(folder)) as connection:
        return update(database_path(folder), connection, {"hemiao": "禾苗网"}, lambda *_: None)


def asked(folder: Path, sql: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(database_path(folder))) as database:
        rows = database.execute(sql, values).fetchall()
    return [row[0] if len(row) == 1 else row for row in rows]


def search(folder: Path, query: str) -> list[str]:
    sql = (
        "SELECT id FROM article WHERE rowid IN "
        "(SELECT rowid FROM search WHERE search MATCH ?) ORDER BY id"
    )
    return asked(folder, sql, match_query(query))


def test_what_was_published_is_found_and_read(tmp_path: Path) -> None:
    first = article(1, title="柳湾镇麦收开镰", body="铁牛下了地。")
    publish(tmp_path, "hemiao/1.jsonl", first, article(2))
    assert brought_up(tmp_path) == Update(anew=True, lines=2)
    assert search(tmp_path, "麦收") == search(tmp_path, "铁牛") == ["hemiao:1"]
    assert search(tmp_path, "谷雨生") == ["hemiao:1", "hemiao:2"]
    [line] = asked(tmp_path, "SELECT record FROM version WHERE id = 'hemiao:1'")
    assert json.loads(line) == first.to_record()
    assert asked(tmp_path, "SELECT * FROM portal") == [("hemiao", "禾苗网")]
    [row] = asked(tmp_path, "SELECT day, author, status, chars FROM article WHERE id = 'hemiao:1'")
    assert row == (first.published[:10], '["田小满", "谷雨生"]', "在线", 6)


def test_everybody_with_a_credit_is_found(tmp_path: Path) -> None:
    publish(tmp_path, "hemiao/1.jsonl", article(1, credits=[Credit("摄影", "柏秋实")]))
    brought_up(tmp_path)
    assert search(tmp_path, "柏秋实") == ["hemiao:1"]


def test_only_what_is_new_is_added(tmp_path: Path) -> None:
    publish(tmp_path, "hemiao/1.jsonl", article(1))
    brought_up(tmp_path)
    before = database_path(tmp_path).stat().st_mtime_ns
    assert brought_up(tmp_path) == Update(anew=False, lines=0)
    assert database_path(tmp_path).stat().st_mtime_ns == before
    publish(tmp_path, "site/1.jsonl", article(2, portal="site"), portal="site:other.example")
    assert brought_up(tmp_path) == Update(anew=False, lines=1)
    assert asked(tmp_path, "SELECT slug FROM portal ORDER BY slug") == ["hemiao", "site"]


@pytest.mark.parametrize("files", [(1, 2, 3), (3, 2, 1), (2, 1, 3)])
@pytest.mark.parametrize("at_once", [True, False])
def test_the_last_revision_counts_in_whatever_order_it_comes(
    tmp_path: Path, files: tuple[int, ...], at_once: bool
) -> None:
    for number in files:
        word = ("春播", "插秧", "秋收")[number - 1]
        people = {"author": [word, "田小满"][: 3 - number % 3], "editor": ["麦青禾", "麦青禾"]}
        changed = article(1, revision=number, title=word, body=word * 5, source=word, **people)
        publish(tmp_path, f"hemiao/{number}.jsonl", changed)
        if not at_once:
            brought_up(tmp_path)
    brought_up(tmp_path)
    assert asked(tmp_path, "SELECT title, revision FROM article") == [("秋收", 3)]
    assert [search(tmp_path, word) for word in ("春播", "插秧")] == [[], []]
    assert search(tmp_path, "秋收秋收") == ["hemiao:1"]
    assert asked(tmp_path, "SELECT revision FROM version") == [1, 2, 3]
    assert asked(tmp_path, "SELECT role, name FROM person") == [
        *(("author", "田小满"), ("author", "秋收"), ("editor", "麦青禾"))
    ]


@pytest.mark.parametrize(
    ("records", "status"),
    [
        ([[article(1)], [gone(1)]], "已撤下"),
        ([[gone(1)], [article(1)]], "已撤下"),
        ([[article(1)], [gone(1)], [article(1, revision=2)]], "在线"),
        ([[article(1, revision=2)], [gone(1)], [article(1)]], "在线"),
        ([[article(1), article(1, revision=2)], [gone(1, revision=2)]], "已撤下"),
    ],
)
def test_an_article_that_is_gone_says_so_until_it_comes_back(
    tmp_path: Path, records: list[list[Any]], status: str
) -> None:
    for number, some in enumerate(records):
        publish(tmp_path, f"hemiao/{number}.jsonl", *some)
        brought_up(tmp_path)
    assert asked(tmp_path, "SELECT status FROM article") == [status]


def test_what_was_forgotten_is_gone_from_the_database_too(tmp_path: Path) -> None:
    publish(tmp_path, "hemiao/1.jsonl", article(1, title="秘密"), article(2))
    brought_up(tmp_path)
    with closing(open_store(store_url(tmp_path))) as store, store.transaction() as connection:
        connection.execute(text("DELETE FROM record WHERE id = 'hemiao:1'"))
        connection.execute(change(schema.file).values(sha256="another", rows=1))
    assert brought_up(tmp_path) == Update(anew=True, lines=1)
    assert search(tmp_path, "秘密") == []
    assert "秘密".encode() not in database_path(tmp_path).read_bytes()


@pytest.mark.parametrize("content", [b"", b"no database at all" * 1000])
def test_a_database_that_is_of_no_use_is_made_anew(tmp_path: Path, content: bytes) -> None:
    publish(tmp_path, "hemiao/1.jsonl", article(1))
    database_path(tmp_path).parent.mkdir()
    database_path(tmp_path).write_bytes(content)
    assert brought_up(tmp_path) == Update(anew=True, lines=1)


def test_a_database_of_another_layout_is_made_anew(tmp_path: Path) -> None:
    publish(tmp_path, "hemiao/1.jsonl", article(1))
    brought_up(tmp_path)
    with closing(sqlite3.connect(database_path(tmp_path))) as database:
        database.execute("PRAGMA user_version=99")
    assert brought_up(tmp_path).anew


def test_whoever_looks_at_it_goes_on_seeing_what_was_there(tmp_path: Path) -> None:
    publish(tmp_path, "hemiao/1.jsonl", article(1))
    brought_up(tmp_path)
    address = f"{database_path(tmp_path).as_uri()}?immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as database:
        publish(tmp_path, "hemiao/2.jsonl", article(2))
        brought_up(tmp_path)
        assert database.execute("SELECT count(*) FROM article").fetchone() == (1,)
    assert asked(tmp_path, "SELECT count(*) FROM article") == [2]


def test_two_do_not_write_it_at_once(tmp_path: Path) -> None:
    publish(tmp_path, "hemiao/1.jsonl", article(1))
    folder = database_path(tmp_path).parent
    folder.mkdir()
    with workspace_lock(folder), pytest.raises(LockedError):
        brought_up(tmp_path)
