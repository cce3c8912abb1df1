"""A record as one line of a file. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LINE_ENDS = {c: f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"}
"""Characters that some readers take for the end of a line, though JSON does not."""


def record_line(record: Mapping[str, Any]) -> str:
    """The record as one JSON line: keys in their order, readable Chinese, no NaN.

    Raises ValueError for a number that JSON does not have.
    """
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
    for end, escaped in LINE_ENDS.items():
        text = text.replace(end, escaped)
    return text + "\n"
