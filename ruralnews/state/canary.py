"""The canary: an article that stands as it is, asked for in every night.

When it no longer reads as it did, though the portal sends it, the layout changed under the rules,
or the rules under the layout.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from ruralnews.state.rules import YOUNG, Kind, State, Verdict
from ruralnews.state.schema import page

if TYPE_CHECKING:
    from sqlalchemy import Connection

DIFFERENCE = 8 * 3600
"""Seconds that China's clocks are ahead; times of publication are stored as printed there."""
ENDS: dict[tuple[str, str | None], str] = {
    (State.DONE, Verdict.UNCHANGED): "same",
    (State.DONE, Verdict.CHANGED): "differs",
    # What was an article is none: deleted behind a friendly page, or no longer understood.
    (State.FAILED, "soft-404"): "empty",
}


def choose_canary(connection: Connection, portal: str, now: int) -> int | None:
    """The latest article that is too old to be edited, made pending; None when there is none.

    It is asked for without validators: a portal that says "unchanged" proves nothing.
    """
    settled = datetime.fromtimestamp(now - YOUNG + DIFFERENCE, UTC)
    words = (
        select(page.c.id)
        .where(
            page.c.portal == portal,
            page.c.kind == Kind.ARTICLE,
            page.c.state == State.DONE,
            page.c.record.is_not(None),
            page.c.published < settled.replace(tzinfo=None).isoformat(),
        )
        .order_by(page.c.published.desc())
        .limit(1)
    )
    chosen = connection.scalar(words)
    if chosen is not None:
        again = {"state": State.PENDING, "etag": None, "modified": None}
        connection.execute(update(page).where(page.c.id == chosen).values(again))
    return chosen


def canary_end(connection: Connection, chosen: int, number: int) -> str | None:
    """What became of it in a run: `same`, `differs`, or `empty` when it came and gave nothing.

    None when it could not be had; other monitors tell that.
    """
    found = connection.execute(
        select(page.c.state, page.c.reason, page.c.run).where(page.c.id == chosen)
    ).one()
    if found.run != number:
        return None
    return "empty" if found.state == State.HELD else ENDS.get((found.state, found.reason))
