"""A PMTiles file (version 3) of the world in four vector tiles, all of it water, written by hand."""

import struct
from pathlib import Path

EXTENT = 4096
VECTOR, PICTURE = 1, 2


def varint(number: int) -> bytes:
    """A number as Protocol Buffers and PMTiles write it."""
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def field(number: int, value: int | bytes) -> bytes:
    """A field of a Protocol Buffers message: a number, or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def tile() -> bytes:
    """A Mapbox Vector Tile whose layer `water` is one square that fills it."""
    across, back = 2 * EXTENT, 2 * EXTENT - 1  # zigzag of +4096 and -4096
    square = [1 << 3 | 1, 0, 0, 3 << 3 | 2, across, 0, 0, across, back, 0, 1 << 3 | 7]
    feature = field(2, varint(0) + varint(0)) + field(3, 3) + field(4, b"".join(map(varint, square)))
    kind = field(3, b"kind") + field(4, field(1, b"ocean"))
    return field(3, field(15, 2) + field(1, b"water") + field(2, feature) + kind + field(5, EXTENT))


def write(path: Path, tile_type: int = VECTOR) -> Path:
    """The file at `path`: header, a directory of one entry for the four tiles of zoom 1, no metadata, the tile."""
    body, directory, metadata = tile(), bytes([1, 1, 4]) + varint(len(tile())) + bytes([1]), b"{}"
    starts = [127, 127 + len(directory), 127 + len(directory) + len(metadata)]
    places = [starts[0], len(directory), starts[1], len(metadata), starts[2], 0, starts[2], len(body), 4, 1, 1]
    world = (-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000)
    header = b"PMTiles\x03" + struct.pack("<11Q", *places) + bytes([1, 1, 1, tile_type, 1, 1])
    path.write_bytes(
        header + struct.pack("<4i", *world) + bytes([0]) + struct.pack("<2i", 0, 0) + directory + metadata + body
    )
    return path
