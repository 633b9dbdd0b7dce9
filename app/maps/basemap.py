"""What lies under the map: the outline that we draw, or tiles by setting; and the datum that tiles are in."""

import folium
import numpy as np
import numpy.typing as npt
import shapely

from app.errors import StartRefused
from app.maps.tile_file import tile_file
from app.public import FOREIGN_BASEMAPS
from app.settings import Settings
from geo.datum import from_wgs84

TIANDITU = (
    "https://t{s}.tianditu.gov.cn/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk="
)
AMAP = "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}"
OSM = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"

IMAGE_HOSTS = {
    "tianditu": ("https://*.tianditu.gov.cn",),
    "amap": ("https://*.is.autonavi.com",),
    "osm": ("https://tile.openstreetmap.org",),
}
SOURCES = {
    "outline": ("底图：自绘轮廓", "Base: our own outline"),
    "tianditu": ("底图：天地图", "Base: Tianditu"),
    "amap": ("底图：高德地图", "Base: Amap"),
    "osm": ("底图：© OpenStreetMap 贡献者", "Base: © OpenStreetMap contributors"),
    "pmtiles": (
        "底图：本机矢量瓦片（Protomaps，© OpenStreetMap 贡献者）",
        "Base: tiles of this host (Protomaps, © OpenStreetMap contributors)",
    ),
}


def check_basemap(settings: Settings) -> None:
    """Nothing if the basemap that is set can be drawn.

    Raises:
        StartRefused: it cannot; the message names the setting and its mend.
    """
    tile_file(settings)
    if settings.basemap == "tianditu" and settings.tianditu_key is None:
        msg = "PAYMAP_BASEMAP=tianditu needs a key: set PAYMAP_TIANDITU_KEY, or use outline"
        raise StartRefused(msg)
    if settings.public_cn and settings.basemap in FOREIGN_BASEMAPS:
        msg = f"PAYMAP_BASEMAP={settings.basemap} loads foreign tiles: use outline, tianditu, amap or pmtiles"
        raise StartRefused(msg)


def tiles(settings: Settings) -> folium.TileLayer | None:
    """The layer of another host's tiles that the settings ask for; None for what we draw ourselves.

    Raises:
        StartRefused: the basemap cannot be drawn.
    """
    check_basemap(settings)
    key = settings.tianditu_key.get_secret_value() if settings.tianditu_key else ""
    known = {"tianditu": (TIANDITU + key, "01234567"), "amap": (AMAP, "1234"), "osm": (OSM, "abc")}
    if settings.basemap not in known:
        return None
    url, hosts = known[settings.basemap]
    return folium.TileLayer(url, attr=settings.basemap, control=False, subdomains=hosts, opacity=0.75)


def image_hosts(settings: Settings) -> tuple[str, ...]:
    """The hosts that the basemap's tiles come from."""
    return IMAGE_HOSTS.get(settings.basemap, ())


def drawn(geometry: npt.NDArray[np.object_], settings: Settings) -> npt.NDArray[np.object_]:
    """WGS-84 geometries as they must be drawn over the basemap: shifted to GCJ-02 over Amap's tiles."""
    if settings.basemap != "amap":
        return geometry

    def moved(vertices: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(from_wgs84(vertices[:, 0], vertices[:, 1], "gcj02"))

    return shapely.transform(geometry, moved)
