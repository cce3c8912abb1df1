"""The log: one event, one line, and nothing in it that a terminal obeys.

URLs, titles and error messages come from strangers. Control characters and line ends in them
are written as escapes, so that a page can neither forge a log line nor move a cursor.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.utils.log import get_scrapy_root_handler

from ruralnews.monitoring.stats import Key

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

TRUSTED = ("scrapy.crawler", "scrapy.statscollectors", "scrapy.utils.log")
"""Loggers whose messages have lines of their own and hold only what we wrote."""
UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode categories: controls, bidirectional marks and other formats, half surrogates, line
and paragraph separators."""


def escape(text: str, keep: str = "") -> str:
    r"""The text with every unsafe character as an escape, but for those in `keep`.

    >>> escape("a\x1b[31m\nb")
    'a\\x1b[31m\\nb'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c.encode("unicode_escape").decode()
        if c not in keep and unicodedata.category(c) in UNSAFE
        else c
        for c in text
    )


class EscapeFilter(logging.Filter):
    """Rewrites a log record so that it is safe to print."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith(TRUSTED):
            record.msg, record.args = escape(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = escape(text, keep="\n")
        return True


class LogLines:
    """Puts the filter on Scrapy's log handler; ends a crawl that cannot write its log."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._loop: asyncio.AbstractEventLoop | None = None
        self._next: LogLines | None = None
        self._ending: asyncio.Future[None] | None = None
        # Scrapy replaces its handler until the engine runs.
        crawler.signals.connect(self.engine_started, signals.engine_started)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def engine_started(self) -> None:
        handler = get_scrapy_root_handler()
        if handler is not None:
            handler.addFilter(EscapeFilter())
            if isinstance(handler, logging.FileHandler):
                self._loop = asyncio.get_running_loop()
                before = getattr(handler.handleError, "__self__", None)
                self._next = before if isinstance(before, LogLines) else None
                handler.handleError = self.not_written  # type: ignore[method-assign]  # its hook

    def not_written(self, record: logging.LogRecord) -> None:
        """Called, by any thread, in place of what logging does: print a traceback and go on."""
        if self._next is not None:
            self._next.not_written(record)  # another crawl in this process
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        if self._ending is not None:
            return
        self.crawler.stats.inc_value(Key.WRITE_ERRORS)
        print("The crawl ends: its log cannot be written", file=sys.stderr)
        self._ending = asyncio.ensure_future(
            self.crawler.engine.close_spider_async(reason="log_error")
        )


class LineFormatter(LogFormatter):
    """Scrapy's messages about items, without the items."""

    def scraped(
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return {
            **super().scraped(item, response, spider),
            "level": logging.INFO,
            "msg": "Read %(title)s (%(url)s)",
            "args": {"title": item.title, "url": item.url},
        }

    def dropped(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        return {
            **super().dropped(item, exception, response, spider),
            "msg": "Dropped: %(exception)s",
            "args": {"exception": exception},
        }

    def item_error(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        return {
            **super().item_error(item, exception, response, spider),
            "args": {"item": item.url},
        }
