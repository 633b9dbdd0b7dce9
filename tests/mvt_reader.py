"""A small reader of Mapbox Vector Tiles, written from the specification 2.1 and not from our encoder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

VARINT, SIZED = 0, 2


@dataclass(frozen=True)
class Spot:
    """A point of a tile: its place in units of the extent, and its properties."""

    x: int
    y: int
    properties: dict[str, Any]


@dataclass(frozen=True)
class Layer:
    """A layer of points."""

    name: str
    version: int
    extent: int
    keys: list[str]
    values: list[Any]
    spots: list[Spot]


def read(tile: bytes) -> list[Layer]:
    """The layers of a tile."""
    return [_layer(body) for field, body in _fields(tile) if field == 3]


def _layer(body: bytes) -> Layer:
    fields = list(_fields(body))
    (name,) = [value.decode() for field, value in fields if field == 1]
    (version,) = [value for field, value in fields if field == 15]
    (extent,) = [value for field, value in fields if field == 5]
    keys = [value.decode() for field, value in fields if field == 3]
    values = [_value(value) for field, value in fields if field == 4]
    return Layer(name, version, extent, keys, values, list(spots(body, keys, values)))


def spots(body: bytes, keys: Sequence[str], values: Sequence[Any]) -> Iterator[Spot]:
    """The features of a layer, or of a part of one."""
    return (_spot(value, keys, values) for field, value in _fields(body) if field == 2)


def _value(body: bytes) -> str | int:
    ((field, value),) = _fields(body)
    return value.decode() if field == 1 else {4: value, 5: value}[field]


def _spot(body: bytes, keys: Sequence[str], values: Sequence[Any]) -> Spot:
    fields = dict(_fields(body))
    assert fields[3] == 1, "not a point"
    tags = list(_varints(fields[2]))
    command, x, y = _varints(fields[4])
    assert command == 9, "not one MoveTo"
    named = [keys[n] for n in tags[::2]]
    assert len(set(named)) == len(named), "a key twice in a feature"
    return Spot(_back(x), _back(y), dict(zip(named, (values[n] for n in tags[1::2]), strict=True)))


def _back(zigzag: int) -> int:
    return zigzag // 2 if zigzag % 2 == 0 else -(zigzag + 1) // 2


def _fields(body: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(body):
        tag, at = _varint(body, at)
        size, at = _varint(body, at)
        if tag & 7 == VARINT:
            yield tag >> 3, size
        else:
            assert tag & 7 == SIZED
            assert at + size <= len(body), "a message runs over its end"
            yield tag >> 3, body[at : at + size]
            at += size


def _varints(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        value, at = _varint(body, at)
        yield value


def _varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
