"""What `<title>` holds: the headline, the column and the site, and what parts them."""

from __future__ import annotations

import re
from functools import lru_cache

from ruralnews.extraction.persons import is_organisation

SUFFIX = re.compile(
    r"(?=[\s_＿–|｜—－>＞»-])"
    r"\s*(?:[_＿]+|\s[-–|｜—－]+\s|[-–—－]{2,}|[|｜]|[>＞»]+|[-－](?=[^-－]*$))\s*"
)
"""What parts headline, column and site in `<title>`: `A_B_C`, `A - B`, `A--B`, `A|B`, `A-B`.

What it begins with is said in front: it rules out most characters at once."""
SITE = 20
"""Characters of the name of an office or a medium."""
DASHES = ("——", "―", "──")
"""They part a site only: what else follows one is a subtitle."""
MARKS = tuple("，、：；。！？…—")
"""Behind them a line of a headline goes on without a blank."""


def title_parts(text: str) -> list[str]:
    """What remains of a `<title>` when 0, 1, 2 … suffixes are cut, shortest first."""
    ends = [start for start, _ in _marks(text)]
    return [part for end in [*ends, len(text)] if (part := text[:end].strip())]


def title_segments(text: str) -> list[str]:
    """Headline, column and site of a `<title>`, in its order."""
    marks = _marks(text)
    starts, ends = [0, *(end for _, end in marks)], [*(start for start, _ in marks), len(text)]
    return [part for at, end in zip(starts, ends, strict=True) if (part := text[at:end].strip())]


# A page's `<title>` is asked for by several readers.
@lru_cache(maxsize=256)
def _marks(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of what parts `text`; a dash that stands before a subtitle does not."""
    found = []
    for match in SUFFIX.finditer(text):
        following = SUFFIX.split(text[match.end() :], maxsplit=1)[0]
        if match[0] not in DASHES or is_site(following):
            found.append(match.span())
    return tuple(found)


def is_site(text: str) -> bool:
    """Whether `text` names an office or a medium; headlines end like one (推进会, 举办)."""
    body = text.endswith(("会", "办")) and not text.endswith(("委员会", "协会", "学会", "联合会"))
    return len(text) <= SITE and not body and is_organisation(text)


def set_together(lines: list[str], declared: str) -> str:
    """The lines of a headline as one; no blank behind a mark or where `declared` has none."""
    text = lines[0]
    if text not in declared and (joined := "".join(text.split())) in declared:
        # Blanks and non-breaking ones that only set the line.
        text = joined
    for line in lines[1:]:
        joined = text + line
        text = joined if text.endswith(MARKS) or joined in declared else f"{text} {line}"
    return text
