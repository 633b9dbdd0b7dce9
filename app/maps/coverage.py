"""The map of one capability's coverage: shares by county, distances, gaps, and the venues behind them."""

from itertools import pairwise
from typing import Any

import geopandas as gpd

from app.coverage.compute import counties_of, within_region
from app.coverage.figures import Coverage
from app.frames import Town
from app.maps import panel, shares
from app.maps.gaps import numbered
from app.maps.layers import DataLayer, dress, venue_layers
from app.maps.marks import asked, columns, located
from app.maps.outlines import bounds, county_shapes
from app.maps.page import Page, map_on
from app.maps.surface import breaks_km, class_words, surface
from app.maps.venues import shared_data
from app.maps.words import word
from app.settings import Settings
from app.vocabulary import CAPABILITIES

HALF = 0.5
FEW = 300
"""Up to so many venues are all shown at first; of more, only those on a key list, so that the areas can be read."""


def coverage_map(town: Town, coverage: Coverage, *, lang: str, settings: Settings) -> str:
    """The whole HTML page.

    Args:
        town: the city at the moment of the figures.
        coverage: the figures of one capability in one region.
        lang: `zh`, or anything else for English.
        settings: prefix, basemap, rings, map approval, sandbox.

    Raises:
        StartRefused: the basemap that is set cannot be drawn.
    """
    data = _data(town, coverage, lang, settings)
    title = f"{word('coverage_title', lang)} · {data['panel']['choices'][0]['name']}"
    page = Page(title, lang, data, settings)
    dress(map_on(page, settings), _layers(lang, data))
    return str(page.render())


def _layers(lang: str, data: dict[str, Any]) -> list[DataLayer]:
    """The fills exclude each other; the one that says most is shown first."""
    distance_first = bool(data["surface"])
    listed = data["venues"]["key"]
    fills = [
        DataLayer("shares", word("share_layer", lang), overlay=False),
        DataLayer("surface", word("distance_layer", lang), overlay=False),
    ]
    fills[0].show, fills[1].show = not distance_first, distance_first
    return [
        DataLayer("outline", word("outline_layer", lang), control=False),
        *fills,
        DataLayer("gaps", word("gaps_layer", lang)),
        DataLayer("labels", word("labels_layer", lang)),
        *venue_layers(lang, others=len(listed) <= FEW or "1" not in listed),
    ]


def _data(town: Town, coverage: Coverage, lang: str, settings: Settings) -> dict[str, Any]:
    shown = located(town)
    shown = shown[asked(shown, coverage.capability) & within_region(town, shown, coverage.region)]
    data = shared_data(town, lang, settings)
    within = gpd.GeoSeries(county_shapes(town, settings)[counties_of(town, coverage.region)])
    return {
        **data,
        "bounds": bounds(within),
        "counties": [county | _share(coverage, county["code"], lang) for county in data["counties"]],
        "capability": coverage.capability,
        "as_of": coverage.as_of.isoformat(),
        "venues": columns(town, shown, [coverage.capability], settings),
        "surface": surface(coverage.cells, settings),
        "gaps": numbered(coverage, lang, settings),
        "legend": {
            "shares": _share_words(),
            "distances": class_words(breaks_km(settings), lang),
            "bare": word("hatched_all" if coverage.list_complete else "hatched_open", lang),
            "ramp": shares.RAMP,
        },
        "panel": _panel(town, coverage, lang),
        "switches": _switches(town, coverage, lang, settings),
    }


def _share(coverage: Coverage, code: str, lang: str) -> dict[str, Any]:
    """A county's shade by the low bound, its figure in words, whether it is hatched."""
    if code not in coverage.counties.index:
        return {"outside": True, "hatched": True}
    row = shares.tally(dict(coverage.counties.loc[code]))
    low, known = row["low"], row["known_share"]
    if row["total"] == 0:
        return {"range": word("no_places", lang), "hatched": False}
    if row["unknown"] == row["total"]:
        return {"range": word("not_known", lang), "hatched": True}
    if low is None or known is None or not coverage.list_complete:
        return {"range": word("list_incomplete", lang), "hatched": True}
    return {
        "range": shares.percent_range(low, row["high"], ""),
        "low": low,
        "high": row["high"],
        "shade": shares.share_class(low),
        "hatched": known < HALF,
    }


def _panel(town: Town, coverage: Coverage, lang: str) -> dict[str, Any]:
    counted = {"unlocated": coverage.unlocated, "left_out": coverage.left_out}
    source = str(coverage.reach.get("population_source") or town.population_source)
    zone = [word("zone_shown", lang)] if town.regions.at[coverage.region, "level"] == "zone" else []
    return {
        "title": word("coverage_title", lang),
        "place": panel.region_name(town, coverage.region, lang),
        "choices": [
            {
                "key": coverage.capability,
                "name": panel.capability_name(coverage.capability, lang),
                "words": panel.status_words(coverage.capability, lang),
                "figure": panel.coverage_figure(coverage, lang),
                "notes": [word(key, lang, n=f"{n:,}") for key, n in counted.items() if n],
            }
        ],
        "notes": [*zone, word("venues_source", lang), panel.people_from(source, lang)],
    }


def _switches(town: Town, coverage: Coverage, lang: str, settings: Settings) -> dict[str, Any]:
    """What the reader may ask for instead; a day that is not today is the one that was asked for."""
    return {
        "capabilities": [[key, panel.capability_name(key, lang)] for key in CAPABILITIES],
        "regions": [[code, panel.region_name(town, code, lang)] for code in town.regions.index],
        "region": coverage.region,
        "timezone": settings.timezone,
    }


def _share_words() -> list[str]:
    """The classes of the low bound from the best (light) to the worst (dark)."""
    ends = [0, *(round(b * 100) for b in shares.BREAKS), 100]
    return [f"{a}–{b} %" for a, b in pairwise(ends)][::-1]
