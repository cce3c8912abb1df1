"""Crawler for China's rural-cadre, party-building and agriculture news portals.

`extract` and `restore` are the library; they load on first use, so that importing one room
does not open the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruralnews.library import extract
    from ruralnews.restoration import restore

__all__ = ["extract", "restore"]


def __getattr__(name: str) -> Any:
    if name == "extract":
        from ruralnews.library import extract  # noqa: PLC0415 - lazy on purpose

        return extract
    if name == "restore":
        from ruralnews.restoration import restore  # noqa: PLC0415 - lazy on purpose

        return restore
    raise AttributeError(f"module 'ruralnews' has no attribute {name!r}")
