"""What everybody is asked, at which address, and what the answer must be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import orjson

from benchmarks.served.contenders import BARE, OURS, PYGEOAPI, READY, TIPG
from benchmarks.served.questions import BUFFER, FEW, SAME_METRES, Box, Point, Tile, Venues, spellings
from benchmarks.served.register import TILE_COLUMNS
from tests.mvt_reader import read as read_tile

POOL, TILES, CACHED, MOST = 20_000, 500, 40, 1_000
Paths = Mapping[str, Sequence[str]]
Check = Callable[[str, int, bytes], bool]


@dataclass(frozen=True)
class Aim:
    """At least so many times the rate of another."""

    least: float
    of: str = BARE


@dataclass(frozen=True)
class Case:
    """One kind of question.

    paths: of each server, in the same order; where Paymap has more, they are the same questions spelt otherwise.
    right: whether a body is a server's answer to the question of that number.
    fresh: whether each round asks on where the one before stopped.
    """

    name: str
    paths: Paths
    right: Check
    aim: Aim
    fresh: bool = True


def cases(venues: Venues) -> list[Case]:
    """The questions over these venues, the same each time."""
    rng = np.random.default_rng(2)
    boxes, points, tiles = venues.boxes(POOL, rng), venues.points(POOL, rng), venues.tiles(TILES, rng)
    return [of_boxes(venues, boxes), of_points(venues, points), *of_tiles(venues, tiles)]


def of_boxes(venues: Venues, boxes: Sequence[Box]) -> Case:
    """All venues of a box."""
    asked = [",".join(map(str, box)) for box in boxes]
    return Case(
        "bbox, about 100 venues",
        {
            OURS: [f"/api/v1/venues?bbox={box}&limit={MOST}" for box in asked],
            READY: [f"/bbox/{box.replace(',', '/')}" for box in asked],
            TIPG: [f"/collections/peers.venues/items?bbox={box}&limit={MOST}&f=geojson" for box in asked],
            PYGEOAPI: [f"/collections/venues/items?bbox={box}&limit={MOST}&f=json" for box in asked],
        },
        lambda _name, number, body: sorted(_ids(body)) == venues.in_box(boxes[number]),
        Aim(0.40),
    )


def of_points(venues: Venues, points: Sequence[Point]) -> Case:
    """The nearest that take foreign cards; equally near ones may change places."""

    def right(_name: str, number: int, body: bytes) -> bool:
        metres = venues.metres(points[number], _ids(body))
        nearest = venues.nearest(points[number])
        return len(metres) == FEW and np.allclose(sorted(metres), nearest, rtol=0, atol=SAME_METRES)

    asked = [f"lon={lon}&lat={lat}&limit={FEW}" for lon, lat in points]
    return Case(
        "nearest 10 with foreign_card=yes",
        {
            OURS: [f"/api/v1/venues/nearest?{point}&capability=foreign_card&status=yes" for point in asked],
            READY: [f"/nearest/{lon}/{lat}" for lon, lat in points],
            TIPG: [f"/collections/peers.nearest/items?{point}&f=geojson" for point in asked],
        },
        right,
        Aim(0.35),
    )


def of_tiles(venues: Venues, tiles: Sequence[Tile]) -> list[Case]:
    """Tiles that no round asks for twice under the same address, and a few that every round asks for."""

    def right(name: str, number: int, body: bytes) -> bool:
        found = sum(len(layer.spots) for layer in read_tile(body))
        if name == OURS:
            return found == venues.in_tile(tiles[number], BUFFER)
        wide = 0 if name == TIPG else BUFFER  # tipg leaves the buffer empty
        return venues.in_tile(tiles[number], wide - 1) <= found <= venues.in_tile(tiles[number], wide + 1)

    words = [f"{name}={value}" for value in spellings("zh") for name in spellings("lang")]
    chosen = f"properties={','.join(TILE_COLUMNS)}"
    paths = {
        OURS: [f"/tiles/venues/{z}/{x}/{y}.mvt?{word}" for word in words for z, x, y in tiles],
        READY: [f"/tile/{z}/{x}/{y}" for z, x, y in tiles],
        TIPG: [f"/collections/peers.venues/tiles/WebMercatorQuad/{z}/{x}/{y}?{chosen}" for z, x, y in tiles],
    }
    few = {name: asked[:CACHED] for name, asked in paths.items()}
    return [
        Case("tile of zoom 12 to 14, uncached", paths, right, Aim(4, READY)),
        Case("tile of zoom 12 to 14, cached", few, right, Aim(0.5), fresh=False),
    ]


def _ids(body: bytes) -> list[str]:
    features = orjson.loads(body)["features"]
    return [str(feature.get("id") or feature["properties"]["id"]) for feature in features]
