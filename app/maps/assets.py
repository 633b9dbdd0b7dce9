"""Which scripts and styles a map loads, all of them from this host.

Folium's own defaults name eight files on foreign hosts. They are replaced here once, on the classes,
when the maps are first imported; a page then links them under its own URL prefix.
"""

import folium

from app.settings import Settings
from app.static import link

SCRIPTS = {
    "leaflet": "vendor/leaflet/leaflet.js",
    "markercluster": "vendor/leaflet.markercluster/leaflet.markercluster.js",
    "paymap_shapes": "maps/shapes.js",
    "paymap_labels": "maps/labels.js",
    "paymap_areas": "maps/areas.js",
    "paymap_marks": "maps/marks.js",
    "paymap_switches": "maps/switches.js",
    "paymap_page": "maps/page.js",
}
TILE_FILE_SCRIPT = "vendor/protomaps-leaflet/protomaps-leaflet.js"
"""Draws a PMTiles basemap; loaded where one is set."""
STYLES = {
    "leaflet_css": "vendor/leaflet/leaflet.css",
    "markercluster_css": "vendor/leaflet.markercluster/MarkerCluster.css",
    "tokens_css": "css/tokens.css",
    "paymap_css": "maps/map.css",
}

Links = list[tuple[str, str]]

folium.Map.default_js = [(name, f"/static/{path}") for name, path in SCRIPTS.items()]
folium.Map.default_css = [(name, f"/static/{path}") for name, path in STYLES.items()]


def script_links(settings: Settings) -> Links:
    """Name and URL of each script, in loading order."""
    made = [(name, link(path, settings)) for name, path in SCRIPTS.items()]
    if settings.basemap == "pmtiles":
        made.insert(1, ("protomaps", link(TILE_FILE_SCRIPT, settings)))
    return made


def style_links(settings: Settings) -> Links:
    """Name and URL of each style sheet, in loading order."""
    return [(name, link(path, settings)) for name, path in STYLES.items()]
