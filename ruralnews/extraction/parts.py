"""An article in several pages (分页) becomes one raw article."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from ruralnews.extraction.candidates import RawArticle, RawBody
from ruralnews.items import Attachment, Image, Removal
from ruralnews.reasons import Warn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Linked = TypeVar("Linked", Image, Attachment)


def stitch(parts: Sequence[RawArticle]) -> RawArticle:
    """One raw article from its pages in reading order.

    The first page speaks for each field; a later one only where all before it are silent (责编
    stands on the last page). Bodies follow each other. A picture, a file or a credit that
    several pages show counts once.
    """
    whole = RawArticle(
        credits=list(dict.fromkeys(credit for part in parts for credit in part.credits)),
        body=_join([part.body for part in parts if part.body is not None]),
        images=_once(image for part in parts for image in part.images),
        attachments=_once(file for part in parts for file in part.attachments),
        removed=_sum(removal for part in parts for removal in part.removed),
        farm_hosts=tuple(dict.fromkeys(host for part in parts for host in part.farm_hosts)),
        warnings=list(dict.fromkeys(warning for part in parts for warning in part.warnings)),
    )
    for part in parts:
        for field, candidates in part.candidates.items():
            if candidates:
                whole.candidates.setdefault(field, list(candidates))
    if Warn.PARTS_UNREAD in whole.warnings:
        whole.warnings.remove(Warn.PARTS_UNREAD)
    return whole


def _join(bodies: list[RawBody]) -> RawBody | None:
    lines = [line for body in bodies for line in body.lines]
    return RawBody(lines, bodies[0].rule) if bodies else None


def _once(found: Iterable[Linked]) -> list[Linked]:
    kept: dict[str, Linked] = {}
    for item in found:
        kept.setdefault(item.url, item)
    return list(kept.values())


def _sum(removals: Iterable[Removal]) -> list[Removal]:
    chars: Counter[str] = Counter()
    for removal in removals:
        chars[removal.rule] += removal.chars
    return [Removal(rule, count) for rule, count in chars.items()]
