"""What PostGIS alone could do: ready-made features, nearest ones and ST_AsMVT, through asyncpg and bare ASGI.

Runs in the environment of tipg, which brings asyncpg.
"""

import os
from typing import Any

import asyncpg  # type: ignore[import-not-found] # only in the environment that runs this

CONNECTIONS = 16
BBOX = """
SELECT string_agg(feature, ',') FROM peers.fragments
WHERE geom && ST_MakeEnvelope($1, $2, $3, $4, 4326) AND ST_Intersects(geom, ST_MakeEnvelope($1, $2, $3, $4, 4326))"""
NEAREST = """
SELECT string_agg(left(feature, -2) || ',"distance_m":' || round(metres::numeric, 1) || '}}', ',' ORDER BY metres)
FROM (
    SELECT feature, ST_Distance(geog, point) AS metres
    FROM (
        SELECT feature, geog, point
        FROM peers.fragments, (SELECT ST_Point($1, $2, 4326)::geography AS point) AS asked
        WHERE foreign_card = 'yes' ORDER BY geog <-> point LIMIT 20
    ) AS near ORDER BY metres LIMIT 10
) AS nearest"""
TILE = """
SELECT ST_AsMVT(tile, 'venues') FROM (
    SELECT {columns}, ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope($1, $2, $3), 4096, 128) AS geom
    FROM peers.venues
    WHERE geom && ST_Transform(ST_TileEnvelope($1, $2, $3, margin => 128.0 / 4096), 4326)
) AS tile WHERE geom IS NOT NULL""".replace("{columns}", os.environ["TILE_COLUMNS"])
HEAD, TAIL = b'{"type":"FeatureCollection","features":[', b"]}"

state: dict[str, Any] = {}


async def answer(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own shape
    """Answer `/bbox/w/s/e/n`, `/nearest/lon/lat` and `/tile/z/x/y`."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    what, *numbers = scope["path"].strip("/").split("/")
    if what == "tile":
        body = await state["pool"].fetchval(TILE, *map(int, numbers))
    else:
        found = await state["pool"].fetchval({"bbox": BBOX, "nearest": NEAREST}[what], *map(float, numbers))
        body = HEAD + (found or "").encode() + TAIL
    head = [(b"content-type", b"application/octet-stream"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": body})


async def _live(receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own shape
    await receive()
    state["pool"] = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=CONNECTIONS, max_size=CONNECTIONS)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await state["pool"].close()
    await send({"type": "lifespan.shutdown.complete"})
