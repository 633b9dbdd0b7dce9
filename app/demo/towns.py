"""Towns at invented places: spread over each county, with the streets of the county seat close together."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from app.demo.mix import shared

Floats = npt.NDArray[np.float64]

METRES_PER_DEGREE = 111_320.0
CANDIDATES = 600
BORDER_M = 1_500
STREET_M = 3_200
FALLBACK_TOWNS = 12


@dataclass(frozen=True, slots=True)
class Frame:
    """A flat approximation around a latitude: good enough to scatter points that nobody measures."""

    lat: float

    def metres(self, lon: Floats, lat: Floats) -> Floats:
        """Flat coordinates in metres, shape (n, 2)."""
        flat: Floats = np.column_stack([lon, lat]) * self._scale
        return flat

    def degrees(self, xy: Floats) -> Floats:
        """Longitude and latitude, shape (n, 2)."""
        lonlat: Floats = xy / self._scale
        return lonlat

    @property
    def _scale(self) -> Floats:
        return np.array([METRES_PER_DEGREE * np.cos(np.radians(self.lat)), METRES_PER_DEGREE])


def towns(
    counties: gpd.GeoDataFrame,
    people: pd.Series,
    townships: pd.DataFrame,
    anchors: Mapping[str, Point],
    kept: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The simulated towns, one row each, in order of county.

    Args:
        counties: index adcode; columns name_zh, name_en, geometry (WGS-84).
        people: people per county; NaN where unknown (then the area decides).
        townships: columns county, name_zh, name_en; the first of a county is its seat.
        anchors: where the middle of a county is known to be; others get an inner point.
        kept: as `ledgers` gives it.
        rng: the source of chance.

    Returns:
        Columns county, county_zh, county_en, name_zh, name_en, lon, lat (WGS-84), weight (share of the
        county's venues), spread_m, served (0 to 1: how well the place is served), swept (an inspection
        campaign went through), unvisited (how likely it is that nobody came to a venue, where none did),
        unlocated (how many times the usual share is without a position).
    """
    central, told = _centrality(counties, people), counties.join(kept)
    parts = [
        _county(adcode, told.loc[adcode], townships, anchors.get(adcode), central[adcode], rng)
        for adcode in sorted(counties.index)
    ]
    return pd.concat(parts, ignore_index=True)


def ledgers(counties: pd.Index, kinds: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """How each county's ledger is kept: the columns of `kinds`, chance says where; index as `counties`.

    Args:
        counties: adcodes.
        kinds: columns in_8 (of eight counties), streets_swept, towns_swept, unvisited, unvisited_afar, unlocated.
        rng: the source of chance.
    """
    kind = rng.permutation(np.repeat(kinds.index, shared(len(counties), kinds["in_8"])))
    return kinds.loc[kind].set_axis(counties)


def shares(counties: gpd.GeoDataFrame, people: pd.Series) -> pd.Series:
    """The share of the city's venues per county: by people, or by area where a figure is missing."""
    weight = people.reindex(counties.index)
    if weight.isna().any():
        weight = _area_m2(counties)
    return weight / weight.sum()


def _area_m2(counties: gpd.GeoDataFrame) -> pd.Series:
    lat = np.radians(counties.geometry.representative_point().y)
    area = shapely.area(counties.geometry.to_numpy()) * METRES_PER_DEGREE**2
    return pd.Series(area * np.cos(lat), index=counties.index)


def _centrality(counties: gpd.GeoDataFrame, people: pd.Series) -> pd.Series:
    """0 for the most thinly settled county, 1 for the densest."""
    density = shares(counties, people) / _area_m2(counties)
    span = density.max() - density.min()
    return (density - density.min()) / span if span > 0 else density * 0 + 1.0


def _county(
    adcode: str,
    county: pd.Series,
    townships: pd.DataFrame,
    anchor: Point | None,
    central: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    named = _names(adcode, townships)
    street = named["name_zh"].str.endswith("街道").to_numpy() | (np.arange(len(named)) == 0)
    lonlat = _centres(county["geometry"], anchor, street, rng)
    size = np.where(street, 2.2, 0.7) * rng.lognormal(0.0, 0.35, len(named))
    size[0] = size.sum() * 0.4
    served = np.clip(0.15 + 0.6 * central + np.where(street, 0.25, -0.15), 0.0, 1.0)
    return named.assign(
        county=adcode,
        county_zh=county["name_zh"],
        county_en=county["name_en"],
        lon=lonlat[:, 0],
        lat=lonlat[:, 1],
        weight=size / size.sum(),
        spread_m=np.where(street, 1_300.0, 800.0),
        served=served,
        swept=rng.random(len(named)) < np.where(street, county["streets_swept"], county["towns_swept"]),
        unvisited=county["unvisited"] + (county["unvisited_afar"] - county["unvisited"]) * (1 - served),
        unlocated=county["unlocated"],
    )


def _names(adcode: str, townships: pd.DataFrame) -> pd.DataFrame:
    own = townships.loc[townships["county"] == adcode, ["name_zh", "name_en"]]
    if len(own):
        return own.reset_index(drop=True)
    numbers = range(1, FALLBACK_TOWNS + 1)
    return pd.DataFrame({"name_zh": [f"示例{n}镇" for n in numbers], "name_en": [f"Sample Town {n}" for n in numbers]})


def _centres(
    area: BaseGeometry, anchor: Point | None, street: npt.NDArray[np.bool_], rng: np.random.Generator
) -> Floats:
    """Centres inside the area: streets near the seat, the others each as far from all as chance offers."""
    inner = area.buffer(-BORDER_M / METRES_PER_DEGREE)
    room = area if inner.is_empty else inner
    shapely.prepare(room)
    seat = anchor if anchor is not None and room.contains(anchor) else room.representative_point()
    frame = Frame(seat.y)
    pool = frame.metres(*_inside(room, CANDIDATES, rng).T)
    chosen = frame.metres(np.array([seat.x]), np.array([seat.y]))
    for is_street in street[1:]:
        distance = np.linalg.norm(pool[:, None] - chosen[None], axis=2).min(axis=1)
        from_seat = np.linalg.norm(pool - chosen[0], axis=1)
        pick = np.argmin(np.abs(from_seat - STREET_M) - distance) if is_street else np.argmax(distance)
        chosen = np.vstack([chosen, pool[pick]])
    return frame.degrees(chosen)


def _inside(area: BaseGeometry, count: int, rng: np.random.Generator) -> Floats:
    west, south, east, north = area.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        tried = rng.uniform([west, south], [east, north], (count * 2, 2))
        found = np.vstack([found, tried[shapely.contains_xy(area, tried)]])
    return found[:count]
