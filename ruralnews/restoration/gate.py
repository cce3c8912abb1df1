"""Whether a text was damaged by the tool, and how: the gate before everything else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ruralnews.restoration.gbk import is_private
from ruralnews.restoration.tables import annotation_table, toneless

if TYPE_CHECKING:
    from ruralnews.restoration.annotations import Annotation

MIN_KEYS = 2
MIN_KNOWN = 0.6


@dataclass(frozen=True, slots=True)
class Damage:
    """What the tool did to one text."""

    active: frozenset[str]
    """The characters it annotated: each of them, wherever it stands."""
    private: bool
    """Whether private-use characters came through."""
    phrase: bool = False
    """Whether the conversion was by phrase, over-converting as OpenCC's inverse expects."""


def diagnose(text: str, annotations: list[Annotation], *, force: bool = False) -> Damage | None:
    """The damage, or None where the text is healthy or nothing is sure."""
    table = annotation_table()
    keys = Counter(note.key for note in annotations)
    known = [key for key in keys if key in table]
    sure = len(known) >= MIN_KEYS and len(known) >= MIN_KNOWN * len(keys)
    if not force and not sure:
        return None
    bare = {note.key for note in annotations if toneless(note.reading) == note.reading}
    return Damage(
        active=frozenset(keys),
        private=any(map(is_private, text)),
        phrase=len(bare) > len(keys) / 2,
    )
