"""What a robots.txt says: the cases of the RFC as a table."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralnews.middlewares.robotstxt import MAX_BYTES, MAX_LINE, matches, read_robots

HOST = "http://hemiao.example"
ENDS = {"|": "\n", "<CRLF>": "\r\n", "<CR>": "\r", "<BOM>": "\ufeff"}
CASES = [
    line.split("\t")
    for line in (Path(__file__).parent / "robotstxt_cases.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def allowed(text: str, path: str, agent: str = "foobot") -> bool:
    return read_robots(text.encode(), agent).allows(HOST + path)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[-2]}")
def test_a_case_of_the_table(case: list[str]) -> None:
    _, *middle, agent, path, answer = case
    text = "\t".join(middle)
    for name, end in ENDS.items():
        text = text.replace(name, end)
    assert allowed(text, path, agent) is (answer == "yes")


def test_the_rest_of_a_giant_line_is_dropped() -> None:
    long = "/x/" + "a" * MAX_LINE
    text = f"user-agent: *\ndisallow: {long}/qux\n"
    assert allowed(text, "/fux")
    assert not allowed(text, long + "/fux")


def test_500_kib_are_read_and_the_rest_is_not() -> None:
    padding = "# " + "x" * 998 + "\n"
    head = "user-agent: *\n"
    within = head + padding * 400 + "disallow: /a/\n"
    beyond = head + padding * (MAX_BYTES // 1000 + 1) + "disallow: /a/\n"
    assert not allowed(within, "/a/b")
    assert allowed(beyond, "/a/b")


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("user-agent: *\ncrawl-delay: 3\n", 3.0),
        ("user-agent: *\ncrawl-delay: 0.5\ndisallow:\n", 0.5),
        ("user-agent: *\ndisallow: /x\ncrawl-delay: 99999\n", 99999.0),
        ("user-agent: *\ncrawl-delay: -3\n", 0.0),
        ("user-agent: *\ncrawl-delay: inf\n", 0.0),
        ("user-agent: *\ncrawl-delay: 3\nuser-agent: foobot\ndisallow:\n", 0.0),
        ("user-agent: *\ndisallow: /\ncrawl-delay: 3\nuser-agent: foobot\ndisallow:\n", 0.0),
        ("crawl-delay: 3\n", 0.0),
    ],
)
def test_crawl_delay(text: str, delay: float) -> None:
    assert read_robots(text.encode(), "foobot").delay == delay


def test_a_pattern_made_to_exhaust_a_matcher_does_not() -> None:
    assert not matches("/" + "a*" * 5_000 + "b", "/" + "a" * 5_000)


@given(st.binary(max_size=400), st.text(max_size=40))
def test_no_bytes_break_it(body: bytes, path: str) -> None:
    rules = read_robots(b"user-agent: *\ndisallow: /\n" + body, "foobot")
    rules.allows("http://hemiao.example/" + path.replace("[", ""))
    assert rules.allows("http://hemiao.example/robots.txt")
    assert 0 <= rules.delay < math.inf


@given(st.text(alphabet="ab*/$", max_size=12), st.text(alphabet="ab/", max_size=12))
def test_a_longer_path_still_matches_what_is_not_anchored(pattern: str, path: str) -> None:
    if matches(pattern, path) and not pattern.endswith("$"):
        assert matches(pattern, path + "a")
