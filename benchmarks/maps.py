"""The Folium coverage map of 10,000 venues: ours against plain Folium markers with popups."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import folium
import numpy as np
import shapely

from app.catalog.live import Live
from app.coverage.figures import Coverage
from app.coverage.kept import Coverages
from app.db import make_engine
from app.demo import load
from app.frames import Town
from app.maps import coverage_map
from app.maps.marks import asked, located
from app.policy import read_policy
from app.settings import Settings
from benchmarks.rounds import COLUMNS, Result, in_turns

SIMULATED, SHOWN, ROUNDS, CAPABILITY = 15_000, 10_000, 3, "foreign_card"
MEGABYTE = 1_000_000


def run() -> Result:
    """Draw a simulated city both ways."""
    with TemporaryDirectory() as folder:
        settings = Settings(var_dir=Path(folder), _env_file=None).for_sandbox()
        town, figures = city(settings)
    pages: dict[str, str] = {}
    ways = {
        "app.maps.coverage_map": lambda: pages.update(ours=coverage_map(town, figures, lang="en", settings=settings)),
        "folium.Marker with folium.Popup": lambda: pages.update(plain=plain(town)),
    }
    rows = in_turns(ways, ROUNDS)
    weights = (f"{len(page.encode()) / MEGABYTE:.2f}" for page in pages.values())
    return Result(
        f"The coverage map of {SHOWN:,} venues as HTML. Aims: markers at least 20 times; ours under 2 s and 2.5 MB.",
        (*COLUMNS, "MB"),
        tuple((*row, weight) for row, weight in zip(rows, weights, strict=True)),
        ("Ours draws counties, distances, numbered gaps, legend and panel too; the plain map has the markers alone.",),
    )


def city(settings: Settings) -> tuple[Town, Coverage]:
    """A simulated city with so many venues to draw as the benchmark says, and the figures of one capability."""
    load(settings, venues=SIMULATED)
    live = Live(make_engine(settings.engine_url), settings, lambda _text, _at: None)
    live.load()
    figures = Coverages(live, read_policy(settings)).of(CAPABILITY, settings.city)
    town = live.town()
    drawn = located(town)
    drawn = drawn[asked(drawn, CAPABILITY)].iloc[:SHOWN]
    if len(drawn) < SHOWN:
        msg = f"{SIMULATED} simulated venues give only {len(drawn)} to draw"
        raise ValueError(msg)
    return replace(town, venues=drawn), figures


def plain(town: Town) -> str:
    """The map that one writes first: a marker, a tooltip and a popup for each venue."""
    drawn = folium.Map(location=(36.45, 115.98), zoom_start=9)
    statuses = town.status.loc[town.venues.index, CAPABILITY]
    places = shapely.get_coordinates(np.asarray(town.venues.geometry.array))
    for (lon, lat), name, status in zip(places, town.venues["name_zh"], statuses, strict=True):
        folium.Marker((lat, lon), tooltip=name, popup=folium.Popup(f"{name}: {status}")).add_to(drawn)
    return str(drawn.get_root().render())
