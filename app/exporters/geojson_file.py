"""GeoJSON (RFC 7946): one FeatureCollection, a feature a line, also for venues that nobody has located.

What a status rests on is left out where nobody has observed it: of most venues that would be fifty times `null`.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from app.exporters.columns import Column
from app.exporters.rows import Batch
from app.exporters.told import About


def pieces(about: About, batches: Iterable[Batch]) -> Iterator[bytes]:
    """The file, a batch at a time."""
    head = {"type": "FeatureCollection", "title": about.title, "version": about.version}
    marked = {**head, "simulated": True} if about.simulated else head
    yield orjson.dumps(marked)[:-1] + b',"features":['
    between = b"\n"
    for batch in batches:
        yield between + b",\n".join(_features(about, batch))
        between = b",\n"
    yield b"\n]}\n"


def _features(about: About, batch: Batch) -> Iterator[bytes]:
    always = [column for column in about.columns if not column.beside]
    beside = [column for column in about.columns if column.beside]
    ids, lons, lats = (batch.columns[field] for field in ("id", "lon", "lat"))
    told, more = _properties(about, batch, always), _properties(about, batch, beside)
    for key, lon, lat, properties, known in zip(ids, lons, lats, told, more, strict=True):
        place = None if lon is None else {"type": "Point", "coordinates": (lon, lat)}
        properties.update((name, value) for name, value in known.items() if value is not None)
        yield orjson.dumps({"type": "Feature", "id": key, "geometry": place, "properties": properties})


def _properties(about: About, batch: Batch, columns: Sequence[Column]) -> Iterator[dict[str, Any]]:
    names = [column.heading(about.lang) for column in columns]
    rows = zip(*(batch.columns[column.field] for column in columns), strict=True)
    return (dict(zip(names, row, strict=True)) for row in rows)
