"""Datasette on the database, for one browser on this machine. Needs the extra `browse`."""

from __future__ import annotations

import socket
import sqlite3
import tomllib
from contextlib import closing
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import DEFAULT_PLUGINS, pm

from ruralnews.browse import people, plugin
from ruralnews.browse.database import NAME
from ruralnews.browse.guard import Guard
from ruralnews.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOST = "127.0.0.1"
OURS = ("article", "person", "portal", "version", "gone", "file")
"""Tables of tables.sql; all others are the index."""
SETTINGS = {
    "default_page_size": 30,
    "max_returned_rows": 1000,
    "default_facet_size": 12,
    # Milliseconds; what takes longer is left out and the page says so.
    "sql_time_limit_ms": 5000,
    "facet_time_limit_ms": 2000,
    "suggest_facets": False,
    "allow_download": False,
    "allow_csv_stream": False,
    # The database of the next start stands at the same address.
    "default_cache_ttl": 0,
    "truncate_cells_html": 300,
}


def listening(port: int) -> socket.socket:
    """A socket that listens on this machine only; port 0: a free one.

    Raises UsageError for a port that cannot be had.
    """
    made = socket.socket()
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((HOST, port))
        made.listen()
    except (OSError, OverflowError) as error:
        made.close()
        raise UsageError(f"--port {port}: cannot be had: {error}; 0 takes a free one") from error
    return made


def application(path: Path, port: int) -> Guard:
    """The ASGI application on a database that does not change."""
    _only_our_plugins()
    # With rich at hand it prints every variable of every call, for a mistyped query too.
    pm.get_plugin("datasette.handle_exception").rich = None
    here = files("ruralnews.browse")
    datasette = Datasette(
        immutables=[str(path)],
        inspect_data=_counts(path),
        metadata=read_metadata(),
        settings=SETTINGS,
        template_dir=str(here / "templates"),
        static_mounts=[("look", str(here / "static"))],
    )
    return Guard(datasette.app(), port)


def serve(path: Path, listener: socket.socket, started: Callable[[str], None]) -> None:
    """Serves until it is interrupted; `started` is called with the address of the articles."""
    port = listener.getsockname()[1]
    config = uvicorn.Config(
        application(path, port),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    started(f"http://{HOST}:{port}/{NAME}/article")
    uvicorn.Server(config).run(sockets=[listener])


def read_metadata() -> dict[str, Any]:
    """Titles, facets and queries for Datasette: metadata.toml."""
    text = files("ruralnews.browse").joinpath("metadata.toml").read_text(encoding="utf-8")
    return {"databases": {NAME: tomllib.loads(text)}}


def _only_our_plugins() -> None:
    """Leaves out what else is installed for Datasette: it may ask for things from elsewhere."""
    for other in pm.get_plugins():
        name = pm.get_name(other)
        if name not in DEFAULT_PLUGINS:
            pm.unregister(other)
    for ours in (plugin, people):
        pm.register(ours)


def _counts(path: Path) -> dict[str, Any]:
    """Rows of each table: without them Datasette counts the index too, before its first answer."""
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as database:
        rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = {name: {"count": 0} for (name,) in rows}
        for name in OURS:
            [count] = database.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608
            tables[name] = {"count": count}
    about = {"hash": "0" * 64, "size": path.stat().st_size, "file": str(path)}
    return {NAME: {**about, "tables": tables}}
