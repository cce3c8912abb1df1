"""The log: one event, one line, nothing that a terminal obeys."""

from __future__ import annotations

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralnews.extensions.log_lines import EscapeFilter, LineFormatter, escape
from ruralnews.items import Article


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("麦收 plain", "麦收 plain"),
        ("a\nERROR forged", "a\\nERROR forged"),
        ("\x1b[31mred\x1b]8;;x\x07", "\\x1b[31mred\\x1b]8;;x\\x07"),
        ("a\u202eb\u2028c\x85\x00", "a\\u202eb\\u2028c\\x85\\x00"),
        ("\ud800", "\\ud800"),
    ],
)
def test_escape(text: str, safe: str) -> None:
    assert escape(text) == safe


@given(st.text())
def test_what_is_escaped_is_one_printable_line(text: str) -> None:
    safe = escape(text)
    assert len(safe.splitlines()) <= 1
    assert "\x1b" not in safe


def formatted(name: str, message: str, *args: object, exc_info: object = None) -> str:
    record = logging.LogRecord(name, logging.INFO, "", 0, message, args, exc_info)  # type: ignore[arg-type]
    assert EscapeFilter().filter(record)
    return logging.Formatter("%(message)s").format(record)


def fail(message: str) -> None:
    raise ValueError(message)


def test_a_message_with_a_hostile_title_is_one_line() -> None:
    assert formatted("demo", "Read %s", "a\nb\x1b[2J") == "Read a\\nb\\x1b[2J"


def test_our_own_messages_keep_their_lines() -> None:
    assert formatted("scrapy.statscollectors", "Stats:\n%s", "a\nb") == "Stats:\na\nb"


def test_a_traceback_keeps_its_lines_and_loses_its_controls() -> None:
    try:
        fail("bad\x1b[2J title")
    except ValueError:
        text = formatted("demo", "Failed", exc_info=sys.exc_info())
    assert "\nValueError: bad\\x1b[2J title" in text


def test_items_are_named_and_not_dumped() -> None:
    article = Article(title="麦收", url="http://x.cn/", body="secret")
    line = LineFormatter().scraped(article, None, None)  # type: ignore[arg-type]
    assert line["msg"] % line["args"] == "Read 麦收 (http://x.cn/)"
    error = LineFormatter().item_error(article, ValueError(), None, None)  # type: ignore[arg-type]
    assert "secret" not in error["msg"] % error["args"]
