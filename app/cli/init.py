"""Making a register ready: the schema, the borders, the directory."""

from typing import Annotated

import typer

from app.db import make_engine
from app.db import migrate as migrate_schema
from app.importers.load import load
from app.settings import Settings


def init(
    city: Annotated[str | None, typer.Option(help="Adcode of the prefecture, such as 371500.")] = None,
    *,
    no_venues: Annotated[bool, typer.Option("--no-venues", help="Borders only, an empty directory.")] = False,
) -> None:
    """Create or update the database and load the city's directory; a second run changes nothing."""
    settings = Settings() if city is None else Settings(city=city)
    engine = make_engine(settings.engine_url)
    migrate_schema(engine)
    changed = load(engine, settings, with_venues=not no_venues)
    typer.echo(f"city {settings.city}: {'loaded' if changed else 'already loaded'}")


def migrate() -> None:
    """Bring the database's schema to the code's."""
    migrate_schema(make_engine(Settings().engine_url))
