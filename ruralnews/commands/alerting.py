"""Alerts as the commands send them: from the settings, told on stderr when one does not arrive."""

from __future__ import annotations

import os
import platform
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.utils.conf import closest_scrapy_cfg

from ruralnews import clock
from ruralnews.alerts.message import Message, needs_alert, of_error, of_night
from ruralnews.alerts.sending import SENT, Patience, send_all
from ruralnews.alerts.targets import read_targets
from ruralnews.commands.night_files import STATS
from ruralnews.commands.night_report import REPORT
from ruralnews.commands.told import code_of
from ruralnews.errors import ProfileError, UsageError
from ruralnews.extensions.facts import china
from ruralnews.monitoring.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.settings import BaseSettings

    from ruralnews.alerts.targets import Target
    from ruralnews.monitoring.night import Night

UNREADABLE = {"ALERTS": "unreadable"}
"""How the alerts of a night ended whose targets could not be read."""


def targets_of(settings: BaseSettings) -> list[Target]:
    """Who gets alerts; none when ALERTS is empty. Raises ProfileError."""
    if not settings["ALERTS"]:
        return []
    project = closest_scrapy_cfg()
    base = Path(project).parent if project else Path.cwd()
    return read_targets(base / settings["ALERTS"], os.environ, settings.getlist("ALLOW_HOSTS"))


def check_set(settings: BaseSettings) -> None:
    """Raises UsageError when nobody is to get alerts."""
    if not settings["ALERTS"]:
        raise UsageError("ALERTS is not set: name the file that says who gets alerts")


class Alerts:
    """The alerts of one command, which goes on when they cannot be sent."""

    def __init__(self, settings: BaseSettings, command: str) -> None:
        self.patience = Patience(settings.getfloat("ALERT_SECONDS"))
        self.command = command
        self.is_readable = True
        try:
            self.targets = targets_of(settings)
        except ProfileError as error:
            # Not the end of a night: the portals do not wait for a mended file. Its exit code says.
            print(f"scrapy {command}: no alert can be sent: {error}", file=sys.stderr)
            self.targets, self.is_readable = [], False

    @property
    def worst(self) -> Exit:
        """The code of a command that is well but for its alerts."""
        return Exit.OK if self.is_readable else Exit.CONFIG

    def send(self, message: Message) -> dict[str, str]:
        """How each target's ended: `sent`, or the reason why not, which is told on stderr."""
        ends = send_all(self.targets, message, self.patience) if self.is_readable else UNREADABLE
        for name, end in ends.items():
            if end != SENT:
                print(f"scrapy {self.command}: the alert to {name} failed: {end}", file=sys.stderr)
        return ends

    def tell_of(self, night: Night, home: Path) -> None:
        """Sends an alert when the night needs one; notes in it how that ended.

        `home` is the folder of the night: its page, or the facts where there is none, is named.
        """
        if needs_alert(night):
            pages = (home / name for name in (REPORT, STATS))
            page = next((path for path in pages if path.exists()), home)
            night.alerts = self.send(of_night(night, machine(), str(page)))

    @contextmanager
    def of_errors(self, *, usage: bool = False) -> Iterator[None]:
        """Sends an alert when the block raises.

        Not for a command that was called wrongly, unless `usage`: whoever did it is told on stderr.
        """
        try:
            yield
        except Exception as error:  # whatever it is, somebody is told, and it goes on its way
            code = code_of(error)
            if usage or code is not Exit.USAGE:
                said = str(error) or type(error).__name__
                self.send(of_error(code, said, machine(), china(clock.now())))
            raise


def machine() -> str:
    """What this machine calls itself: several may send to one group."""
    return platform.node() or "?"
