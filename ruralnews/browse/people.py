"""Authors and editors as facets and filters, through a table of their own.

Datasette can count the values of JSON lists, but it takes every list apart for it, each time: with
them the first page of 20 000 articles took 0.76 s, so it takes 0.09 s (measured 2026-11). Here
`_author=NAME` and `_editor=NAME` look names up in the table `person`.
"""

from __future__ import annotations

from typing import Any

from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.filters import FilterArguments
from datasette.utils import path_with_added_args, path_with_removed_args

ROLES = ("author", "editor")
ALL = "SELECT name AS value, count(*) AS count FROM person WHERE role = :facet_role"
SOME = """
SELECT name AS value, count(*) AS count
FROM ({sql}) AS found CROSS JOIN person ON person.id = found.id AND role = :facet_role
"""
"""CROSS JOIN: from the articles found to their people, never from all people to the articles."""
ENDING = " GROUP BY name ORDER BY count DESC, value LIMIT :facet_limit"


@hookimpl  # type: ignore[untyped-decorator] # Datasette has no types
def filters_from_request(request: Any, table: str) -> FilterArguments | None:
    """The conditions of `_author` and `_editor`."""
    if table != "article":
        return None
    asked = [(role, name) for role in ROLES for name in request.args.getlist(f"_{role}")]
    names = "SELECT id FROM person WHERE role = '{}' AND name = :person_{}"
    return FilterArguments(
        [f"id IN ({names.format(role, n)})" for n, (role, _) in enumerate(asked)],
        {f"person_{number}": name for number, (_, name) in enumerate(asked)},
        [f'{role} is "{name}"' for role, name in asked],
    )


@hookimpl  # type: ignore[untyped-decorator]
def register_facet_classes() -> list[type[Facet]]:
    """The facet that metadata.toml calls `people`."""
    return [PeopleFacet]


class PeopleFacet(Facet):  # type: ignore[misc]
    """The names in one role, with the number of their articles."""

    type = "people"

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """The facets, and the roles that took too long."""
        results, late = [], []
        for given in self.get_configs():
            role = given["config"].get("column") or given["config"]["simple"]
            try:
                results.append(await self._facet(role))
            except QueryInterrupted:
                late.append(role)
        return results, late

    async def _facet(self, role: str) -> dict[str, Any]:
        size = self.get_facet_size()
        found = await self.ds.execute(
            self.database,
            (SOME.format(sql=self.sql) if " where " in self.sql else ALL) + ENDING,
            {**(self.params or {}), "facet_role": role, "facet_limit": size + 1},
            truncate=False,
            custom_time_limit=self.ds.setting("facet_time_limit_ms"),
        )
        key, chosen = f"_{role}", self.request.args.getlist(f"_{role}")
        return {
            "name": role,
            "type": self.type,
            "hideable": False,
            "toggle_url": "",
            "results": [
                {
                    "value": row["value"],
                    "label": row["value"],
                    "count": row["count"],
                    "selected": row["value"] in chosen,
                    "toggle_url": self._toggled(key, row["value"], row["value"] in chosen),
                }
                for row in found.rows[:size]
            ],
            "truncated": len(found.rows) > size,
        }

    def _toggled(self, key: str, name: str, chosen: bool) -> str:
        change = path_with_removed_args if chosen else path_with_added_args
        path = change(self.request, {key: name, "_next": None} if not chosen else {key: name})
        url: str = self.ds.absolute_url(self.request, self.ds.urls.path(path))
        return url
