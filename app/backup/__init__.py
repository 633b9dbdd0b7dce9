"""The whole register as one file that either database can be made from again.

A zip: per table one line of JSON per row, and a manifest with the schema's revision, the city, and each table's
columns, rows and hash. `cells` says how a value is written, `save` writes the file out of one snapshot, `archive` reads
and checks it, `restore` fills an empty database from it in one transaction.
"""

from app.backup.restore import restore
from app.backup.save import save

__all__ = ["restore", "save"]
