"""The figures of `/api/v1/coverage` in the terminal."""

import json
import unicodedata
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.opened import opened
from app.db import make_engine
from app.settings import Settings

if TYPE_CHECKING:
    from app.coverage.figures import Coverage
    from app.frames import Town

COUNTS = ("total", "yes", "limited", "no", "unknown")
SHARES = ("low", "high", "known_share")
CELL = 9


def coverage(
    capability: Annotated[str, typer.Option(help="Such as foreign_card, cash, currency_exchange.")] = "foreign_card",
    region: Annotated[str | None, typer.Option(help="Adcode or zone; the whole city if left out.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The day, such as 2026-11-23; today if left out.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The object that /api/v1/coverage gives.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="The figures of the simulated sandbox instead.")] = False,
) -> None:
    """Count who offers a capability, n of N with both bounds, and how far people have to go; needs no server."""
    from app.coverage.answer import as_json as told  # noqa: PLC0415 - a second that the other commands need not wait

    settings = Settings()
    settings = opened(settings.for_sandbox() if demo else settings)
    asked = {"capability": capability, "region": region, "as_of": as_of}
    figures, town = figures_of(settings, {name: value for name, value in asked.items() if value is not None})
    if as_json:
        typer.echo(json.dumps(told(figures), ensure_ascii=False))
        return
    if demo:
        typer.echo("SIMULATED: nothing below is about a real place")
    typer.echo("\n".join(_table(told(figures), town)))


def figures_of(settings: Settings, asked: dict[str, str]) -> "tuple[Coverage, Town]":
    """The figures that are asked for by name, and the town that they were counted in."""
    from app.catalog.live import Live  # noqa: PLC0415 - as above
    from app.coverage.kept import Coverages  # noqa: PLC0415 - as above
    from app.policy import read_policy  # noqa: PLC0415 - as above
    from app.query import Query  # noqa: PLC0415 - as above
    from app.vocabulary import CAPABILITIES  # noqa: PLC0415 - as above

    engine = make_engine(settings.engine_url)
    live = Live(engine, settings, lambda _text, _at: None)
    query = Query.of(asked.items(), asked)
    day = query.day("as_of", live.today())
    capability = query.one_of("capability", CAPABILITIES, "")
    live.load()
    figures = Coverages(live, read_policy(settings)).of(capability, asked.get("region", settings.city), day)
    town = live.town(day)
    engine.dispose()
    return figures, town


def _table(told: dict[str, Any], town: "Town") -> list[str]:
    names = town.regions["name_en"]
    return [
        f"{told['capability']} in {names[told['region']]} as of {told['as_of']}",
        *([] if told["list_complete"] else ["the list of these places is not known to be complete: no shares"]),
        "",
        _line("", [name.removesuffix("_share") for name in COUNTS + SHARES]),
        *(_line(names[row["region"]], _cells(row)) for row in told["counties"]),
        *_elsewhere(told),
        _line("all", _cells(told["overall"])),
        "",
        _line("people within", [f"{int(metres) / 1000:g} km" for metres in told["reach"]["within"]]),
        _line("to a yes", map(_share, told["reach"]["within"].values())),
        _line("to a yes or unknown", map(_share, told["reach_possible"]["within"].values())),
        f"people: {told['reach']['population_source'] or 'no figure'}",
    ]


def _elsewhere(told: dict[str, Any]) -> list[str]:
    """A line for the places of which only the city is known, so that the column adds up."""
    left = [told["overall"][name] - sum(row[name] for row in told["counties"]) for name in COUNTS]
    return [_line("county not known", map(str, left))] if left[0] else []


def _cells(row: dict[str, Any]) -> list[str]:
    return [*(str(row[name]) for name in COUNTS), *(_share(row[name]) for name in SHARES)]


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _line(name: str, cells: Any) -> str:  # noqa: ANN401 - any texts
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in name)
    return f"{name:<{24 - wide}}" + "".join(f"{cell:>{CELL}}" for cell in cells)
