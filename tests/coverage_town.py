"""Two square counties, 100 people in the west and 300 in the east, and venues where a test puts them."""

from collections.abc import Callable
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from app.coverage.compute import Ground
from app.coverage.demand import demand
from app.frames import Town
from app.policy import Policy, Standard
from app.vocabulary import CAPABILITIES, CATEGORIES

CITY, WEST, EAST, ZONE = "370000", "370001", "370002", "370000-z"
DAY = date(2026, 11, 24)
NEAR = Standard("near", ("foreign_card",), 5000.0, "any", usual=True, label_zh="五公里", label_en="5 km", source="test")
LEADS = Policy(
    class_lead={"hotel": "W", "mall": "C"},
    area_lead={"foreign_card": "P"},
    standards=(NEAR,),
    all_three=("foreign_card", "cash", "mobile_pay"),
)

Maker = Callable[..., Town]


def venue(
    lon: float | None = None, lat: float = 36.05, region: str = WEST, category: str = "hotel", **more: object
) -> dict[str, object]:
    """A row of the venues' frame, with the statuses that are named (`foreign_card="yes"`)."""
    point = None if lon is None else shapely.Point(lon, lat)
    blank = {"location_error_m": float("nan"), "zone": None, "geometry": point}
    return {"category": category, "region": region, **blank, **more}


@pytest.fixture
def town() -> Maker:
    """A maker of towns: `town(venue(...), venue(...), people={...})`."""

    def make(*rows: dict[str, object], people: dict[str, float] | None = None) -> Town:
        index = [f"v{number}" for number in range(len(rows))]
        table = pd.DataFrame([{k: v for k, v in row.items() if k not in CAPABILITIES} for row in rows], index=index)
        if not rows:
            table = pd.DataFrame(columns=["category", "region", "location_error_m", "zone", "geometry"])
        said = {c: [row.get(c, "unknown") for row in rows] for c in CAPABILITIES}
        squares = {WEST: shapely.box(116.0, 36.0, 116.1, 36.1), EAST: shapely.box(116.1, 36.0, 116.2, 36.1)}
        shapes = {CITY: shapely.union_all(list(squares.values())), **squares, ZONE: None}
        levels = {CITY: "city", WEST: "county", EAST: "county", ZONE: "zone"}
        parents = {WEST: CITY, EAST: CITY, ZONE: WEST}
        regions = pd.DataFrame({"level": levels, "parent": parents, "name_zh": "-", "name_en": "-", "geometry": shapes})
        return Town(
            venues=gpd.GeoDataFrame(table, geometry="geometry", crs=4326),
            status=pd.DataFrame(said, index=index, dtype=object),
            observed_at=pd.DataFrame(pd.NaT, index=index, columns=list(CAPABILITIES)),
            regions=gpd.GeoDataFrame(regions.loc[list(levels)], geometry="geometry", crs=4326),
            people=pd.Series(people or {WEST: 100.0, EAST: 300.0}),
            population_cells=None,
            population_source="a census",
            as_of=DAY,
            version="1",
        )

    return make


def ground(town: Town, policy: Policy = LEADS, complete: frozenset[str] = frozenset(CATEGORIES)) -> Ground:
    """What figures of the town are computed against."""
    return Ground(policy, demand(town, 1000), (1000.0, 2000.0), complete, {"P": ("人民银行", "People's Bank")})
