"""The venues of a map as columns: a row is a place, a column one string or list, nothing per venue."""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from app.frames import Town
from app.maps import basemap
from app.maps.outlines import STEPS_PER_DEGREE
from app.settings import Settings
from app.vocabulary import CAPABILITIES, CATEGORIES

CODES = {"yes": "y", "limited": "l", "no": "n", "unknown": "u"}
NOT_ASKED = "-"
"""For a venue of a class to which the question does not apply (an ATM does not take cards for goods)."""
DAY_WIDTH = 3
_DIGITS = np.array(list("0123456789abcdefghijklmnopqrstuvwxyz"))


def located(town: Town) -> gpd.GeoDataFrame:
    """The venues that have a position."""
    return town.venues[~town.venues.geometry.isna()]


def columns(town: Town, venues: gpd.GeoDataFrame, capabilities: list[str], settings: Settings) -> dict[str, Any]:
    """What the page draws and says of some venues, for each of some capabilities.

    `lon` and `lat` are in steps of 0.00001 degree; `status` has one letter per venue; `age` three
    base-36 digits per venue, the days since it was last observed (`zzz`: never).
    """
    place = shapely.get_coordinates(basemap.drawn(np.asarray(venues.geometry.array), settings))
    steps = np.rint(place * STEPS_PER_DEGREE).astype(np.int64)
    kinds = list(dict.fromkeys(venues["category"]))
    rough = venues["location_quality"].eq("approximate") & venues["location_error_m"].notna()
    return {
        "id": [str(key) for key in venues.index],
        "lon": steps[:, 0].tolist(),
        "lat": steps[:, 1].tolist(),
        "zh": _text(venues["name_zh"]),
        "en": _text(venues["name_en"]),
        "kinds": [[CATEGORIES[k].zh, CATEGORIES[k].en] if k in CATEGORIES else [k, k] for k in kinds],
        "kind": venues["category"].map({k: i for i, k in enumerate(kinds)}).tolist(),
        "error": venues["location_error_m"].where(rough, 0).round().astype(int).tolist(),
        "key": "".join("1" if lists else "0" for lists in venues["key_lists"]),
        "status": {c: _letters(town, venues, c) for c in capabilities},
        "age": {c: _ages(town, venues, c) for c in capabilities},
    }


def asked(venues: pd.DataFrame, capability: str) -> "pd.Series[bool]":
    """Which venues are of a class for which the question makes sense."""
    return venues["category"].isin(CAPABILITIES[capability].categories)


def _letters(town: Town, venues: gpd.GeoDataFrame, capability: str) -> str:
    said = town.status.loc[venues.index, capability].map(CODES)
    applies = asked(venues, capability) | said.ne(CODES["unknown"])
    return "".join(said.where(applies, NOT_ASKED))


def _ages(town: Town, venues: gpd.GeoDataFrame, capability: str) -> str:
    """Empty where nothing was ever observed, which is what a new register looks like."""
    seen = pd.to_datetime(town.observed_at.loc[venues.index, capability])
    if seen.isna().all():
        return ""
    days = (pd.Timestamp(town.as_of) - seen).dt.days
    return _base36(days.fillna(36**DAY_WIDTH - 1).clip(0, 36**DAY_WIDTH - 1).to_numpy(dtype=np.int64))


def _base36(numbers: npt.NDArray[np.int64]) -> str:
    """Three digits each, one after the other.

    >>> _base36(np.array([0, 35, 36]))
    '00000z010'
    """
    places = 36 ** np.arange(DAY_WIDTH - 1, -1, -1)
    return "".join(_DIGITS[(numbers[:, None] // places) % 36].ravel())


def _text(names: "pd.Series[Any]") -> list[str]:
    filled: list[str] = names.fillna("").astype(str).tolist()
    return filled
