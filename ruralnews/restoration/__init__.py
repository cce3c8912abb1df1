"""Restoration: hijacked pages' text given back; `restore` for text, `restore_tree` for pages."""

from ruralnews.restoration.gate import suspicious
from ruralnews.restoration.restore import restore
from ruralnews.restoration.steps import Restored, Step, apply_steps, count_steps
from ruralnews.restoration.tree import Mended, mend_tree, restore_tree

__all__ = [
    "Mended",
    "Restored",
    "Step",
    "apply_steps",
    "count_steps",
    "mend_tree",
    "restore",
    "restore_tree",
    "suspicious",
]
