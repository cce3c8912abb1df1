"""`scrapy restore`, and what the library loads."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from forked import Run
from running import ROOT, SECONDS

from ruralnews.commands.restore import explain, read_text
from ruralnews.errors import InputError
from ruralnews.restoration import Step

if TYPE_CHECKING:
    from pathlib import Path

SEED = ROOT / "tests/seed/article.txt"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    return Run(ROOT, ("restore", *arguments), environ).end(SECONDS)


def test_damaged_text_in_restored_text_out() -> None:
    done = run(str(SEED))
    assert done.returncode == 0
    assert done.stdout.startswith("好风“吹皱”乡街干部队伍“一池春水”\n")


def test_explain_lists_the_repairs_with_their_bytes() -> None:
    done = run("--explain", str(SEED))
    assert "'?lián)\\ue2fd?dāng)' [" in done.stderr
    assert "(likeliest reading)" in done.stderr


def test_a_missing_file_is_one_sentence_and_exit_code_1() -> None:
    done = run("nowhere.txt")
    assert done.returncode == 1
    assert done.stderr == (
        "nowhere.txt: cannot be read (No such file or directory); "
        "name a text file, or - for standard input\n"
    )


def test_two_files_are_a_usage_error() -> None:
    assert run("a", "b").returncode == 2


def test_a_file_that_is_not_utf8_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "gbk.txt"
    file.write_bytes("乡村".encode("gbk"))
    with pytest.raises(InputError, match=r"byte 0 is not UTF-8; convert the file first, e\.g\."):
        read_text(str(file))


def test_a_guess_is_named_as_one() -> None:
    line = explain(Step("slip", 7, "?", "健", "why", certain=False))
    assert line == "7\tslip\t'?' [3f] -> '健'\twhy  (likeliest reading)"


def test_healthy_text_loads_no_table() -> None:
    code = (
        "from ruralnews import restore; text = '村里办起了直播间(live)。'; "
        "assert restore(text).text is text; "
        "from ruralnews.restoration import language; "
        "assert not language.language.cache_info().currsize"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=SECONDS, check=True)
