"""The output folder of the project and its state, for the commands that look at it."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from ruralnews.archive.folders import output_folder
from ruralnews.errors import UsageError
from ruralnews.state.reading import snapshot
from ruralnews.state.store import FILE, open_store, store_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scrapy.commands import ScrapyCommand
    from sqlalchemy import Connection

    from ruralnews.state.store import Store


@contextmanager
def opened(
    command: ScrapyCommand, *, check: bool = False, reading: bool = False
) -> Iterator[tuple[Path, Store]]:
    """The output folder and its store, open for the length of the block.

    With `reading` no run waits for it.

    Raises UsageError when nothing was crawled into it yet, otherwise as `open_store`.
    """
    settings = command.settings
    assert settings is not None, "Scrapy sets them before it runs a command"
    folder, url = output_folder(settings), settings["STATE_URL"]
    _refuse_empty(folder, url)
    with closing(open_store(store_url(folder, url), check=check, reading=reading)) as store:
        yield folder, store


@contextmanager
def snapped(command: ScrapyCommand) -> Iterator[tuple[Path, Connection]]:
    """The output folder and the store as it is now, to read for the length of the block.

    Raises UsageError when nothing was crawled into it yet, otherwise as `snapshot`.
    """
    settings = command.settings
    assert settings is not None, "Scrapy sets them before it runs a command"
    folder, url = output_folder(settings), settings["STATE_URL"]
    _refuse_empty(folder, url)
    with snapshot(store_url(folder, url)) as connection:
        yield folder, connection


def _refuse_empty(folder: Path, url: str) -> None:
    if not url and not (folder / FILE).exists():
        raise UsageError(f"{folder}: nothing was crawled yet; `scrapy crawl SLUG` does it")
