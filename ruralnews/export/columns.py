"""The columns of an export, read from the JSON Schema of the record. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from ruralnews.items import gone_schema, record_schema

if TYPE_CHECKING:
    from collections.abc import Mapping


class Shape(Enum):
    """What kind of value a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    LIST = "list"
    OBJECT = "object"

    @property
    def is_nested(self) -> bool:
        """Whether a table of plain cells holds it as JSON."""
        return self in (Shape.LIST, Shape.OBJECT)


SHAPES = {
    "string": Shape.TEXT,
    "integer": Shape.INTEGER,
    "array": Shape.LIST,
    "object": Shape.OBJECT,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One key of the record."""

    name: str
    shape: Shape
    nullable: bool
    description: str
    schema: Mapping[str, Any]
    """Its JSON Schema, for what it is a list or an object of."""


# Both schemas are read from the source of items.py: half a second.
@cache
def record_columns() -> tuple[Column, ...]:
    """The columns of the records."""
    return columns(record_schema())


@cache
def gone_columns() -> tuple[Column, ...]:
    """The columns of the tombstones."""
    return columns(gone_schema())


def columns(schema: Mapping[str, Any]) -> tuple[Column, ...]:
    """The properties of an object in their order. Raises KeyError for a type no record has."""
    return tuple(_column(name, said) for name, said in schema["properties"].items())


def _column(name: str, said: Mapping[str, Any]) -> Column:
    kinds = said["type"] if isinstance(said["type"], list) else [said["type"]]
    [kind] = [kind for kind in kinds if kind != "null"]
    return Column(name, SHAPES[kind], "null" in kinds, said.get("description", ""), said)


def cell(column: Column, record: Mapping[str, Any]) -> str | int | None:
    """The value for a table of plain cells: lists and objects as JSON, with readable Chinese."""
    value: Any = record[column.name]
    if column.shape.is_nested:
        return json.dumps(value, ensure_ascii=False)
    return value  # type: ignore[no-any-return] # the schema says that it is text or a number
