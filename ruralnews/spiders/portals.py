"""One spider class for every portal profile, so that `scrapy list` names the portals."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ruralnews.portals import load_portals
from ruralnews.spiders.portal import PortalSpider

if TYPE_CHECKING:
    from ruralnews.portals import Registry
    from ruralnews.portals.model import Portal

logger = logging.getLogger(__name__)


def spider_class(portal: Portal) -> type[PortalSpider]:
    """The spider that crawls this portal; its name is the slug."""
    attributes = {"name": portal.slug, "portal": portal, "__module__": __name__}
    return type(f"Portal_{portal.slug}", (PortalSpider,), attributes)


def spider_classes(registry: Registry) -> dict[str, type[PortalSpider]]:
    """A class for every usable portal; every broken profile is one ERROR in the log."""
    for problem in registry.problems:
        logger.error("%s", problem)
    return {
        cls.__name__: cls for cls in (spider_class(portal) for portal in registry.portals.values())
    }


# Scrapy looks for classes among a module's names. Made in a function, because a class left in a
# loop variable would be found twice.
globals().update(spider_classes(load_portals()))
