"""The scheduler gives out no more than may be on its way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ruralnews.extensions.scheduler import StoreScheduler


@pytest.mark.parametrize(
    ("downloading", "scraping", "limit", "full"),
    [(0, 0, 2, False), (1, 0, 2, False), (1, 1, 2, True), (0, 2, 2, True), (9, 9, 0, False)],
)
def test_a_page_is_on_its_way_until_it_is_committed(
    downloading: int, scraping: int, limit: int, *, full: bool
) -> None:
    scheduler: Any = StoreScheduler.__new__(StoreScheduler)
    downloader = SimpleNamespace(active=range(downloading), total_concurrency=limit)
    slot = SimpleNamespace(active=range(scraping), queue=())
    engine = SimpleNamespace(downloader=downloader, scraper=SimpleNamespace(slot=slot))
    scheduler.crawler = SimpleNamespace(engine=engine)
    assert scheduler._is_full() is full
