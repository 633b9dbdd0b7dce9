"""The maps: Folium pages of venues and of coverage, drawn from frames, that never call out."""

from app.maps.coverage import coverage_map
from app.maps.onefile import export
from app.maps.venues import venues_map

__all__ = ["coverage_map", "export", "venues_map"]
