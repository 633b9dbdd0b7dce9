"""The map of venues: every place with a position, by what it can do for a payer."""

from typing import Any

from app.frames import Town
from app.maps import panel
from app.maps.layers import DataLayer, dress, venue_layers
from app.maps.marks import asked, columns, located
from app.maps.outlines import bounds, county_shapes, encoded, spot
from app.maps.page import Page, map_on
from app.maps.tile_file import tile_file as own_tiles
from app.maps.words import word, words
from app.settings import Settings
from app.vocabulary import CAPABILITIES

FIRST_SHOWN = "foreign_card"


def venues_map(town: Town, *, lang: str, settings: Settings, capability: str | None = None) -> str:
    """The whole HTML page; the reader can switch to any other capability on it.

    Args:
        town: the city at a moment.
        lang: `zh`, or anything else for English.
        settings: prefix, basemap, map approval, sandbox.
        capability: which one is shown first.

    Raises:
        StartRefused: the basemap that is set cannot be drawn.
    """
    data = _data(town, lang, settings, capability or FIRST_SHOWN)
    page = Page(word("venues_title", lang), lang, data, settings)
    outline = [DataLayer("outline", word("outline_layer", lang), control=False)]
    labels = [DataLayer("labels", word("labels_layer", lang))]
    dress(map_on(page, settings), outline + labels + venue_layers(lang))
    return str(page.render())


def shared_data(town: Town, lang: str, settings: Settings) -> dict[str, Any]:
    """What every map's page holds: words, outline, bounds, foot."""
    shapes = county_shapes(town, settings)
    tile_file = own_tiles(settings)
    counties = town.counties()
    return {
        "lang": "zh" if lang == "zh" else "en",
        "root": settings.root_path,
        "words": words(lang),
        "sandbox": settings.sandbox,
        "foot": panel.foot(settings, lang),
        "bounds": bounds(shapes),
        "city": encoded(shapes.union_all()),
        "tiles": settings.basemap != "outline",
        "tile_file": tile_file and {"url": tile_file.link(settings.root_path), "max_zoom": tile_file.max_zoom},
        "stale_days": settings.stale_after_days,
        "as_of": town.as_of.isoformat(),
        "counties": [
            {
                "code": code,
                "zh": counties.at[code, "name_zh"] or code,
                "en": panel.english_name(counties, str(code)),
                "spot": spot(shape),
                "shape": encoded(shape),
            }
            for code, shape in shapes.items()
        ],
    }


def _data(town: Town, lang: str, settings: Settings, capability: str) -> dict[str, Any]:
    shown = located(town)
    return {
        **shared_data(town, lang, settings),
        "capability": capability,
        "venues": columns(town, shown, list(CAPABILITIES), settings),
        "panel": {
            "title": word("venues_title", lang),
            "place": panel.region_name(town, _city(town), lang),
            "choices": [_choice(town, key, lang) for key in CAPABILITIES],
            "notes": [word("venues_source", lang)],
        },
    }


def _choice(town: Town, capability: str, lang: str) -> dict[str, Any]:
    here = town.venues[asked(town.venues, capability)]
    nowhere = int(here.geometry.isna().sum())
    return {
        "key": capability,
        "name": panel.capability_name(capability, lang),
        "words": panel.status_words(capability, lang),
        "figure": panel.venue_figure(town, capability, lang),
        "notes": [word("unlocated", lang, n=f"{nowhere:,}")] if nowhere else [],
    }


def _city(town: Town) -> str:
    return str(next(iter(town.regions.index[town.regions["level"] == "city"]), ""))
