"""Links of a page as absolute URLs."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

BLANKS = re.compile(r"[\t\r\n]")
PLAIN = re.compile(r"https?://[\w.-]+/[\w/.~-]*", re.ASCII)
"""An address that is absolute already and in its usual form; half of all links."""
SECOND_LEVEL = frozenset("com net org gov edu ac mil co".split())
"""Registries below a country: the name of a holder is the label in front of them."""


def page_base(declared: str, url: str | None) -> str:
    """The URL relative links start from: that of `<base>` over the page's; empty when unknown."""
    try:
        return urljoin(url or "", declared)
    except ValueError:
        return url or ""


def absolute(base: str, href: str | None) -> str | None:
    """The URL behind `href`, without fragment; None for scripts, mail and broken addresses.

    Without a base a relative link stays as printed.
    """
    if href and PLAIN.fullmatch(href):
        return href
    href = BLANKS.sub("", href or "").strip()
    try:
        url = urljoin(base, href)
        scheme = urlsplit(url).scheme
    except ValueError:
        return None
    if not href or href.startswith("#") or scheme not in ("http", "https", ""):
        return None
    return url.partition("#")[0].replace(" ", "%20")


def url_host(url: str) -> str:
    """The host of the URL in lower case, empty if it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def registered_domain(host: str) -> str:
    """The part of the host that somebody registered: `a.b.com.cn` -> `b.com.cn`."""
    labels = host.rstrip(".").split(".")
    second_level = SECOND_LEVEL.intersection(labels[-2:-1])
    return ".".join(labels[-3 if second_level else -2 :])
