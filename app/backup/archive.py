"""Reading a backup, with a sentence for whatever is wrong with it."""

import hashlib
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import orjson

from app.errors import BadFile, SchemaMismatch

MANIFEST = "manifest.json"
FORMAT = 1
"""Raised when the file itself is laid out anew; the tables in it have the schema's revision."""


_NAME = re.compile("[a-z][a-z0-9_]*")


def member(table: str) -> str:
    """Where a table's rows are."""
    return f"tables/{table}.jsonl"


@dataclass(frozen=True)
class Held:
    """A table of a backup: its columns with their kinds, how many rows, and their hash."""

    table: str
    columns: list[tuple[str, str]]
    rows: int
    sha256: str


class Archive:
    """A backup that is open."""

    def __init__(self, path: Path, file: ZipFile, facts: dict[str, Any]) -> None:
        self.path, self.facts = path, facts
        self.tables = [Held(**told) for told in facts["tables"]]
        self._file = file

    @property
    def revision(self) -> str:
        """The revision of the schema that its tables have."""
        return str(self.facts["revision"])

    def rows(self, held: Held) -> Iterator[list[Any]]:
        """The rows of a table.

        Raises:
            BadFile: they are not those that were written, which shows at the end of them at the latest.
        """
        digest, count = hashlib.sha256(), 0
        try:
            with self._file.open(member(held.table)) as lines:
                for line in lines:
                    digest.update(line)
                    count += 1
                    yield orjson.loads(line)
        except (BadZipFile, zlib.error, orjson.JSONDecodeError, KeyError, EOFError) as error:
            raise self._altered(held) from error
        if count != held.rows or digest.hexdigest() != held.sha256:
            raise self._altered(held)

    def _altered(self, held: Held) -> BadFile:
        return BadFile(f"{self.path.name}: table {held.table} is not as it was written: the file is damaged or altered")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup, of which the manifest is read.

    Raises:
        BadFile: it is none, or only the beginning of one. SchemaMismatch: a newer Paymap has written it.
    """
    try:
        file = ZipFile(path)
    except BadZipFile as error:
        raise BadFile(f"{path.name}: is no backup of Paymap, or is cut off: take another copy") from error
    with file:
        yield Archive(path, file, _facts(path, file))


def _facts(path: Path, file: ZipFile) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = orjson.loads(file.read(MANIFEST))
        layout = int(facts["format"])
        whole = {"revision", "city", "simulated", "tables"} <= facts.keys()
    except (KeyError, ValueError, TypeError, BadZipFile, zlib.error) as error:
        raise BadFile(f"{path.name}: is no backup of Paymap: it has no manifest that can be read") from error
    if layout > FORMAT:
        raise SchemaMismatch(f"{path.name} was written by a newer Paymap ({facts.get('paymap')}): install that one")
    names = [name for held in facts.get("tables", []) for name in (held["table"], *dict(held["columns"]))]
    if not whole or not all(_NAME.fullmatch(name) for name in names):
        raise BadFile(f"{path.name}: its manifest is not one that Paymap writes")
    return facts
