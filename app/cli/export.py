"""Taking a view of the venues as a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4
from zoneinfo import ZoneInfo

import typer

from app.cli.bars import bars
from app.cli.opened import opened
from app.db import make_engine
from app.errors import BadParameter
from app.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.catalog.live import Live
    from app.exporters.formats import Format
    from app.exporters.orders import Order
    from app.exporters.rows import Batch

Words = Annotated[str | None, typer.Option(help="As the parameter of that name in /api/v1/venues.")]


def export(  # noqa: PLR0913, PLR0917 - an option each, as the API has a parameter each
    file: Annotated[Path, typer.Argument(help="The file to write; its ending says the format.")],
    file_format: Annotated[
        str | None, typer.Option("--format", help="csv, xlsx, geojson, gpkg or parquet, where the ending is another.")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Language of the headings: zh or en.")] = None,
    category: Words = None,
    scene: Words = None,
    capability: Words = None,
    status: Words = None,
    scheme: Words = None,
    currency: Words = None,
    direction: Words = None,
    region: Words = None,
    q: Words = None,
    open_at: Words = None,
    bbox: Words = None,
    updated_since: Words = None,
    *,
    demo: Annotated[bool, typer.Option("--demo", help="The sandbox's venues, marked as simulated.")] = False,
) -> None:
    """Write the venues that match the filters, all or nothing; needs no server.

    The file is whole when it has its name: until then it is written beside it.
    """
    given = {"lang": lang, "category": category, "scene": scene, "capability": capability, "status": status,
             "scheme": scheme, "currency": currency, "direction": direction, "region": region, "q": q,
             "open_at": open_at, "bbox": bbox, "updated_since": updated_since}  # fmt: skip
    chosen_format = _format(file, file_format)
    settings = Settings()
    settings = opened(settings.for_sandbox() if demo else settings)
    count = _write(settings, {name: value for name, value in given.items() if value is not None}, file, chosen_format)
    typer.echo(f"{file}: {count:,} venues, {file.stat().st_size / 1e6:.1f} MB")


def _format(file: Path, named: str | None) -> "Format":
    from app.exporters.formats import FORMATS  # noqa: PLC0415 - a second that the other commands need not wait

    wanted = (named or file.suffix.removeprefix(".")).lower()
    if wanted not in FORMATS:
        raise BadParameter("format", f"{wanted or 'no ending'!r} is none of {', '.join(FORMATS)}")
    return FORMATS[wanted]


def _write(settings: Settings, given: dict[str, str], file: Path, wanted: "Format") -> int:
    """Write the file and say how many venues are in it."""
    from app.catalog.live import Live  # noqa: PLC0415 - as above
    from app.exporters.orders import write  # noqa: PLC0415 - as above
    from app.hours import is_open  # noqa: PLC0415 - as above

    engine = make_engine(settings.engine_url)
    live = Live(engine, settings, lambda text, at: is_open(text, at, ZoneInfo(settings.timezone)))
    draft = file.with_name(f".{uuid4().hex}.{wanted.name}")  # an ending that the writers know
    counted = [0]

    def shown(made: "Iterator[Batch]", total: int) -> "Iterator[Batch]":
        done, counted[0] = 0, total
        with bars() as tell:
            for batch in made:
                yield batch
                done += len(batch)
                tell("writing venues", done, total)

    try:
        write(live, _order(given, live, wanted), draft, shown)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
        engine.dispose()
    return counted[0]


def _order(given: dict[str, str], live: "Live", wanted: "Format") -> "Order":
    from app.exporters.chosen import View  # noqa: PLC0415 - as above
    from app.exporters.orders import Order  # noqa: PLC0415 - as above
    from app.exporters.parameters import LANG, TABLE  # noqa: PLC0415 - as above
    from app.parameter import names  # noqa: PLC0415 - as above
    from app.query import Query  # noqa: PLC0415 - as above
    from app.venues.parameters import filters, since  # noqa: PLC0415 - as above

    query = Query.of(list(given.items()), names(TABLE))
    lang = LANG.read(query) or wanted.lang
    if given.keys() <= {LANG.name}:
        return Order(View(), wanted, lang)
    live.load()
    regions, zone = live.catalog.base.columns.facts["regions"], ZoneInfo(live.settings.timezone)
    return Order(View(filters(query, regions, zone, datetime.now(UTC)), since(query)), wanted, lang)
