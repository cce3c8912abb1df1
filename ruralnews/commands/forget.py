"""`scrapy forget URL...`: an article leaves everything that was kept of it, and stays away."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from ruralnews.archive.erasing import erase
from ruralnews.archive.folders import archive_folder
from ruralnews.browse.database import database_path
from ruralnews.commands.told import refuse_options, told
from ruralnews.commands.workspace import opened
from ruralnews.errors import UsageError
from ruralnews.portals import portal_for
from ruralnews.state.files import finish, nothing
from ruralnews.state.forgetting import (
    captured,
    drop_captures,
    empty_journal,
    forget_article,
    refuse_article,
)
from ruralnews.state.keys import canonical_url
from ruralnews.state.lock import workspace_lock

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from ruralnews.state.store import Store


class Command(ScrapyCommand):
    """Takes articles out of the store, the published files and the archive."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "URL..."

    def short_desc(self) -> str:
        return "Delete an article everywhere, at a person's request, and never ask for it again"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        del opts
        with told(self, "forget"):
            refuse_options(args)
            if not args:
                raise UsageError("name the address of an article; its record has it as `url`")
            assert self.settings is not None, "Scrapy sets them before it runs a command"
            archive = archive_folder(self.settings)
            with opened(self) as (folder, store), workspace_lock(folder):
                for url in args:
                    print(forget(store, folder, archive, url))


def forget(store: Store, folder: Path, archive: Path | None, url: str) -> str:
    """One sentence on what was deleted. A kill on the way: say it again.

    Raises UsageError for an address that neither the store nor a portal knows, OutputError when
    a file cannot be written.
    """
    canonical = canonical_url(url)
    with store.transaction() as connection:
        found = forget_article(connection, canonical)
        if not found.pages:
            portal = portal_for(canonical)
            if portal is None:
                raise UsageError(f"{url}: is not known here, and no portal covers it")
            refuse_article(connection, portal.slug, canonical)
    for name in found.portals:
        finish(store, folder, name, nothing)
    # A copy; the next `scrapy browse` makes it anew, without the article.
    database_path(folder).unlink(missing_ok=True)
    erased = _erase(store, archive, found.pages) if archive else 0
    empty_journal(store)
    if not found.pages:
        return f"{url}: was not known; it will not be asked for"
    return (
        f"{url}: {found.records} records deleted, {len(found.files)} files written again, "
        f"{erased} answers overwritten in the archive"
    )


def _erase(store: Store, archive: Path, pages: Sequence[int]) -> int:
    with store.transaction() as connection:
        places = sorted(captured(connection, pages))
    for name, some in groupby(places, key=lambda place: place[0]):
        erase(archive, name, [(offset, length) for _, offset, length in some])
    # Last: while the index has them, saying it again finds what a kill left.
    with store.transaction() as connection:
        drop_captures(connection, pages)
    return len(places)
