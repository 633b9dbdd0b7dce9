"""Figures as the JSON of the interface: NaN and infinity become null, names are the contract's."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.coverage.figures import Coverage

CLASS = ["category", "region", "lead", "list_complete", "total", "yes", "limited", "no", "unknown",
         "low", "high", "known_share"]  # fmt: skip
WGS84 = "EPSG:4326"
DECIMALS = 6


def as_json(figures: Coverage) -> dict[str, Any]:
    """The coverage object of the contract; the gaps have an address of their own."""
    return {
        "capability": figures.capability,
        "region": figures.region,
        "as_of": figures.as_of.isoformat(),
        "data_version": figures.data_version,
        "list_complete": figures.list_complete,
        "overall": plain(figures.overall.to_dict()),
        "classes": records(figures.classes[CLASS]),
        "all_three": records(figures.all_three[CLASS]),
        "counties": [
            {**row, **figures.county_reach.get(row["region"], {})}
            for row in records(figures.counties.rename_axis("region").reset_index())
        ],
        "reach": figures.reach,
        "reach_possible": figures.reach_possible,
        "left_out": figures.left_out,
        "unlocated": figures.unlocated,
        "standards": [
            {"id": s.id, "metres": s.metres, "settlement": s.settlement, "label_zh": s.label_zh, "label_en": s.label_en}
            for s in figures.standards
        ],
        "departments": {code: {"zh": zh, "en": en} for code, (zh, en) in figures.departments.items()},
    }


def gaps_as_geojson(figures: Coverage) -> dict[str, Any]:
    """A FeatureCollection of the gaps, the one with most people first, in WGS-84."""
    features = [] if figures.gaps.empty else _features(figures)
    return {
        "type": "FeatureCollection",
        "features": features,
        "capability": figures.capability,
        "region": figures.region,
        "as_of": figures.as_of.isoformat(),
        "data_version": figures.data_version,
        "list_complete": figures.list_complete,
        "numberReturned": len(features),
        "standard_m": figures.standards[0].metres if figures.standards else None,
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dictionaries that JSON can hold."""
    return [plain(row) for row in frame.to_dict("records")]


def plain(row: dict[Any, Any]) -> dict[str, Any]:
    """A row with Python's own numbers, and None where there is none."""
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return round(value, DECIMALS) if np.isfinite(value) else None
    return None if value is pd.NA else value


def _features(figures: Coverage) -> list[dict[str, Any]]:
    shown = figures.gaps.to_crs(WGS84)
    sites = gpd.GeoSeries(figures.gaps["best_site"], crs=figures.gaps.crs).to_crs(WGS84)
    spots = shapely.get_coordinates(np.asarray(sites.array)).round(DECIMALS).tolist()
    shapes = [feature["geometry"] for feature in shown.iterfeatures()]
    rows = records(shown.drop(columns=["geometry", "best_site", "as_of"]))
    return [
        {"type": "Feature", "id": row["id"], "geometry": shape, "properties": {**row, "best_site": spot}}
        for row, shape, spot in zip(rows, shapes, spots, strict=True)
    ]
