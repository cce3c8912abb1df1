"""One damaged text back to the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.restoration.annotations import BRACKET, find_annotations
from ruralnews.restoration.gate import CONTROL, diagnose, suspicious
from ruralnews.restoration.language import EDGE, symbols
from ruralnews.restoration.realign import Realigner
from ruralnews.restoration.simplify import simplify, simplify_steps
from ruralnews.restoration.steps import Restored, Step, apply_steps

if TYPE_CHECKING:
    from ruralnews.restoration.annotations import Annotation
    from ruralnews.restoration.gate import Damage

ANNOTATION, SLIP, LOST, NOISE = "annotation", "slip", "lost-character", "control-bytes"
# Below this share of the best reading among all, a repair is marked as uncertain.
CERTAIN = 0.9


def restore(text: str, *, force: bool = False) -> Restored:
    """The text as it was published, with the steps that lead there.

    Healthy text comes back as the same object, without steps.

    Args:
        text: the text of one page, or a part of it.
        force: skip the gate, for a fragment that is known to be damaged.
    """
    if not force and not suspicious(text):
        return Restored(text)
    annotations = find_annotations(text)
    damage = diagnose(text, annotations, force=force)
    if damage is None:
        return Restored(text)
    steps = restoration_steps(text, annotations, damage)
    return Restored(apply_steps(text, steps), tuple(steps)) if steps else Restored(text)


def restoration_steps(text: str, annotations: list[Annotation], damage: Damage) -> list[Step]:
    """The steps that undo the damage, by position."""
    slips = find_slips(text, annotations, damage)
    inside = [(slip.position, slip.position + len(slip.before)) for slip in slips]
    steps = [
        *slips,
        *(
            Step(ANNOTATION, note.start, text[note.start : note.end], "", f"read {note.key}")
            for note in annotations
        ),
        *(Step(NOISE, run.start(), run[0], "", "") for run in CONTROL.finditer(text)),
    ]
    steps = [step for step in steps if step.step == SLIP or not _within(step.position, inside)]
    steps.sort(key=lambda step: step.position)
    converted, at = [], 0
    for step in [*steps, Step("", len(text), "", "", "")]:
        converted += simplify_steps(text, at, step.position, phrase=damage.phrase)
        at = step.position + len(step.before)
    return sorted([*steps, *converted], key=lambda step: step.position)


def _within(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def behind(text: str, at: int) -> str:
    """The last characters before a place, without what the tool put between them."""
    return CONTROL.sub("", BRACKET.sub("", text[max(0, at - 24) : at]))[-4:]


def find_slips(text: str, annotations: list[Annotation], damage: Damage) -> list[Step]:
    """The shifted stretches and their readings."""
    realigner = Realigner(text, annotations, damage)
    steps = []
    at = text.find("?")
    while at >= 0:
        before = symbols(EDGE * 2 + simplify(behind(text, at)))[-2:]
        region = realigner.solve(at, before)
        if region is None:
            at = text.find("?", at + 1)
            continue
        steps.append(
            Step(
                SLIP,
                region.start,
                text[region.start : region.end],
                simplify(region.text),
                "shifted by one byte",
                certain=region.chance >= CERTAIN and not region.lost,
            )
        )
        at = text.find("?", region.end)
    return steps
