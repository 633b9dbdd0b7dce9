"""How much of a file is taken in. A larger ledger is cut into several; a file that lies about its size is not opened.

Measured on tables of 25 columns: a row costs 3 to 4 kB as a record, so that the most rows need under 1 GB.
"""

from app.errors import BadFile
from app.importers.sources.refusal import unreadable

MIB = 1024 * 1024

FILE_MIB = {
    "xlsx": 100, "xlsm": 100, "csv": 100, "geojson": 200, "gpkg": 400, "parquet": 200,
    "xls": 60,  # its format ends at 65,536 rows
    "osm": 1024, "osm.pbf": 1024,  # read in a stream; all of Shandong is 100 MB
}  # fmt: skip
"""A ledger of the most rows is 30 MB as xlsx, 60 MB as CSV, 150 MB as GeoJSON."""
ROWS = 200_000
"""Ten times the merchants of a prefecture."""
COLUMNS = 200
"""A row of this many columns is a formatted sheet, not a ledger."""
CELL_CHARACTERS = 32_767
"""What Excel itself allows in a cell."""
UNPACKED_BYTES = 160 * MIB
"""A part of a workbook (the XML of a sheet) of the most rows and 25 columns."""
UNPACKED_TOTAL = 400 * MIB
RATIO = 250
"""Sheets pack 10 to 40 times, the zeros of a bomb 1000 times."""
RATIO_FROM = 4 * MIB
"""Below this size a ratio means nothing."""


def check_rows(name: str, rows: int, sheet: str = "", column: str = "") -> None:
    """Nothing, or BadFile if a row has a greater number than is read."""
    if rows > ROWS:
        raise unreadable(
            name,
            f"超过 {ROWS:,} 行；请拆成几个文件，或删除远处的多余单元格",
            f"at most {ROWS:,} rows are read at once: cut the ledger into several files, or delete stray cells",
            sheet=sheet,
            row=rows,
            column=column,
        )


def column_too_far(name: str, column: str, row: int, sheet: str = "") -> BadFile:
    """The refusal of a cell beyond the last column that is read."""
    return unreadable(
        name,
        f"第 {COLUMNS} 列之后仍有内容，台账没有这么多列；请删除多余的列",
        f"there is something beyond column {COLUMNS}, and a ledger has fewer: delete what does not belong to it",
        sheet=sheet,
        row=row,
        column=column,
    )
