"""Restoration: hijacked pages' text given back; `restore` for text, `restore_tree` for pages."""

from ruralnews.restoration.restore import restore
from ruralnews.restoration.steps import Restored, Step, apply_steps, count_steps
from ruralnews.restoration.tree import restore_tree

__all__ = ["Restored", "Step", "apply_steps", "count_steps", "restore", "restore_tree"]
