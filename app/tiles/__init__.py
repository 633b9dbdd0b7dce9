"""The venues as vector tiles, for MapLibre, QGIS and whoever else reads Mapbox Vector Tiles."""
