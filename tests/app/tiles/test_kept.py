"""The tiles in memory are of the present version, and no more than there is room for."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from app.actor import SYSTEM
from app.catalog.filters import Filters
from app.catalog.live import Live
from app.register.statements import record
from app.settings import Settings
from app.tiles import kept
from app.tiles.encode import Address
from app.tiles.kept import Key, Tiles
from small_register import seen


@pytest.fixture
def live(engine: Engine, settings: Settings) -> Iterator[Live]:
    """A worker's view of the small register."""
    view = Live(engine, settings, lambda _hours, _at: None)
    view.load()
    yield view
    view.stop()


def made(tiles: Tiles, live: Live, zoom: int) -> Key:
    """Make the tile of the register's middle at a zoom; its key."""
    key = Key(live.catalog.version, f"/{zoom}", b"", packed=False, clock=())
    tiles.made(key, Filters(), Address(zoom, int(0.8221 * 2**zoom), int(0.3913 * 2**zoom)), "zh")
    return key


def test_a_change_forgets_the_older_tiles(live: Live) -> None:
    """After a change only tiles of the new version are held."""
    tiles = Tiles(live)
    older = made(tiles, live, 8)
    assert tiles.held(older) is not None
    with live.sessions.begin() as session:
        record(session, [seen("a", "cash", "yes", "2026-01-01")], SYSTEM)
    live.refresh()
    newer = made(tiles, live, 8)
    assert tiles.held(older) is None
    assert tiles.held(newer) is not None


def test_the_tiles_asked_for_longest_ago_make_room(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is held stays below its bound; what was asked for lately stays."""
    tiles = Tiles(live)
    keys = [made(tiles, live, zoom) for zoom in range(4)]
    sizes = [body.size for key in keys if (body := tiles.held(key)) is not None]
    assert len(sizes) == 4
    tiles = Tiles(live)
    monkeypatch.setattr(kept, "MOST_BYTES", sum(sizes[:3]) + sizes[3] // 2)
    for zoom in range(3):
        made(tiles, live, zoom)
    tiles.held(keys[0])
    made(tiles, live, 3)
    assert [tiles.held(key) is not None for key in keys] == [True, False, True, True]
