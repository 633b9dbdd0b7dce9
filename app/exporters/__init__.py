"""A view of the venues as a file: CSV, Excel, GeoJSON, GeoPackage, GeoParquet.

`columns` names what is told of a venue, `chosen` says which venues and holds the register still, `rows` reads them in
batches, `formats` lists the formats; one module writes each, from batches, without holding more than one of them.
"""
