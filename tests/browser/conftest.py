"""A real Chromium for the tests in this folder: `make browser` sets it up and runs them.

A test takes the fixture `look` and opens what it wants to see. Whatever goes wrong in the page
without being seen fails the test when it ends: an error in the console, a breach of the content
security policy, a request to any place but the one that was opened.
"""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from watching import DESKTOP, Watched, origin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # Nothing but this machine has an address, so that nothing else can be asked.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
"""Chromium is run in containers and by root as well: it has its sandbox outside of them."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Playwright's Browser; whoever runs these tests has it, or they fail."""
    api = import_module("playwright.sync_api")
    path = shutil.which(os.environ.get("CHROMIUM") or "chromium")
    assert path, "no Chromium: `make browser` installs it"
    with api.sync_playwright() as playwright:
        # Playwright makes a new empty profile folder for each browser and deletes it.
        running = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def look(browser: Any) -> Iterator[Callable[..., Watched]]:
    """`look(url, size=DESKTOP, **options)`: the page, opened in a context of its own.

    `options` are Playwright's for a context: `locale="zh-CN"`, `color_scheme="dark"`.
    """
    seen: list[Watched] = []

    def opened(url: str, size: tuple[int, int] = DESKTOP, **options: Any) -> Watched:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(10_000)
        watched = Watched(context.new_page(), origin_of(url))
        seen.append(watched)
        watched.page.on("request", lambda request: watched.requested(request.url))
        watched.page.on("console", watched.logged)
        watched.page.on("pageerror", lambda error: watched.problems.append(f"error: {error}"))
        watched.page.goto(url)
        return watched

    yield opened
    for watched in seen:
        watched.page.context.close()
    assert [problem for watched in seen for problem in watched.problems] == []
