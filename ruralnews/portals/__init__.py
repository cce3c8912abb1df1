"""Portal profiles: one TOML file per portal over a CMS family."""

from __future__ import annotations

from ruralnews.portals.registry import (
    Problem,
    Registry,
    generic_portal,
    get_portal,
    load_families,
    load_portals,
    portal_for,
    portal_from_text,
)

__all__ = [
    "Problem",
    "Registry",
    "generic_portal",
    "get_portal",
    "load_families",
    "load_portals",
    "portal_for",
    "portal_from_text",
]
