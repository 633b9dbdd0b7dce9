"""The gaps as the map numbers them: G1 is the one with most people."""

from typing import Any

import numpy as np
import pandas as pd
import shapely

from app.coverage.figures import Coverage
from app.maps.outlines import as_drawn, encoded, spot
from app.maps.words import word
from app.settings import Settings

MOST = 200
"""Gaps drawn; the small ones after these are in the list, not on the map."""
SIMPLIFIED_M = 60


def numbered(coverage: Coverage, lang: str, settings: Settings) -> list[dict[str, Any]]:
    """Each gap with its number, its place for a badge, its outline and what is said of it."""
    gaps = coverage.gaps.head(MOST)
    if gaps.empty:
        return []
    simple = gaps.set_geometry(gaps.geometry.simplify(SIMPLIFIED_M)) if gaps.crs and gaps.crs.is_projected else gaps
    shapes = as_drawn(simple, settings)
    named = {code: pair[0 if lang == "zh" else 1] for code, pair in coverage.departments.items()}
    rows = gaps.assign(department=gaps["department"].map(named)).drop(columns=gaps.geometry.name).to_dict("records")
    return [_gap(i, row, shape, lang) for i, (row, shape) in enumerate(zip(rows, shapes, strict=True), start=1)]


def _gap(number: int, row: dict[Any, Any], shape: shapely.Geometry, lang: str) -> dict[str, Any]:
    return {
        "number": f"G{number}",
        "confirmed": row["certainty"] == "confirmed",
        "people": _people(row["people"], lang),
        "said": list(_said(row, lang)),
        "spot": spot(shape),
        "shape": encoded(shape),
    }


def _people(people: float, lang: str) -> str:
    """Three figures: the cells that people are counted in do not tell more."""
    return word("people_unknown", lang) if pd.isna(people) else word("people", lang, n=f"{float(f'{people:.3g}'):,.0f}")


def _said(row: dict[Any, Any], lang: str) -> list[str]:
    said = [word("confirmed_one" if row["certainty"] == "confirmed" else "possible_one", lang)]
    said.append(word("area", lang, n=f"{row['area_km2']:,.0f}"))
    if (worst := row.get("worst_distance_m")) is not None and np.isfinite(worst):
        said.append(word("worst", lang, n=f"{worst / 1000:,.1f}"))
    if isinstance(department := row.get("department"), str):
        said.append(word("department", lang, n=department))
    return said
