"""What a night leaves in its folder: `nights/<id>/stats.json` and `manifest.json`."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ruralnews.monitoring.night import Level
from ruralnews.state.files import replacing, write_all
from ruralnews.state.tally import files_of, keep_facts

if TYPE_CHECKING:
    from pathlib import Path

    from ruralnews.monitoring.night import Night, PortalNight
    from ruralnews.state.store import Store

NIGHTS = "nights"
STATS = "stats.json"
MANIFEST = "manifest.json"
MANIFEST_SCHEMA = 1


def write_night(store: Store, folder: Path, night: Night) -> None:
    """Keeps the judged facts in the store and writes the files of the night.

    Raises OutputError.
    """
    with store.transaction() as connection:
        for portal in night.portals:
            if portal.run is not None:
                facts = json.dumps(asdict(portal), ensure_ascii=False)
                keep_facts(connection, portal.run, facts, night.id)
    write_one(folder, night, MANIFEST, manifest(store, night))
    write_stats(folder, night)


def write_stats(folder: Path, night: Night) -> None:
    """Writes the facts of the night. Raises OutputError."""
    write_one(folder, night, STATS, night.to_json())


def write_one(folder: Path, night: Night, name: str, text: str) -> None:
    """Writes one file of the night, whole or not at all. Raises OutputError."""
    with replacing(folder / NIGHTS / night.id / name) as descriptor:
        write_all(descriptor, text.encode())


def manifest(store: Store, night: Night) -> str:
    """Every file that holds records of the night; those of a portal in alarm are `suspect`."""
    runs = {portal.run for portal in night.portals if portal.run is not None}
    suspect = {portal.slug for portal in night.portals if is_suspect(portal)}
    with store.transaction() as connection:
        rows = files_of(connection, runs)
    files = [
        {
            "name": row.name,
            "kind": row.kind,
            "published": datetime.fromtimestamp(row.planned, UTC).isoformat(),
            "rows": row.rows,
            "bytes": row.bytes,
            "sha256": row.sha256,
            "suspect": row.portal in suspect,
        }
        for row in rows
    ]
    said = {"night": night.id, "outcome": night.outcome, "files": files, "schema": MANIFEST_SCHEMA}
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def is_suspect(portal: PortalNight) -> bool:
    """Whether a monitor found the records of the portal too strange to be used unseen."""
    return any(alarm.level is Level.FAIL for alarm in portal.alarms)
