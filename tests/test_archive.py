"""Saved pages: what the crawl writes is what replay reads."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ruralnews.archive import saved
from ruralnews.archive.saved import find_saved, read_saved
from ruralnews.archive.store import write_page
from ruralnews.errors import InputError, OutputError

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 3, 0, 30, tzinfo=UTC)
BODY = "<html><p>麦收</p></html>".encode("gb18030")
URL = "http://www.hemiao.example/a/t1.html"
HEADERS = {"Content-Type": "text/html; charset=gb2312"}


def test_a_written_page_is_read_back(tmp_path: Path) -> None:
    path = write_page(tmp_path, BODY, URL, HEADERS, NOW)
    assert path.parent.name == path.name[:2]
    [found] = find_saved([str(tmp_path)])
    assert found == str(path)
    [page] = read_saved(found)
    assert (page.name, page.body, page.url) == (found, BODY, URL)
    assert (page.headers, page.fetched_at) == (HEADERS, NOW)


def test_an_unchanged_page_is_written_once(tmp_path: Path) -> None:
    first = write_page(tmp_path, BODY, URL, HEADERS, NOW)
    before = first.stat().st_mtime_ns
    assert write_page(tmp_path, BODY, URL, HEADERS, NOW) == first
    assert first.stat().st_mtime_ns == before
    assert write_page(tmp_path, BODY, URL + "?2", HEADERS, NOW) != first
    assert not list(tmp_path.rglob("*.tmp"))


def test_an_archive_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="the archive cannot be written"):
        write_page(tmp_path / "file", BODY, URL, HEADERS, NOW)


def test_folders_are_read_in_order_and_other_files_left(tmp_path: Path) -> None:
    for name in ("b.html", "a.htm", "sub/c.SHTML", "sub/d.html.gz", "e.warc.gz", "f.txt", "g.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    names = [path.removeprefix(f"{tmp_path}/") for path in find_saved([str(tmp_path), "-", "x"])]
    assert names == ["a.htm", "b.html", "e.warc.gz", "sub/c.SHTML", "sub/d.html.gz", "-", "x"]


@pytest.mark.parametrize(
    ("page", "meta"),
    [("a.html", "a.meta.json"), ("a.html.gz", "a.meta.json"), ("page.html", "meta.json")],
)
def test_the_description_lies_beside_the_page(tmp_path: Path, page: str, meta: str) -> None:
    path = tmp_path / page
    path.write_bytes(gzip.compress(BODY) if page.endswith(".gz") else BODY)
    described = {"url": URL, "fetched_at": "2026-11-03T08:30:00+08:00", "headers": HEADERS}
    (tmp_path / meta).write_text(json.dumps(described), encoding="utf-8")
    [saved_page] = read_saved(str(path))
    assert (saved_page.body, saved_page.url) == (BODY, URL)
    assert (saved_page.fetched_at, saved_page.headers) == (NOW, HEADERS)


def test_a_page_without_description_stands_alone(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(BODY)
    [page] = read_saved(str(tmp_path / "a.html"))
    assert (page.url, page.fetched_at, page.headers) == (None, None, {})


def test_standard_input_is_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(BODY)))
    [page] = read_saved("-")
    assert (page.name, page.body) == ("-", BODY)


def warc_record(kind: str, url: str, payload: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2026-11-03T00:30:00Z\r\nWARC-Record-ID: <urn:uuid:{len(url)}>\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(payload)}\r\n"
    )
    return gzip.compress(head.encode() + b"\r\n" + payload + b"\r\n\r\n")


def test_the_responses_of_a_warc_file_are_pages(tmp_path: Path) -> None:
    path = tmp_path / "night.warc.gz"
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\n\r\n" + BODY
    records = [
        warc_record("request", URL, b"GET / HTTP/1.1\r\n\r\n"),
        warc_record("response", f"{URL}?1", answer),
        warc_record("response", f"{URL}?2", answer),
    ]
    path.write_bytes(b"".join(records))
    pages = list(read_saved(str(path)))
    assert [page.name for page in pages] == [f"{path}#1", f"{path}#2"]
    assert [page.url for page in pages] == [f"{URL}?1", f"{URL}?2"]
    assert {page.body for page in pages} == {BODY}
    assert pages[0].headers == HEADERS
    assert pages[0].fetched_at == NOW


def damaged(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / {"warc": "a.warc.gz", "gzip": "a.html.gz"}.get(kind, "a.html")
    contents = {"gzip": gzip.compress(BODY)[:-9], "warc": b"nothing", "large": b"x" * 100}
    if kind != "missing":
        path.write_bytes(contents.get(kind, BODY))
    descriptions = {
        "meta": "{",
        "meta list": "[]",
        "meta url": '{"url": 3}',
        "meta time": '{"fetched_at": "yesterday"}',
        "meta zone": '{"fetched_at": "2026-11-03T08:30:00"}',
    }
    if kind in descriptions:
        (tmp_path / "a.meta.json").write_text(descriptions[kind], encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("missing", "cannot be read: No such file"),
        ("gzip", "is damaged: Compressed file ended"),
        ("warc", "is damaged"),
        ("large", "larger than"),
        ("meta", "a.meta.json beside it is no JSON"),
        ("meta list", "must be an object"),
        ("meta url", "whose 'url' is text"),
        ("meta time", "is damaged: Invalid isoformat"),
        ("meta zone", "has no zone; write it like"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, sentence: str
) -> None:
    monkeypatch.setattr(saved, "MAX_BYTES", 50)
    path = damaged(tmp_path, kind)
    with pytest.raises(InputError, match=sentence) as caught:
        list(read_saved(str(path)))
    assert str(caught.value).startswith(f"{path}: ")
