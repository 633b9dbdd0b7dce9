"""Making a register ready: the schema, the borders, the directory, the people."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.opened import with_city_of_register
from app.db import make_engine
from app.db import migrate as migrate_schema
from app.importers.load import load
from app.importers.people import Grid
from app.settings import Settings


def init(
    city: Annotated[str | None, typer.Option(help="Adcode of the prefecture, such as 371500.")] = None,
    *,
    no_venues: Annotated[bool, typer.Option("--no-venues", help="Borders only, an empty directory.")] = False,
    population: Annotated[
        Path | None,
        typer.Option(
            help="A grid of people: a GeoTIFF of people per pixel (WorldPop, GHS-POP; of any extent), "
            "or a CSV of cells with columns lon, lat, people and perhaps datum (经度, 纬度, 人口, 坐标系).",
        ),
    ] = None,
    datum: Annotated[
        str, typer.Option(help="Datum of a CSV without a column datum: wgs84, cgcs2000, gcj02 or bd09.")
    ] = "wgs84",
) -> None:
    """Create or update the database and load the city's borders, directory and people.

    A second run changes nothing; what people wrote since stays, and so does a loaded grid.
    """
    settings = Settings() if city is None else Settings(city=city)
    engine = make_engine(settings.engine_url)
    migrate_schema(engine)
    settings = with_city_of_register(settings)
    grid = None if population is None else Grid(population, datum)
    done = load(engine, settings, with_venues=not no_venues, grid=grid)
    engine.dispose()
    typer.echo(f"city {settings.city}: {'loaded' if done.directory else 'already loaded'}")
    for kept in done.kept:
        typer.echo(f"kept as people wrote it: {kept}")
    if done.people:
        typer.echo(f"people: {done.people}")


def migrate() -> None:
    """Bring the database's schema to the code's (`paymap init` and `paymap demo` do so too)."""
    migrate_schema(make_engine(Settings().engine_url))
