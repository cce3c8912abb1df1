"""What `newportal` and `capture` share: a short crawl, the folders, the sentence on rights."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.utils.conf import closest_scrapy_cfg

import ruralnews
from ruralnews.errors import RuralnewsError
from ruralnews.extensions.log_lines import escape
from ruralnews.portals.registry import FOLDER
from ruralnews.spiders.scout import scout_class

if TYPE_CHECKING:
    from scrapy.commands import ScrapyCommand

    from ruralnews.scouting.survey import Single, Survey

RIGHTS = (
    "saved pages are other people's texts and may name real people: do not publish them without "
    "the right to"
)


def quieten(command: ScrapyCommand) -> None:
    """Makes the log tell of errors only, unless a level was asked for: what is read is printed."""
    settings: Any = command.settings
    if settings.getpriority("LOG_LEVEL") < SETTINGS_PRIORITIES["cmdline"]:
        settings.set("LOG_LEVEL", "ERROR", priority="cmdline")


def fetch(command: ScrapyCommand, survey: Survey | Single, url: str) -> None:
    """Lets the survey see `url` and the pages it asks for. Raises RuralnewsError."""
    process: Any = command.crawler_process
    crawler = process.create_crawler(scout_class(survey, url))
    process.crawl(crawler)
    process.start()
    if crawler.spider is None or process.bootstrap_failed:
        raise RuralnewsError("the crawl could not begin; -L INFO tells more")


def project_folder() -> Path:
    """The folder of scrapy.cfg."""
    return Path(closest_scrapy_cfg()).parent


def is_checkout() -> bool:
    """Whether the project folder holds the package itself, and its tests."""
    return Path(ruralnews.__file__).parent.parent == project_folder()


def case_room() -> Path:
    """Where cases go."""
    return project_folder() / "tests" / "portals"


def print_lost(command: str, survey: Survey | Single) -> None:
    """Prints to stderr what could not be had or read."""
    for url, reason in survey.lost:
        print(f"scrapy {command}: {escape(f'{url}: {reason}')}", file=sys.stderr)


def new_profiles() -> Path:
    """Where a new profile goes: into the package of a checkout, else beside scrapy.cfg."""
    return FOLDER if is_checkout() else project_folder() / "portals"
