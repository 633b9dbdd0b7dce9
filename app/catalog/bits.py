"""Which bit stands for which word in the catalog's masks."""

from types import MappingProxyType

from app.vocabulary import CAPABILITIES, CATEGORIES, Status, aspect_kind

CATEGORY_CODE = MappingProxyType({key: n for n, key in enumerate(CATEGORIES)})
CATEGORY_KEYS = tuple(CATEGORIES)
CAPABILITY_BIT = MappingProxyType({key: 1 << n for n, key in enumerate(CAPABILITIES)})

_PAIRS = [(c.key, a) for c in CAPABILITIES.values() for a in c.aspects]
ASPECT_BIT = MappingProxyType({pair: 1 << n for n, pair in enumerate(_PAIRS)})
"""One bit of a 64-bit mask per (capability, aspect); the vocabulary must stay below 64 pairs."""

KNOWN = (Status.YES, Status.LIMITED, Status.NO)
"""The statuses that have a mask of their own; unknown is none of them."""


def aspects_of_kind(kind: str, capability: str | None = None) -> dict[str, int]:
    """The bits of each word of a kind (`scheme`, `currency`, ...), over all capabilities or just one."""
    bits: dict[str, int] = {}
    for (owner, aspect), bit in ASPECT_BIT.items():
        if aspect_kind(aspect) == kind and capability in (None, owner):
            bits[aspect] = bits.get(aspect, 0) | bit
    return bits


def all_aspects(capability: str) -> int:
    """The bits of every aspect of a capability."""
    return sum(bit for (owner, _), bit in ASPECT_BIT.items() if owner == capability)
