"""`scrapy alert --test`: whether alerts arrive, before one has to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from ruralnews import clock
from ruralnews.alerts.message import of_test
from ruralnews.alerts.sending import SENT
from ruralnews.commands.alerting import Alerts, check_set, machine, targets_of
from ruralnews.commands.told import refuse_options, told
from ruralnews.errors import UsageError
from ruralnews.extensions.facts import china
from ruralnews.monitoring.outcome import Exit

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    """Sends a message to every target that ALERTS names."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "--test"

    def short_desc(self) -> str:
        return "Send a test message to everybody whom ALERTS names; exit 1 when one fails"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--test", action="store_true", help="say that it is a test")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "alert"):
            refuse_options(args)
            if args or not opts.test:
                raise UsageError("it sends nothing but a test; say --test")
            assert self.settings is not None, "Scrapy sets them before it runs a command"
            check_set(self.settings)
            targets_of(self.settings)
            ends = Alerts(self.settings, "alert").send(of_test(machine(), china(clock.now())))
            for name, end in ends.items():
                if end == SENT:
                    print(f"{name}: sent")
            failed = any(end != SENT for end in ends.values())
            self.exitcode = Exit.BUG if failed else Exit.OK
