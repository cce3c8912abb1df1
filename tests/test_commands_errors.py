"""Whoever calls a command wrongly gets one sentence and the exit code that fits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from running import call, started
from scrapy.settings import Settings

from ruralnews import settings
from ruralnews.commands import crawl, forget, portals, replay, retry, status, verify
from ruralnews.commands.crawl import check_portal, check_writable
from ruralnews.commands.told import told
from ruralnews.errors import OutputError, ProfileError, UsageError
from ruralnews.monitoring.outcome import Exit
from ruralnews.portals import Problem, Registry, get_portal
from ruralnews.spiders.arguments import read_arguments
from ruralnews.spiders.site import SiteSpider

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.commands import ScrapyCommand

BROKEN = Registry({}, (Problem("broken", "portals/broken.toml: 'name' is missing"),))


WRONG = [
    (crawl.Command, ["dmo"], "there is no portal 'dmo'; did you mean 'demo'? `scrapy list`"),
    (crawl.Command, ["zzzzzz"], "there is no portal 'zzzzzz'. `scrapy list` names them all"),
    (crawl.Command, [], "name one portal; `scrapy list` names them all"),
    (crawl.Command, ["demo", "demo"], "name one portal"),
    (crawl.Command, ["demo", "--colunm=x"], "there is no option '--colunm=x'"),
    (replay.Command, [], "name a saved page, a folder of them, or -"),
    (replay.Command, ["--portal", "dmo", "x"], "there is no portal 'dmo'; did you mean 'demo'?"),
    (replay.Command, ["--explian", "x"], "there is no option '--explian'"),
    (portals.Command, ["demo"], "it takes no argument, not even 'demo'"),
    (verify.Command, ["demo"], "it takes no argument, not even 'demo'"),
    (status.Command, ["demo"], "it takes no argument, not even 'demo'"),
    (forget.Command, [], "name the address of an article; its record has it as `url`"),
    (retry.Command, [], "name a reason: --reason body-missing; `scrapy status` shows them"),
]


@pytest.mark.parametrize(("command", "args", "sentence"), WRONG)
def test_wrong_usage_is_one_sentence(
    command: type[ScrapyCommand],
    args: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call(command(), *args) == Exit.USAGE
    printed = capsys.readouterr()
    name = command.__module__.rpartition(".")[2]
    assert printed.err.startswith(f"scrapy {name}: {sentence}")
    assert printed.err.count("\n") == 1
    assert printed.out == ""


@pytest.mark.parametrize(
    ("command", "args"),
    [(verify.Command, []), (status.Command, []), (retry.Command, ["--reason", "dns"])],
)
def test_where_nothing_was_crawled_there_is_nothing_to_look_at(
    command: type[ScrapyCommand],
    args: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(settings, "OUTPUT_DIR", str(tmp_path))
    assert call(command(), *args) == Exit.USAGE
    assert "nothing was crawled yet; `scrapy crawl SLUG` does it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"sinse": "2026-01-01"}, "-a sinse=2026-01-01: unknown argument 'sinse'; did you mean"),
        ({"since": "1.5.2026"}, "-a since=1.5.2026: is no day; write it like 2026-11-03"),
        ({"since": "2026-02-30"}, "-a since=2026-02-30: is no day"),
        ({"column": "党建"}, "-a column=党建: portal 'demo' has no such column: 乡村振兴, 党建"),
        ({"max_pages": "0"}, "-a max_pages=0: must be a whole number from 1 to 1000"),
        ({"max_pages": "many"}, "-a max_pages=many: must be a whole number"),
        ({"max_pages": "1e3"}, "-a max_pages=1e3: must be a whole number"),
    ],
)
def test_an_argument_that_does_not_fit(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(get_portal("demo"), given, date(2026, 11, 3))
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("url", ["", "ftp://x/", "x", "http://"])
def test_a_site_needs_the_address_of_a_list(url: str) -> None:
    with pytest.raises(UsageError, match="-a url="):
        SiteSpider(url=url)


def test_a_broken_profile_is_a_configuration_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(crawl, "load_portals", lambda: BROKEN)
    monkeypatch.setattr("ruralnews.portals.registry.load_portals", lambda _: BROKEN)
    with pytest.raises(ProfileError, match="'name' is missing"):
        check_portal("broken")
    assert call(crawl.Command(), "broken") == Exit.CONFIG
    assert capsys.readouterr().err == "scrapy crawl: portals/broken.toml: 'name' is missing\n"


def test_check_fails_on_a_bad_profile(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(portals.Command(), "--check") == Exit.OK
    assert capsys.readouterr().out.endswith(" 0 problems\n")
    monkeypatch.setattr(portals, "load_portals", lambda: BROKEN)
    assert call(portals.Command(), "--check") == Exit.CONFIG
    printed = capsys.readouterr()
    assert printed.err == "portals/broken.toml: 'name' is missing\n"
    assert printed.out == "0 portals, 1 problems\n"


def test_portals_shows_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(portals.Command()) == Exit.OK
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["demo", "青禾村镇干部网", "trs"] in [row[:3] for row in rows]


def test_an_output_folder_that_cannot_be_made_is_told_before_the_crawl(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be made"):
        check_writable(Settings({"OUTPUT_DIR": str(tmp_path / "file"), "ARCHIVE_DIR": ""}))
    new = {"OUTPUT_DIR": str(tmp_path / "new"), "ARCHIVE_DIR": "archive"}
    check_writable(Settings(new | {"MIN_FREE_MB": 0}))
    assert (tmp_path / "new" / "archive").is_dir()
    with pytest.raises(OutputError, match=r"MiB are left on its disk, MIN_FREE_MB asks for"):
        check_writable(Settings(new | {"MIN_FREE_MB": 10**12}))


def test_an_output_error_ends_with_the_code_for_disks(capsys: pytest.CaptureFixture[str]) -> None:
    command = crawl.Command()
    with told(command, "crawl"):
        raise OutputError("output: cannot be written")
    assert command.exitcode == Exit.DISK
    assert capsys.readouterr().err == "scrapy crawl: output: cannot be written\n"


def test_the_program_itself_ends_with_that_code(tmp_path: Path) -> None:
    done = started(tmp_path, "crawl", "demo", "-a", "since=soon")
    assert done.returncode == Exit.USAGE
    assert done.stderr.splitlines()[-1] == (
        "scrapy crawl: -a since=soon: is no day; write it like 2026-11-03"
    )


def test_list_names_every_portal(tmp_path: Path) -> None:
    done = started(tmp_path, "list")
    assert {"demo", "dxscg", "site"} <= set(done.stdout.split())
    assert done.stderr == ""
