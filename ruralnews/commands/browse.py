"""`scrapy browse`: look at what was published, search it, read it; in a browser."""

from __future__ import annotations

import signal
import sys
import threading
import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand

from ruralnews.browse.database import database_path, update
from ruralnews.commands.export import check_portals
from ruralnews.commands.howfar import HowFar
from ruralnews.commands.told import refuse_options, told
from ruralnews.commands.workspace import snapped
from ruralnews.errors import UsageError
from ruralnews.portals import load_portals

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path


class Command(ScrapyCommand):
    """Brings the database up to date and serves it on this machine."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--portal SLUG ...] [--port N] [--no-open]"

    def short_desc(self) -> str:
        return "Search and read what was published in a browser, on this machine only"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add = parser.add_argument
        add("--portal", metavar="SLUG", action="extend", nargs="+", help="begin with these portals")
        add("--port", type=int, default=0, metavar="N", help="default: a free one")
        add("--no-open", action="store_true", help="print the address and open no browser")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "browse"):
            refuse_options(args)
            if args:
                raise UsageError(f"it takes no argument, not even {args[0]!r}")
            server = load_server()
            path = self._database(opts.portal or ())
            listener = server.listening(opts.port)

            def started(url: str) -> None:
                url += f"?portal__in={','.join(opts.portal)}" if opts.portal else ""
                print(f"{url}\nCtrl-C ends it", flush=True)
                if not opts.no_open:
                    # A browser of the terminal would stay in the foreground.
                    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

            signal.signal(signal.SIGTERM, signal.default_int_handler)
            with suppress(KeyboardInterrupt):
                server.serve(path, listener, started)

    def _database(self, portals: Sequence[str]) -> Path:
        names = {portal.slug: portal.name for portal in load_portals().portals.values()}
        with snapped(self) as (folder, connection), HowFar("scrapy browse") as progress:
            check_portals(connection, portals)
            path = database_path(folder)

            made = update(path, connection, names, progress.update)
        print(f"{path}: {made.lines} lines added", file=sys.stderr)
        return path


def load_server() -> Any:
    """The module that serves. Raises UsageError when its extra is not installed."""
    try:
        from ruralnews.browse import server  # noqa: PLC0415 - Datasette is an extra
    except ModuleNotFoundError as error:
        if error.name not in ("datasette", "uvicorn"):
            raise
        raise UsageError(
            "it needs Datasette; `pip install 'ruralnews[browse]'` brings it"
        ) from error
    return server
