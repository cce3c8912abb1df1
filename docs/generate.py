"""Writes the parts of the documents that are read from the code.

    python docs/generate.py           rewrite them
    python docs/generate.py --check   exit 1 when one is out of date

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`; the JSON Schemas are generated
whole.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from ruralnews import commands
from ruralnews.items import gone_schema, record_schema
from ruralnews.portals import load_portals
from ruralnews.reasons import Reason, Warn

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "docs/DATA_FORMAT.md")
SCHEMAS = {
    "docs/record.schema.json": record_schema,
    "docs/gone.schema.json": gone_schema,
}
PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    escaped = (tuple(cell.replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in escaped)


def type_name(schema: dict[str, Any]) -> str:
    """The JSON type of a field as the table prints it: `str`, `[str]`, `[{url, caption}]`."""
    names = {"string": "str", "integer": "int", "null": "null"}
    kind = schema["type"]
    if isinstance(kind, list):
        return " or ".join(names[k] for k in sorted(kind, reverse=True))
    if kind == "array":
        return f"[{type_name(schema['items'])}]"
    if kind == "object":
        properties = schema.get("properties")
        return f"{{{', '.join(properties)}}}" if properties else "{field: str}"
    return names[kind]


def fields() -> str:
    """Every field of the record."""
    return _fields(record_schema())


def gone() -> str:
    """Every field of a tombstone."""
    return _fields(gone_schema())


def _fields(schema: dict[str, Any]) -> str:
    properties = schema["properties"]
    rows = [(f"`{name}`", type_name(s), s["description"]) for name, s in properties.items()]
    return table(("key", "type", "meaning"), rows)


def reasons() -> str:
    """Why a page gives no record."""
    return table(("code", "meaning"), [(f"`{r}`", r.explanation) for r in Reason])


def warnings() -> str:
    """What stands in `warnings`."""
    return table(("code", "meaning"), [(f"`{w}`", w.explanation) for w in Warn])


def portals() -> str:
    """Every portal profile."""
    rows = [
        (f"`{p.slug}`", p.name, p.family or "-", "yes" if p.verified else "no")
        for p in load_portals().portals.values()
    ]
    return table(("slug", "portal", "family", "verified live"), rows)


def command_list() -> str:
    """The project's own commands."""
    rows = []
    for module in iter_modules(commands.__path__):
        loaded = import_module(f"{commands.__name__}.{module.name}")
        if not hasattr(loaded, "Command"):
            continue  # a helper of the commands
        command = loaded.Command()
        rows.append(
            (f"`scrapy {module.name} {command.syntax()}`".replace(" `", "`"), command.short_desc())
        )
    return table(("command", "does"), rows)


PARTS = {
    "fields": fields,
    "gone": gone,
    "reasons": reasons,
    "warnings": warnings,
    "portals": portals,
    "commands": command_list,
}


def generated() -> dict[Path, str]:
    """Every generated file with the text it should have."""
    texts = {
        ROOT / name: json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
        for name, schema in SCHEMAS.items()
    }
    for name in DOCUMENTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        texts[ROOT / name] = PART.sub(lambda m: m[1] + PARTS[m[2]]() + m[3], text)
    return texts


def main() -> int:
    """Exit code: 0, or 1 when a check finds a stale file."""
    check = "--check" in sys.argv[1:]
    stale = []
    for path, text in generated().items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not check:
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'out of date; run make docs' if check else 'written'}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
