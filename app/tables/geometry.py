"""One geometry column for two databases: shapely in, shapely out.

PostgreSQL gets a PostGIS geometry; SQLite, whose Python build often cannot load SpatiaLite, gets WKB in
a BLOB. The variant goes from the plain type to PostGIS: the other way round GeoAlchemy2's DDL hooks
call SpatiaLite functions.
"""

from collections.abc import Callable
from typing import Any

import shapely
from geoalchemy2 import Geometry
from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Dialect, LargeBinary, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

WGS84 = 4326


class _PostGIS(Geometry):
    """A PostGIS geometry whose Python side is shapely."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        inner = super().bind_processor(dialect)  # type: ignore[no-untyped-call]  # GeoAlchemy2 is untyped

        def process(value: BaseGeometry | None) -> Any:  # noqa: ANN401 - what the driver wants
            element = None if value is None else from_shape(value, srid=WGS84)
            return inner(element) if inner else element

        return process

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], BaseGeometry | None]:  # noqa: ANN401
        inner = super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]  # as above

        def process(value: Any) -> BaseGeometry | None:  # noqa: ANN401 - what the driver gives
            element = inner(value) if inner else value
            return None if element is None else to_shape(element)

        return process


class _Blob(TypeDecorator[BaseGeometry]):
    """WKB in a BLOB."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: BaseGeometry | None, dialect: Dialect) -> bytes | None:
        del dialect
        return None if value is None else shapely.to_wkb(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> BaseGeometry | None:
        del dialect
        return None if value is None else shapely.from_wkb(value)


def geometry_column(kind: str) -> TypeEngine[BaseGeometry]:
    """A column type that holds WGS-84 shapely geometries of `kind` (`POINT`, `MULTIPOLYGON`, ...)."""
    return _Blob().with_variant(_PostGIS(kind, WGS84, spatial_index=False), "postgresql")


class Wkb(FunctionElement[bytes]):
    """A geometry column as plain WKB, for whoever takes thousands apart at once."""

    type = LargeBinary()
    inherit_cache = True


@compiles(Wkb)
def _stored(element: Wkb, compiler: SQLCompiler, **named: Any) -> str:  # noqa: ANN401 - SQLAlchemy's hook
    return compiler.process(element.clauses, **named)


@compiles(Wkb, "postgresql")
def _converted(element: Wkb, compiler: SQLCompiler, **named: Any) -> str:  # noqa: ANN401 - as above
    return f"ST_AsBinary({compiler.process(element.clauses, **named)})"


def holds_geometry(kind: TypeEngine[Any]) -> bool:
    """Whether a column type is one of `geometry_column`."""
    return isinstance(kind, _Blob)
