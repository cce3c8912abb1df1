"""`scrapy browse` over HTTP: what it shows, and what it does not do."""

from __future__ import annotations

import csv
import http.client
import io
import json
import re
import sys
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urlencode, urlsplit

import pytest
from browsed import MARKUP, browsing, publish_world
from running import call

import ruralnews.browse
from ruralnews.browse.guard import without_blanks
from ruralnews.browse.plugin import is_web, marked, read_labels
from ruralnews.browse.server import listening
from ruralnews.commands.browse import Command, load_server
from ruralnews.errors import UsageError
from ruralnews.export.columns import record_columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = [
    *("/", "/articles", "/articles/article", "/articles/portal", "/articles/version"),
    *("/articles/gone", "/articles/article/hemiao~3A900", "/articles/version/hemiao~3A900,1"),
    *("/articles/article?_search=恶意&_facet=title", "/articles/months", "/articles/authors"),
    *("/articles/words?word=小麦", "/articles/changes", "/articles?sql=nonsense", "/nothing"),
    "/articles?sql=select+title,url+from+article+where+id='hemiao:900'",
]
BOM = "\ufeff"
STATEMENTS = [
    *("delete from article", "attach 'x.db' as x", "select load_extension('x')"),
    *("with a as (select 1) delete from article", "pragma journal_mode=wal"),
    *("select writefile('x', 'y')", "vacuum into 'x.db'"),
]


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("project")
    publish_world(folder / "output")
    with browsing(folder) as address:
        parts = urlsplit(address)
        assert parts.hostname == "127.0.0.1"
        assert parts.path == "/articles/article"
        yield parts.port or 0


def ask(port: int, path: str, method: str = "GET", host: str | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Host": host or f"127.0.0.1:{port}"}
    connection.request(method, quote(path, safe="/?=&%~+'*(),"), headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, text)


def found(port: int, **asked: str) -> list[str]:
    """The ids that a search of the articles finds."""
    answer = ask(port, f"/articles/article.json?{urlencode({**asked, '_shape': 'array'})}")
    assert answer.status == 200, answer.text
    return [row["id"] for row in json.loads(answer.text)]


def test_the_newest_articles_come_first(port: int) -> None:
    ids = found(port)
    assert len(ids) == 30
    assert ids[:2] == ["hemiao:900", "hemiao:901"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"_search": "恶意"}, ["hemiao:900"]),
        ({"_search": "更正"}, ["hemiao:3"]),
        ({"_search": "第3块地的小麦"}, []),  # what the edit replaced
        ({"_search": "党"}, ["dxscg:950"]),
        ({"_search": '"党建 引领" OR'}, []),
        ({"_search": '党建"引领'}, ["dxscg:950"]),
        ({"_search_people": "柏秋实"}, ["dxscg:950"]),
        ({"_search_title": "柏秋实"}, []),
        ({"portal": "dxscg"}, ["dxscg:950"]),
        ({"author__arraycontains": "柏秋实"}, ["dxscg:950"]),
        ({"_author": "柏秋实"}, ["dxscg:950"]),
        ({"_editor": "柏秋实"}, []),
        ({"_author": "柏秋实", "_editor": "麦青禾"}, ["dxscg:950"]),
        ({"_author": "' OR 1=1 --"}, []),
        ({"status": "已撤下"}, ["hemiao:5"]),
        ({"day__gte": "2026-12-30", "day__lte": "2026-12-30"}, ["hemiao:901"]),
        ({"_search": "恶意", "portal": "dxscg"}, []),
    ],
)
def test_what_is_searched_for_is_found(
    port: int, asked: dict[str, str], expected: list[str]
) -> None:
    assert found(port, **asked) == expected


def test_the_list_shows_facets_excerpts_and_marks(port: int) -> None:
    text = ask(port, "/articles/article?_search=地里 收割机").text
    assert "没有找到" in text
    text = ask(port, "/articles/article?_search=收割机 小麦").text
    assert "<mark>收割机</mark>" in text
    assert "块地的<mark>小麦</mark>颗粒归仓" in text
    for label in ("状态", "门户", "栏目", "来源", "作者", "责编", "日期"):
        assert f"<summary>{label} " in text
    assert "太多，未能统计" not in text


@pytest.mark.parametrize(
    "path",
    PAGES,
)
def test_no_page_has_markup_of_an_article_or_anything_from_elsewhere(port: int, path: str) -> None:
    answer = ask(port, path)
    assert answer.status == {"/nothing": 404, "/articles?sql=nonsense": 400}.get(path, 200)
    assert MARKUP not in answer.text
    assert not re.findall(r"<(?:script|img|iframe|svg|form[^>]*post)", answer.text)
    assert not re.findall(r"(?:src|href)=[\"']?(?:javascript|data):", answer.text)
    assert not re.findall(r"<link[^>]*href=[\"']?http", answer.text)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    ("asked", "people"),
    [
        ("", {"田小满": 61, "谷雨生": 61, "柏秋实": 1, MARKUP: 1}),
        ("?portal=dxscg", {"柏秋实": 1}),
        ("?_search=更正", {"田小满": 1, "谷雨生": 1}),
        ("?_author=柏秋实", {"柏秋实": 1}),
        ("?_author=田小满&_author=谷雨生&day=2026-12-30", {"田小满": 1, "谷雨生": 1}),
    ],
)
def test_people_are_counted_among_what_was_found(
    port: int, asked: str, people: dict[str, int]
) -> None:
    said = json.loads(ask(port, f"/articles/article.json{asked}").text)
    [facet] = [one for one in said["facet_results"].values() if one["name"] == "author"]
    assert {one["value"]: one["count"] for one in facet["results"]} == people
    chosen = {one["value"] for one in facet["results"] if one["selected"]}
    assert chosen == {name for name in people if f"_author={name}" in asked}
    for one in facet["results"]:
        address = urlsplit(one["toggle_url"])
        again = json.loads(ask(port, unquote(f"{address.path}?{address.query}")).text)
        counted = said["filtered_table_rows_count"] if one["selected"] else one["count"]
        assert one["selected"] or again["filtered_table_rows_count"] == counted


def test_an_article_is_read_whole_with_links_to_the_web_only(port: int) -> None:
    text = ask(port, "/articles/article/hemiao~3A900?q=正文").text
    assert "<p><mark>正文</mark>里也有&lt;script&gt;" in text
    assert "<p>第二段。</p>" in text
    assert 'href="http://elsewhere.example/a.jpg" rel="noreferrer noopener"' in text
    assert "elsewhere.example" not in text.replace("http://elsewhere.example/a.jpg", "")
    assert ask(port, "/articles/article/hemiao~3A12345").status == 404


def test_every_version_of_an_article_can_be_read(port: int) -> None:
    now = ask(port, "/articles/article/hemiao~3A3").text
    assert "更正：三号地的小麦" in now
    assert "revision=1" in now
    before = ask(port, "/articles/article/hemiao~3A3?revision=1").text
    assert "第3块地的小麦颗粒归仓" in before
    assert "现在是第 2 版" in before
    assert "门户已撤下此文" in ask(port, "/articles/article/hemiao~3A5").text
    assert "更正：三号地的小麦" in ask(port, "/articles/article/hemiao~3A3?revision=77").text


def test_a_csv_file_of_what_was_found_holds_no_formula(port: int) -> None:
    answer = ask(port, "/articles/article.csv?day=2026-12-30&_size=max")
    [row] = csv.DictReader(io.StringIO(answer.text.removeprefix(BOM), newline=""))
    assert row["title"] == "'=HYPERLINK(1)"
    assert row["author"] == '["田小满", "谷雨生"]'
    query = ask(port, "/articles.csv?sql=select+'=1'+as+a,+'-'||2+as+b").text
    assert query == f"{BOM}a,b\r\n'=1,'-2\r\n"


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1", "127.0.0.1:1", "localhost.x"])
def test_a_page_elsewhere_that_points_its_name_here_reads_nothing(port: int, host: str) -> None:
    answer = ask(port, "/articles/article", host=host)
    assert answer.status == 421
    assert "小麦" not in answer.text


def test_this_machine_may_be_called_localhost(port: int) -> None:
    assert ask(port, "/", host=f"LocalHost:{port}").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_is_written_by_a_request(port: int, method: str) -> None:
    assert ask(port, "/articles/article", method).status == 405


@pytest.mark.parametrize(
    "sql",
    STATEMENTS,
)
def test_no_query_changes_anything(port: int, sql: str) -> None:
    assert ask(port, f"/articles.json?{urlencode({'sql': sql})}").status == 400


def test_a_query_without_end_is_ended(port: int) -> None:
    sql = "with recursive c(x) as (select 1 union all select x+1 from c) select count(*) from c"
    answer = ask(port, f"/articles.json?{urlencode({'sql': sql, '_timelimit': '100'})}")
    assert answer.status == 400
    assert "interrupted" in answer.text.lower()


def test_the_database_is_not_handed_out(port: int) -> None:
    assert ask(port, "/articles.db").status == 403


def test_fields_left_empty_are_no_filters(port: int) -> None:
    answer = ask(port, "/articles/article?_search=&day__gte=&day__lte=&portal=dxscg")
    assert (answer.status, answer.headers["location"]) == (302, "/articles/article?portal=dxscg")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", None),
        ("portal=", None),
        ("_search=%E6%9D%91", None),
        ("_search=+", ""),
        ("day__lte=&_search=%E6%9D%91", "_search=%E6%9D%91"),
    ],
)
def test_only_empty_fields_of_the_form_are_taken_out(query: str, expected: str | None) -> None:
    assert without_blanks(query) == expected


def test_marks_stand_around_escaped_text() -> None:
    assert marked("<b>村</b>", "村") == "&lt;b&gt;<mark>村</mark>&lt;/b&gt;"
    assert MARKUP not in marked(MARKUP, "alert")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://x.example/", True),
        ("HTTPS://x.example/", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("//x.example", False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_are_links(url: str | None, expected: bool) -> None:
    assert is_web(url) is expected


def test_labels_are_of_keys_that_a_record_has() -> None:
    keys = {column.name for column in record_columns()} | {"day", "status", "chars"}
    assert keys - {"schema", "content_sha", "canonical_url", "published_precision"} >= set(
        read_labels()
    )


def test_the_server_listens_on_this_machine_only_and_says_when_a_port_is_taken() -> None:
    with listening(0) as first:
        address, port = first.getsockname()
        assert address == "127.0.0.1"
        with pytest.raises(UsageError, match=rf"--port {port}: cannot be had"):
            listening(port)
    with pytest.raises(UsageError, match="cannot be had"):
        listening(99999)


def test_without_datasette_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasette", None)
    for name in ("server", "plugin"):
        monkeypatch.delitem(sys.modules, f"ruralnews.browse.{name}", raising=False)
        monkeypatch.delattr(ruralnews.browse, name, raising=False)
    with pytest.raises(UsageError, match=r"pip install 'ruralnews\[browse\]'"):
        load_server()


@pytest.mark.parametrize(
    ("args", "said"),
    [(["x"], "not even 'x'"), (["--portal", "nosuch"], "--portal nosuch: has no record")],
)
def test_a_wrong_call_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    args: list[str],
    said: str,
) -> None:
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = ruralnews.settings\n", "utf-8")
    publish_world(tmp_path / "output")
    monkeypatch.chdir(tmp_path)
    assert call(Command(), "--no-open", *args) == 2
    assert said in capsys.readouterr().err
