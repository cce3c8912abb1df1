"""What a portal sends in place of the page that a link named, and what the list knew of it."""

from __future__ import annotations

import pytest
from tasks import make_task

from ruralnews.items import Article
from ruralnews.portals import get_portal
from ruralnews.spiders.elsewhere import SENT, confirms, disagreements, place_of

HOST = "http://www.moa.gov.cn"
ASKED = f"{HOST}/xw/zwdt/202309/t20230915_6436615.htm"
PLACES = [
    (ASKED, None),
    ("https://www.moa.gov.cn/xw/zwdt/202309/t20230915_6436615.htm", None),
    (f"{HOST}/ztzl/202309/t20230915_6436615.htm", None),
    (f"{HOST}/", "home"),
    (f"{HOST}/index.htm", "home"),
    (f"{HOST}/xw/zwdt/", "list"),
    (f"{HOST}/xw/zwdt/202309/t20230916_6436700.htm", "article"),
    (f"{HOST}/user/login?from=x", "login"),
    ("https://passport.moa.gov.cn/a", "login"),
    (f"{HOST}/xw/loginov/a.htm", None),
    (f"{HOST}/404.htm", None),
]


@pytest.mark.parametrize(("got", "place"), PLACES)
def test_the_page_that_came_in_place_of_an_article(got: str, place: str | None) -> None:
    assert place_of(ASKED, got, get_portal("moa")) == place
    assert place is None or SENT[place]


def test_a_column_may_be_the_front_page() -> None:
    assert (
        place_of("http://sannong.cctv.com/", "https://sannong.cctv.com/", get_portal("cctv"))
        is None
    )


def article(title: str, published: str) -> Article:
    return Article(title=title, published=published)


SAID = [
    ("春管现场会开到田埂上", "2026-11-01", []),
    ("春管现场会", "2026-11-01", []),
    (None, None, []),
    ("春管现场会开到田埂上", "2026-11-02", ["published"]),
    ("村里的竹编卖到了县城", "2026-11-01", ["title"]),
    ("“春管”现场会 开到田埂上", None, []),
]


@pytest.mark.parametrize(("title", "listed", "differ"), SAID)
def test_the_list_is_a_witness(title: str | None, listed: str | None, differ: list[str]) -> None:
    known = make_task(ASKED, title=title, listed=listed)
    found = article("春管现场会开到田埂上", "2026-11-01T08:00:00+08:00")
    assert disagreements(known, found) == differ
    assert confirms(known, found) == (title is not None and "title" not in differ)
