"""Every saved page gives what a careful reader took from it: one test per case and field.

A case is a folder `tests/portals/<slug>/<date>-<what>/`:
- `page.html` holds the bytes as served; or `page` in meta.json names a page of the demo portal,
  whose headers then count as well;
- `meta.json`: `url`, `fetched_at`, `headers`; `checked: false`, while no reader has compared what
  `scrapy newportal` or `scrapy capture` expect with the page; `parts`, the further pages of an
  article in several; `kind`, of a list that is another kind than the portal's others; `why`, for
  each of source, author and editor that is empty; `note`;
- `expected.json`: fields of the record (an article), `links`, `next_page` and `lists` (a list), or
  `reason` (a page that is held back).
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import ruralnews
from ruralnews.demo import read_site
from ruralnews.errors import ExtractionError
from ruralnews.extraction.article import read_article
from ruralnews.extraction.lists import read_list
from ruralnews.extraction.page import read_page
from ruralnews.items import Article
from ruralnews.portals import get_portal, load_portals, portal_for
from ruralnews.portals.hosts import matching_entry
from ruralnews.portals.profile import check_family
from ruralnews.reasons import Reason, Warn
from ruralnews.scouting.cases import WHY

if TYPE_CHECKING:
    from collections.abc import Callable

    from ruralnews.extraction.page import Page

FOLDER = Path(__file__).parent / "portals"
PROFILES = Path(ruralnews.__file__).parent / "portals"
SITE = read_site()
SAMPLES = json.loads((FOLDER.parent / "article_urls.json").read_text(encoding="utf-8"))["portals"]
GOVERNMENT = json.loads((FOLDER.parent / "article_urls.json").read_text(encoding="utf-8"))["gov"]
MAY_BE_EMPTY = ("source", "author", "editor")
OF_ALL_PARTS = ("body", "pages")
"""Known only when the further pages are read too: the crawl of the demo portal checks them."""


@dataclass(frozen=True, eq=False)
class Case:
    """One saved page and what it must give."""

    folder: Path
    meta: dict[str, Any]
    expected: dict[str, Any]

    @property
    def slug(self) -> str:
        return self.folder.parent.name

    @property
    def name(self) -> str:
        return f"{self.slug}/{self.folder.name}"

    @property
    def kind(self) -> str:
        keys = self.expected.keys()
        return "list" if "links" in keys else "held" if "reason" in keys else "article"

    @property
    def fetched_at(self) -> datetime:
        return datetime.fromisoformat(self.meta["fetched_at"])

    def response(self) -> tuple[bytes, dict[str, str]]:
        """Bytes and headers as served."""
        headers = self.meta.get("headers", {})
        if "page" in self.meta:
            page = SITE["/" + self.meta["page"]]
            return page.body, page.headers | headers
        return (self.folder / "page.html").read_bytes(), headers

    def read(self) -> Page:
        body, headers = self.response()
        return read_page(body, self.meta["url"], headers=headers, fetched_at=self.fetched_at)


def read_case(folder: Path) -> Case:
    def load(name: str) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
        return loaded

    return Case(folder, load("meta.json"), load("expected.json"))


CASES = [read_case(file.parent) for file in sorted(FOLDER.glob("*/*/meta.json"))]
ARTICLES = [case for case in CASES if case.kind == "article"]
LISTS = [case for case in CASES if case.kind == "list"]
HELD = [case for case in CASES if case.kind == "held"]


def by_name(cases: list[Case]) -> list[Any]:
    return [pytest.param(case, id=case.name) for case in cases]


def by_key(cases: list[Case]) -> list[Any]:
    return [
        pytest.param(case, key, id=f"{case.name}-{key}")
        for case in cases
        for key in case.expected
        if not ("parts" in case.meta and key in OF_ALL_PARTS)
    ]


@cache
def record(case: Case) -> dict[str, Any]:
    body, headers = case.response()
    article = ruralnews.extract(
        body, case.meta["url"], headers=headers, portal=case.slug, fetched_at=case.fetched_at
    )
    assert article is not None, f"{case.name} gives no record"
    return article.to_record()


@cache
def listing(case: Case) -> dict[str, Any]:
    body, headers = case.response()
    found = read_list(
        body,
        case.meta["url"],
        get_portal(case.slug),
        kind=case.meta.get("kind"),
        headers=headers,
        fetched_at=case.fetched_at,
    )
    links = [
        {"url": link.url, "title": link.title, "date": link.date and str(link.date)[:10]}
        for link in found.links
    ]
    return {"links": links, "next_page": found.next_page, "lists": found.lists}


def credits_in_order(people: list[dict[str, str]]) -> list[tuple[str, str]]:
    return sorted((person["role"], person["name"]) for person in people)


AS_EXPECTED: dict[str, Callable[[Any], Any]] = {
    "body": lambda text: text.split("\n"),
    "restored": lambda repairs: [repair["step"] for repair in repairs],
    "removed": lambda removals: [removal["rule"] for removal in removals],
    "warnings": sorted,
    "credits": credits_in_order,
}
"""Fields that a case writes in another form than the record."""


@pytest.mark.parametrize(("case", "key"), by_key(ARTICLES))
def test_article(case: Case, key: str) -> None:
    got, wanted = record(case)[key], case.expected[key]
    if key in AS_EXPECTED:
        got = AS_EXPECTED[key](got)
    if key == "credits":
        wanted = credits_in_order(wanted)
    assert got == wanted


@pytest.mark.parametrize(("case", "key"), by_key(LISTS))
def test_list(case: Case, key: str) -> None:
    assert listing(case)[key] == case.expected[key]


@pytest.mark.parametrize("case", by_name(HELD))
def test_held(case: Case) -> None:
    with pytest.raises(ExtractionError) as held:
        read_article(case.read(), get_portal(case.slug))
    assert held.value.reason == case.expected["reason"]
    body, headers = case.response()
    assert ruralnews.extract(body, case.meta["url"], headers=headers, portal=case.slug) is None


@pytest.mark.parametrize("slug", sorted(file.stem for file in PROFILES.glob("*.toml")))
def test_a_portal_has_a_list_case_and_two_article_cases(slug: str) -> None:
    kinds = [case.kind for case in CASES if case.slug == slug]
    assert kinds.count("list") >= 1
    assert kinds.count("article") >= 2


@pytest.mark.parametrize("file", sorted(PROFILES.glob("families/*.toml")), ids=lambda f: f.stem)
def test_a_family_has_no_fault(file: Path) -> None:
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    assert check_family(document, file.name) == []
    assert document["note"]


def owners(url: str) -> set[str]:
    """The portals that take this URL for one of their articles."""
    owner = portal_for(url)
    if owner is None or not any(pattern.search(url) for pattern in owner.listing.article):
        return set()
    return {owner.slug}


@pytest.mark.parametrize(
    ("slug", "url"), [(slug, url) for slug, urls in SAMPLES.items() for url in urls]
)
def test_the_address_of_an_article_is_of_its_portal_and_no_other(slug: str, url: str) -> None:
    assert owners(url) == {slug}


@pytest.mark.parametrize(
    ("slug", "url"), [(slug, url) for slug, urls in SAMPLES.items() for url in urls]
)
def test_the_address_of_an_article_is_of_its_portal_only_on_its_host(slug: str, url: str) -> None:
    entry = matching_entry(get_portal(slug).hosts, url)
    assert entry is not None
    head, tail = url.split(entry, 1)
    assert slug not in owners(f"{head.removesuffix('.')}x{entry}{tail}")


@pytest.mark.parametrize("slug", sorted(load_portals().portals))
def test_every_pattern_of_a_profile_is_met_by_an_address(slug: str) -> None:
    seen = [case.meta["url"] for case in ARTICLES if case.slug == slug]
    seen += [link["url"] for case in LISTS if case.slug == slug for link in case.expected["links"]]
    patterns = get_portal(slug).listing.article
    assert all(any(pattern.search(url) for pattern in patterns) for url in seen)


@pytest.mark.parametrize("slug", sorted(SAMPLES))
def test_every_pattern_a_profile_writes_itself_has_an_address(slug: str) -> None:
    file = tomllib.loads((PROFILES / f"{slug}.toml").read_text(encoding="utf-8"))
    seen = [*SAMPLES[slug], *(case.meta["url"] for case in ARTICLES if case.slug == slug)]
    patterns = file.get("listing", {}).get("article", [])
    assert [p for p in patterns if not any(re.search(p, url) for url in seen)] == []


def test_every_profile_has_addresses_of_articles() -> None:
    assert SAMPLES.keys() >= load_portals().portals.keys() - {"demo"}


@pytest.mark.parametrize("url", GOVERNMENT)
def test_the_family_of_government_portals_knows_its_addresses(url: str) -> None:
    document = tomllib.loads((PROFILES / "families" / "gov.toml").read_text(encoding="utf-8"))
    found = [m for p in document["listing"]["article"] if (m := re.search(p, url))]
    assert len(found) == 1
    assert found[0]["id"].isdecimal()


@pytest.mark.parametrize("slug", sorted(file.stem for file in PROFILES.glob("*.toml")))
def test_a_profile_is_short(slug: str) -> None:
    """Fifteen lines of rules, beside a line or a few for each column."""
    lines = (PROFILES / f"{slug}.toml").read_text(encoding="utf-8").splitlines()
    others = ("#", "    {", "columns = [", "]")
    rules = [line for line in lines if line.strip() and not line.startswith(others)]
    columns = 4 * sum(line == "[[columns]]" for line in rules)
    assert len(rules) - columns <= 15


def test_no_profile_has_a_fault() -> None:
    assert load_portals().problems == ()


def test_a_profile_that_is_not_verified_says_what_is_not_known() -> None:
    portals = load_portals().portals.values()
    assert [p.slug for p in portals if not p.verified and len(p.note) < 20] == []


def test_a_broken_profile_or_family_takes_no_other_portal_down(tmp_path: Path) -> None:
    shutil.copytree(PROFILES, tmp_path, dirs_exist_ok=True)
    (tmp_path / "banyuetan.toml").write_text("name = ", encoding="utf-8")
    family = tmp_path / "families" / "mi4.toml"
    family.write_text(family.read_text(encoding="utf-8") + "\nkindd = 1", encoding="utf-8")
    registry = load_portals(tmp_path)
    assert {problem.slug for problem in registry.problems} == {"banyuetan", "dangjian"}
    assert registry.portals.keys() == load_portals().portals.keys() - {"banyuetan", "dangjian"}


def test_no_folder_of_cases_lacks_its_portal() -> None:
    assert {case.slug for case in CASES} <= {file.stem for file in PROFILES.glob("*.toml")}


@pytest.mark.parametrize("case", by_name(CASES))
def test_a_case_holds_what_is_used_and_nothing_else(case: Case) -> None:
    page = set() if "page" in case.meta else {"page.html"}
    found = {file.name for file in case.folder.iterdir()}
    assert found == {"meta.json", "expected.json"} | page
    known = {"url", "fetched_at", "headers", "page", "parts", "kind", "why", "note", "checked"}
    assert case.meta.keys() <= known
    assert {"/" + part for part in case.meta.get("parts", [])} <= SITE.keys()


@pytest.mark.parametrize("case", by_name(CASES))
def test_a_reader_has_compared_every_case_with_its_page(case: Case) -> None:
    assert case.meta.get("checked", True), (
        f"{case.name}: correct expected.json by reading the page, say in 'why' of meta.json why "
        "a field is empty, then set 'checked' in meta.json to true"
    )


def test_every_file_is_in_a_case() -> None:
    files = {file for file in FOLDER.rglob("*") if file.is_file()}
    assert files == {file for case in CASES for file in case.folder.iterdir()}


def test_every_page_of_the_demo_portal_is_in_a_case() -> None:
    demo = [case.meta for case in CASES if case.slug == "demo"]
    used = {f"/{name}" for meta in demo for name in (meta["page"], *meta.get("parts", []))}
    bodies = {id(SITE[path]) for path in used}
    assert [p for p in SITE if p.endswith(".html") and id(SITE[p]) not in bodies] == []


@pytest.mark.parametrize("case", by_name(CASES))
def test_a_case_says_when_and_under_which_url_the_page_was_fetched(case: Case) -> None:
    assert case.fetched_at.utcoffset() is not None
    assert case.meta["url"].startswith(("http://", "https://"))


@pytest.mark.parametrize("case", by_name(ARTICLES))
def test_an_article_case_expects_the_fields_that_matter(case: Case) -> None:
    names = {field.name for field in fields(Article)}
    always = {"title", "published", "published_precision", *MAY_BE_EMPTY, "body"}
    assert always <= case.expected.keys() <= names
    assert set(case.expected.get("warnings", [])) <= set(Warn)


@pytest.mark.parametrize("case", by_name(HELD))
def test_a_held_case_expects_a_known_reason(case: Case) -> None:
    assert case.expected["reason"] in set(Reason)


@pytest.mark.parametrize("case", by_name(ARTICLES))
def test_a_case_says_why_a_field_is_empty(case: Case) -> None:
    empty = {name for name in MAY_BE_EMPTY if not case.expected[name]}
    why = case.meta.get("why", {})
    assert why.keys() == empty
    assert WHY not in why.values(), f"{case.name}: say in meta.json why the page has none"
