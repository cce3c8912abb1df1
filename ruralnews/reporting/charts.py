"""Small charts as inline SVG, drawn by leather.

leather (MIT, 80 kB, no dependencies) draws on the server, so that the charts are there where no
script runs (the preview of a phone, a mail), and writes plain attributes only: no style, no
script, nothing that a content security policy must be opened for. Its shapes and scales are used
without its axes, which have no place in a line of a table. Colours are the style sheet's.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import leather
from markupsafe import Markup

from ruralnews.monitoring.history import State, worst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ruralnews.monitoring.history import Glance, PastNight

WIDTH, HEIGHT = 180, 36
STRIP = 9
"""Height of the strip of states below the columns."""
GAP = 3
TALL = {State.FAIL: 3, State.WARN: 2, State.PART: 1, State.OK: 1}
"""A state has its height as well as its colour: not everybody sees the colours apart."""
LONG_NUMBER = re.compile(r"\d+\.\d{2,}")


def night_chart(nights: Sequence[PastNight], slug: str | None = None) -> Markup:
    """Columns of the new records of every night above a strip of its states.

    `slug` names one portal; None sums up all. A night without the portal is a gap.
    """
    row = [_all_in(night) if slug is None else _one_in(night, slug) for night in nights]
    names = [str(number) for number in range(len(nights))]
    known = {name: one for name, one in zip(names, row, strict=True) if one is not None}
    upper = HEIGHT - STRIP - GAP
    most = max([1, *(new for _, new in known.values())])
    news = _columns(names, [(name, new) for name, (_, new) in known.items()], upper, most)
    strip = _columns(names, [(name, TALL[s]) for name, (s, _) in known.items()], STRIP, 3)
    strip.set("transform", f"translate(0 {HEIGHT - STRIP})")
    news.set("class", "news")
    for rect, (state, _) in zip(strip, known.values(), strict=True):
        rect.set("class", state)
    for group in (news, strip):
        for rect, (name, (_, new)) in zip(group, known.items(), strict=True):
            ET.SubElement(rect, "title").text = f"{nights[int(name)].day}: +{new}"
            _tidy(rect)
    root = ET.Element(
        "svg",
        {
            "class": "chart",
            "viewBox": f"0 0 {WIDTH} {HEIGHT}",
            "aria-hidden": "true",
            "preserveAspectRatio": "none",
            "width": str(WIDTH),
            "height": str(HEIGHT),
        },
    )
    root.extend([news, strip])
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - ElementTree escapes


def _columns(names: list[str], values: list[tuple[str, int]], height: int, most: int) -> ET.Element:
    """A group of columns as leather draws them, one for each value."""
    if not values:
        return ET.Element("g")
    shape: Any = leather.Columns("none")
    x, y = leather.Ordinal(names), leather.Linear(0, most)
    group: ET.Element = shape.to_svg(WIDTH, height, x, y, leather.Series(values), None)
    return group


def _tidy(rect: ET.Element) -> None:
    """Leaves the colour to the style sheet, and two digits to a number."""
    del rect.attrib["fill"]
    for name, value in rect.attrib.items():
        rect.set(name, LONG_NUMBER.sub(lambda found: f"{float(found[0]):.1f}", value))


def _one_in(night: PastNight, slug: str) -> tuple[State, int] | None:
    found: Glance | None = night.portals.get(slug)
    return None if found is None else (found.state, found.new)


def _all_in(night: PastNight) -> tuple[State, int] | None:
    found = night.portals.values()
    return (worst(one.state for one in found), sum(one.new for one in found)) if found else None
