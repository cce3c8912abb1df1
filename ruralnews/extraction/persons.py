"""Person names in printed credits: told from media, offices and roles, and split.

The rules are those of the forms met on party-press pages: 、 or blanks between names, blanks
inside two-character names, roles and the medium in front (本报记者), staff codes and role tails
behind. A name is never guessed from running text; callers pass a byline or the value of a label.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ruralnews.extraction.tables import read_table, read_words

HAN = "\u3400-\u9fff\U00020000-\U0002ffff〇"
SURNAMES = frozenset(
    name for (row,) in read_table("surnames.txt") for name in (row.split() if " " in row else row)
)
ORGANISATIONS = {ending: int(least) for ending, least, *_ in read_table("organisations.tsv")}
LONGEST_ENDING = max(map(len, ORGANISATIONS))
LAST_LETTERS = frozenset(ending[-1] for ending in ORGANISATIONS)
PRODUCE = frozenset(read_words("produce"))
"""What grows on a farm and looks like a name (杨梅); with a blank inside it is one."""
NO_NAMES = frozenset(read_words("no-name")) | PRODUCE
"""Values of an author or editor label that name nobody."""
ROLES = read_words("role")
ROLE = "(?:" + "|".join(sorted(ROLES, key=len, reverse=True)) + "|[文图摄](?=：))"
ANY_ROLE = re.compile(ROLE)
# The medium stands glued in front of the role: 本报记者, 《求是》杂志记者, 新县融媒体中心记者,
# 南方+记者. A blank ends it.
CREDIT = re.compile(
    rf"(?P<front>(?:《[^》]*》|[{HAN}\w·+“”\"-]){{0,24}}?)(?P<role>{ROLE})(?:[：:]|(?=[^{HAN}]|$))?"
)
PARTS = frozenset("文图摄")
"""One of them stands in all that the next four patterns find."""
BOTH = re.compile(r"文\s*[/／]\s*[图摄]|[图摄]\s*[/／]\s*文")
PART = re.compile(
    r"(?:^|(?<=[\s、,，;；（(【◎●■▲|/]))[文图摄](?:[/／|：:丨︱]|\s(?=\S{2,4}(?:\s|$)))"
)
PICTURES = re.compile(
    rf"(?<![{HAN}])[{HAN}]{{2,4}}\s*(?:[（(]\s*[图摄](?:片|影)?\s*[)）]|[/／]\s*[图摄](?![/／{HAN}]))"
)
"""A name whose role stands behind it, and the role is that of the pictures: 张甲（图）, 张甲/摄."""
THEN_PICTURES = re.compile(
    r"(?<=[\s\u3000])文[\s\u3000,，/／]+.{2,20}?[\s\u3000/／]*(?:摄(?:影)?|图(?:片)?(?=[\s\u3000]|$))"
)
"""本报记者 张甲 文 本报记者 李乙 摄: the roles stand behind the names."""
ASIDE = re.compile(r"[（(【\[][^（()）】\]]*[)）】\]]")
TAIL = re.compile(
    rf"(?:[，,]\s*(?:系|为|现任|曾任|是|单位|男|女|工作单位)|(?<=[{HAN}]{{2}})系(?=[{HAN}“]{{3}})).*$"
    rf"|(?<=[{HAN}])《[^《》]{{2,16}}》$"
    r"|\s*等\d*人?$|\s*发自\s*\S+|(?<=\S)\s+\S{2,8}报道$",
    re.DOTALL,
)
OFFICE = re.compile(r"([^（()）]+)[（(]([^（()）]+)[)）]")
"""某县某乡（张甲）: the name stands in the bracket."""
CODE = re.compile(r"_?\s*[A-Z]{1,4}_?\d{2,7}$")
FENCE = re.compile(rf"[、,，;；/／|丨︱｜&＆+：:\n]+|\s和\s|(?<=[{HAN}])[-－–—]+(?=[{HAN}])")
VERB = re.compile(r"(?:摄影|综合)?(?:报道|報道|報導|整理|摄)$")
LATIN = re.compile(r"[A-Za-z][A-Za-z.'’-]*$")
ACCOUNT = re.compile(r"[A-Za-z]\w{2,15}$", re.ASCII)
HAN_ONLY = re.compile(rf"[{HAN}]+$")
DOT = re.compile("[·•・‧∙]")
MINORITY = re.compile(rf"[{HAN}]{{1,8}}(?:[·•・‧∙][{HAN}]{{1,8}}){{1,3}}$")
SOUNDS = "".join(read_words("sound"))
TRANSLITERATED = re.compile(f"[{SOUNDS}]{{3,5}}$")
"""A name of a minority in the characters that write down its sounds (其其格, 扎西卓玛)."""
DOTTED = re.compile(f"[{SOUNDS}]+(?:[·•・‧∙][{SOUNDS}]+)+$")
"""The same with its dot: 澎禾号·政务 has one, too."""
SOUNDED_PLACES = frozenset(read_words("sounded-place"))
TITLES = tuple(read_words("title"))
TITLED = re.compile(rf".*(?:{'|'.join(TITLES)})(?P<name>[{HAN}]{{2,4}})$")
PLACED = re.compile(
    rf"(?P<name>[{HAN}]{{2,3}}?)(?:{'|'.join(read_words('place'))})[{HAN}]*(?:{'|'.join(TITLES)})$"
)
"""A name with the place of work glued behind it; places and 中国, 中央 … open its name."""
NAME_LENGTHS = range(2, 5)
OWN = tuple(read_words("own"))
PAIR = 2
"""Characters of the shortest name."""


def is_organisation(text: str) -> bool:
    """Whether `text` is the name of a medium, an office or a body, told by its ending."""
    text = "".join(text.split()).rstrip('》”"】)）')
    if text[-1:] not in LAST_LETTERS:
        return False
    length = len(text)
    for size in range(1, min(LONGEST_ENDING, length) + 1):
        least = ORGANISATIONS.get(text[-size:])
        if least is not None and length >= least:
            return True
    return False


def is_person(token: str) -> bool:
    """Whether `token` is shaped like a full Chinese name.

    That is a surname and one or two characters (or a compound one and two), or a minority name
    with its dot.
    """
    if not HAN_ONLY.match(token):
        # 农民某报·某国农网 has the dot as well.
        minority = MINORITY.match(token) is not None
        return minority and not any(map(is_organisation, DOT.split(token)))
    compound = token[:2] in SURNAMES and len(token) in (3, 4)
    named = compound or (token[0] in SURNAMES and len(token) in (2, 3))
    return named and token not in NO_NAMES and not is_organisation(token)


def is_name(token: str) -> bool:
    """Whether `token` is a full name where names are printed, of a minority without its dot too."""
    sounded = TRANSLITERATED.match(token) and token not in SOUNDED_PLACES
    return is_person(token) or (bool(sounded) and not is_organisation(token))


@dataclass(frozen=True, slots=True)
class Credited:
    """One person and the role that is printed for it."""

    role: str
    name: str


def split_people(raw: str, *, longest: int = 4) -> list[str]:
    """The person names in the value of a label or in a byline, each once, in printed order.

    `longest`: how many characters a pen name may have.
    """
    return list(dict.fromkeys(person.name for person in split_credits(raw, "", longest=longest)))


def split_credits(raw: str, role: str, *, longest: int = 4) -> list[Credited]:
    """The persons in `raw`, each with the role in front of it, else with `role`, each pair once."""
    pictured = not PARTS.isdisjoint(raw)
    text = THEN_PICTURES.sub("", PICTURES.sub(" ", raw)) if pictured else raw
    text = _without_asides(text)
    if pictured:
        text = PART.sub(lambda match: f"|{match[0][0]}：", BOTH.sub("文图 ", text))
    text = TAIL.sub("", text)
    found: dict[Credited, None] = {}
    end = 0
    roles = CREDIT.finditer(text) if ANY_ROLE.search(text) else ()
    for match in [*roles, None]:
        segment = text[end : match.start() if match else len(text)]
        # A name glued to the next role: 张甲乙通讯员.
        segment += f"|{match['front']}" if match and _is_glued_name(match["front"]) else ""
        for group in FENCE.split(segment):
            words = group.split()
            for token in _joined(words):
                name = _name(token, longest, parted=token not in words)
                if name:
                    found[Credited(role, name)] = None
        if match:
            end, role = match.end(), match["role"]
    return list(found)


def _is_glued_name(front: str) -> bool:
    return len(front) in NAME_LENGTHS[:2] and is_person(front) and not FRONT.search(front)


def _without_asides(raw: str) -> str:
    """`raw` without brackets: the outer ones open, inner ones (a place of work) go."""
    text = raw.replace("\u3000", " ").replace("\u00a0", " ").strip().lstrip("□○◆")
    while text and text[0] in "（(【[「◎●■▲" and text[-1] in "）)】]」。":
        text = text[1:-1].strip()
    text = text.lstrip("◎●■▲")
    if (office := OFFICE.fullmatch(text)) and is_organisation(office[1]):
        return office[2]
    return ASIDE.sub("、", text).strip("（()）【】[]「」。.：: ")


FRONT = re.compile("(?:媒体|融媒|见习|实习|本报|特约|首席|职工|单位|驻地)$")
"""Words before a role that look like names, because 全 and 单 are surnames too."""


def _joined(tokens: list[str]) -> list[str]:
    """Tokens with the blanks inside names closed: 张 甲, 李 乙 丙, Ann Example."""
    joined: list[str] = []
    run: list[str] = []
    for token in [*tokens, ""]:
        if len(token) == 1 and HAN_ONLY.match(token):
            run.append(token)
            continue
        if run:
            # 张 甲, 张 甲 乙 are one name; 张 甲 李 乙 are two.
            size = PAIR if len(run) % PAIR == 0 and len(run) > PAIR else PAIR + 1
            joined += ["".join(run[i : i + size]) for i in range(0, len(run), size)]
            run = []
        if LATIN.match(token) and joined and re.match(r"[A-Za-z .'’-]+$", joined[-1]):
            joined[-1] += f" {token}"
        elif token:
            joined.append(token)
    return joined


def _name(token: str, longest: int, *, parted: bool = False) -> str | None:
    """The name that one token holds, or None."""
    if parted and token in PRODUCE:
        return token
    token = CODE.sub("", token).strip("“”\"'《》<>·-—.。!！*◎●■▲□○◆")
    if token.lower() in NO_NAMES or not token or token.startswith(OWN):
        return None
    if (
        LATIN.match(token.replace(" ", ""))
        or ACCOUNT.match(token)
        or (MINORITY.match(token) and is_person(token))
    ):
        return token
    token = _untitled(VERB.sub("", token))
    short = NAME_LENGTHS[0] <= len(token) <= longest and HAN_ONLY.match(token)
    named = token not in NO_NAMES and token not in TITLES and not is_organisation(token)
    return token if named and (short or is_name(token)) else None


def _is_signed(office: str, name: str) -> bool:
    """Whether an office and a name stand without a blank: 县委办张甲; 人民日报海外版 does not."""
    return is_organisation(office) and office[-1] not in "报网社台刊媒闻" and is_person(name)


def _untitled(token: str) -> str:
    """`token` without the office and title before or behind a full name.

    某所研究员甲, 甲教授, 甲北京某大学教授
    """
    placed = PLACED.match(token)
    if placed and is_person(placed["name"]):
        return placed["name"]
    titled = TITLED.match(token)
    if titled and is_person(titled["name"]):
        return titled["name"]
    if token.endswith(("先生", "女士")) and len(token) <= len("张先生"):
        return ""
    if not token.endswith(TITLES):
        ends = () if is_organisation(token) else (3, 2)
        return next((token[-n:] for n in ends if _is_signed(token[:-n], token[-n:])), token)
    names = (token.removesuffix(title) for title in TITLES if token.endswith(title))
    return next((name for name in names if is_person(name)), token)
