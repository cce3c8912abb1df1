"""Numbers of private persons: mobile, ID card, bank card.

They stand in notices (公示, 招聘, 寻人). ID and bank card numbers are masked wherever they are,
mobile numbers unless the line offers them as a contact. Bylines are attribution and stay.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from ruralnews.reasons import Warn

if TYPE_CHECKING:
    from collections.abc import Callable

    from ruralnews.items import Article

    Check = Callable[[str, str], bool]

# \d also matches full-width digits.
GAP = r"[ \u3000\u00a0-]?"
FREE = r"(?<![\dA-Za-z])"
ID_CARD = re.compile(rf"{FREE}(?:\d{GAP}){{17}}[\dXx\uff38\uff58](?!\d)")
"""身份证号: region, day of birth, serial number, check digit."""
BANK_CARD = re.compile(rf"{FREE}\d(?:{GAP}\d){{15,18}}(?!\d)")
"""银行卡号, with the prefix of a network and a Luhn check digit."""
NETWORKS = ("62", "4", "51", "52", "53", "54", "55")
"""UnionPay, Visa, Mastercard."""
MOBILE = re.compile(rf"{FREE}[1\uff11][3-9\uff13-\uff19](?:{GAP}\d){{9}}(?!\d)")
"""手机号."""
NUMBER = re.compile(rf"\d(?:{GAP}\d){{10}}")
"""What every such number holds: most texts have none, and one search tells."""
CONTACT = re.compile("联系|咨询|热线|举报|监督|报名|预订|订购|客服|值班|服务|电话|Tel|TEL|tel")
CONTACT_WINDOW = 24
"""Characters before a number in which such a word makes it a contact."""
SHOWN = 3
"""Digits that stay: enough to see what it was, too few to find whose."""
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
"""GB 11643-1999."""
FIRST_BIRTH = 1900


def mask_numbers(text: str, *, contacts: bool = True) -> tuple[str, Counter[str]]:
    """The text with `138********` in place of personal numbers, and how many of each type.

    Types: `id-card`, `bank-card`, `mobile`. A text without any is returned as the same object.
    Without `contacts` a mobile number is masked, too, when the line offers it as one: a report
    is read by others than the article.
    """
    counts: Counter[str] = Counter()
    if not NUMBER.search(text):
        return text, counts
    for kind, (pattern, is_one) in KINDS.items():
        is_meant = is_one if contacts or kind != "mobile" else is_any
        text, found = _mask_kind(text, pattern, is_meant)
        if found:
            counts[kind] = found
    return text, counts


def mask_article(article: Article) -> Counter[str]:
    """Masks every text of the article in place; how many numbers of each type."""
    counts: Counter[str] = Counter()

    def masked(text: str) -> str:
        if not NUMBER.search(text):
            return text
        result, found = mask_numbers(text)
        if found:
            counts.update(found)
        return result

    article.title, article.body = masked(article.title), masked(article.body)
    article.subtitle = article.subtitle and masked(article.subtitle)
    article.summary = article.summary and masked(article.summary)
    article.keywords = [masked(word) for word in article.keywords]
    article.raw = {name: masked(text) for name, text in article.raw.items()}
    for image in article.images:
        image.caption = image.caption and masked(image.caption)
    for attachment in article.attachments:
        attachment.name = attachment.name and masked(attachment.name)
    if counts:
        article.warnings = [*article.warnings, Warn.PERSONAL_DATA_MASKED.value]
    return counts


def is_id_card(digits: str, _before: str = "") -> bool:
    """Whether 18 characters are an ID card number: a day of birth and the right check digit."""
    try:
        birth = date.fromisoformat(f"{digits[6:10]}-{digits[10:12]}-{digits[12:14]}")
    except ValueError:
        return False
    total = sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=False))
    return birth.year >= FIRST_BIRTH and CHECK_DIGITS[total % 11] == digits[17]


def is_bank_card(digits: str, _before: str = "") -> bool:
    """Whether 16 to 19 digits begin like a card of a network and end with their check digit."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - the digit sum
    return total % 10 == 0 and digits.startswith(NETWORKS)


def is_private_mobile(_digits: str, before: str = "") -> bool:
    """Whether nothing in front of the number offers it as a contact."""
    line = before.rpartition("\n")[2]
    return CONTACT.search(line) is None


def is_any(_digits: str, _before: str = "") -> bool:
    """Every number of that form."""
    return True


def _mask_kind(text: str, pattern: re.Pattern[str], is_one: Check) -> tuple[str, int]:
    found, at, out = 0, 0, []
    for match in pattern.finditer(text):
        start, end = match.span()
        if is_one(_digits(match[0]), text[max(0, start - CONTACT_WINDOW) : start]):
            out += [text[at:start], _starred(match[0])]
            found, at = found + 1, end
    return ("".join([*out, text[at:]]) if found else text), found


def _digits(number: str) -> str:
    """The number in ASCII, without gaps."""
    plain = "".join(c for c in number if c.isalnum())
    return "".join(str(int(c)) if c.isdigit() else "X" for c in plain)


def _starred(number: str) -> str:
    shown = 0
    out = []
    for c in number:
        shown += c.isalnum()
        out.append("*" if c.isalnum() and shown > SHOWN else c)
    return "".join(out)


KINDS: dict[str, tuple[re.Pattern[str], Check]] = {
    "id-card": (ID_CARD, is_id_card),
    "bank-card": (BANK_CARD, is_bank_card),
    "mobile": (MOBILE, is_private_mobile),
}
