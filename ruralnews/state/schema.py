"""The tables of the state store. What a word in them means stands in `state/rules.py`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = 4
"""Of these tables; an older store is brought up to date, a newer one is not opened."""

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

night = Table(
    "night",  # one run of `scrapy nightly`
    metadata,
    Column("id", String, primary_key=True),  # when it began, YYYYMMDDTHHMMSSZ
    Column("started", Integer, nullable=False),
    Column("finished", Integer),  # NULL: it goes on, or it was killed
    Column("outcome", Integer),  # exit code
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("portal", String, nullable=False),
    Column("started", Integer, nullable=False),  # Unix seconds, as all times here
    Column("finished", Integer),  # NULL: it goes on, or it was killed and goes on next time
    Column("outcome", String),
    Column("night", String),  # NULL: by `scrapy crawl`
    Column("facts", Text),  # a PortalNight as JSON; NULL until the run ends
    Column("seed", String),  # address of its first list; this and what follows, for replay
    Column("since", String),
    Column("max_pages", Integer),
    Index("run_portal", "portal", "id"),
    sqlite_autoincrement=True,
)

page = Table(
    "page",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("portal", String, nullable=False),  # the slug, or site:HOST without a profile
    Column("url", String, nullable=False),  # canonical
    Column("address", String, nullable=False),  # as linked: what is asked for
    Column("kind", String, nullable=False),  # list, article
    Column("column", String, nullable=False),  # name of the 栏目 that named it first
    Column("number", Integer, nullable=False),  # of a list page in its column; 0 for an article
    # Of a list page: known articles in a row before it.
    Column("known", Integer, nullable=False, server_default="0"),
    Column("title", String),  # what the list said
    Column("listed", String),  # the day the list said
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("attempts", Integer, nullable=False),  # failures in a row
    Column("misses", Integer, nullable=False),  # of them, answers that there is no such page
    Column("due", Integer),  # when it becomes pending again; NULL: never
    Column("run", Integer),  # the last run that asked for it
    Column("fetched", Integer),
    Column("etag", String),
    Column("modified", String),  # Last-Modified
    Column("record", String),  # id of the record it gave
    Column("published", String),  # of that record
    UniqueConstraint("portal", "url"),
    Index("page_queue", "portal", "state", "kind", "id"),
    Index("page_due", "portal", "due"),
    Index("page_run", "portal", "run"),
    sqlite_autoincrement=True,
)

listed = Table(
    "listed",  # which columns named an article
    metadata,
    Column("page", Integer, ForeignKey("page.id"), primary_key=True),
    Column("column", String, primary_key=True),
    # How many runs found it named there, and the last of them.
    Column("runs", Integer, nullable=False, server_default="1"),
    Column("run", Integer, nullable=False, server_default="0"),
    Index("listed_run", "run"),
    sqlite_with_rowid=False,
)

record = Table(
    "record",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("portal", String, nullable=False),
    Column("id", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String, nullable=False),  # article, gone
    Column("content_sha", String, nullable=False),
    Column("text_sha", String),  # of the body alone; NULL: too short to be a reprint
    Column("page", Integer, ForeignKey("page.id"), nullable=False),
    Column("line", Text, nullable=False),  # as published, line feed included
    Column("run", Integer),  # the one that found it
    Column("file", String),  # the one file that holds the line; NULL: not published yet
    UniqueConstraint("id", "kind", "revision"),
    Index("record_content", "portal", "content_sha"),
    Index("record_text", "text_sha", "seq"),
    Index("record_file", "portal", "file"),
    Index("record_run", "run"),
    sqlite_autoincrement=True,
)

file = Table(
    "file",
    metadata,
    Column("name", String, primary_key=True),  # below OUTPUT_DIR, with /
    Column("portal", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("planned", Integer, nullable=False),
    Column("rows", Integer),  # these three are NULL until the file is safe on disk
    Column("bytes", Integer),
    Column("sha256", String),
    Index("file_portal", "portal"),
)

capture = Table(
    "capture",  # where the archive holds an answer; `archive.warc` explains it
    metadata,
    Column("id", Integer, primary_key=True),
    Column("portal", String, nullable=False),
    Column("run", Integer, nullable=False),
    Column("page", Integer, ForeignKey("page.id")),  # NULL: a robots.txt
    Column("url", String, nullable=False),  # canonical
    Column("time", Integer, nullable=False),
    Column("file", String, nullable=False),  # below ARCHIVE_DIR, with /
    Column("offset", BigInteger, nullable=False),
    Column("length", Integer, nullable=False),
    Column("sha256", String, nullable=False),  # of the body
    Index("capture_url", "url", "time"),
    Index("capture_run", "run", "page"),
    Index("capture_file", "file", "offset"),
)
