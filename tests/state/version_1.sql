-- The tables of a store of version 1, for the test that brings one up to date.
CREATE TABLE meta (
 name VARCHAR NOT NULL, 
 value VARCHAR NOT NULL, 
 PRIMARY KEY (name)
);
CREATE TABLE run (
 id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 portal VARCHAR NOT NULL, 
 started INTEGER NOT NULL, 
 finished INTEGER, 
 outcome VARCHAR
);
CREATE INDEX run_portal ON run (portal, id);
CREATE TABLE page (
 id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 portal VARCHAR NOT NULL, 
 url VARCHAR NOT NULL, 
 address VARCHAR NOT NULL, 
 kind VARCHAR NOT NULL, 
 "column" VARCHAR NOT NULL, 
 number INTEGER NOT NULL, 
 title VARCHAR, 
 listed VARCHAR, 
 state VARCHAR NOT NULL, 
 reason VARCHAR, 
 attempts INTEGER NOT NULL, 
 misses INTEGER NOT NULL, 
 due INTEGER, 
 run INTEGER, 
 fetched INTEGER, 
 etag VARCHAR, 
 modified VARCHAR, 
 record VARCHAR, 
 published VARCHAR, 
 UNIQUE (portal, url)
);
CREATE INDEX page_due ON page (portal, due);
CREATE INDEX page_queue ON page (portal, state, kind, id);
CREATE TABLE file (
 name VARCHAR NOT NULL, 
 portal VARCHAR NOT NULL, 
 kind VARCHAR NOT NULL, 
 planned INTEGER NOT NULL, 
 rows INTEGER, 
 bytes INTEGER, 
 sha256 VARCHAR, 
 PRIMARY KEY (name)
);
CREATE INDEX file_portal ON file (portal);
CREATE TABLE listed (
 page INTEGER NOT NULL, 
 "column" VARCHAR NOT NULL, 
 PRIMARY KEY (page, "column"), 
 FOREIGN KEY(page) REFERENCES page (id)
)
 WITHOUT ROWID;
CREATE TABLE record (
 seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
 portal VARCHAR NOT NULL, 
 id VARCHAR NOT NULL, 
 revision INTEGER NOT NULL, 
 kind VARCHAR NOT NULL, 
 content_sha VARCHAR NOT NULL, 
 page INTEGER NOT NULL, 
 line TEXT NOT NULL, 
 file VARCHAR, 
 UNIQUE (id, kind, revision), 
 FOREIGN KEY(page) REFERENCES page (id)
);
CREATE INDEX record_content ON record (portal, content_sha);
CREATE INDEX record_file ON record (portal, file);
INSERT INTO meta VALUES ('version', '1');
INSERT INTO run (id, portal, started) VALUES (1, 'demo', 1760000000);
