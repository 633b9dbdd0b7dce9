"""The same venues for everybody: a register of SQLite copied into PostGIS, and the table that the peers read."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import orjson
import psycopg
from psycopg import sql

from app.db import make_engine, migrate
from app.vocabulary import CAPABILITIES
from benchmarks.served.servers import Server

TABLES = ("region", "register", "venue", "observation", "current_status", "capability_summary")
TILE_COLUMNS = ("id", "name", "name_zh", "name_en", "region", "category", *CAPABILITIES)
"""What a tile of Paymap says of a venue."""
NEXT = "next"

# Positions as exactly as Paymap serves them; rows that lie together stand together.
VENUES = """
CREATE SCHEMA peers;
CREATE TABLE peers.venues AS
SELECT id, name_zh AS name, name_zh, name_en, category, region, address_zh, phone, opening_hours, operator,
    location_quality, location_error_m, source, updated_at, {statuses},
    ST_SnapToGrid(geometry, 0.000001)::geometry(Point, 4326) AS geom
FROM venue LEFT JOIN (
    SELECT venue_id, {summaries} FROM capability_summary GROUP BY venue_id
) AS said ON venue_id = id
ORDER BY ST_GeoHash(geometry);
ALTER TABLE peers.venues ADD PRIMARY KEY (id);
CREATE INDEX ON peers.venues USING gist (geom);
CREATE INDEX ON peers.venues USING gist ((geom::geography)) WHERE foreign_card = 'yes';
DO $make$
DECLARE columns text := (
    SELECT string_agg(format('%I %s', attname, format_type(atttypid, NULL)), ', ' ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = 'peers.venues'::regclass AND attnum > 0
);
BEGIN
    EXECUTE format($function$
        CREATE FUNCTION peers.nearest(lon float8 DEFAULT 116, lat float8 DEFAULT 36) RETURNS TABLE (%s) AS $$
            SELECT * FROM peers.venues WHERE foreign_card = 'yes'
            ORDER BY geom::geography <-> ST_Point(lon, lat, 4326)::geography LIMIT 10
        $$ LANGUAGE sql STABLE $function$, columns);
END $make$"""
FRAGMENTS = """
CREATE TABLE peers.fragments AS
SELECT id, geom, geom::geography AS geog, foreign_card, feature FROM peers.venues JOIN ready USING (id)
ORDER BY ST_GeoHash(geom);
CREATE INDEX ON peers.fragments USING gist (geom);
CREATE INDEX ON peers.fragments USING gist (geog) WHERE foreign_card = 'yes'"""


def copy(register: Path, url: str) -> None:
    """Copy a register of SQLite into the empty database of a SQLAlchemy URL, and make the peers' table of it."""
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
    with sqlite3.connect(register) as source, psycopg.connect(plain(url)) as target:
        target.execute("SET TIME ZONE 'UTC'")
        for table in TABLES:
            _copy_table(source, target, table)
        target.execute(sql.SQL(VENUES).format(statuses=_statuses(), summaries=_summaries()))
    _tidy(url)


def add_fragments(url: str, paymap: Server) -> None:
    """Give PostGIS the features as Paymap sends them, ready-made."""
    with psycopg.connect(plain(url)) as target:
        target.execute("CREATE TEMPORARY TABLE ready (id text, feature text)")
        with target.cursor().copy("COPY ready FROM STDIN") as rows:
            for feature in _features(paymap):
                rows.write_row((feature["id"], orjson.dumps(feature).decode()))
        target.execute(FRAGMENTS)
    _tidy(url)


def plain(url: str) -> str:
    """The URL as PostgreSQL's own programs take it."""
    return url.replace("+psycopg", "")


def _copy_table(source: sqlite3.Connection, target: psycopg.Connection, table: str) -> None:
    found = source.execute(f"SELECT * FROM {table}")  # noqa: S608 - one of our tables
    names = sql.SQL(", ").join(sql.Identifier(column[0]) for column in found.description)
    where = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with target.cursor().copy(where) as rows:
        for row in found:
            rows.write_row([value.hex() if isinstance(value, bytes) else value for value in row])


def _statuses() -> sql.Composed:
    """What is known of each capability, `unknown` where nothing is, nothing where the class has no such thing."""
    case = sql.SQL("coalesce({}, CASE WHEN category = ANY({}) THEN 'unknown' END) AS {}")
    return sql.SQL(", ").join(
        case.format(sql.Identifier("said", c.key), list(c.categories), sql.Identifier(c.key))
        for c in CAPABILITIES.values()
    )


def _summaries() -> sql.Composed:
    largest = sql.SQL("max(status) FILTER (WHERE capability = {}) AS {}")
    return sql.SQL(", ").join(largest.format(key, sql.Identifier(key)) for key in CAPABILITIES)


def _features(paymap: Server) -> Iterator[dict[str, object]]:
    path: str | None = "/api/v1/venues?limit=10000"
    while path is not None:
        page = orjson.loads(paymap.get(path))
        yield from page["features"]
        onward = [link["href"] for link in page["links"] if link["rel"] == NEXT]
        path = "/" + onward[0].split("/", 3)[3] if onward else None


def _tidy(url: str) -> None:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
