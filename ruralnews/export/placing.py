"""A file that stands under its name when it is whole, or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ruralnews.archive.syncing import sync
from ruralnews.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ASIDE = ".tmp"


@contextmanager
def placed(target: Path, *, force: bool = False) -> Iterator[Path]:
    """The path to write to, beside the target; synced and renamed when the block ends well.

    Raises UsageError for a target that is there already and not to be replaced, OutputError when
    it cannot be written.
    """
    if target.is_dir():
        raise UsageError(f"{target}: is a folder; name a file")
    if target.exists() and not force:
        raise UsageError(f"{target}: is there already; --force replaces it")
    aside = target.with_name(target.name + ASIDE)
    try:
        # Left by an export that was killed.
        aside.unlink(missing_ok=True)
        yield aside
        sync(aside)
        aside.replace(target)
        sync(target.parent)
    except OSError as error:
        raise OutputError(
            f"{target}: cannot be written: {error.strerror or error}; free space or rights, "
            "run again"
        ) from error
    finally:
        aside.unlink(missing_ok=True)
