"""Any file that we take, as a table."""

from pathlib import Path

from app.importers.sources import limits
from app.importers.sources.delimited import read_csv
from app.importers.sources.kind import kind_of
from app.importers.sources.refusal import unreadable
from app.importers.sources.table import Score, Table
from app.importers.sources.workbook import read_workbook

WORKBOOKS = ("xlsx", "xlsm", "xls")


def _by_rows(table: Table) -> float:
    return len(table.rows)


def read_table(path: Path, name: str, score: Score = _by_rows) -> Table:
    """The cells of a file, whatever kind it is.

    Args:
        path: where it lies.
        name: what its user calls it: sentences use this name, and its ending must agree with the content.
        score: of several sheets or layers the one with the greatest score is taken.

    Raises:
        BadFile: it cannot be read or trusted; the sentence says why, where, and what to do.
    """
    if not path.is_file():
        raise unreadable(name, "没有这个文件", "there is no such file")
    kind = kind_of(path, name)
    size, most = path.stat().st_size / limits.MIB, limits.FILE_MIB[kind]
    if size > most:
        raise unreadable(
            name,
            f"文件为 {size:,.0f} MB，最多读取 {most} MB；请拆成几个文件",
            f"has {size:,.0f} MB; at most {most} MB are read: cut it into several files",
        )
    table = _read(path, name, kind, score)
    if table.is_blank():
        raise unreadable(name, "文件是空的", "the file is empty")
    return table


def _read(path: Path, name: str, kind: str, score: Score) -> Table:
    if kind in WORKBOOKS:
        return read_workbook(path, name, kind, score)
    if kind == "csv":
        return read_csv(path, name)
    # Imported when needed: GDAL, Arrow and osmium take a second to load, and most ledgers are workbooks.
    if kind.startswith("osm"):
        from app.importers.sources.openstreetmap import read_osm  # noqa: PLC0415 - as said above

        return read_osm(path, name, kind)
    from app.importers.sources.features import read_features  # noqa: PLC0415 - as said above

    return read_features(path, name, kind, score)
