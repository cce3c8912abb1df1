"""`scrapy capture URL --portal SLUG`: one page becomes a test case."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from ruralnews.commands.crawl import check_portal
from ruralnews.commands.scouts import RIGHTS, case_room, fetch, print_lost, quieten
from ruralnews.commands.tables import print_table
from ruralnews.commands.told import refuse_options, told
from ruralnews.errors import ExtractionError, UsageError
from ruralnews.extensions.log_lines import escape
from ruralnews.middlewares.guard import refusal
from ruralnews.middlewares.refused import Refusal
from ruralnews.monitoring.outcome import Exit
from ruralnews.portals import get_portal
from ruralnews.portals.profile import SLUG
from ruralnews.scouting.cases import (
    article_case,
    case_folder,
    list_case,
    read_article_page,
    write_case,
)
from ruralnews.scouting.report import HEADS, rows
from ruralnews.scouting.survey import Single
from ruralnews.state.keys import canonical_url

if TYPE_CHECKING:
    import argparse

    from ruralnews.portals.model import Portal
    from ruralnews.scouting.cases import NewCase
    from ruralnews.scouting.fetched import Fetched

HASH_DIGITS = 8


class Command(ScrapyCommand):
    """Fetches one page and saves it with what the rules read."""

    requires_project = True

    def syntax(self) -> str:
        return "[options] URL --portal SLUG"

    def short_desc(self) -> str:
        return "Save one page of a portal as a test case"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--portal", metavar="SLUG", help="the portal whose page it is")
        parser.add_argument("--why", metavar="WORD", help="what the case is for: no-author")
        parser.add_argument("--list", action="store_true", help="the page is a list")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        quieten(self)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "capture"):
            refuse_options(args)
            if len(args) != 1 or not opts.portal:
                raise UsageError("give one address and its portal: URL --portal SLUG")
            if opts.why and not SLUG.fullmatch(opts.why):
                raise UsageError(f"--why {opts.why!r}: use small letters, digits and hyphens")
            check_portal(opts.portal)
            self.exitcode = self._run(args[0], get_portal(opts.portal), opts)

    def _run(self, url: str, portal: Portal, opts: argparse.Namespace) -> int:
        check_address(url, portal)
        survey = Single(portal)
        fetch(self, survey, url)
        if survey.page is None:
            print_lost("capture", survey)
            return Exit.PARTIAL
        digest = hashlib.sha256(canonical_url(url).encode()).hexdigest()
        name = opts.why or digest[:HASH_DIGITS]
        try:
            case = make_case(name, survey.page, portal, is_list=opts.list)
        except ExtractionError as error:
            print(escape(f"scrapy capture: {url}: {error}"), file=sys.stderr)
            return Exit.PARTIAL
        folder = case_folder(case_room(), portal.slug, case)
        write_case(folder, case)
        print(folder)
        print("Compare expected.json with the page, then set checked in meta.json to true.")
        print(f"scrapy capture: {RIGHTS}", file=sys.stderr)
        return Exit.OK


def check_address(url: str, portal: Portal) -> None:
    """Raises UsageError for what is no address of the portal."""
    reason = refusal(url, portal.hosts)
    if reason in (Refusal.HOST, Refusal.SCHEME, Refusal.BAD_URL):
        hosts = ", ".join(portal.hosts)
        raise UsageError(f"{url}: is no address of '{portal.slug}', whose hosts are {hosts}")


def make_case(name: str, page: Fetched, portal: Portal, *, is_list: bool) -> NewCase:
    """The case of a page, after printing what is read from it. Raises ExtractionError."""
    if is_list or any(page.url == column.url for column in portal.columns):
        case = list_case(name, page, portal)
        links = case.expected["links"]
        print_table(
            ("date", "title", "url"), [(x["date"] or "", x["title"], x["url"]) for x in links]
        )
        return case
    reading = read_article_page(name, page, portal)
    print_table(HEADS, rows([reading]))
    return article_case(reading)
