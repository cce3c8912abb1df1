"""Profiles: what is read, what is refused and with which sentence."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ruralnews.errors import ProfileError
from ruralnews.extraction.lists import read_list
from ruralnews.extraction.page import read_page
from ruralnews.library import article_from_page
from ruralnews.portals import (
    generic_portal,
    get_portal,
    load_families,
    load_portals,
    portal_for,
    profile,
)
from ruralnews.portals.hosts import covers_host, matching_entry, split_entry
from ruralnews.portals.model import ArticleRules, Column, ListingRules, Portal
from ruralnews.state.keys import record_id

GOOD = """
name = "禾苗网"
family = "cms"
hosts = ["hemiao.example"]
[[columns]]
name = "要闻"
url = "http://www.hemiao.example/yw/"
[article]
title = ["h2"]
"""
FAMILY = """
[listing]
article = ['/t(?P<id>\\d+)\\.html$']
max_pages = 3
[article]
title = ["h1"]
body = ["#text"]
"""


def folder_of(path: Path, **profiles: str) -> Path:
    """A profile folder with the family `cms` and the given profiles."""
    (path / "families").mkdir()
    (path / "families" / "cms.toml").write_text(FAMILY, encoding="utf-8")
    for slug, text in profiles.items():
        (path / f"{slug}.toml").write_text(text, encoding="utf-8")
    return path


def test_profile_lists_replace_those_of_the_family(tmp_path: Path) -> None:
    portal = get_portal("hemiao", folder_of(tmp_path, hemiao=GOOD))
    assert portal.article.title == ("h2",)
    assert portal.article.body == ("#text",)
    assert portal.listing.max_pages == 3
    assert [pattern.pattern for pattern in portal.listing.article] == [r"/t(?P<id>\d+)\.html$"]
    assert portal.columns == (Column("要闻", "http://www.hemiao.example/yw/"),)
    assert portal.delay == 2.0


LAYOUTS = """
[[layouts]]
until = 2024-05-01
title = [".head"]
[[layouts]]
until = 2019-01-01
title = [".oldest"]
body = ["#oldest"]
"""


def test_a_page_saved_before_a_redesign_has_the_rules_of_its_day(tmp_path: Path) -> None:
    portal = get_portal("hemiao", folder_of(tmp_path, hemiao=GOOD + LAYOUTS))
    rules = {
        day: (portal.as_of(date.fromisoformat(day)).article)
        for day in ("2018-12-31", "2019-01-01", "2024-04-30", "2024-05-01")
    }
    assert [r.title for r in rules.values()] == [(".oldest",), (".head",), (".head",), ("h2",)]
    # What a layout does not name is as it is now.
    assert [r.body for r in rules.values()] == [("#oldest",), ("#text",), ("#text",), ("#text",)]


def test_a_government_site_without_profile_has_the_rules_of_its_family() -> None:
    portal = generic_portal("http://www.hemiao.gov.cn/xw/")
    assert portal.family == "gov"
    assert "#zoom" in portal.article.body
    assert portal.listing.tentative
    assert portal.listing.guesses
    # Their slug is one for all: the id of a record is the hash of its address.
    url = "http://www.hemiao.gov.cn/xw/202611/t20261101_7.html"
    assert portal.native_id(url) == "7"
    assert record_id(portal, url, url) != "site:7"
    for other in ("http://www.hemiao.example/xw/", "http://gov.cn.example/"):
        assert generic_portal(other).family is None
    assert generic_portal("http://www.hemiao.gov.cn/xw/", "hemiao").family is None


@pytest.mark.parametrize("form", ["/xw/202611/t20261101_{}.html", "/art/view/{}0000.htm"])
def test_links_of_a_government_site_that_do_not_fit_its_family_are_found_by_their_form(
    form: str,
) -> None:
    links = "".join(
        f"<li><a href='{form.format(n)}'>第{n}块地的小麦颗粒归仓</a><span>2026-11-01</span></li>"
        for n in range(1, 6)
    )
    body = f"<html><body><ul>{links}</ul></body></html>".encode()
    url = "http://www.hemiao.gov.cn/xw/"
    assert len(read_list(body, url, generic_portal(url)).links) == 5


def test_the_layout_of_the_day_reads_the_page(tmp_path: Path) -> None:
    portal = get_portal("hemiao", folder_of(tmp_path, hemiao=GOOD + LAYOUTS))
    text = "村里的麦子熟了，合作社的收割机天不亮就下了地。" * 5
    body = (
        "<html><body><h2>改版后的标题放在这里</h2><div class='head'>改版前的标题放在那里</div>"
        f"<p>2018-03-04 08:00</p><div id='text'><p>{text}</p></div></body></html>"
    ).encode()
    titles = []
    for year in (2020, 2025):
        page = read_page(
            body, "http://www.hemiao.example/t1.html", fetched_at=datetime(year, 1, 1, tzinfo=UTC)
        )
        titles.append(article_from_page(page, portal).title)
    assert titles == ["改版前的标题放在那里", "改版后的标题放在这里"]


DATA = """
[article.data]
url = "http://api.hemiao.example/{id}.js"
title = "t"
body = ["html", "text"]
"""


def test_the_data_of_an_article_has_an_address_of_its_own(tmp_path: Path) -> None:
    portal = get_portal("hemiao", folder_of(tmp_path, hemiao=GOOD + DATA))
    assert portal.article.data is not None
    assert portal.article.data.fields == {"title": ("t",), "body": ("html", "text")}
    assert portal.data_url("http://hemiao.example/t7.html") == "http://api.hemiao.example/7.js"
    assert portal.data_url("http://hemiao.example/about.html") is None


def test_every_key_of_a_profile_is_explained() -> None:
    guide = (Path(__file__).parent.parent / "docs/ADDING_A_PORTAL.md").read_text(encoding="utf-8")
    tables = profile.PORTAL_KEYS, profile.COLUMN_KEYS, profile.LISTING_KEYS, profile.ARTICLE_KEYS
    keys = {*(key for table in tables for key in table), *profile.LAYOUT_KEYS}
    assert {key for key in keys if not re.search(rf"\b{key}\b[`\] =]", guide)} == set()


BROKEN = {
    "a layout without its end": (
        "[article]",
        '[[layouts]]\ntitle = ["h1"]\n[article]',
        "portals/x.toml [layouts] number 1: 'until' is missing",
    ),
    "a layout until no day": (
        "[article]",
        '[[layouts]]\nuntil = "2024"\n[article]',
        "portals/x.toml [layouts] number 1: 'until' must be a day without quotes",
    ),
    "data without a body": (
        '["h2"]',
        '["h2"]\n[article.data]\ntitle = "t"',
        "portals/x.toml [article]: 'data' must name the key of the body",
    ),
    "data with an unknown key": (
        '["h2"]',
        '["h2"]\n[article.data]\ntitle = "t"\nbody = "b"\npublish = "p"',
        "portals/x.toml [article]: 'data' has an unknown key 'publish'; did you mean 'published'?",
    ),
    "data at an address without id": (
        '["h2"]',
        '["h2"]\n[article.data]\ntitle = "t"\nbody = "b"\nurl = "http://x/"',
        "portals/x.toml [article]: 'data' must hold {id} in 'url' and 'page'",
    ),
    "an overlap of nothing": (
        "[article]",
        "[listing]\noverlap = 0\n[article]",
        "portals/x.toml [listing]: 'overlap' must be a whole number above 0",
    ),
    "unknown key with a suggestion": (
        "[article]",
        '[listing]\narticle_link = ["x"]\n[article]',
        "portals/x.toml [listing]: unknown key 'article_link'; did you mean 'article'?",
    ),
    "unknown key at the top": (
        'name = "禾苗网"',
        'naem = "禾苗网"',
        "portals/x.toml: unknown key 'naem'; did you mean 'name'?",
    ),
    "missing name": ('name = "禾苗网"\n', "", "portals/x.toml: 'name' is missing"),
    "missing hosts": ('hosts = ["hemiao.example"]', "", "portals/x.toml: 'hosts' is missing"),
    "bad regular expression": (
        "[article]",
        "[listing]\narticle = ['(']\n[article]",
        "portals/x.toml [listing]: 'article' is no regular expression: '('",
    ),
    "bad selector": (
        '["h2"]',
        '["h2 >"]',
        "portals/x.toml [article]: 'title' is no CSS selector: 'h2 >'",
    ),
    "wrong type": (
        "[article]",
        'delay = "fast"\n[article]',
        "portals/x.toml [columns] number 1: unknown key 'delay'",
    ),
    "text instead of list": (
        '["h2"]',
        '"h2"',
        "portals/x.toml [article]: 'title' must be a list of texts, not 'h2'",
    ),
    "impatience": (
        "family =",
        "delay = 0.5\nfamily =",
        "portals/x.toml: 'delay' is 0.5 seconds; at least 2",
    ),
    "a delay that is no number": (
        "family =",
        "delay = true\nfamily =",
        "portals/x.toml: 'delay' must be seconds",
    ),
    "unchecked certificates without a reason": (
        "family =",
        "verify_tls = false\nfamily =",
        "portals/x.toml: 'verify_tls' is false without a reason",
    ),
    "column elsewhere": (
        "www.hemiao.example/yw/",
        "www.xhemiao.example/yw/",
        "portals/x.toml: column '要闻' lies at http://www.xhemiao.example/yw/",
    ),
    "column that is no URL": (
        "http://www.hemiao.example/yw/",
        "www.hemiao.example/yw/",
        "portals/x.toml: the URL of column '要闻' cannot be used",
    ),
    "column without URL": (
        'url = "http://www.hemiao.example/yw/"',
        "",
        "portals/x.toml [columns] number 1: 'url' is missing",
    ),
    "unknown family": (
        '"cms"',
        '"csm"',
        "portals/x.toml: unknown family 'csm'; did you mean 'cms'?",
    ),
    "no TOML": ("name =", "name", "portals/x.toml: is no TOML file"),
    "host with a path": (
        '"hemiao.example"]',
        '"hemiao.example/yw"]',
        "portals/x.toml: 'hosts' 'hemiao.example/yw' is no host",
    ),
}


@pytest.mark.parametrize(("old", "new", "sentence"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_profile(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    folder = folder_of(tmp_path, x=GOOD.replace(old, new), y=GOOD)
    registry = load_portals(folder)
    assert sentence in [str(p)[: len(sentence)] for p in registry.problems]
    assert {problem.slug for problem in registry.problems} == {"x"}
    # The other profile is not touched.
    assert list(registry.portals) == ["y"]
    with pytest.raises(ProfileError, match=r"portals/x\.toml"):
        get_portal("x", folder)


@pytest.mark.parametrize("slug", ["Hemiao", "he_miao", "site", "archive", "-x"])
def test_bad_slug(tmp_path: Path, slug: str) -> None:
    registry = load_portals(folder_of(tmp_path, **{slug: GOOD}))
    assert not registry.portals
    assert f"'{slug}' is no portal slug" in str(registry.problems[0])


def test_a_broken_family_is_told_for_its_portals(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, x=GOOD)
    (folder / "families" / "cms.toml").write_text("[artikel]\n", encoding="utf-8")
    problem = load_portals(folder).problems[0]
    assert problem.slug == "x"
    assert str(problem).startswith("portals/families/cms.toml: unknown key 'artikel'; did you")


def test_every_field_of_the_model_can_be_written() -> None:
    assert set(profile.PORTAL_KEYS) == {f.name for f in fields(Portal)} - {"slug"}
    assert set(profile.LISTING_KEYS) == {f.name for f in fields(ListingRules)} - {"tentative"}
    assert set(profile.ARTICLE_KEYS) == {f.name for f in fields(ArticleRules)}
    assert set(profile.COLUMN_KEYS) == {f.name for f in fields(Column)}


def test_the_shipped_profiles_have_no_problem() -> None:
    registry = load_portals()
    assert [str(problem) for problem in registry.problems] == []
    assert "demo" in registry.portals


def test_an_unknown_portal_suggests_the_closest() -> None:
    with pytest.raises(ProfileError, match=r"no portal 'dmo'; did you mean 'demo'\?"):
        get_portal("dmo")


COVERED = [
    ("news.cn", "http://xczx.news.cn/a", True),
    ("news.cn", "http://news.cn/a", True),
    ("news.cn", "https://NEWS.cn./a", True),
    ("news.cn", "http://zsnews.cn/a", False),
    ("news.cn", "http://news.cn.evil.example/a", False),
    ("127.0.0.1", "http://127.0.0.1/a", True),
    ("127.0.0.1", "http://9.127.0.0.1/a", False),
]


@pytest.mark.parametrize(("entry", "url", "covered"), COVERED)
def test_hosts_match_at_a_dot(entry: str, url: str, covered: bool) -> None:
    assert covers_host([entry], url) is covered


@pytest.mark.parametrize(
    ("entry", "url", "matches"),
    [
        ("x.cn", "http://x.cn:80/", True),
        ("x.cn", "https://x.cn:443/", True),
        ("x.cn", "http://x.cn:443/", False),
        ("x.cn", "http://x.cn:8080/", False),
        ("x.cn:8080", "http://x.cn:8080/", True),
        ("x.cn:8080", "http://x.cn/", False),
        ("[::1]:8000", "http://[::1]:8000/", True),
    ],
)
def test_an_entry_covers_its_own_port(entry: str, url: str, matches: bool) -> None:
    assert (matching_entry([entry], url) is not None) is matches


@pytest.mark.parametrize("entry", ["", "x y", "x/y", "u@x", "http://x", "x:port", "x:99999"])
def test_what_is_no_host(entry: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        split_entry(entry)


def test_the_most_specific_portal_is_taken(tmp_path: Path) -> None:
    other = GOOD.replace("hemiao.example", "yw.hemiao.example").replace("www.yw.", "yw.")
    folder = folder_of(tmp_path, a=GOOD, b=other)
    assert not load_portals(folder).problems
    found = {
        url: getattr(portal_for(url, folder), "slug", None)
        for url in ("http://yw.hemiao.example/x", "http://m.hemiao.example/x", "http://x/", "::")
    }
    assert list(found.values()) == ["b", "a", None, None]


def test_a_portal_without_profile_covers_the_domain_of_its_list() -> None:
    portal = generic_portal("http://www.hemiao.example/yw/")
    assert (portal.slug, portal.hosts) == ("site", ("hemiao.example",))
    assert generic_portal("http://127.0.0.1:8000/a/").hosts == ("127.0.0.1:8000",)
    with pytest.raises(ProfileError, match="no http or https URL"):
        generic_portal("ftp://x/")


def test_a_user_s_own_profiles_lie_beside_scrapy_cfg(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scrapy.cfg").touch()
    (tmp_path / "portals").mkdir()
    (tmp_path / "below").mkdir()
    folder_of(tmp_path / "portals", hemiao=GOOD, farmer=GOOD, broken="name = ")
    monkeypatch.chdir(tmp_path / "below")
    registry = load_portals()
    assert registry.portals["hemiao"].article.body == ("#text",)
    assert registry.portals["farmer"].hosts == ("hemiao.example",)
    assert {"demo", "dxscg"} <= registry.portals.keys()
    assert [problem.slug for problem in registry.problems] == ["broken"]
    assert {"cms", "trs"} <= load_families().keys()


def test_without_a_project_folder_there_are_the_package_s_profiles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_portals().portals.keys() >= {"demo", "dxscg"}


def test_a_family_knows_its_signs_and_its_rules(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "families" / "other.toml").write_text("signs = ['<o']\n" + FAMILY, "utf-8")
    (folder / "families" / "broken.toml").write_text("signs = ['(']\n", "utf-8")
    families = load_families(folder)
    assert families.keys() == {"cms", "other"}
    assert [sign.pattern for sign in families["other"].signs] == ["<o"]
    assert families["cms"].signs == ()
    assert families["cms"].article.body == ("#text",)
