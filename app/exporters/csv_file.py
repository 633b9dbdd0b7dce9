"""Comma-separated values that Excel opens as they are: UTF-8 with a mark, and nothing that it would reckon."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from app.exporters.columns import Kind
from app.exporters.rows import Batch
from app.exporters.told import About
from app.importers.apostrophe import guarded

BOM = "\ufeff"
_OURS = {Kind.NUMBER, Kind.DATE}
"""Never anybody's text."""


def pieces(about: About, batches: Iterable[Batch]) -> Iterator[bytes]:
    """The file, a batch at a time."""
    yield (BOM + _lines([about.headings])).encode()
    for batch in batches:
        columns = about.in_words(batch)
        safe = [v if c.kind in _OURS else _safe(v) for c, v in zip(about.columns, columns, strict=True)]
        yield _lines(zip(*safe, strict=True)).encode()


def _safe(values: list[Any]) -> list[Any]:
    return [value and guarded(value) for value in values]


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
