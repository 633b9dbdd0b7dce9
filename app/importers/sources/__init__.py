"""Files as tables: what kind a file is by its content, and its cells with the rows where they stand."""

from app.importers.sources.reading import read_table
from app.importers.sources.table import Merge, Table

__all__ = ["Merge", "Table", "read_table"]
