"""What a public deployment in China must have before it may start (`PAYMAP_PUBLIC_CN=1`)."""

from collections.abc import Iterator

from app.errors import StartRefused
from app.settings import Settings

FOREIGN_BASEMAPS = frozenset({"osm"})
"""Tiles that are served from abroad and carry no Chinese map approval."""


def foreign_links_allowed(settings: Settings) -> bool:
    """Whether pages and maps may point to, or load from, hosts outside China."""
    return not settings.public_cn


def check_public(settings: Settings) -> None:
    """Nothing if the settings allow the server to start.

    Raises:
        StartRefused: a public deployment lacks something; the message names each setting and its mend.
    """
    if settings.public_cn and (missing := list(_missing(settings))):
        msg = "a public deployment (PAYMAP_PUBLIC_CN) cannot start: " + "; ".join(missing)
        raise StartRefused(msg)


def _missing(settings: Settings) -> Iterator[str]:
    if not (settings.map_approval or "").strip():
        yield "PAYMAP_MAP_APPROVAL is empty: give the map's 审图号"
    if not settings.boundaries_approved:
        yield "PAYMAP_BOUNDARIES_APPROVED is off: load approved boundaries, then set it to 1"
    if settings.basemap in FOREIGN_BASEMAPS:
        yield f"PAYMAP_BASEMAP={settings.basemap} loads foreign tiles: use outline, tianditu, amap or pmtiles"
    if settings.demo or settings.sandbox:
        yield "PAYMAP_DEMO is on: the sandbox has simulated answers and known accounts, so set it to 0"
