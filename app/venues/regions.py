"""The regions as GeoJSON, made once per version and kept for when the database is away."""

from threading import Lock

from app.catalog.live import Live
from app.catalog.town import region_frame
from app.db import reading
from app.errors import DatabaseUnavailable

_SHOWN = ["adcode", "level", "parent", "name_zh", "name_en", "geometry"]


class Regions:
    """The body of `/api/v1/regions`; borders change so rarely that an older one still holds."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._turn = Lock()
        self._kept: tuple[str, bytes] | None = None

    def held(self) -> bytes | None:
        """The body of the present version, if it has been made."""
        kept = self._kept
        return kept[1] if kept is not None and kept[0] == self._live.catalog.version else None

    def made(self) -> bytes:
        """The newest body that can be had.

        Raises:
            DatabaseUnavailable: it does not answer, and none was made before.
        """
        with self._turn:
            if (held := self.held()) is not None:
                return held
            version = self._live.catalog.version
            try:
                with reading(self._live.sessions) as session:
                    regions = region_frame(session)
            except DatabaseUnavailable:
                if self._kept is None:
                    raise
                return self._kept[1]
            shown = regions.assign(adcode=regions.index)[_SHOWN]
            self._kept = (version, shown.to_json(ensure_ascii=False).encode())
            return self._kept[1]
