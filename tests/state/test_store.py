"""The store opens, or says why not and what to do."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text, update

from ruralnews.errors import LockedError, OutputError, StateError, UsageError
from ruralnews.state.lock import workspace_lock
from ruralnews.state.schema import VERSION, meta
from ruralnews.state.store import open_store, store_url

if TYPE_CHECKING:
    from pathlib import Path


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


def test_a_transaction_that_fails_changed_nothing(tmp_path: Path) -> None:
    store = open_store(store_url(tmp_path))
    with suppress(KeyError), store.transaction() as connection:
        connection.execute(update(meta).values(value="2"))
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
