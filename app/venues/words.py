"""The vocabulary as an answer: it changes with the code only."""

import hashlib
from functools import cache

import orjson

from app.vocabulary import CAPABILITIES, CATEGORIES, CURRENCIES, DIRECTIONS, SCENES, SCHEMES, WALLETS, Status


@cache
def vocabulary_body() -> bytes:
    """Every word that the parameters and answers use, with its names."""
    return orjson.dumps(
        {
            "scenes": [{"key": s.key, "zh": s.zh, "en": s.en} for s in SCENES],
            "categories": [{"key": c.key, "scene": c.scene, "zh": c.zh, "en": c.en} for c in CATEGORIES.values()],
            "capabilities": [
                {"key": c.key, "zh": c.zh, "en": c.en, "aspects": c.aspects, "categories": sorted(c.categories)}
                for c in CAPABILITIES.values()
            ],
            "statuses": list(Status),
            "schemes": SCHEMES,
            "wallets": WALLETS,
            "currencies": CURRENCIES,
            "directions": DIRECTIONS,
        }
    )


@cache
def vocabulary_tag() -> str:
    """Its ETag, from its content."""
    return f'W/"{hashlib.sha256(vocabulary_body()).hexdigest()[:16]}"'
