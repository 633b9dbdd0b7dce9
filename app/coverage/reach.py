"""How far people are from a capability: to the known places, and to those that might have it."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.coverage import beyond, weighted_mean, weighted_percentiles, within
from geo.grid import centroids
from geo.reach import nearest_distance

ROUGH_M = 500.0
"""A place whose position may be farther off than this is left out of distances; the figure counts it."""
PERCENTILES = (50, 90, 95, 99)
FAR_M = 10_000.0


@dataclass(frozen=True)
class Placed:
    """The venues of a capability by what their position is good for, on parts of one index.

    firm: located well enough to measure; rough: a position with a large error; nowhere: none.
    """

    firm: gpd.GeoDataFrame
    rough: gpd.GeoDataFrame
    nowhere: gpd.GeoDataFrame


def placed(venues: gpd.GeoDataFrame) -> Placed:
    """The venues sorted by the quality of their position."""
    known = venues.geometry.notna()
    rough = known & (venues["location_error_m"] > ROUGH_M)
    return Placed(venues[known & ~rough], venues[rough], venues[~known])


def distances(demand: gpd.GeoDataFrame, venues: gpd.GeoDataFrame, status: pd.Series) -> pd.DataFrame:
    """Metres from each cell's centre to the nearest `yes` and to the nearest yes-or-unknown (inf: none).

    Args:
        demand: cells in metres.
        venues: points.
        status: theirs, on the same index.
    """
    centres = centroids(demand)
    yes, maybe = venues[status == "yes"], venues[status.isin(["yes", "unknown"])]
    return pd.DataFrame(
        {"distance_m": nearest_distance(centres, yes), "possible_m": nearest_distance(centres, maybe)},
        index=demand.index,
    )


def reach(cells: gpd.GeoDataFrame, metres: str, radii: Sequence[float], source: str) -> dict[str, object]:
    """The figures of one distance column, weighted by people; None where nobody is known or nothing is in reach."""
    distance, people = cells[metres], cells["people"]
    shares = within(distance, people, radii)
    percentiles = weighted_percentiles(distance, people, PERCENTILES)
    return {
        "population_source": source,
        "people": finite(round(people.sum(min_count=1), 1)),
        "within": {f"{radius:g}": finite(share) for radius, share in shares.items()},
        "mean_m": finite(weighted_mean(distance, people)),
        **{f"p{percent}_m": finite(value) for percent, value in percentiles.items()},
        "beyond_10km": finite(beyond(distance, people, FAR_M)),
    }


def finite(value: float) -> float | None:
    """A number that JSON can hold, or None."""
    return float(value) if np.isfinite(value) else None
