"""A basemap of one's own: a PMTiles file (version 3) of vector tiles, served by this host in pieces."""

from dataclasses import dataclass
from pathlib import Path

from app.errors import StartRefused
from app.settings import Settings

ADDRESS = "/maps/basemap.pmtiles"
MAGIC = b"PMTiles\x03"
HEADER_BYTES = 127
TILE_TYPE, MAX_ZOOM = 99, 101
"""Where the header holds what is in the tiles, and the closest zoom that they were made for."""
VECTOR = 1


@dataclass(frozen=True, slots=True)
class TileFile:
    """A file that can be drawn."""

    path: Path
    max_zoom: int

    def link(self, root: str) -> str:
        """The file's URL, with a mark of its state, so that pieces of two files are never mixed."""
        state = self.path.stat()
        return f"{root}{ADDRESS}?v={state.st_size:x}-{state.st_mtime_ns:x}"


def tile_file(settings: Settings) -> TileFile | None:
    """The file of the settings; None where the basemap is another.

    Raises:
        StartRefused: there is no such file, or it cannot be drawn; the message says the mend.
    """
    if settings.basemap != "pmtiles":
        return None
    path = settings.pmtiles_file
    if path is None:
        msg = "PAYMAP_BASEMAP=pmtiles needs a file: set PAYMAP_PMTILES_FILE, or use outline"
        raise StartRefused(msg)
    try:
        with path.open("rb") as file:
            head = file.read(HEADER_BYTES)
    except OSError as error:
        raise StartRefused(f"PAYMAP_PMTILES_FILE={path} cannot be read: {error.strerror}") from error
    if len(head) < HEADER_BYTES or not head.startswith(MAGIC):
        raise StartRefused(f"PAYMAP_PMTILES_FILE={path} is not a PMTiles file of version 3")
    if head[TILE_TYPE] != VECTOR:
        raise StartRefused(
            f"PAYMAP_PMTILES_FILE={path} holds pictures: it must hold vector tiles in the Protomaps schema"
        )
    return TileFile(path, head[MAX_ZOOM])
