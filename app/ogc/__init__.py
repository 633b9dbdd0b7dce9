"""Paymap for geographic software: OGC API Features (core, GeoJSON, OpenAPI 3.0) with CQL2 filters, below /ogc."""
