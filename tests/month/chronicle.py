"""What must be published of the month, told from the newsrooms alone. Pure.

It follows docs/OPERATING.md: an article is asked for when a list names it, then in every night in
which it is younger than 72 hours, and again after it could not be had; one that is missing in two
nights has a tombstone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from layouts import story_path
from portals import LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsrooms import Story
    from portals import Look, Month

YOUNG = timedelta(hours=72)


@dataclass
class Known:
    """What is known of an article of a list."""

    published: Story | None = None
    """As last published."""
    revision: int = 0
    owed: bool = True
    """Whether it could not be had or read when it was asked for last."""
    misses: int = 0
    gone: bool = False


@dataclass
class Doings:
    """What a night asks for and publishes of a portal."""

    night: int
    listed: int = 0
    asked: int = 0
    again: int = 0
    """Articles asked for that were published before."""
    missing: int = 0
    lines: list[dict[str, Any]] = field(default_factory=list)


def nights(month: Month, slug: str, count: int) -> Iterator[Doings]:
    """What the first nights do at a portal, one after another."""
    known: dict[int, Known] = {}
    stories = {story.number: story for story in month.stories[slug]}
    for night in range(1, count + 1):
        look, made = month.look(slug, night), Doings(night)
        if look.is_open and reads_lists(look):
            for column in month.room(slug).columns:
                for story in month.shown(slug, column, night):
                    known.setdefault(story.number, Known())
                    made.listed += 1
        for number, one in known.items():
            _look_at(stories[number], one, look, month, made)
        yield made


def lines(month: Month, slug: str, count: int) -> list[dict[str, Any]]:
    """The records and tombstones of a portal's first nights."""
    return [line for made in nights(month, slug, count) for line in made.lines]


def reads_lists(look: Look) -> bool:
    """Whether the profile finds the articles of the lists."""
    return LAYOUTS[look.lists].box == LAYOUTS[look.profile_lists].box


def _look_at(story: Story, one: Known, look: Look, month: Month, made: Doings) -> None:
    """Enters what asking for an article gives."""
    now = month.began(made.night)
    if one.gone or not (one.owed or now - story.published < YOUNG):
        return
    there = story.at(now)
    one.owed = True
    made.asked += 1
    made.again += one.revision > 0
    if not look.is_open or is_busy(story, look):
        return
    if there is None:
        one.misses += 1
        made.missing += 1
        one.gone = one.misses > 1
        if one.gone and one.published:
            made.lines.append(tombstone(one.published, one.revision))
        return
    if not look.has_text:
        return
    one.owed, one.misses = False, 0
    if there != one.published:
        one.published, one.revision = there, one.revision + 1
        made.lines.append(record(there, one.revision))


def is_busy(story: Story, look: Look) -> bool:
    return look.answers == "busy" and story_path(story)[-6] == "0"


def record(story: Story, revision: int) -> dict[str, Any]:
    """What a record says of an article."""
    return {
        "path": story_path(story),
        "revision": revision,
        "column": story.column,
        "title": story.title,
        "published": story.published.isoformat(),
        "source": story.source,
        "author": list(story.author),
        "editor": [story.editor],
        "body": "\n".join(story.body),
    }


def tombstone(story: Story, revision: int) -> dict[str, Any]:
    return {"path": story_path(story), "revision": revision, "reason": "http-404"}
