-- What `scrapy browse` shows: a copy of what was published, made to be looked at.

CREATE TABLE portal (
    slug TEXT PRIMARY KEY,
    name TEXT NOT NULL
);
-- Each article as it is now; narrow, so that counting a million of them is quick.
CREATE TABLE article (
    id TEXT PRIMARY KEY,
    published TEXT NOT NULL,
    title TEXT NOT NULL,
    portal TEXT REFERENCES portal (slug),
    "column" TEXT,
    source TEXT,
    author TEXT NOT NULL,
    editor TEXT NOT NULL,
    day TEXT NOT NULL,
    status TEXT NOT NULL,
    revision INTEGER NOT NULL,
    chars INTEGER NOT NULL,
    url TEXT
);
CREATE INDEX article_published ON article (published);
CREATE INDEX article_portal ON article (portal, published);
CREATE INDEX article_column ON article ("column");
CREATE INDEX article_source ON article (source);
CREATE INDEX article_day ON article (day);
-- Its authors and editors, to count them and to find their articles.
CREATE TABLE person (
    id TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (id, role, name)
) WITHOUT ROWID;
CREATE INDEX person_name ON person (role, name);
-- Every version of every article, as published.
CREATE TABLE version (
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (id, revision)
) WITHOUT ROWID;
CREATE TABLE gone (
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    reason TEXT NOT NULL,
    noticed_at TEXT NOT NULL,
    PRIMARY KEY (id, revision)
) WITHOUT ROWID;
-- The published files whose lines are in here.
CREATE TABLE file (
    name TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL
) WITHOUT ROWID;
