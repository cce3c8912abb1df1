"""The exceptions of the project.

    RuralnewsError
    ├── UsageError        a command was called wrongly                  exit code 2
    ├── ProfileError      a portal profile cannot be used               exit code 3
    ├── OutputError       the output cannot be written                  exit code 4
    ├── StateError        the state store is damaged or too new         exit code 5
    ├── LockedError       another run is at work in the output folder   exit code 75
    ├── InputError        a saved page cannot be read
    └── ExtractionError   a page gives no record; carries a Reason

Every message is one sentence or two: the place, the value, what is allowed, what to do next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ruralnews.reasons import Reason


class RuralnewsError(Exception):
    """Anything the project raises by itself."""


class UsageError(RuralnewsError):
    """A command or argument that does not exist or does not fit."""


class ProfileError(RuralnewsError):
    """A portal profile that is missing, unreadable or wrong."""


class OutputError(RuralnewsError):
    """A file or folder under the output that cannot be written."""


class StateError(RuralnewsError):
    """A state store that is damaged, or of a version this program does not read."""


class LockedError(RuralnewsError):
    """Another run is at work in the same output folder."""


class InputError(RuralnewsError):
    """A saved page that is missing or unreadable, with the word that counts it."""

    def __init__(self, message: str, reason: str = "damaged") -> None:
        super().__init__(message)
        self.reason = reason


class ExtractionError(RuralnewsError):
    """A page that gives no record, with the reason code that says why."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
