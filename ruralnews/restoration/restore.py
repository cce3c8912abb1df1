"""One damaged text back to the letter: the passes in the order that undoes them.

Each pass takes a text and gives the steps that mend one kind of damage, () where it finds none.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ruralnews.restoration.annotations import find_annotations
from ruralnews.restoration.furniture import furniture_steps
from ruralnews.restoration.gate import diagnose, suspicious
from ruralnews.restoration.glosses import gloss_steps
from ruralnews.restoration.invisible import invisible_steps
from ruralnews.restoration.latin import latin_steps
from ruralnews.restoration.mojibake import mojibake_steps
from ruralnews.restoration.steps import Restored, Step, apply_steps
from ruralnews.restoration.tool import tool_steps

if TYPE_CHECKING:
    from collections.abc import Callable


def restore(text: str, *, force: bool = False) -> Restored:
    """The text as it was published, with the steps that lead there.

    Healthy text comes back as the same object, without steps.

    Args:
        text: the text of one page, or a part of it.
        force: skip the gate, for a fragment that is known to be damaged.
    """
    if not force and not suspicious(text):
        return Restored(text)
    passes: tuple[Callable[[str], list[Step]], ...] = (
        latin_steps,
        invisible_steps,
        mojibake_steps,
        partial(_tool_pass, force=force),
        gloss_steps,
        furniture_steps,
    )
    steps: list[Step] = []
    mended = text
    turn = 0
    for mend in passes:
        # Planted text is looked for only where there is other damage: elsewhere it is none.
        if mend is furniture_steps and not steps:
            break
        if found := mend(mended):
            mended = apply_steps(mended, found)
            steps += [replace(step, turn=turn) for step in found] if turn else found
            turn += 1
    return Restored(text if mended == text else mended, tuple(steps))


def _tool_pass(text: str, *, force: bool) -> list[Step]:
    """The steps against the annotating tool."""
    annotations = find_annotations(text)
    damage = diagnose(text, annotations, force=force)
    if damage is None:
        return []
    return tool_steps(text, [note for note in annotations if note.key in damage.active], damage)
