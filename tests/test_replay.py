"""Saved pages to records: formats, options, and what a page without record says."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import tracemalloc
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from running import SECONDS, start

from ruralnews.archive.saved import read_saved
from ruralnews.archive.shelf import Shelf
from ruralnews.archive.warc import ARTICLE, Archive, Capture
from ruralnews.commands.replay import Options, replay
from ruralnews.demo import read_site
from ruralnews.portals import get_portal

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SITE = read_site()
PLAIN = "/xczx/202309/t20230911_1000001.html"
GB18030 = "/xczx/202309/t20230918_1000002.html"
LYING = "/djgz/202310/t20231016_1000004.html"
THREE_PAGES = [f"/djgz/202310/t20231023_1000005{tail}.html" for tail in ("", "_1", "_2")]
HIJACKED = "/xczx/202009/t20200911_6749523.html"
URL = "http://127.0.0.1:8000"


def save(folder: Path, path: str, *, name: str = "", described: bool = True) -> Path:
    """A page of the demo portal as a saved file."""
    file = folder / (name or path.rpartition("/")[2])
    body = SITE[path].body
    file.write_bytes(gzip.compress(body) if file.suffix == ".gz" else body)
    if described:
        meta = {"url": URL + path, "headers": SITE[path].headers}
        stem = file.name.removesuffix(".gz").removesuffix(".html")
        file.with_name(f"{stem}.meta.json").write_text(json.dumps(meta), encoding="utf-8")
    return file


def run(
    capsys: pytest.CaptureFixture[str], *paths: object, **options: Any
) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, records and stderr."""
    defaults: dict[str, Any] = {
        "portal": None,
        "url": None,
        "restoring": True,
        "explaining": False,
    }
    code = replay(map(str, paths), Options(**defaults | options))
    printed = capsys.readouterr()
    return code, [json.loads(line) for line in printed.out.splitlines()], printed.err


def test_a_described_page_is_read_with_its_portal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tmp_path, PLAIN)
    code, [record], err = run(capsys, path)
    assert (code, err) == (0, "")
    assert record["id"] == "demo:1000001"
    assert record["url"] == URL + PLAIN
    assert (record["portal"], record["author"]) == ("demo", ["田小满"])
    assert list(record)[-1] == "replayed_from"
    assert record["replayed_from"] == str(path)


def test_a_page_without_url_is_known_by_its_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tmp_path, PLAIN, described=False)
    _, [record], _ = run(capsys, path)
    assert record["id"] == "page:" + record["content_sha"][:16]
    assert (record["url"], record["canonical_url"], record["portal"]) == (None, None, None)
    _, [again], _ = run(capsys, path, url=URL + PLAIN)
    assert again["id"] == "demo:1000001"
    _, [again], _ = run(capsys, path, portal=get_portal("demo"))
    assert again["id"] == "demo:" + record["content_sha"][:16]


def test_headers_of_the_description_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [save(tmp_path, GB18030, name="a.html.gz"), save(tmp_path, LYING)]
    code, records, _ = run(capsys, *paths)
    assert code == 0
    assert [record["title"] for record in records] == [
        "㳇水河畔的“管水员”柳镕",
        "桐岭乡：支部建在茶垄上 党员干在最前头",
    ]


def test_a_folder_goes_on_after_pages_that_give_no_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, PLAIN, name="e.html")
    (tmp_path / "a.html").write_bytes(b"")
    (tmp_path / "b.html").write_bytes(b"%PDF-1.4 binary")
    (tmp_path / "c.html.gz").write_bytes(b"no gzip")
    save(tmp_path, "/", name="d.html")
    code, records, err = run(capsys, tmp_path, tmp_path / "missing.html")
    assert code == 1
    assert [record["replayed_from"] for record in records] == [str(tmp_path / "e.html")]
    assert [line.replace(f"{tmp_path}/", "")[:38] for line in err.splitlines()] == [
        "a.html: page-empty: the page has no co",
        "b.html: page-not-html: the content is ",
        "scrapy replay: c.html.gz: is damaged: ",
        "d.html: article-missing: the page hold",
        "scrapy replay: missing.html: cannot be",
        "scrapy replay: article-missing: 1",
        "scrapy replay: damaged: 1",
        "scrapy replay: missing: 1",
        "scrapy replay: page-empty: 1",
        "scrapy replay: page-not-html: 1",
    ]


def test_explain_tells_every_candidate_and_the_one_that_won(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, [record], err = run(capsys, save(tmp_path, PLAIN), explaining=True)
    assert f"  title: {record['title']}" in err.splitlines()
    won = f"    * {record['provenance']['source']}: {record['raw']['source']}"
    assert won in err.splitlines()
    assert "profile demo" in err


def test_explain_tells_what_left_the_text_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, last = "清早，柳湾镇的春管现场会开到了田埂上。", "散会时，村干部把虫情图带回了村里。"
    page = tmp_path / "a.html"
    page.write_text(
        f"<title>春管现场会开到田埂上</title><h1>春管现场会开到田埂上</h1><p>2024-03-04 09:30"
        f"<div id=zoom><p>{first}<p>{last}<p>更多精彩内容请关注我们</div>"
        "<p>责编：谷雨生　校对：田小满</body></html>",
        encoding="utf-8",
    )
    _, [record], err = run(capsys, page, explaining=True)
    assert record["body"] == f"{first}\n{last}"
    told = [line.strip() for line in err.splitlines()]
    body = told.index(f"body: {len(first + last)} characters in 2 lines, by cms:#zoom")
    assert told[body + 1 : body + 4] == [
        f"first: {first}",
        f"last: {last}",
        f"left out by {record['removed'][0]['rule']}: 更多精彩内容请关注我们",
    ]
    assert "credits: 责编 谷雨生、校对 田小满" in told


def test_no_restore_leaves_the_damage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, [record], _ = run(capsys, save(tmp_path, HIJACKED), restoring=False)
    assert record["restored"] == []
    assert "(fēng)" in record["title"]


def test_standard_input_is_one_page(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SITE[PLAIN].body)))
    code, [record], _ = run(capsys, "-", url=URL + PLAIN)
    assert (code, record["replayed_from"]) == (0, "-")


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    # Enough output to overrun the pipe's buffer when nobody reads it.
    for number in range(60):
        save(tmp_path, PLAIN, name=f"{number}.html")
    with start(tmp_path, "replay", ".") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith('{"id"')
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(SECONDS) == 0


def test_an_article_in_three_pages_is_one_record_when_all_are_at_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Named so that the last page is read first.
    for name, path in zip("cba", THREE_PAGES, strict=True):
        save(tmp_path, path, name=f"{name}.html")
    code, [record], err = run(capsys, tmp_path)
    assert code == 0
    assert record["replayed_from"].endswith("c.html")
    assert (record["pages"], record["warnings"]) == (3, [])
    assert err.count("is read with the first page") == 2
    lines = record["body"].split("\n")
    assert len(lines) == len(set(lines)) > 6


def test_one_page_of_three_says_that_the_others_are_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, [record], _ = run(capsys, save(tmp_path, THREE_PAGES[0]))
    assert (record["pages"], record["warnings"]) == (1, ["parts-unread"])


class Planted:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, tuple[str, str]]:
        return open, (str(self.mark), "w")


def test_a_damaged_folder_is_read_without_a_socket_and_without_unpickling(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.socket", None)
    mark = tmp_path / "mark"
    planted = pickle.dumps(Planted(mark))
    for name in ("page.html", "b.html.gz", "b.meta.json", "pickled_response", "c.pickle"):
        (tmp_path / name).write_bytes(planted)
    save(tmp_path, PLAIN, name="other-portal.html")
    save(tmp_path, PLAIN, name="cut.html").write_bytes(SITE[PLAIN].body[:-900])
    code, records, err = run(capsys, tmp_path, tmp_path / "none", portal=get_portal("dxscg"))
    assert code == 1
    assert [record["portal"] for record in records] == ["dxscg"]
    # What is no page is not read.
    reasons = ("charset-undecided", "damaged", "missing", "page-truncated")
    assert err.splitlines()[-4:] == [f"scrapy replay: {reason}: 1" for reason in reasons]
    assert not mark.exists()


def test_an_archive_of_any_size_is_read_in_little_memory(tmp_path: Path) -> None:
    written = Archive(tmp_path, "demo", 10**9, "a test", lambda _: None)
    now = datetime(2026, 11, 3, tzinfo=UTC)
    pages = 600
    for first in range(0, pages, 100):
        urls = [f"{URL}/{first + n}.html" for n in range(100)]
        written.write([Capture(url, 200, (), b"<html>" * 2000, now, ARTICLE) for url in urls])
    written.close()
    tracemalloc.start()
    shelf = Shelf([str(tmp_path)])
    found = shelf.find(f"{URL}/{pages - 1}.html")
    assert sum(len(page.body) for path in shelf.paths for page in read_saved(path)) == pages * 12000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found is not None
    assert peak < 2 * 1024 * 1024
