"""Where a run writes, from its settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.utils.conf import closest_scrapy_cfg

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def output_folder(settings: BaseSettings) -> Path:
    """OUTPUT_DIR as an absolute path; a relative one counts from the folder of scrapy.cfg."""
    project = closest_scrapy_cfg()
    base = Path(project).parent if project else Path.cwd()
    return (base / str(settings["OUTPUT_DIR"])).absolute()


def archive_folder(settings: BaseSettings) -> Path | None:
    """ARCHIVE_DIR as an absolute path; a relative one counts from OUTPUT_DIR. None: no archive."""
    name = settings.get("ARCHIVE_DIR")
    return output_folder(settings) / name if name else None
