"""Which hosts a portal covers. Pure; the guard, the registry and the spider ask here."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_PORTS = {"http": 80, "https": 443}
UNSAFE = re.compile(r"[\s\x00-\x1f\x7f\\]")


def split_host(url: str) -> tuple[str, int | None]:
    """Lower-case host without trailing dot, and port, of an http(s) URL.

    The port is None when it is the scheme's own. Raises ValueError for anything that is no
    absolute http(s) URL, also for the spellings that two URL parsers read differently.
    """
    if UNSAFE.search(url):
        raise ValueError(f"{url!r} holds white space, a control character or a backslash")
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError(f"{url!r} is no http or https URL")
    if "@" in parts.netloc:
        raise ValueError(f"{url!r} carries a user name")
    host = (parts.hostname or "").rstrip(".")
    if not host or "%" in host:
        raise ValueError(f"{url!r} has no host")
    port = parts.port
    return host, None if port == DEFAULT_PORTS[parts.scheme] else port


# The entries of a portal are few, and asked about with every request.
@lru_cache(maxsize=1024)
def split_entry(entry: str) -> tuple[str, int | None]:
    """Host and port of one `host[:port]` entry of a profile or of ALLOW_HOSTS.

    Raises ValueError when it is anything else.
    """
    host, port = split_host(f"http://{entry}/")
    if urlsplit(f"http://{entry}/").path != "/":
        raise ValueError(f"{entry!r} is no host; write it like 'people.com.cn'")
    return host, port


def matching_entry(entries: Iterable[str], url: str) -> str | None:
    """The most specific `host[:port]` entry that covers the URL, or None.

    A host covers its subdomains, cut at a dot: `news.cn` covers `xczx.news.cn` and not
    `zsnews.cn`. An entry with a port covers that port only, one without only the ports 80
    and 443. Raises ValueError as `split_host` does.
    """
    host, port = split_host(url)
    found = [
        entry
        for entry in entries
        if is_within(host, split_entry(entry)[0]) and split_entry(entry)[1] == port
    ]
    return max(found, key=len, default=None)


def covers_host(entries: Iterable[str], url: str) -> bool:
    """Whether an entry covers the URL's host, whatever its port. Raises ValueError."""
    host, _ = split_host(url)
    return any(is_within(host, split_entry(entry)[0]) for entry in entries)


def is_loopback(entry: str) -> bool:
    """Whether a `host[:port]` entry names this machine."""
    host, _ = split_entry(entry)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_within(host: str, domain: str) -> bool:
    """Whether `host` is the domain or below it; an address has nothing below it."""
    return host == domain or (host.endswith("." + domain) and not _is_address(domain))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
