"""Grids of people: where they are read, what they add up to, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.warp import transform

from app.errors import BadFile
from app.importers.people import Grid, read_cells
from geo.datum import from_wgs84
from geo.grid import cells, people_in_cells

CITY = shapely.box(116.0, 36.0, 116.2, 36.2)
HOLED = CITY.difference(shapely.box(116.05, 36.05, 116.1, 36.1))
FINEST_M = 250.0
MOLLWEIDE = "ESRI:54009"
Raster = Callable[..., Path]


@pytest.fixture
def raster(tmp_path: Path) -> Raster:
    """A maker of rasters: west, north and side of the pixels in the units of the CRS."""

    def make(
        people: NDArray,
        west: float,
        north: float,
        side: float,
        crs: str | None = "EPSG:4326",
        nodata: float | None = None,
    ) -> Path:
        path = tmp_path / "people.tif"
        bands = people if people.ndim == 3 else people[None]
        shape = {"count": bands.shape[0], "height": bands.shape[1], "width": bands.shape[2]}
        where = {"crs": crs and CRS.from_user_input(crs), "transform": rasterio.Affine(side, 0, west, 0, -side, north)}
        with rasterio.open(path, "w", driver="GTiff", dtype=people.dtype, nodata=nodata, **shape, **where) as file:
            file.write(bands)
        return path

    return make


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], Path]:
    """A maker of CSV files."""

    def make(text: str) -> Path:
        path = tmp_path / "cells.csv"
        path.write_text(text, "utf-8")
        return path

    return make


def chance(rows: int, columns: int) -> NDArray[np.float32]:
    """People per pixel, the same every time."""
    return np.random.default_rng(1).gamma(0.5, 20, (rows, columns)).astype("f4")


def test_a_wide_raster_is_read_where_the_city_is(raster: Raster) -> None:
    """Only pixels whose centre lies in the city count, and all of those, without the ones that hold no data."""
    people = chance(300, 300)
    people[::7] = -99999
    file = raster(people, 115.0, 37.0, 0.01, nodata=-99999)
    found = read_cells(Grid(file), HOLED, FINEST_M)
    column, row = np.meshgrid(np.arange(300), np.arange(300))
    inside = shapely.contains_xy(HOLED, 115.005 + column * 0.01, 36.995 - row * 0.01) & (people > 0)
    assert len(found.people) == inside.sum() > 200
    assert found.people.sum() == pytest.approx(people[inside].astype("f8").sum())
    assert shapely.contains_xy(HOLED, found.lon, found.lat).all()


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4548", MOLLWEIDE])
def test_fine_pixels_are_summed_and_nobody_is_lost(raster: Raster, crs: str) -> None:
    """A hundred-metre grid in any projection becomes points about 250 m apart, in the city, of the same sum."""
    (west,), (north,) = transform("EPSG:4326", crs, [115.97], [36.23])
    side = 1 / 1200 if crs == "EPSG:4326" else 100.0
    people = chance(420, 420)
    found = read_cells(Grid(raster(people, west, north, side, crs)), HOLED, FINEST_M)
    plain = read_cells(Grid(raster(people, west, north, side, crs)), HOLED, 1.0)
    assert len(plain.people) / 9 <= len(found.people) < len(plain.people) / 3
    assert found.people.sum() == pytest.approx(plain.people.sum())
    assert shapely.contains_xy(HOLED, found.lon, found.lat).all()


def test_nobody_is_lost_on_the_way_to_the_cells_of_figures(raster: Raster) -> None:
    """Every point of the grid falls into one cell of one of the counties."""
    west, east = shapely.box(116.0, 36.0, 116.09, 36.2), shapely.box(116.09, 36.0, 116.2, 36.2)
    counties = gpd.GeoDataFrame(index=["w", "e"], geometry=[west, east], crs=4326).to_crs(4548)
    found = read_cells(Grid(raster(chance(420, 420), 115.97, 36.23, 1 / 1200)), CITY, FINEST_M)
    points = gpd.GeoDataFrame({"people": found.people}, geometry=gpd.points_from_xy(found.lon, found.lat), crs=4326)
    assert people_in_cells(cells(counties, 1000), points).sum() == pytest.approx(found.people.sum())


def test_one_pixel_stands_where_it_is(raster: Raster) -> None:
    """Row and column are not swapped, and the place is the pixel's centre."""
    people = np.zeros((40, 40), "f8")
    people[12, 25] = 5
    found = read_cells(Grid(raster(people, 115.9, 36.3, 0.01)), CITY, FINEST_M)
    assert found.lon.tolist() == pytest.approx([116.155])
    assert found.lat.tolist() == pytest.approx([36.175])
    assert found.people.tolist() == [5.0]


@pytest.mark.parametrize(
    ("people", "more", "said"),
    [
        (-np.ones((9, 9)), {}, r"people.tif: row \d, column \d .*: -1.0 people: declare it as the file's nodata"),
        (np.ones((9, 9)), {"crs": None}, "people.tif: does not say its coordinate system"),
        (np.ones((2, 9, 9)), {}, "people.tif: has 2 bands"),
        (np.ones((9, 9)), {"west": 10.0}, r"people.tif: has nobody in this city \(116.00..116.20 E, 36.00..36.20 N\)"),
        (np.zeros((9, 9)), {}, "people.tif: has nobody in this city"),
    ],
)
def test_a_raster_that_cannot_be_trusted_is_refused(raster: Raster, people: NDArray, more: dict, said: str) -> None:
    """The file is named, and the mend."""
    place = {"west": 115.9, "north": 36.4, "side": 0.05, **more}
    with pytest.raises(BadFile, match=said):
        read_cells(Grid(raster(people, **place)), CITY, FINEST_M)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A missing file, one that is no raster, and one whose name says nothing known."""
    (tmp_path / "a.tif").write_text("no raster")
    for name, said in (("a.tif", "a.tif: is no GeoTIFF"), ("b.csv", "no such file"), ("c.xlsx", "neither a GeoTIFF")):
        with pytest.raises(BadFile, match=said):
            read_cells(Grid(tmp_path / name), CITY, FINEST_M)


def test_a_table_is_read_in_either_language_and_datum(table: Callable[[str], Path]) -> None:
    """A row's own datum comes before the one given; what lies elsewhere, and nobody, is left out."""
    lon, lat = from_wgs84([116.1], [36.1], "gcj02")
    file = table(
        "人口,经度,纬度,坐标系\n"
        f"10,{lon[0]},{lat[0]},\n"
        "20,116.15,36.15,WGS-84\n"
        "30,117,36.1,wgs84\n"
        "0,116.1,36.12,wgs84\n"
    )  # fmt: skip
    found = read_cells(Grid(file, "gcj02"), CITY, FINEST_M)
    assert found.people.tolist() == [10, 20]
    assert found.lon == pytest.approx([116.1, 116.15], abs=1e-6)
    assert found.lat == pytest.approx([36.1, 36.15], abs=1e-6)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("116.1,36.1,many", "cells.csv row 3: people: 'many' is not a number"),
        ("116.1,36.1,nan", "cells.csv row 3: people: 'nan' is not a number"),
        ("116.1,36.1,-2", "cells.csv row 3: people: -2.0 is less than nobody"),
        ("116.1,,2", "cells.csv row 3: lat: '' is not a number"),
        ("36.1,116.1,2", "cells.csv row 3: lon, lat: 36.1, 116.1: are lon and lat swapped"),
        ("1161,36.1,2", "cells.csv row 3: lon, lat: 1161.0, 36.1: lon is"),
        ("116.1,36.1,2,moon", "cells.csv row 3: datum: .*moon"),
        ("116.1,36.1,2,wgs84,x", "cells.csv row 3: has 5 cells for 4 columns"),
    ],
)
def test_a_row_that_cannot_be_trusted_is_refused(table: Callable[[str], Path], row: str, said: str) -> None:
    """The row and the field are named."""
    with pytest.raises(BadFile, match=said):
        read_cells(Grid(table(f"lon,lat,people,datum\n116.1,36.1,1,wgs84\n{row}\n")), CITY, FINEST_M)


def test_a_table_needs_its_columns_and_a_known_datum(table: Callable[[str], Path]) -> None:
    """The column is named; the datum given on the command line is checked as a row's is."""
    with pytest.raises(BadFile, match=r"cells.csv row 1: column people is missing"):
        read_cells(Grid(table("lon,lat\n116.1,36.1\n")), CITY, FINEST_M)
    with pytest.raises(BadFile, match=r"cells.csv row 2: datum: .*moon"):
        read_cells(Grid(table("lon,lat,people\n116.1,36.1,1\n"), "moon"), CITY, FINEST_M)
