"""The read index: everything the hot routes answer from, in flat memory-mapped arrays.

`layout` names the arrays and the file format, `rows` reads venues out of the database, `feature` writes
one GeoJSON feature, `build` makes columns out of rows, on disk or in memory, `filters` turns parameters into
row masks, `nearest` finds the closest, `catalog` puts base and delta together, `live` keeps it fresh.
"""
