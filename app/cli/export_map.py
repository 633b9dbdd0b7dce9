"""Writing a map as one file that opens from disk."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.coverage import figures_of
from app.cli.opened import opened
from app.errors import BadParameter
from app.public import check_public
from app.settings import Settings

Which = Literal["venues", "coverage"]
Language = Literal["zh", "en"]


def export_map(
    out: Annotated[Path, typer.Option(help="The HTML file to write.")],
    which: Annotated[Which, typer.Option("--map", help="Which map.")] = "coverage",
    capability: Annotated[str, typer.Option(help="Which service, such as cash.")] = "foreign_card",
    region: Annotated[str | None, typer.Option(help="Adcode of a county or a zone; else the whole city.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The coverage on a day, such as 2026-06-30; else now.")] = None,
    lang: Annotated[Language, typer.Option(help="Language of the map.")] = "zh",
    *,
    demo: Annotated[bool, typer.Option("--demo", help="The sandbox's map, watermarked.")] = False,
) -> None:
    """Write a map as one HTML file that opens from disk and asks nothing of any host.

    A public deployment (PAYMAP_PUBLIC_CN) exports no map that it could not serve.
    """
    from app.maps import export  # noqa: PLC0415 - half a second that the other commands need not wait

    if which == "venues" and (region is not None or as_of is not None):
        raise BadParameter("region, as_of", "are for the coverage map; the map of venues shows the whole city now")
    settings = Settings()
    check_public(settings)
    settings = opened(settings.for_sandbox() if demo else settings)
    asked = {"capability": capability, "region": region, "as_of": as_of}
    figures, town = figures_of(settings, {name: value for name, value in asked.items() if value is not None})
    shown = figures if which == "coverage" else None
    page = export(town, shown, lang=lang, settings=settings, capability=capability)
    out.write_text(page, "utf-8")
    typer.echo(f"{out}: {len(page.encode()) / 1e6:.1f} MB")
