"""Saved pages: what the crawl writes is what replay reads."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from warcio.checker import Checker

from ruralnews.archive import saved
from ruralnews.archive.reading import read_capture
from ruralnews.archive.saved import find_saved, read_saved
from ruralnews.archive.shelf import Shelf
from ruralnews.archive.warc import ARTICLE, Archive, Capture, Place, member, mend
from ruralnews.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 3, 0, 30, tzinfo=UTC)
BODY = "<html><p>麦收</p></html>".encode("gb18030")
URL = "http://www.hemiao.example/a/t1.html"
HEADERS = {"Content-Type": "text/html; charset=gb2312"}


def answer(number: int = 1, body: bytes = BODY, kind: str = ARTICLE) -> Capture:
    head = ((b"Content-Type", b"text/html; charset=gb2312"), (b"X-Place", "青禾".encode("gbk")))
    return Capture(f"{URL}?{number}", 200, head, body, NOW, kind)


def archive(folder: Path, at: Callable[[str], None] = lambda _: None, size: int = 10**6) -> Archive:
    return Archive(folder, "hemiao", size, "a test", at)


def check(folder: Path) -> int:
    """What `warcio check` says of every closed file."""
    inputs = [str(path) for path in folder.glob("*/*.warc.gz")]
    return int(Checker(SimpleNamespace(inputs=inputs, verbose=False)).process_all())


def test_what_is_written_is_read_back_byte_for_byte(tmp_path: Path) -> None:
    captures = [answer(1), answer(2, b"\r\n\r\n\x00" * 999), answer(3, b"")]
    written = archive(tmp_path)
    places = written.write(captures)
    again = zip(places, captures, strict=True)
    assert [read_capture(tmp_path, at, one.sha256) for at, one in again] == captures
    places += written.write([answer(4)])
    written.close()
    assert {place.file for place in places} == {places[0].file}
    assert not list(tmp_path.rglob("*.open"))
    assert read_capture(tmp_path, places[3], answer(4).sha256) == answer(4)
    assert check(tmp_path) == 0


def test_a_written_page_is_a_saved_page_and_a_list_is_none(tmp_path: Path) -> None:
    written = archive(tmp_path)
    packed = replace(answer(2), body=gzip.compress(BODY), headers=((b"Content-Encoding", b"gzip"),))
    moved = replace(answer(5), status=302)
    written.write([answer(0, kind="robots"), answer(1, kind="list"), packed, moved, answer(3)])
    written.close()
    [found] = find_saved([str(tmp_path)])
    pages = list(read_saved(found))
    assert [(page.url, page.body, page.fetched_at) for page in pages] == [
        (f"{URL}?2", BODY, NOW),
        (f"{URL}?3", BODY, NOW),
    ]
    assert pages[1].headers["Content-Type"] == HEADERS["Content-Type"]
    assert Shelf([found]).find(f"{URL}?3") == replace(pages[1], name=f"{found}#1")


def test_a_full_file_is_followed_by_another(tmp_path: Path) -> None:
    written = archive(tmp_path, size=1)
    places = [written.write([answer(number)])[0] for number in range(3)]
    written.close()
    assert len({place.file for place in places}) == 3
    assert sorted(p.name for p in (tmp_path / "hemiao").iterdir()) == sorted(
        place.file.removeprefix("hemiao/") for place in places
    )


def test_a_run_without_pages_leaves_no_file(tmp_path: Path) -> None:
    archive(tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_kill_tore_is_cut_off_and_the_rest_is_closed(tmp_path: Path) -> None:
    written = archive(tmp_path)
    places = written.write([answer(1), answer(2)])
    [path] = tmp_path.glob("*/*.open")
    whole = path.read_bytes()
    ends = [place.offset + place.length for place in places]
    assert ends[1] == len(whole)
    near = {end + by for end in (places[0].offset, *ends) for by in (-1, 0, 1)}
    for cut in sorted({*range(0, len(whole), 40), *near}):
        path.write_bytes(whole[:cut] + b"\xff" * (cut % 3))
        known = ends[0] if cut >= ends[0] and cut % 2 else 0
        assert mend(tmp_path, lambda _, known=known: known) == [places[0].file]
        closed = path.with_name(path.name.removesuffix(".open"))
        kept = max((end for end in (places[0].offset, *ends) if end <= cut), default=0)
        assert (closed.read_bytes() if closed.exists() else b"") == whole[:kept]
        closed.unlink(missing_ok=True)
    assert list(tmp_path.glob("*/*")) == []


class FullDisk:
    """Writes half of what it is given, then nothing."""

    def __init__(self) -> None:
        self.left = 700

    def write(self, descriptor: int, data: memoryview) -> int:
        if not self.left:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = min(self.left, len(data))
        self.left -= taken
        return os.pwrite(descriptor, data[:taken], os.lseek(descriptor, 0, os.SEEK_END))


def test_a_full_disk_is_told_and_leaves_nothing_torn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = archive(tmp_path)
    [first] = written.write([answer(1)])
    with monkeypatch.context() as context:
        context.setattr("ruralnews.archive.warc.os.write", FullDisk().write)
        with pytest.raises(OutputError, match="the archive cannot be written: No space left"):
            written.write([answer(2, os.urandom(9999))])
    [last] = written.write([answer(3)])
    written.close()
    assert last.offset == first.offset + first.length
    assert check(tmp_path) == 0


def test_an_archive_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="the archive cannot be written"):
        archive(tmp_path / "file").write([answer()])


def spoil(path: Path, place: Place, kind: str) -> None:
    content = bytearray(path.read_bytes())
    if kind == "missing":
        path.unlink()
        return
    if kind == "truncated":
        del content[-9:]
    elif kind == "damaged":
        content[place.offset + 20 :] = b"x" * 99 + content[place.offset + 119 :]
    elif kind == "wrong-sha":
        content[place.offset :] = member(answer(1, b"another page"))
        content += b"\0" * place.length
    path.write_bytes(content)


@pytest.mark.parametrize("kind", ["missing", "truncated", "damaged", "wrong-sha"])
def test_what_the_archive_lost_is_named(tmp_path: Path, kind: str) -> None:
    written = archive(tmp_path)
    [place] = written.write([answer()])
    written.close()
    spoil(tmp_path / place.file, place, kind)
    with pytest.raises(InputError) as caught:
        read_capture(tmp_path, place, answer().sha256)
    assert caught.value.reason == kind


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


def test_other_crawlers_files_are_read_whatever_else_they_hold(tmp_path: Path) -> None:
    packed = gzip.compress(BODY)
    chunked = f"{len(packed):x}\r\n".encode() + packed + b"\r\n0\r\n\r\n"
    heads = {
        "page": "200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked",
        "gone": "404 Not Found\r\nContent-Type: text/html",
        "picture": "200 OK\r\nContent-Type: image/png",
    }
    payloads = {
        name: f"HTTP/1.1 {head}\r\n\r\n".encode() + (chunked if name == "page" else BODY)
        for name, head in heads.items()
    }
    for ending, pack in ((".warc.gz", lambda record: record), (".warc", gzip.decompress)):
        path = tmp_path / f"other{ending}"
        records = [warc_record("response", f"{URL}?{name}", payloads[name]) for name in payloads]
        path.write_bytes(b"".join(pack(record) for record in records))
        assert [(page.url, page.body) for page in read_saved(str(path))] == [(f"{URL}?page", BODY)]


def test_a_record_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    altered = gzip.decompress(member(answer(2))).replace("麦收".encode("gb18030"), b"1234")
    cut = member(answer(4, os.urandom(9999)))[:-99]
    path = tmp_path / "night.warc.gz"
    path.write_bytes(member(answer(1)) + gzip.compress(altered) + member(answer(3)) + cut)
    pages = list(read_saved(str(path)))
    assert [page.body for page in pages] == [BODY, b"", BODY, b""]
    problems = [page.problem.reason if page.problem else None for page in pages]
    assert problems == [None, "wrong-sha", None, "truncated"]


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
        "sha": json.dumps({"sha256": hashlib.sha256(b"another page").hexdigest()}),
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
        ("sha", "is not what was saved: its sha256 differs"),
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
