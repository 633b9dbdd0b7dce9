"""One mark of everything but the register that an answer is made with: a new deployment is never answered 304."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.settings import ROOT, Settings

CODE: tuple[str, ...] = ("app/**/*.py", "geo/**/*.py", "app/**/*.html", "app/**/*.po")
STATIC = ("css/*", "js/*", "icons/*", "maps/*")


@cache
def edition(settings: Settings) -> str:
    """The mark of code, templates, words, scripts, styles, the city's facts and policy, and settings."""
    read = hashlib.sha256(settings.model_dump_json().encode())
    if settings.tianditu_key is not None:  # it is masked in the dump
        read.update(settings.tianditu_key.get_secret_value().encode())
    for path in sorted(_made_with(settings)):
        read.update(path.read_bytes())
    return read.hexdigest()[:8]


def _made_with(settings: Settings) -> Iterator[Path]:
    places = {ROOT: CODE, settings.static_dir: STATIC, settings.data_dir: ("*.toml",)}
    if settings.city_dir is not None:
        places[settings.city_dir] = ("*.toml",)
    found = (folder.glob(kind) for folder, kinds in places.items() for kind in kinds)
    return (path for paths in found for path in paths if path.is_file())
