"""What reading a page costs, beside other extractors, in one run.

    python tests/bench/extraction.py [FOLDER]

FOLDER holds saved pages, `*.html` anywhere below it; without one the healthy pages of the demo
portal are used. Every tool runs in a process of its own: it reads every fifth page to warm up,
then each of the other pages once, right after lxml has parsed it: a machine that slows down does so
for both. Prints one row a tool: milliseconds of processor time per page, the same as a multiple of
that parse, peak memory, and the pages on which it gave up with an exception. Needs the extra
`bench`.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from lxml.etree import LxmlError
from w3lib.encoding import html_to_unicode

Tool = Callable[[bytes, str], object]
BASE = "lxml parse"
HIJACKED = "202009"
"""Folder of the demo portal's hijacked page: restoring is measured by restoration.py."""
WARM_UP = 5
"""Every page of this number warms the tool up and is not timed."""


def text_of(body: bytes) -> str:
    """The page decoded as Scrapy decodes it, so that no tool wins by guessing the charset."""
    return html_to_unicode(None, body, default_encoding="utf-8", auto_detect_fun=lambda _: None)[1]


def lxml_parse() -> Tool:
    from lxml import html  # noqa: PLC0415 - each tool pays for its own imports

    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    return lambda body, _: html.document_fromstring(text_of(body).encode(), parser=parser)


def ruralnews() -> Tool:
    from ruralnews import extract  # noqa: PLC0415

    return extract


def selector() -> Tool:
    from parsel import Selector  # noqa: PLC0415

    paths = (
        "//h1//text()",
        "//title/text()",
        '//meta[@name="PubDate"]/@content',
        '//meta[@property="article:published_time"]/@content',
        '//*[contains(@class,"source")]//text()',
        '//*[contains(@class,"editor")]//text()',
        '//*[contains(@class,"author")]//text()',
        '//div[contains(@class,"content") or contains(@id,"zoom")]//p//text()',
    )

    def read(body: bytes, _: str) -> object:
        page = Selector(text=text_of(body))
        return [page.xpath(path).getall() for path in paths]

    return read


def readability() -> Tool:
    from readability import Document  # noqa: PLC0415

    return lambda body, url: Document(text_of(body), url=url).summary(html_partial=True)


def trafilatura() -> Tool:
    import trafilatura  # noqa: PLC0415

    def read(body: bytes, url: str) -> object:
        return trafilatura.bare_extraction(
            text_of(body), url=url, with_metadata=True, include_comments=False
        )

    return read


def gne() -> Tool:
    from gne import GeneralNewsExtractor  # noqa: PLC0415

    extractor = GeneralNewsExtractor()
    return lambda body, _: extractor.extract(text_of(body))


TOOLS: dict[str, Callable[[], Tool]] = {
    BASE: lxml_parse,
    "ruralnews": ruralnews,
    "Selector + 8 XPaths": selector,
    "readability-lxml": readability,
    "trafilatura": trafilatura,
    "gne": gne,
}


def read_pages(folder: str) -> list[bytes]:
    """The bytes of every saved page below the folder."""
    root = Path(folder) if folder else Path(str(files("ruralnews.demo"))) / "site"
    paths = [path for path in sorted(root.rglob("*.html")) if folder or HIJACKED not in path.parts]
    return [path.read_bytes() for path in paths]


def measure(name: str, folder: str) -> dict[str, float]:
    """What one tool takes, in this process: ms and parses a page, MB at most, pages it gave up."""
    pages = read_pages(folder)
    parse, read = lxml_parse(), TOOLS[name]()
    for body in pages[::WARM_UP]:
        parse(body, "")
        _reads(read, body)
    timed = [body for number, body in enumerate(pages) if number % WARM_UP]
    parsing = spent = 0.0
    failed = 0
    for body in timed:
        start = time.process_time()
        parse(body, "")
        parsed = time.process_time()
        failed += not _reads(read, body)
        parsing += parsed - start
        spent += time.process_time() - parsed
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes on Linux, bytes on macOS.
    megabytes = peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
    milliseconds = 1000 * spent / len(timed)
    return {"ms": milliseconds, "times": spent / parsing, "mb": megabytes, "failed": failed}


def _reads(read: Tool, body: bytes) -> bool:
    """Whether the tool gets through the page; some give up with an exception."""
    try:
        read(body, "http://www.example.cn/a.html")
    except (ValueError, TypeError, LookupError, AttributeError, LxmlError):
        return False
    return True


def main() -> None:
    """Measures one tool and prints JSON (`--tool NAME`), or all and prints the table."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--tool"]:
        print(json.dumps(measure(arguments[1], arguments[2])))
        return
    folder = arguments[0] if arguments else ""
    results = {}
    for name in TOOLS:
        command = [sys.executable, __file__, "--tool", name, folder]
        results[name] = json.loads(subprocess.check_output(command, stderr=subprocess.DEVNULL))
    print(f"{len(read_pages(folder))} pages\n")
    print("| tool | ms a page | × lxml parse | peak MB | failed |\n| --- | --- | --- | --- | --- |")
    for name, row in results.items():
        times = f"{row['ms']:.2f} | {row['times']:.1f}"
        print(f"| {name} | {times} | {row['mb']:.0f} | {row['failed']:.0f} |")


if __name__ == "__main__":
    main()
