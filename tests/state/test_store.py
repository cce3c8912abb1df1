"""The store opens, or says why not and what to do."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text, update

from ruralnews.errors import LockedError, OutputError, StateError, UsageError
from ruralnews.state import upgrade
from ruralnews.state.keys import text_sha
from ruralnews.state.lock import workspace_lock
from ruralnews.state.schema import VERSION, meta, metadata, record, run
from ruralnews.state.store import open_store, store_url


def test_a_new_store_is_made_and_found_again(tmp_path: Path) -> None:
    url = store_url(tmp_path)
    for _ in range(2):
        store = open_store(url)
        with store.transaction() as connection:
            assert connection.scalar(select(meta.c.value)) == str(VERSION)
            pragmas = ("journal_mode", "synchronous")
            said = [connection.scalar(text(f"PRAGMA {pragma}")) for pragma in pragmas]
        assert said == ["wal", 2]
        store.close()


def test_who_reads_waits_for_no_run_and_no_run_for_him(tmp_path: Path) -> None:
    store = open_store(store_url(tmp_path))
    with store.transaction() as connection:
        connection.execute(update(meta).values(value=meta.c.value))
        # Neither waits for the ten seconds of the other's lock.
        other = open_store(store_url(tmp_path), check=False, reading=True)
    with other.transaction() as reader:
        assert reader.scalar(select(meta.c.value)) == str(VERSION)
        with store.transaction() as writer:
            writer.execute(update(meta).values(value=meta.c.value))
    other.close()
    store.close()


def test_a_transaction_that_fails_changed_nothing(tmp_path: Path) -> None:
    store = open_store(store_url(tmp_path))
    with suppress(KeyError), store.transaction() as connection:
        connection.execute(update(meta).values(value="9"))
        raise KeyError
    with store.transaction() as connection:
        assert connection.scalar(select(meta.c.value)) == str(VERSION)
    store.close()


def test_a_store_of_another_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    store = open_store(store_url(tmp_path))
    with store.transaction() as connection:
        connection.execute(update(meta).values(value="9"))
    store.close()
    with pytest.raises(StateError, match=rf"version 9; .* reads version {VERSION}\. Install"):
        open_store(store_url(tmp_path))


@pytest.fixture
def old_store(tmp_path: Path) -> str:
    """A store as version 1 made it, with one run in it."""
    sql = (Path(__file__).parent / "version_1.sql").read_text("utf-8")
    with closing(sqlite3.connect(tmp_path / "state.sqlite")) as connection:
        connection.executescript(sql)
    return store_url(tmp_path)


def test_an_older_store_is_brought_up_to_date_and_keeps_what_it_knows(old_store: str) -> None:
    body = "合作社把种子送到了每户门口。" * 9
    with closing(sqlite3.connect(Path(old_store.removeprefix("sqlite:///")))) as connection:
        words = "INSERT INTO record (portal, id, revision, kind, content_sha, page, line)"
        for number, kind in enumerate(("article", "gone")):
            line = json.dumps({"body": body} if kind == "article" else {})
            values = ("hemiao", f"hemiao:{number}", 1, kind, "", 1, line)
            connection.execute(f"{words} VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        connection.commit()
    open_store(old_store).close()
    store = open_store(old_store)
    with store.transaction() as connection:
        texts = connection.scalars(select(record.c.text_sha).order_by(record.c.seq)).all()
        assert texts == [text_sha(body), None]
        there, runs = inspect(connection), connection.scalars(select(run.c.portal)).all()
        assert runs == ["demo"]
        for table in metadata.sorted_tables:
            columns = {column["name"] for column in there.get_columns(table.name)}
            indexes = {index["name"] for index in there.get_indexes(table.name)}
            assert columns == set(table.columns.keys())
            assert indexes >= {index.name for index in table.indexes}
    store.close()


def test_an_upgrade_that_is_interrupted_changed_nothing(
    old_store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    before = schema_of(tmp_path)
    with monkeypatch.context() as context:
        context.setattr(upgrade, "update", interrupted)
        with pytest.raises(KeyboardInterrupt):
            open_store(old_store)
    assert schema_of(tmp_path) == before
    open_store(old_store).close()


def schema_of(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "state.sqlite")) as connection:
        return [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master")]


def spoil(path: Path, kind: str) -> None:
    content = bytearray(path.read_bytes())
    if kind == "cut":
        del content[len(content) // 2 :]
    elif kind == "noise":
        content[4096 : len(content)] = b"\x5a" * (len(content) - 4096)
    else:
        content[:] = b"no database at all" * 1000
    path.write_bytes(content)


@pytest.mark.parametrize("kind", ["cut", "noise", "foreign"])
def test_a_damaged_store_is_refused_and_left_as_it_is(tmp_path: Path, kind: str) -> None:
    open_store(store_url(tmp_path)).close()
    path = tmp_path / "state.sqlite"
    spoil(path, kind)
    before = path.read_bytes()
    with pytest.raises(StateError, match=r"is damaged .*\.recover"):
        open_store(store_url(tmp_path))
    assert path.read_bytes() == before


def test_a_store_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written: unable to open"):
        open_store(store_url(tmp_path / "missing"))


@pytest.mark.parametrize("url", ["nonsense", "nosuch://x"])
def test_a_url_that_names_no_database_is_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match=f"STATE_URL={url}: names no database"):
        open_store(store_url(tmp_path, url))


def test_a_folder_is_locked_by_one_and_a_lock_left_behind_locks_nothing(tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text("pid 1 since long ago\n")
    with (
        workspace_lock(tmp_path),
        pytest.raises(LockedError, match=r"another run .*\(pid \d+ since"),
        workspace_lock(tmp_path),
    ):
        pytest.fail("both have it")
    with workspace_lock(tmp_path):
        pass
