"""The demo portal: its server, its pages, and the seed page among them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from ruralnews.demo import DemoServer, read_site, serve
from ruralnews.demo.__main__ import main
from ruralnews.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

HERE = Path(__file__).parent
SITE = read_site()
SEED = "/xczx/202009/t20200911_6749523.html"
LISTS = ("/xczx/", "/xczx/index_1.html", "/djgz/")
ARTICLE = re.compile(r"/t\d{8}_\d+\.html$")
PART = re.compile(r"/t\d{8}_\d+_\d+\.html$")
SOFT_404 = "/xczx/202402/t20240219_1000018.html"
LOST = "/xczx/202401/t20240108_1000404.html"
FOREIGN = "http://www.neighbour.invalid/xczx/202402/t20240205_2000001.html"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    with serve() as server:
        yield server


def ask(demo: DemoServer, path: str, method: str = "GET") -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", urlsplit(demo.url).port or 0, timeout=10)
    connection.request(method, path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def links(path: str) -> list[str]:
    """The links of a list proper, side bar and navigation left out."""
    root = html.document_fromstring(SITE[path].body.decode())
    return [urljoin(path, a.get("href")) for a in root.cssselect("ul.list a")]


@pytest.mark.parametrize("path", sorted(SITE))
def test_a_page_is_sent_as_its_file_is_with_its_header(demo: DemoServer, path: str) -> None:
    response, body = ask(demo, path)
    assert (response.status, body) == (200, SITE[path].body)
    assert response.headers["Content-Type"] == SITE[path].headers["Content-Type"]


def test_head_sends_the_headers_alone(demo: DemoServer) -> None:
    response, body = ask(demo, "/xczx/", "HEAD")
    assert (response.status, body) == (200, b"")
    assert int(response.headers["Content-Length"]) == len(SITE["/xczx/"].body)


def test_a_query_does_not_change_the_page(demo: DemoServer) -> None:
    assert ask(demo, "/xczx/?from=front")[1] == SITE["/xczx/"].body


@pytest.mark.parametrize(
    "path",
    [
        LOST,
        "/xczx/index_2.html",
        "/xczx",
        "/../server.py",
        "/xczx/../../site.toml",
        "/%2e%2e/site.toml",
        "/xczx/..%2f..%2fsite.toml",
        "//etc/passwd",
        "/site.toml",
    ],
)
def test_anything_but_a_page_of_the_site_is_not_found(demo: DemoServer, path: str) -> None:
    assert ask(demo, path)[0].status == 404


def test_every_request_is_logged_in_order() -> None:
    with serve() as demo:
        ask(demo, "/robots.txt")
        ask(demo, LOST, "HEAD")
    assert demo.log == ["GET /robots.txt 200", f"HEAD {LOST} 404"]


def test_the_server_writes_nothing(demo: DemoServer, capfd: pytest.CaptureFixture[str]) -> None:
    ask(demo, "/")
    ask(demo, "/nowhere")
    assert capfd.readouterr() == ("", "")


def test_the_server_listens_on_loopback_and_ends_with_the_block() -> None:
    with serve() as demo:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", demo.url)
    with pytest.raises(ConnectionRefusedError):
        ask(demo, "/")


def test_two_servers_stand_side_by_side(demo: DemoServer) -> None:
    with serve() as other:
        assert other.url != demo.url
        assert ask(other, "/")[1] == ask(demo, "/")[1]


def test_a_port_in_use_is_named_with_the_way_out(
    demo: DemoServer, capsys: pytest.CaptureFixture[str]
) -> None:
    port = urlsplit(demo.url).port
    with pytest.raises(UsageError, match=rf"port {port} .* try another, or 0"), serve(port or 0):
        pass
    assert main([str(port)]) == 2
    assert f"port {port}" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_number_that_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--", port]) == 2
    assert f"port {port} " in capsys.readouterr().err


def test_as_a_program_it_serves_until_interrupted() -> None:
    program = [sys.executable, "-m", "ruralnews.demo", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, cwd=HERE.parent) as process:
        assert process.stdout is not None
        url = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        assert url is not None
        assert ask(DemoServer(url[0]), "/")[0].status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0


def test_robots_txt_closes_the_search_only() -> None:
    assert SITE["/robots.txt"].body.splitlines() == [b"User-agent: *", b"Disallow: /search/"]


def test_the_lists_lead_to_every_article_once() -> None:
    listed = [url for path in LISTS for url in links(path)]
    articles = {path for path in SITE if ARTICLE.search(path)} - {SOFT_404}
    assert sorted(listed) == sorted({*articles, LOST, FOREIGN})


def test_a_lost_article_answers_with_the_front_page() -> None:
    answered = [path for path, page in SITE.items() if page is SITE["/"]]
    assert sorted(answered) == ["/", "/index.html", SOFT_404]


def test_every_link_within_the_site_leads_to_a_page_or_is_known_not_to() -> None:
    allowed = {LOST, "/search/", "/about.html", "/notice.html", "/map.html"}
    for path, page in SITE.items():
        if not path.endswith(".html"):
            continue
        for href in re.findall(rb'<a [^>]*href="([./][^"#]*)"', page.body):
            target = urljoin(path, href.decode())
            assert target in SITE or target in allowed or target.endswith((".doc", ".pdf")), path


def test_no_page_names_a_host_that_could_be_asked() -> None:
    for path, page in SITE.items():
        hosts = re.findall(rb"//([\w.-]+)", page.body)
        assert {host.rpartition(b".")[2] for host in hosts} <= {b"invalid", b"example"}, path


@pytest.mark.parametrize(
    ("path", "said", "declared", "read"),
    [
        ("/xczx/202309/t20230918_1000002.html", "text/html", "gb2312", "gb18030"),
        ("/xczx/202310/t20231009_1000003.html", "text/html; charset=gbk", "utf-8", "utf-8"),
        ("/djgz/202310/t20231016_1000004.html", "text/html; charset=utf-8", "gb2312", "gb18030"),
    ],
)
def test_pages_of_odd_encoding_stay_odd(path: str, said: str, declared: str, read: str) -> None:
    page = SITE[path]
    assert page.headers["Content-Type"] == said
    text = page.body.decode(read)
    assert f'<meta charset="{declared}">' in text
    other = "gbk" if read == "utf-8" else "utf-8"
    with pytest.raises(UnicodeDecodeError):
        page.body.decode(other)


def test_the_gb2312_page_holds_what_gb2312_and_gbk_cannot_say() -> None:
    body = SITE["/xczx/202309/t20230918_1000002.html"].body
    for label, character in (("gb2312", "镕"), ("gb2312", "喆"), ("gbk", "䶮"), ("gbk", "㳇")):
        assert character in body.decode("gb18030")
        with pytest.raises(UnicodeEncodeError):
            character.encode(label)


def test_the_article_in_parts_has_all_of_them() -> None:
    parts = sorted(path for path in SITE if PART.search(path))
    stem = "/djgz/202310/t20231023_1000005"
    assert parts == [f"{stem}_1.html", f"{stem}_2.html"]
    for number, path in enumerate((f"{stem}.html", *parts)):
        call = f'createPageHTML(3, {number}, "t20231023_1000005", "html");'
        assert call in SITE[path].body.decode()


def test_the_seed_page_carries_the_text_it_was_made_from_unchanged() -> None:
    """Lines that hold only a line feed are the blocks' own; every other character must agree."""
    parser = html.HTMLParser(encoding="utf-8")
    root = html.document_fromstring(SITE[SEED].body, parser=parser)
    shown = "".join(root.body.itertext()).split("\n")
    copied = (HERE / "seed" / "article.txt").read_bytes().decode().split("\n")
    assert [line for line in shown if line] == [line for line in copied if line]


def test_the_seed_page_is_hijacked_as_the_copy_was() -> None:
    root = html.document_fromstring(SITE[SEED].body.decode())
    farm = root.xpath("//div[starts-with(normalize-space(preceding::div[1]), '責')]/a")
    hosts = {urlsplit(a.get("href")).hostname for a in farm}
    assert len(farm) == len(hosts) == 41
    text = SITE[SEED].body.decode()
    assert re.findall("[\ue000-\uf8ff]", text) == ["\ue189", "\ue1d8", "\ue2fd"]


@pytest.mark.parametrize("slug", ["demo", "dxscg"])
def test_the_case_of_the_seed_page_expects_what_the_seed_expects(slug: str) -> None:
    seed = json.loads((HERE / "seed" / "expected.json").read_text(encoding="utf-8"))
    file = HERE / "portals" / slug / "2020-09-11-hijacked" / "expected.json"
    case = json.loads(file.read_text(encoding="utf-8"))
    case["body"] = "\n".join(case["body"])
    assert {key: case[key] for key in seed} == seed
