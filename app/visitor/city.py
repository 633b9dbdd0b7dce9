"""The city's own facts that pages show: its name, whom to call, where the data come from."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Hotline:
    """A number to call, with what it is for."""

    number: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class City:
    """A city as pages name it."""

    zh: str
    en: str
    hotlines: tuple[Hotline, ...] = ()
    credits: tuple[str, ...] = ()

    @property
    def short_zh(self) -> str:
        """The name without 市, as people say it."""
        return self.zh.removesuffix("市")


def city(settings: Settings, region_name: tuple[str, str]) -> City:
    """The city of these settings, from its folder; from its region's name where it has no folder.

    Where the city has no hotlines of its own, those of the whole country are given.

    Args:
        settings: which city and which folder of city data.
        region_name: the Chinese and English name in the register.
    """
    zh, en = region_name
    folder = settings.city_dir
    facts = _facts(folder / "city.toml") if folder is not None else {}
    nationwide = _facts(settings.data_dir / "hotlines.toml")
    return City(
        zh=facts.get("name_zh", zh),
        en=facts.get("name_en", en).removesuffix(" City"),
        hotlines=tuple(_hotline(row) for row in facts.get("hotline") or nationwide.get("hotline", ())),
        credits=tuple(str(row) for row in facts.get("credits", ())),
    )


@cache
def _facts(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def _hotline(row: Mapping[str, Any]) -> Hotline:
    return Hotline(str(row["number"]), str(row["name_zh"]), str(row["name_en"]))
