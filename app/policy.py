"""The policy documents as the figures need them: targets, leads and standards, each with its clause."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.errors import BadFile
from app.settings import Settings

CITED = ("clause", "document", "date")


@dataclass(frozen=True, slots=True)
class Standard:
    """A distance within which a capability should be found, and where the number comes from."""

    id: str
    capabilities: tuple[str, ...]
    metres: float
    settlement: str
    usual: bool
    label_zh: str
    label_en: str
    source: str


@dataclass(frozen=True)
class Policy:
    """What the documents of a city say; empty for a city without documents.

    class_lead: department code by category; area_lead: by capability, for ground without a venue.
    complete_classes: the categories whose list is known to hold every place of the class.
    """

    class_lead: Mapping[str, str] = field(default_factory=dict)
    area_lead: Mapping[str, str] = field(default_factory=dict)
    standards: tuple[Standard, ...] = ()
    all_three: tuple[str, ...] = ()
    complete_classes: frozenset[str] = frozenset()
    effective: date | None = None

    def standards_of(self, capability: str) -> tuple[Standard, ...]:
        """The distance standards of a capability, the usual one first."""
        found = [s for s in self.standards if capability in s.capabilities]
        return tuple(sorted(found, key=lambda s: (not s.usual, s.metres)))


def read_policy(settings: Settings) -> Policy:
    """The policy of the city of these settings.

    Raises:
        BadFile: an entry without clause, document or date; the message names it.
    """
    folder = settings.city_dir
    return Policy() if folder is None else policy_of(folder / "policy.toml")


def policy_of(path: Path) -> Policy:
    """The policy that a file holds; raises `BadFile` like `read_policy`."""
    said = tomllib.loads(path.read_text("utf-8"))
    for kind in ("target", "class_lead", "area_lead", "class_list", "distance_standard", "rule"):
        for number, row in enumerate(said.get(kind, ()), 1):
            _check_cited(path, kind, number, row)
    return Policy(
        class_lead=MappingProxyType({c: row["lead"] for row in said.get("class_lead", ()) for c in row["category"]}),
        area_lead=MappingProxyType({c: row["lead"] for row in said.get("area_lead", ()) for c in row["capability"]}),
        standards=tuple(_standard(row) for row in said.get("distance_standard", ())),
        all_three=next((tuple(r["capabilities"]) for r in said.get("rule", ()) if r["id"] == "all_three"), ()),
        complete_classes=frozenset(c for row in said.get("class_list", ()) if row["complete"] for c in row["category"]),
        effective=said["document"]["date"],
    )


def _check_cited(path: Path, kind: str, number: int, row: Mapping[str, Any]) -> None:
    missing = [name for name in CITED if not row.get(name)]
    if missing:
        named = row.get("id", number)
        raise BadFile(f"{path.name}: {kind} {named}: {', '.join(missing)} missing; every entry says where it stands")


def _standard(row: Mapping[str, Any]) -> Standard:
    return Standard(
        id=row["id"],
        capabilities=tuple(row["capability"]),
        metres=float(row["metres"]),
        settlement=row["settlement"],
        usual=bool(row["default"]),
        label_zh=row["label_zh"],
        label_en=row["label_en"],
        source=row["source"],
    )
