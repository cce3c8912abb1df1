"""`scrapy newportal SLUG LIST_URL`: one list and three articles become a profile and its cases."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from ruralnews import clock
from ruralnews.commands.scouts import (
    RIGHTS,
    case_room,
    fetch,
    is_checkout,
    new_profiles,
    print_lost,
    quieten,
)
from ruralnews.commands.tables import print_table
from ruralnews.commands.told import refuse_options, told
from ruralnews.errors import OutputError, ProfileError, UsageError
from ruralnews.extensions.log_lines import escape
from ruralnews.extraction.dates import china_time
from ruralnews.monitoring.outcome import Exit
from ruralnews.portals import (
    generic_portal,
    load_families,
    load_portals,
    portal_from_text,
)
from ruralnews.portals.hosts import split_entry
from ruralnews.portals.model import ListingRules
from ruralnews.portals.profile import RESERVED_SLUGS, SLUG
from ruralnews.scouting.cases import (
    article_case,
    case_folder,
    list_case,
    read_article_page,
    write_case,
)
from ruralnews.scouting.proposal import guess_names, profile_text, propose
from ruralnews.scouting.report import HEADS, questions, rows
from ruralnews.scouting.survey import Survey

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from ruralnews.portals.model import Portal
    from ruralnews.scouting.cases import NewCase, ReadArticle
    from ruralnews.scouting.proposal import Proposal

CASE_NAMES = ("plain", "second", "third")


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that will be written."""

    proposal: Proposal
    portal: Portal
    text: str
    """Of the profile."""
    readings: Sequence[ReadArticle]
    cases: Sequence[NewCase]


class Command(ScrapyCommand):
    """Fetches, proposes, writes, and asks for what is missing."""

    requires_project = True

    def syntax(self) -> str:
        return "[options] SLUG LIST_URL"

    def short_desc(self) -> str:
        return "Propose the profile of a new portal from one list and three of its articles"

    def long_desc(self) -> str:
        return (
            "Fetch one list and three articles, propose a profile, save the pages as test cases, "
            "show what was read by which rule, and say what is to be filled in."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--name", help="Chinese name of the portal")
        parser.add_argument("--column", help="Chinese name of the list (栏目)")
        parser.add_argument(
            "--host",
            action="append",
            default=[],
            help="another host of the portal, where its articles lie; may be repeated",
        )
        parser.add_argument("--dry-run", action="store_true", help="show all, write nothing")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        quieten(self)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with told(self, "newportal"):
            refuse_options(args)
            if len(args) != len(("SLUG", "LIST_URL")):
                raise UsageError("give a slug and the address of a list: SLUG LIST_URL")
            slug, url = args
            self.exitcode = self._run(slug, url, opts)

    def _run(self, slug: str, url: str, opts: argparse.Namespace) -> int:
        check_slug(slug)
        survey = Survey(portal_of(slug, url, opts.host), load_families())
        fetch(self, survey, url)
        if survey.found is None:
            print_lost("newportal", survey)
            return Exit.PARTIAL
        draft = make_draft(survey, asked_names(survey, opts.name, opts.column))
        print_table(HEADS, rows(draft.readings))
        print(draft.text)
        if not opts.dry_run:
            for path in write(draft):
                print(path)
        print_open_ends(draft, written=not opts.dry_run)
        print_lost("newportal", survey)
        unread = any(reading.article is None for reading in draft.readings)
        return Exit.PARTIAL if survey.lost or unread or not draft.readings else Exit.OK


def check_slug(slug: str) -> None:
    """Raises UsageError for a slug that is none, or that a portal has."""
    if not SLUG.fullmatch(slug) or slug in RESERVED_SLUGS:
        raise UsageError(
            f"{slug!r} is no slug; use small letters, digits and hyphens, "
            f"and none of {', '.join(RESERVED_SLUGS)}"
        )
    registry = load_portals()
    if slug in registry.portals or slug in {problem.slug for problem in registry.problems}:
        raise UsageError(
            f"there is a portal '{slug}'; choose another slug, or add a page to its cases with "
            f"`scrapy capture URL --portal {slug}`"
        )


def portal_of(slug: str, url: str, hosts: Sequence[str] = ()) -> Portal:
    """A portal of nothing but the address of a list, and further hosts.

    Raises UsageError when the address is no http(s) URL or a host is none.
    """
    try:
        portal = generic_portal(url, slug)
    except ProfileError as error:
        raise UsageError(f"{url}: {error}") from error
    try:
        for host in hosts:
            split_entry(host)
    except ValueError as error:
        raise UsageError(f"--host: {error}") from error
    return replace(portal, hosts=tuple(dict.fromkeys((*portal.hosts, *hosts))))


def asked_names(survey: Survey, name: str | None, column: str | None) -> dict[str, str]:
    """The names that were given as options, or typed when a person sits there."""
    names = {key: text.strip() for key, text in (("name", name), ("column", column)) if text}
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return names
    words = {"name": "Chinese name of the portal", "column": "Chinese name of the list (栏目)"}
    for key, (guess, _) in guess_names(survey.pages).items():
        if key not in names:
            typed = input(f"{words[key]} [{escape(guess)}]: ").strip()
            names |= {key: typed} if typed else {}
    return names


def make_draft(survey: Survey, names: dict[str, str]) -> Draft:
    """The profile and the cases. Raises ProfileError when the profile would have a fault."""
    assert survey.found is not None, "the caller checked"
    families = load_families()
    proposal = propose(survey, survey.found, names, families)
    family = proposal.recognised.family.listing if proposal.recognised else ListingRules()
    today = f"{china_time(clock.utc_now()):%Y-%m-%d}"
    text = profile_text(proposal, family, today)
    # Read back as it will be read from now on.
    portal = portal_from_text(survey.portal.slug, text)
    readings = [
        read_article_page(name, page, portal)
        for name, page in zip(CASE_NAMES, survey.articles, strict=False)
    ]
    lists = [("list", survey.lists[-1])]
    if survey.found.url == survey.lists[0].url != survey.lists[-1].url:
        lists.append(("index", survey.lists[0]))
    cases = [list_case(name, page, portal) for name, page in lists]
    cases += map(article_case, readings)
    return Draft(proposal, portal, text, readings, cases)


def write(draft: Draft) -> list[Path]:
    """The files and folders written: the cases first, so that a profile never lacks them.

    Raises OutputError.
    """
    folders = [case_folder(case_room(), draft.portal.slug, case) for case in draft.cases]
    for folder, case in zip(folders, draft.cases, strict=True):
        write_case(folder, case)
    profile = new_profiles() / f"{draft.portal.slug}.toml"
    try:
        profile.parent.mkdir(exist_ok=True)
        with profile.open("x", encoding="utf-8") as file:
            file.write(draft.text)
    except OSError as error:
        raise OutputError(f"{profile}: cannot be written: {error.strerror}") from error
    return [profile, *folders]


def print_open_ends(draft: Draft, *, written: bool) -> None:
    """Prints what was recognised by what, what is to be filled in, and what to do next."""
    recognised, rules = draft.proposal.recognised, draft.portal.listing
    if recognised:
        print(f"family {recognised.family.name}: {' , '.join(map(escape, recognised.signs))}")
    links = draft.proposal.found.listing.links
    print(f"list: {rules.kind}, {len(links)} articles")
    print("\nTo be filled in or checked:")
    for sentence in questions(draft.proposal, draft.readings):
        print(f"- {escape(sentence)}")
    if not written:
        return
    print("- expected.json of every case: compare it with the page, then set checked in its")
    print(
        "  meta.json to true; `scrapy replay FOLDER/page.html --explain` shows which rule read what"
    )
    slug = draft.portal.slug
    print(f"\nThen: scrapy portals --check; scrapy crawl {slug} -a max_pages=1")
    if is_checkout():
        print("and: make docs; make accept; make test")
    print(f"scrapy newportal: {RIGHTS}", file=sys.stderr)
