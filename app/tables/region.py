"""Where people live: the city, its counties, the zones laid over them, and their people."""

from typing import Annotated

from shapely.geometry.base import BaseGeometry
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.base import Base, BigId, RegionKey, Word
from app.tables.geometry import geometry_column


class Region(Base):
    """A city (`level=city`), a county, or a functional zone (an overlay without a border of its own)."""

    __tablename__ = "region"

    adcode: Mapped[Annotated[str, mapped_column(String(12), primary_key=True)]]
    level: Mapped[Word]
    parent: Mapped[str | None] = mapped_column(String(12), ForeignKey("region.adcode"))
    name_zh: Mapped[Word]
    name_en: Mapped[str] = mapped_column(String(80))
    geometry: Mapped[BaseGeometry | None] = mapped_column(geometry_column("MULTIPOLYGON"))
    source: Mapped[str] = mapped_column(String(400))

    __table_args__ = (Index("ix_region_geometry", "geometry", postgresql_using="gist").ddl_if(dialect="postgresql"),)


class Population(Base):
    """How many people a region had in a year, by whom, and what the figure covers."""

    __tablename__ = "population"

    id: Mapped[BigId]
    region: Mapped[RegionKey]
    year: Mapped[int]
    people: Mapped[int]
    kind: Mapped[Word]
    covers: Mapped[Word]
    quality: Mapped[Word]
    source: Mapped[str] = mapped_column(String(400))
    notes: Mapped[str] = mapped_column(String(400), default="")

    __table_args__ = (UniqueConstraint("region", "year", "kind", "covers"),)


class PopulationCell(Base):
    """People at a point of a loaded population grid (WGS-84 degrees)."""

    __tablename__ = "population_cell"

    id: Mapped[BigId]
    lon: Mapped[float]
    lat: Mapped[float]
    people: Mapped[float]
