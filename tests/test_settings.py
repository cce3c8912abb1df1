"""The settings that keep a crawl polite and safe, asserted one by one."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from ruralnews import settings as module
from ruralnews.spiders.portal import PortalSpider

HARDENED = {
    "ROBOTSTXT_OBEY": True,
    "DOWNLOAD_MAXSIZE": 8 * 1024 * 1024,
    "DOWNLOAD_WARNSIZE": 2 * 1024 * 1024,
    "DOWNLOAD_TIMEOUT": 30,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "REDIRECT_MAX_TIMES": 10,
    "METAREFRESH_ENABLED": False,
    "COOKIES_ENABLED": False,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "HTTPPROXY_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "TWISTED_DNS_RESOLVER": "ruralnews.middlewares.resolver.PublicResolver",
    "MEMUSAGE_ENABLED": True,
    "MEMUSAGE_LIMIT_MB": 512,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "REFERRER_POLICY": "same-origin",
    "ALLOW_HOSTS": [],
    "FEED_EXPORT_ENCODING": "utf-8",
}
COMPONENTS = ("DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS")


@pytest.fixture
def settings() -> Settings:
    loaded = Settings()
    loaded.setmodule(module)
    return loaded


@pytest.mark.parametrize(("name", "value"), HARDENED.items())
def test_hardened_value(settings: Settings, name: str, value: object) -> None:
    assert settings[name] == value


def test_a_host_is_asked_at_most_every_two_seconds_on_average(settings: Settings) -> None:
    assert settings.getfloat("DOWNLOAD_DELAY") >= 2
    assert 0 < settings.getfloat("DOWNLOAD_DELAY_JITTER") <= 0.5


@pytest.mark.parametrize("scheme", ["file", "data", "ftp", "s3"])
def test_only_http_can_be_downloaded(settings: Settings, scheme: str) -> None:
    assert settings.getwithbase("DOWNLOAD_HANDLERS").get(scheme) is None


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_can_be_loaded(settings: Settings, name: str) -> None:
    for path, number in settings[name].items():
        if number is not None:
            assert load_object(path)


def test_the_guard_comes_before_everything_else(settings: Settings) -> None:
    numbers = settings.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES")
    first = min((number, path) for path, number in numbers.items() if number is not None)
    assert "guard" in str(first[1])


def test_the_user_agent_names_the_program_and_its_operator(settings: Settings) -> None:
    assert settings["USER_AGENT"].startswith("ruralnews/")
    settings.set("CONTACT", "https://example.org/crawler", priority="cmdline")
    PortalSpider.update_settings(settings)
    assert settings["USER_AGENT"].endswith(" (+https://example.org/crawler)")


def test_a_user_agent_of_the_command_line_wins(settings: Settings) -> None:
    settings.set("USER_AGENT", "mine", priority="cmdline")
    settings.set("CONTACT", "https://example.org/", priority="cmdline")
    PortalSpider.update_settings(settings)
    assert settings["USER_AGENT"] == "mine"
