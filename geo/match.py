"""Is this row of a ledger a venue that the register has? The same, new, or a question for a person."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from geo.choice import OUTCOMES, Choice, choose, settle
from geo.crs import EAST, WEST, zone_crs
from geo.errors import BadFrame
from geo.evidence import Ints, Limits, Side, Weigher
from geo.names import NameWords
from geo.verdicts import REASONS

LIMITS = Limits()
CHUNK = 50_000
"""Rows that are compared at a time; more only take more memory."""


def match(
    rows: gpd.GeoDataFrame,
    venues: gpd.GeoDataFrame,
    *,
    words: NameWords,
    limits: Limits = LIMITS,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Return for each row of a ledger whether it is one of the venues, on the rows' index.

    Columns: `outcome` (same, new, ask), `venue` (its label where it is the same), `score` (0 to 1, of the best
    candidate), `reason` (one of `geo.verdicts.REASONS`), `candidates` (labels, the best first), `twin` (the label of
    another row that is the same thing). At most one row is the same as a venue. The order of rows and of venues
    does not matter.

    Args:
        rows: with a column `name`, and where there are any `external_id, institution, category, region, address, phone,
            location_error_m`; a missing value is not known. A geometry may be missing.
        venues: as the rows.
        words: what names are made of.
        limits: distances.
        progress: told how many rows are done, and of how many.

    Raises:
        BadFrame: an index label occurs twice, there is no CRS, or no column `name`.

    >>> words = NameWords(offices=frozenset({"店"}), brands=frozenset({"肯德基"}))
    >>> spots = gpd.points_from_xy([0, 400], [0, 0])
    >>> venues = gpd.GeoDataFrame({"name": ["肯德基(振华店)", "老王羊汤"]}, index=["a", "b"], geometry=spots, crs=4548)
    >>> spots = gpd.points_from_xy([20, 30, 410], [0, 0, 0])
    >>> rows = gpd.GeoDataFrame({"name": ["肯德基振华店", "肯德基新天地店", "老王羊汤"]}, geometry=spots, crs=4548)
    >>> match(rows, venues, words=words)[["outcome", "venue"]].values.tolist()
    [['same', 'a'], ['new', None], ['same', 'b']]
    """
    _check(rows, "rows")
    _check(venues, "venues")
    plane = _plane(rows)
    weigher = Weigher(Side.of(venues, words, plane), words, limits)
    order, rank = np.argsort(_rank(rows.index)), _rank(venues.index)
    parts = []
    for start in range(0, max(len(rows), 1), CHUNK):
        side = Side.of(rows.iloc[order[start : start + CHUNK]], words, plane)
        parts.append(choose(side, weigher, rank, limits))
        if progress is not None:
            progress(min(start + CHUNK, len(rows)), len(rows))
    chosen = settle(Choice.joined(parts), limits)
    return _told(chosen, rows.index[order], venues.index).reindex(rows.index)


def _told(chosen: Choice, rows: pd.Index, venues: pd.Index) -> pd.DataFrame:
    """The choice with labels in the place of numbers."""
    lists = [tuple(venues[n] for n in own) for own in chosen.candidates]
    return pd.DataFrame(
        {
            "outcome": pd.Series([OUTCOMES[n] for n in chosen.outcome], rows, dtype=object),
            "venue": _labels(venues, chosen.venue, rows),
            "score": pd.Series(chosen.score, rows),
            "reason": pd.Series([REASONS[n] for n in chosen.reason], rows, dtype=object),
            "candidates": pd.Series(lists, rows, dtype=object),
            "twin": _labels(rows, chosen.twin, rows),
        },
    )


def _labels(of: pd.Index, numbers: Ints, index: pd.Index) -> pd.Series:
    return pd.Series([of[n] if n >= 0 else None for n in numbers], index, dtype=object)


def _plane(rows: gpd.GeoDataFrame) -> CRS:
    """The plane in which rows are true to metres: one place far off does not choose it."""
    east = gpd.GeoSeries(rows.geometry.dropna()).to_crs(4326).bounds["minx"].median()
    return zone_crs(float(np.clip(east, WEST, EAST)) if np.isfinite(east) else (WEST + EAST) / 2)


def _rank(index: pd.Index) -> Ints:
    """The place of each label among all, by which a tie is broken whatever the order of the frame."""
    try:
        order = index.argsort()
    except TypeError:  # labels of several types
        order = index.map(lambda label: (type(label).__name__, str(label))).argsort()
    rank = np.empty(len(index), np.int64)
    rank[order] = np.arange(len(index))
    return rank


def _check(frame: gpd.GeoDataFrame, what: str) -> None:
    faults = {
        "no column 'name'": "name" not in frame,
        "an index label occurs twice": not frame.index.is_unique,
        "no CRS is set": frame.crs is None,
    }
    for fault, holds in faults.items():
        if holds:
            message = f"{what}: {fault}"
            raise BadFrame(message)
