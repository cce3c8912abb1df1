"""Damage is undone to the letter, healthy text is not touched."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path
from typing import Any

import pytest
from damaging import CUTS, Tool, decode, expected, narrow
from hypothesis import given, settings
from hypothesis import strategies as st

from ruralnews.restoration import apply_steps, count_steps, restore
from ruralnews.restoration.steps import Step

CASES = Path(__file__).parent / "restoration"
Case = dict[str, str]


def cases(name: str) -> list[pytest.ParameterSet]:
    """The cases of one file, named by their labels."""
    rows = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(row, id=row["label"]) for row in rows]


@pytest.mark.parametrize("case", [*cases("in_the_wild"), *cases("synthetic")])
def test_damage_is_undone(case: Case) -> None:
    restored = restore(case["damaged"], force=bool(case.get("force")))
    assert restored.text == case["restored"]


@pytest.mark.parametrize("case", [*cases("in_the_wild"), *cases("synthetic")])
def test_the_steps_replay_to_the_text(case: Case) -> None:
    restored = restore(case["damaged"], force=bool(case.get("force")))
    assert apply_steps(case["damaged"], restored.steps) == restored.text
    assert sum(count for _, count in count_steps(restored.steps)) == len(restored.steps)


@pytest.mark.parametrize("case", [*cases("in_the_wild"), *cases("synthetic")])
def test_restored_text_is_healthy(case: Case) -> None:
    text = restore(case["damaged"], force=bool(case.get("force"))).text
    assert restore(text).text is text


@pytest.mark.parametrize("case", cases("negative"))
def test_healthy_text_is_the_same_object(case: Case) -> None:
    restored = restore(case["text"])
    assert restored.text is case["text"]
    assert restored.steps == ()


@pytest.mark.xfail(reason="known failures: the first that passes is news", strict=True)
@pytest.mark.parametrize("case", cases("known_failures"))
def test_known_failures(case: Case) -> None:
    assert narrow(restore(case["damaged"]).text) == narrow(case["restored"])


PASSAGE = (
    "石桥村把闲置校舍改成村史馆，请老人讲述修渠的故事。“这条渠修了三年，”村里的老人说，“没有一个人叫苦！”"
    "县里组织学习，推广他们的经验，计划明年建设十个这样的馆，让游客看得见、听得懂、记得住。谁来管？钱从哪里来？"
    "村民代表会议作了决定：由合作社经营，收入的一半用于养护。有人想创业，优先发展。"
)
VARIANTS: list[dict[str, Any]] = [
    {"tones": False}, {"blank": True}, {"doubled": True}, {"folded": False}, {"private": False},
    {"keep_controls": True}, {"controls": 0}, {"tones": False, "doubled": True, "private": False},
]  # fmt: skip


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("variant", VARIANTS, ids=",".join)
def test_every_variant_of_the_tool_is_undone_at_every_cut(
    variant: dict[str, Any], cut: int
) -> None:
    damaged = Tool(cut=cut, **variant).damage(PASSAGE, 1)
    assert narrow(restore(damaged).text) == narrow(PASSAGE)


@pytest.mark.parametrize("stretch", ["?弲\ue0f1\ue3c7鵤蜂\ue0d1凪", "?lián)"])
def test_what_makes_no_sense_stays_and_is_marked(stretch: str) -> None:
    restored = restore(f"學(xué)習(xí){stretch}", force=True)
    assert restored.text == f"学习{stretch}"
    assert [s.certain for s in restored.steps if s.step == "unresolved"] == [False]


@pytest.mark.parametrize(
    "line",
    [
        "河溪日报云溪5月3日电　（记者 李明）村里办起了合作社。",
        "　　（点击看清晰大图）",
        "　　（资料来源：河溪县农业农村局）",
        "河溪新闻记者 李明 王红",
    ],
)
def test_blanks_that_the_tool_cut_or_swallowed_come_back(line: str) -> None:
    text = f"{PASSAGE}\n{line}\n{PASSAGE}"
    damaged = Tool(cut=134, controls=1, folded=False).damage(text)
    found = restore(damaged)
    assert found.text == text
    assert apply_steps(damaged, found.steps) == text


def test_a_dot_that_the_code_page_lacks_comes_back_in_foreign_names_only() -> None:
    line = "研究员米歇尔・布兰德说，谁来管？钱从哪里来？"
    damaged = Tool(cut=30, folded=False).damage(f"{PASSAGE}\n{line}\n{PASSAGE}")
    found = restore(damaged)
    assert found.text.split("\n")[1] == line.replace("・", "·")
    assert [step.certain for step in found.steps if step.after == "·"] == [False]


def test_a_swallowed_blank_is_marked() -> None:
    damaged = Tool(cut=134, folded=False).damage(f"{PASSAGE}\n河溪新闻记者 李明\n{PASSAGE}")
    guessed = [step for step in restore(damaged).steps if "blank" in step.reason]
    assert [(step.after, step.certain) for step in guessed] == [("记者 ", False)]


def test_a_swallowed_digit_is_marked_and_never_made_up() -> None:
    case = cases("known_failures")[1].values[0]
    restored = restore(case["damaged"])  # type: ignore[index]
    lost = [step for step in restored.steps if step.step == "lost-character"]
    assert lost
    assert not any(step.certain for step in lost)
    assert not re.search("[0-9]", lost[0].after)


@pytest.mark.parametrize(
    ("clean", "restored"),
    [
        ("截至2020年9月，全村建成大棚120个。", "截至2020年?月，全村建成大棚120个。"),
        ("玉米，人均增收5000元。", "玉米，人均增收?000元。"),
        ("人均增收，共5000元。", "人均增收，共5000元。"),
    ],
)
def test_what_the_last_byte_of_mojibake_swallowed_is_marked(clean: str, restored: str) -> None:
    mojibake = decode((clean + PASSAGE).encode())
    found = restore(mojibake)
    assert found.text.startswith(restored + PASSAGE[:-1])
    assert apply_steps(mojibake, found.steps) == found.text
    assert all(step.certain == ("?" not in step.before) for step in found.steps)


# Not the rare ones that begin with A0 in GBK, which is a no-break space as well.
WRITTEN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5).filter(
    lambda character: character.encode("gb18030")[0] != 0xA0
)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("windows", [False, True], ids=["latin-1", "windows-1252"])
@given(line=st.text(WRITTEN, max_size=60))
def test_chinese_read_as_latin_letters_is_read_back(
    line: str, encoding: str, *, windows: bool
) -> None:
    page = f"2020年9月，“café”：{line}\n{PASSAGE}"
    clean = page if encoding == "utf-8" else page.replace("é", "")
    latin = clean.encode(encoding).decode("latin-1")
    damaged = "".join(map(windows_character, latin)) if windows else latin
    found = restore(damaged)
    assert found.text == clean
    assert apply_steps(damaged, found.steps) == clean
    assert {step.certain for step in found.steps} == {True}
    assert found.steps[0].lost.replace(" ", "") in clean.encode(encoding).hex()


def windows_character(control: str) -> str:
    """What Windows-1252 has in place of a control of Latin-1, if it has one."""
    return control.encode("latin-1").decode("cp1252", "ignore") or control


@pytest.mark.parametrize("lost", ["?", "\ufffd", ""])
def test_latin_letters_that_lost_bytes_stay(lost: str) -> None:
    damaged = re.sub("[\x81\x8d\x8f\x90\x9d]", lost, PASSAGE.encode().decode("latin-1"))
    assert restore(damaged).text is damaged


def test_a_character_that_lost_a_byte_is_marked() -> None:
    damaged = f"{PASSAGE * 2}麦".encode().decode("latin-1") + "å\xad\ufffd"
    found = restore(damaged)
    assert found.text == f"{PASSAGE * 2}麦å\xad\ufffd"
    assert [(step.step, step.after) for step in found.steps if not step.certain] == [
        ("unresolved", "å\xad\ufffd")
    ]


def test_a_guess_is_marked_and_a_sure_repair_is_not() -> None:
    seed = json.loads((CASES / "in_the_wild.json").read_text(encoding="utf-8"))[3]["damaged"]
    slips = {s.after: s.certain for s in restore(seed).steps if s.step == "slip"}
    assert slips == {"。“流水不腐，户枢不蠹”": False, "担当": True}


def test_steps_do_not_replay_on_another_text() -> None:
    with pytest.raises(ValueError, match=r"step 'slip' at character 3: .* does not have 'x' there"):
        apply_steps("abcdef", [Step("slip", 3, "x", "y", "")])


def test_a_step_tells_the_bytes() -> None:
    assert Step("slip", 0, "?\ue189€", "", "").lost == "3f ae b2 80"


SYLLABLES = "农业发展学习时间问题国家经济实现开门见山长远领导干部当地专题报道认真组织关系机会"
WORDS = [
    "农业发展", "学习经验", "时间问题", "国家经济", "实现目标", "开门见山", "长远规划", "领导干部",
    "当地群众", "专题报道", "认真组织", "关系", "机会", "村民", "合作社", "的", "了", "和", "在",
    "2020年", "，", "。", "、", "“乡村”", "；",
]  # fmt: skip
prose = st.lists(st.sampled_from(WORDS), min_size=30, max_size=80).map("".join)


@given(text=prose, cut=st.sampled_from(CUTS[1:]), folded=st.booleans(), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_what_the_tool_did_is_undone(text: str, cut: int, folded: bool, seed: int) -> None:
    tool = Tool(cut=cut, folded=folded, controls=0)
    damaged = tool.damage(text, seed)
    restored = restore(damaged, force=True)
    assert apply_steps(damaged, restored.steps) == restored.text
    if "?" not in damaged:  # no byte was lost: the way back is exact
        assert narrow(restored.text) == narrow(expected(text, tool))


@given(text=prose, cut=st.sampled_from(CUTS), private=st.booleans(), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_restoring_twice_changes_nothing_more(
    text: str, cut: int, private: bool, seed: int
) -> None:
    once = restore(Tool(cut=cut, private=private).damage(text, seed)).text
    assert restore(once).text == once


@given(st.text(alphabet=SYLLABLES + string.printable + "，。？！“”（）\ue189€\u200b锟斤拷鐨锛銆"))
@settings(max_examples=200, deadline=None)
def test_any_text_restores_and_replays(text: str) -> None:
    for force in (False, True):
        restored = restore(text, force=force)
        assert apply_steps(text, restored.steps) == restored.text
