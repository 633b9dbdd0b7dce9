"""A toy town that a reader can check by hand."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

PLANE = "EPSG:4548"
EAST, NORTH = 500_000, 4_000_000  # the town's south-west corner, a multiple of every cell size used


@dataclass(frozen=True)
class ToyTown:
    """Two counties of 2 km by 2 km, side by side; 400 people in the western one, 40 in the eastern.

    At 1 km there are eight cells. Their names are the county and the step from the corner: W00 W10 W01 W11
    (east, then north), E20 E30 E21 E31.

          W01 W11 | E21 E31
          W00 W10 | E20 E30
    """

    counties: gpd.GeoDataFrame
    people: pd.Series
    cells: gpd.GeoDataFrame

    def points(self, *places: tuple[float, float]) -> gpd.GeoDataFrame:
        """Return points at kilometres east and north of the corner, labelled p0, p1, ..."""
        shapes = [shapely.Point(EAST + 1000 * x, NORTH + 1000 * y) for x, y in places]
        return gpd.GeoDataFrame(index=[f"p{n}" for n in range(len(shapes))], geometry=shapes, crs=PLANE)

    def column(self, *values: object) -> pd.Series:
        """Return values in the order W00 W10 W01 W11 E20 E30 E21 E31 on the cells' index."""
        return pd.Series(values, index=self.cells.index)


def toy_town() -> ToyTown:
    """Return the town of the drawing."""
    sides = [
        shapely.box(EAST, NORTH, EAST + 2000, NORTH + 2000),
        shapely.box(EAST + 2000, NORTH, EAST + 4000, NORTH + 2000),
    ]
    counties = gpd.GeoDataFrame(index=["W", "E"], geometry=sides, crs=PLANE)
    steps = [("W", 0, 0), ("W", 1, 0), ("W", 0, 1), ("W", 1, 1), ("E", 2, 0), ("E", 3, 0), ("E", 2, 1), ("E", 3, 1)]
    squares = [
        shapely.box(EAST + 1000 * x, NORTH + 1000 * y, EAST + 1000 * (x + 1), NORTH + 1000 * (y + 1))
        for _, x, y in steps
    ]
    cells = gpd.GeoDataFrame(
        {"region": [county for county, _, _ in steps], "area_km2": 1.0},
        index=[f"{county}{x}{y}" for county, x, y in steps],
        geometry=squares,
        crs=PLANE,
    )
    return ToyTown(counties, pd.Series({"W": 400, "E": 40}), cells)
