"""docs/ledgers.md names every column, word and limit that there is, and nothing else."""

import re

import pytest

from app.importers.clean.columns import VENUE_COLUMNS, guess
from app.importers.clean.names import ASPECT_NAMES
from app.importers.clean.places import CATEGORY_NAMES
from app.importers.clean.statuses import WORDS
from app.importers.kinds import Column
from app.importers.sources import limits
from app.importers.sources.kind import SUFFIXES
from app.settings import ROOT
from app.vocabulary import CATEGORIES
from geo.datum import FORWARD, normalise_datum

PAGE = (ROOT / "docs" / "ledgers.md").read_text("utf-8")
BESIDE = re.compile(r"_(?:observed_at|source|source_kind|aspects|details)$")
PLAIN = [column for column in VENUE_COLUMNS if ":" not in column.field and not BESIDE.search(column.field)]


def rows(word: str) -> list[list[str]]:
    """The cells of each row of a table whose first cell is a word as code."""
    lines = [line for line in PAGE.splitlines() if line.startswith(f"| `{word}` ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


@pytest.mark.parametrize("column", PLAIN, ids=lambda column: column.field)
def test_a_column_is_documented_with_all_its_names(column: Column) -> None:
    """Its Chinese name, its field, and every alias."""
    ((_, zh, aliases),) = [row for row in rows(column.field) if row[1] == column.zh]
    assert (zh, tuple(aliases.split(", ") if aliases.strip() else ())) == (column.zh, column.aliases)


def test_no_column_is_made_up() -> None:
    """Each name in the table of columns is found in a header."""
    table = PAGE.partition("| field | name | also |")[2].partition("\n\n")[0]
    fields = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert fields == [column.field for column in PLAIN]
    assert all(guess([field]).columns == {field: 0} for field in fields)


def test_words_are_documented() -> None:
    """Of statuses, categories, schemes and wallets."""
    for status, words in WORDS.items():
        assert rows(status) == [[f"`{status}`", " ".join(words)]]
    for category, names in CATEGORY_NAMES.items():
        assert rows(category) == [[f"`{category}`", CATEGORIES[category].zh, ", ".join(names)]]
    for aspect, aliases in ASPECT_NAMES.items():
        assert rows(aspect) == [[f"`{aspect}`", ", ".join(aliases)]]


def test_datums_are_documented() -> None:
    """Each word means the datum beside which it stands."""
    for datum in ("wgs84", "cgcs2000", *FORWARD):
        ((_, words),) = rows(datum)
        assert {normalise_datum(word) for word in words.split(", ")} == {datum}


def test_limits_and_endings_are_documented() -> None:
    """As they are."""
    for number in (f"{limits.ROWS:,} rows", f"{limits.COLUMNS} columns", f"{limits.UNPACKED_BYTES // limits.MIB} MB"):
        assert number in " ".join(PAGE.split())
    for suffix, kinds in SUFFIXES.items():
        if kinds and suffix not in {".xltx", ".et", ".xml", ".geoparquet"}:  # rare endings of the same kinds
            assert f"{suffix}`" in PAGE, suffix
