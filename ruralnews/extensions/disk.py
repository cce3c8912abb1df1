"""A crawl ends before the disk is full, not because it is."""

from __future__ import annotations

import asyncio
import logging
import shutil
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured

from ruralnews.archive.folders import archive_folder, output_folder
from ruralnews.errors import OutputError
from ruralnews.monitoring.outcome import DISK_NEARLY_FULL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024


class DiskWatch:
    """Looks, with every answer, whether MIN_FREE_MB are left where the run writes."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._folders = folders_written(crawler.settings)
        self._least = crawler.settings.getint("MIN_FREE_MB")
        self._ending: asyncio.Future[None] | None = None
        # A look costs 2 microseconds: no need to look less often.
        crawler.signals.connect(self.response_received, signals.response_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getint("MIN_FREE_MB"):
            raise NotConfigured
        return cls(crawler)

    def response_received(self) -> None:
        if self._ending is not None:
            return
        try:
            check_space(self._folders, self._least)
        except OutputError as error:
            logger.warning("The crawl ends: %s", error)
            self._ending = asyncio.ensure_future(
                self.crawler.engine.close_spider_async(reason=DISK_NEARLY_FULL)
            )


def folders_written(settings: BaseSettings) -> list[Path]:
    """The folders that a run writes to."""
    archive = archive_folder(settings)
    return [output_folder(settings), *([archive] if archive else [])]


def check_space(folders: Iterable[Path], least: int) -> None:
    """Raises OutputError when less than `least` MiB, MIN_FREE_MB, are left in a folder."""
    for folder in folders:
        if (free := free_mebibytes(folder)) < least:
            raise OutputError(
                f"{folder}: {free} MiB are left on its disk, MIN_FREE_MB asks for {least}; "
                "free space, run again"
            )


def free_mebibytes(folder: Path) -> int:
    """What a user may still write on the disk of an existing folder, in whole MiB."""
    return shutil.disk_usage(folder).free // MEBIBYTE
