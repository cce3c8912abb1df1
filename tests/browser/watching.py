"""What a page does that a person does not see: its errors and its requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

DESKTOP = (1280, 900)
PHONE = (360, 740)


@dataclass
class Watched:
    """A page and what went wrong in it. No slots: Playwright notes its handlers on it."""

    page: Any
    """Playwright's Page."""
    origin: str
    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Errors, and requests to another origin; a test that provokes one clears them."""

    def requested(self, url: str) -> None:
        self.requests.append(url)
        if origin_of(url) not in (self.origin, "data:", "blob:", "about:"):
            self.problems.append(f"asked for {url}")

    def logged(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.type}: {message.text}")

    @property
    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        root = "document.documentElement"
        width = self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
        return int(width)


def origin_of(url: str) -> str:
    """Scheme and host with port; the file itself for `file:`; `data:` and the like alone."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return url.partition("#")[0]
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
