"""What the simulation is made from: the invented rates and names of `data/demo`, and the city's real towns."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from app.errors import BadFile
from app.settings import Settings

LABEL = "simulated"
WORD_ZH = "示例"
WORD_EN = "Sample"


@dataclass(frozen=True)
class Recipe:
    """The tables of `data/demo` (its README says what each column means).

    townships: columns code, county (adcode), name_zh, name_en; empty where a city has no list.
    """

    mix: pd.DataFrame
    ledgers: pd.DataFrame
    names: pd.DataFrame
    hours: pd.DataFrame
    rates: pd.DataFrame
    aspects: pd.DataFrame
    townships: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Plan:
    """How many venues, from which seed."""

    venues: int
    seed: int

    @property
    def source(self) -> str:
        """What stands in the source column of every simulated row."""
        return f"{LABEL} (seed {self.seed}, {self.venues} venues)"


def read(settings: Settings) -> Recipe:
    """The recipe for the settings' city.

    Raises:
        BadFile: a table of the recipe is missing.
    """
    folder = settings.data_dir / "demo"
    tables = {name: _table(folder / f"{name}.csv") for name in ("mix", "ledgers", "names", "hours", "rates", "aspects")}
    return Recipe(**tables, townships=_townships(settings.city_dir, folder))


def _table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path)
    except FileNotFoundError as error:
        msg = f"{path.name}: missing from {path.parent}: restore the folder, the sandbox is made from it"
        raise BadFile(msg) from error


def _townships(city_dir: Path | None, folder: Path) -> pd.DataFrame:
    path = None if city_dir is None else city_dir / "townships.csv"
    if path is None or not path.exists():
        return pd.DataFrame({"code": [], "county": [], "name_zh": [], "name_en": []}, dtype=str)
    listed = pd.read_csv(path, dtype=str).rename(columns={"name": "name_zh"})
    english = pd.read_csv(folder / "towns_en.csv", dtype=str).set_index("code")["name_en"]
    return pd.DataFrame(
        {
            "code": listed["code"],
            "county": listed["code"].str[:6],
            "name_zh": listed["name_zh"],
            "name_en": listed["code"].map(english).fillna(listed["name_zh"]),
        }
    )
