"""All portals of the profile folders, and every problem found while reading them.

Profiles ship with the package; those of a user lie in `portals/` beside scrapy.cfg, and go before
the package's of the same name. A broken profile is a problem beside the other portals; it never
takes them down.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ruralnews.errors import ProfileError
from ruralnews.portals.hosts import is_within, split_entry, split_host
from ruralnews.portals.model import Column, Family, Portal
from ruralnews.portals.profile import check_family, read_family, read_profile
from ruralnews.portals.values import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parent
SITE = "site"
"""Slug of a portal without profile."""
GOVERNMENT = "gov"
"""The family of government portals, whatever their CMS."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of one profile."""

    slug: str
    """The portal it concerns; a fault of a family is told for every portal that uses it."""
    message: str
    """`portals/x.toml [listing]: unknown key …`."""

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Registry:
    """The portals that can be used, by slug in alphabetical order, and the problems."""

    portals: Mapping[str, Portal]
    problems: tuple[Problem, ...] = field(default=())


def load_portals(folder: Path | None = None) -> Registry:
    """Every portal of `folder` (by default the package's and the user's) and the problems.

    Never raises.
    """
    return _load(profile_folders(folder))


def load_families(folder: Path | None = None) -> Mapping[str, Family]:
    """Every CMS family without a fault, by name; `folder` as in `load_portals`."""
    documents = {name: _read_family(path) for name, path in _families(profile_folders(folder))}
    return {
        name: read_family(name, document)
        for name, (document, faults) in documents.items()
        if not faults
    }


def profile_folders(folder: Path | None = None) -> tuple[Path, ...]:
    """The folders that profiles are read from; of two profiles of one name the last counts."""
    if folder is not None:
        return (folder,)
    # Whether there is such a folder the glob says: to ask costs every page a system call.
    own = user_folder()
    return (FOLDER, own) if own else (FOLDER,)


def user_folder() -> Path | None:
    """`portals/` beside the scrapy.cfg that the working directory belongs to, there or not."""
    try:
        return _user_folder(os.getcwd())  # noqa: PTH109 - for every page; a path costs five times
    except OSError:  # a working directory that was removed
        return None


@cache
def _user_folder(here: str) -> Path | None:
    """As `user_folder`; asked for every page, and looked for once."""
    folders = (Path(here), *Path(here).parents)
    project = next((p for p in folders if (p / "scrapy.cfg").is_file()), None)
    return project / "portals" if project else None


def get_portal(slug: str, folder: Path | None = None) -> Portal:
    """The portal of that slug.

    Raises ProfileError when its profile is broken (with all its problems) or there is none
    (with the closest name).
    """
    registry = load_portals(folder)
    if slug in registry.portals:
        return registry.portals[slug]
    faults = [problem.message for problem in registry.problems if problem.slug == slug]
    if faults:
        raise ProfileError("; ".join(faults))
    hint = did_you_mean(slug, registry.portals)
    raise ProfileError(f"there is no portal '{slug}'{hint or '.'} `scrapy list` names them all")


def portal_from_text(slug: str, text: str) -> Portal:
    """The portal that a profile of this text would be. Raises ProfileError as `get_portal`."""
    place = f"portals/{slug}.toml"
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{place}: is no TOML file: {error}") from error
    portal, faults = _read_portal(slug, document, dict(_families(profile_folders())), place)
    if portal is None:
        raise ProfileError("; ".join(faults))
    return portal


def portal_for(url: str, folder: Path | None = None) -> Portal | None:
    """The portal whose hosts cover the URL most specifically, or None."""
    try:
        host, port = split_host(url)
    except ValueError:
        return None
    entries = _entries(profile_folders(folder))
    labels = host.split(".")
    for at in range(len(labels)):
        domain = ".".join(labels[at:])
        portal = entries.get((domain, port))
        if portal and is_within(host, domain):
            return portal
    return None


def generic_portal(list_url: str, slug: str = SITE) -> Portal:
    """A portal made from nothing but the URL of one of its lists.

    It covers the list's host (for `www.x.cn` all of `x.cn`). With the slug of no profile, a host
    of the government (gov.cn) has the rules of that family, as long as its links fit them.
    Raises ProfileError when the URL is no http(s) URL.
    """
    try:
        host, port = split_host(list_url)
    except ValueError as error:
        raise ProfileError(f"no list can be read there: {error}") from error
    domain = host.removeprefix("www.") if port is None else f"{host}:{port}"
    portal = Portal(
        slug=slug,
        name=urlsplit(list_url).netloc,
        hosts=(domain,),
        columns=(Column(name="", url=list_url),),
    )
    family = load_families().get(GOVERNMENT) if slug == SITE else None
    if family is None or not host.endswith(".gov.cn"):
        return portal
    listing = replace(family.listing, tentative=True)
    return replace(portal, family=GOVERNMENT, listing=listing, article=family.article)


@cache
def _load(folders: tuple[Path, ...]) -> Registry:
    families = dict(_families(folders))
    profiles = {path.stem: path for folder in folders for path in folder.glob("*.toml")}
    portals: dict[str, Portal] = {}
    problems: list[Problem] = []
    for slug, path in sorted(profiles.items()):
        portal, faults = _read_file(path, families)
        problems += [Problem(slug, fault) for fault in faults]
        if portal is not None:
            portals[slug] = portal
    return Registry(portals, tuple(problems))


def _families(folders: tuple[Path, ...]) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        yield from ((path.stem, path) for path in sorted(folder.glob("families/*.toml")))


def _read_family(path: Path) -> tuple[dict[str, Any], list[str]]:
    place = f"portals/families/{path.name}"
    document, faults = _read_toml(path, place)
    return document, faults + check_family(document, place)


@cache
def _entries(folders: tuple[Path, ...]) -> dict[tuple[str, int | None], Portal]:
    """(host, port) of every entry -> the portal it belongs to, the first one's of several."""
    entries: dict[tuple[str, int | None], Portal] = {}
    for portal in _load(folders).portals.values():
        for entry in portal.hosts:
            entries.setdefault(split_entry(entry), portal)
    return entries


def _read_file(path: Path, families: Mapping[str, Path]) -> tuple[Portal | None, list[str]]:
    place = f"portals/{path.name}"
    document, faults = _read_toml(path, place)
    if faults:
        return None, faults
    return _read_portal(path.stem, document, families, place)


def _read_portal(
    slug: str, document: Mapping[str, Any], families: Mapping[str, Path], place: str
) -> tuple[Portal | None, list[str]]:
    name = document.get("family")
    if name is None:
        return read_profile(slug, document, {}, place)
    if not isinstance(name, str) or name not in families:
        hint = did_you_mean(str(name), families) or f"; there are {', '.join(families)}"
        return None, [f"{place}: unknown family '{name}'{hint}"]
    family, faults = _read_family(families[name])
    if faults:
        return None, faults
    return read_profile(slug, document, family, place)


def _read_toml(path: Path, place: str) -> tuple[dict[str, Any], list[str]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [f"{place}: is no TOML file: {error}"]
    except OSError as error:
        return {}, [f"{place}: cannot be read: {error.strerror}"]
