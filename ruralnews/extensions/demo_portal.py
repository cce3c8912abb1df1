"""Serves the demo portal for the length of a crawl of it, and of no other crawl."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import NotConfigured

from ruralnews.demo.server import serve
from ruralnews.middlewares.resolver import active_resolver

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from ruralnews.portals.model import Portal

SLUG = "demo"
