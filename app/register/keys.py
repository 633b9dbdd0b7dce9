"""Ids of what no source has named."""

import secrets
from time import time_ns
from uuid import UUID


def fresh_key() -> str:
    """A UUIDv7: in order of time, and nobody else's."""
    milliseconds = time_ns() // 1_000_000
    rand = secrets.randbits(74)
    number = milliseconds << 80 | 7 << 76 | (rand >> 62) << 64 | 0b10 << 62 | rand & (1 << 62) - 1
    return str(UUID(int=number))
