"""The main requirements of each conformance class that the service claims, one after the other."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.openapi.models import OpenAPI
from starlette.testclient import TestClient

from app.main import create_app
from app.ogc.fields import GAP_FIELDS, REGION_FIELDS, VENUE_FIELDS
from app.settings import ROOT, Settings
from app.vocabulary import CAPABILITIES

ITEMS = "/ogc/collections/venues/items"
GEOJSON = "application/geo+json"


def names(client: TestClient, **asked: str) -> set[str]:
    """The names of all venues that are found."""
    answer = client.get(ITEMS, params={"limit": "10000", **asked})
    assert answer.status_code == 200, answer.text
    assert answer.json()["numberMatched"] == answer.json()["numberReturned"]
    return {feature["properties"]["name"] for feature in answer.json()["features"]}


def numbered(*numbers: int) -> set[str]:
    """The names of v0, v1, .."""
    return {("酒店", "商场", "医院")[number % 3] + str(number) for number in numbers}


def links(body: dict[str, Any]) -> dict[str, str]:
    """The addresses by relation."""
    return {link["rel"]: link["href"] for link in body["links"]}


@pytest.fixture(scope="module")
def prefixed(town_settings: Settings) -> Iterator[TestClient]:
    """A client of an application behind a proxy that takes `/pay` off."""
    with TestClient(create_app(town_settings.model_copy(update={"root_path": "/pay"})), "https://town.example") as made:
        yield made


# Part 1, core


def test_the_landing_page_leads_everywhere(client: TestClient) -> None:
    """It links to itself, the API definition, the conformance classes and the collections, each of which answers."""
    told = links(client.get("/ogc").json())
    assert set(told) >= {"self", "service-desc", "conformance", "data"}
    assert {client.get(address).status_code for address in told.values()} == {200}


def test_links_are_absolute_under_a_prefix(prefixed: TestClient) -> None:
    """Behind a proxy the links carry scheme, host and prefix; the proxy may take the prefix off or leave it."""
    for path in ("/ogc", "/pay/ogc"):
        assert links(prefixed.get(path).json())["data"] == "https://town.example/pay/ogc/collections"
    page = prefixed.get(f"/pay{ITEMS}?limit=3").json()
    assert links(page)["next"].startswith(f"https://town.example/pay{ITEMS}?limit=3&cursor=")
    assert prefixed.get("/ogc/api").json()["servers"] == [{"url": "https://town.example/pay/ogc"}]


def test_each_collection_describes_itself(client: TestClient) -> None:
    """Id, title, extent and links to its items, queryables and schema; the list and the single one agree."""
    listed = client.get("/ogc/collections").json()["collections"]
    assert [each["id"] for each in listed] == ["venues", "regions", "gaps"]
    for each in listed:
        assert each == client.get(f"/ogc/collections/{each['id']}").json()
        assert each["extent"]["spatial"]["bbox"] == [[116.0, 36.0, 116.31, 36.2]]
        assert {client.get(link["href"]).status_code for link in each["links"]} == {200}


def test_what_is_not_there_is_404(client: TestClient) -> None:
    """An unknown collection or feature is a problem that names it; likewise a closed way of writing an id."""
    for path in ("parks", "parks/items", "venues/items/nothing", "regions/items/000000", "gaps/items/none"):
        answer = client.get(f"/ogc/collections/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert client.get(f"{ITEMS}/{'0' * 31}1").status_code == 404


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("colour=red", "colour"), ("bbox-crs=x", "bbox-crs"), ("limit=0", "limit"), ("limit=many", "limit"),
        ("limit=1.5", "limit"), ("bbox=1,2,3", "bbox"), ("bbox=1,2,3,x", "bbox"), ("bbox=nan,36,117,37", "bbox"),
        ("bbox=116,37,117,36", "bbox"), ("bbox=36,115,37,117", "bbox"), ("datetime=yesterday", "datetime"),
        ("datetime=../..", "datetime"), ("datetime=2026-03-02T00:00:00Z/2026-03-01T00:00:00Z", "datetime"),
        ("datetime=2026-03-02T00:00:00Z/2026-03-03T00:00:00Z/..", "datetime"), ("cursor=12", "cursor"),
        ("cursor=1.x", "cursor"), ("f=html", "f"), ("filter-lang=cql2-json", "filter-lang"),
        ("filter-crs=http://www.opengis.net/def/crs/EPSG/0/3857", "filter-crs"),
        ("location_error_m=far", "location_error_m"), ("foreign_card_stale=maybe", "foreign_card_stale"),
        ("foreign_card_observed_at=May", "foreign_card_observed_at"),
        ("foreign_card_observed_at=2026-03-01T10:00", "foreign_card_observed_at"),
        ("updated_at=2026-03-01", "updated_at"), ("filter=categry='x'", "filter"), ("limit=1&limit=2", "limit"),
    ],
)  # fmt: skip
def test_a_bad_parameter_is_400_and_named(client: TestClient, asked: str, parameter: str) -> None:
    """Unknown and malformed parameters are refused."""
    answer = client.get(f"{ITEMS}?{asked}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["parameter"] == parameter


@pytest.mark.parametrize("path", ["", "/api", "/conformance", "/collections", "/collections/venues",
                                  "/collections/venues/queryables", "/collections/venues/schema"])  # fmt: skip
def test_every_resource_takes_its_form_and_nothing_else(client: TestClient, path: str) -> None:
    """`f=json` is taken, an unknown parameter refused, at every address."""
    assert client.get(f"/ogc{path}?f=json").status_code == 200
    assert client.get(f"/ogc{path}?colour=red").status_code == 400


def test_the_limit_is_kept_and_more_than_the_most_is_no_error(client: TestClient) -> None:
    """A page holds at most `limit` features; a limit above the most means the most."""
    page = client.get(ITEMS, params={"limit": 7}).json()
    assert (page["numberReturned"], len(page["features"]), page["numberMatched"]) == (7, 7, 30)
    assert client.get(ITEMS, params={"limit": 99_999_999}).json()["numberReturned"] == 30


@pytest.mark.parametrize(
    "asked", ["", "&bbox=116,36,116.2,36.2", "&filter=name LIKE '%25' OR cash='yes'", "&category=hotel"]
)
def test_pages_hold_everything_once(client: TestClient, asked: str) -> None:
    """Following `next` shows what one large page shows, in the same order, with the same count on each."""
    whole = [f["id"] for f in client.get(f"{ITEMS}?limit=10000{asked}").json()["features"]]
    shown, address = [], f"{ITEMS}?limit=4{asked}"
    while address:
        page = client.get(address).json()
        assert page["numberMatched"] == len(whole)
        shown += [feature["id"] for feature in page["features"]]
        address = links(page).get("next", "")
    assert shown == whole
    assert len(set(shown)) == len(shown) > 4


def test_a_box_finds_what_touches_it_and_what_has_no_position(client: TestClient) -> None:
    """v0 to v3 lie in the box; v5, v11, .. have no position, which the standard puts into every box."""
    nowhere = numbered(5, 11, 17, 23, 29)
    assert names(client, bbox="116.0,36.0,116.04,36.2") == numbered(0, 1, 2, 3) | nowhere
    assert names(client, bbox="116.0,36.0,-5,116.04,36.2,900") == numbered(0, 1, 2, 3) | nowhere
    assert names(client, bbox="116.005,36.1,116.005,36.1") == numbered(0) | nowhere
    assert names(client, bbox="0,0,1,1", filter="name LIKE '%9' OR cash = 'yes'") == numbered(29)
    assert names(client, bbox="0,0,1,1", category="hotel") == set()


def test_a_box_may_cross_the_date_line(client: TestClient) -> None:
    """West of east is the way round the back of the world: all but what lies between."""
    outside = names(client, bbox="116.1,36.0,116.0,36.2")
    assert outside == numbered(*(n for n in range(30) if n >= 10 or n == 5))
    assert names(client, bbox="116.1,36.0,116.0,36.2", category="mall") == {n for n in outside if n.startswith("商场")}


def test_datetime_is_the_last_change(client: TestClient) -> None:
    """v0 and v1 changed on 1 March, v2 and v3 on the 2nd, ..: a moment, a span, and both open ends."""
    assert names(client, datetime="2026-03-05T00:00:00Z") == numbered(8, 9)
    assert names(client, datetime="2026-03-05T00:00:00Z/2026-03-06T08:00:00+08:00") == numbered(8, 9, 10, 11)
    assert names(client, datetime="2026-03-14T00:00:01Z/..") == numbered(28, 29)
    assert names(client, datetime="../2026-03-01T00:00:00Z") == names(client, datetime="/2026-03-01T00:00:00Z")
    assert names(client, datetime="../2026-03-01T00:00:00Z") == numbered(0, 1)
    assert client.get("/ogc/collections/regions/items?datetime=2026-03-05T00:00:00Z").json()["numberMatched"] == 4


def test_an_unchanged_version_is_not_sent_again(client: TestClient) -> None:
    """An ETag brings 304 where it was given; a question that has no answer stays an error."""
    for path in (ITEMS, f"{ITEMS}?filter=name LIKE '%25'", "/ogc/collections", "/ogc/collections/regions/items"):
        said = {"if-none-match": client.get(path).headers["etag"]}
        assert client.get(path, headers=said).status_code == 304
    assert client.get(f"{ITEMS}?filter=x", headers=said).status_code == 400
    assert client.get(f"{ITEMS}/none", headers=said).status_code == 404


# Part 1, GeoJSON and OpenAPI 3.0


def test_features_are_geojson_and_flat(client: TestClient) -> None:
    """A collection and a feature are GeoJSON of its media type, and no property holds an object or a list."""
    answer = client.get(ITEMS)
    assert answer.headers["content-type"] == GEOJSON
    for feature in answer.json()["features"]:
        assert feature["type"] == "Feature"
        assert not [value for value in feature["properties"].values() if isinstance(value, dict | list)]
    one = client.get(f"{ITEMS}/{answer.json()['features'][0]['id']}")
    assert one.headers["content-type"] == GEOJSON
    assert set(links(one.json())) == {"self", "collection"}


def test_what_nobody_saw_is_unknown(client: TestClient) -> None:
    """A venue that nobody looked at says `unknown`, with no day and no source, and never `no`."""
    (feature,) = client.get(ITEMS, params={"filter": "name = '医院8'"}).json()["features"]
    told = feature["properties"]
    assert (told["foreign_card"], told["cash"]) == ("unknown", "unknown")
    assert (told["foreign_card_observed_at"], told["foreign_card_schemes"], told["foreign_card_stale"]) == (None,) * 3


def test_the_definition_is_openapi_and_names_what_there_is(client: TestClient) -> None:
    """It validates, and each collection's items name every parameter that they take, with the largest limit."""
    answer = client.get("/ogc/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    OpenAPI.model_validate(answer.json())
    shared = answer.json()["components"]["parameters"]
    assert shared["limit"]["schema"]["maximum"] == 10_000
    for collection in ("venues", "regions", "gaps"):
        told = answer.json()["paths"][f"/collections/{collection}/items"]["get"]["parameters"]
        named = {p.get("name") or p["$ref"].rpartition("/")[2] for p in told}
        asked = client.get(f"/ogc/collections/{collection}/queryables").json()["properties"]
        assert named == {*shared, *asked} - {"geometry"}


# Part 3, queryables and filter


@pytest.mark.parametrize("collection", ["venues", "regions", "gaps"])
def test_the_schema_tells_what_features_say(client: TestClient, collection: str) -> None:
    """The schema's properties are the features' own; the queryables hold them all, with titles in both languages."""
    base = f"/ogc/collections/{collection}"
    schema, asked = (client.get(f"{base}/{name}") for name in ("schema", "queryables"))
    assert asked.headers["content-type"] == "application/schema+json"
    shown = set(schema.json()["properties"]) - {"geometry"}
    for feature in client.get(f"{base}/items").json()["features"]:
        assert set(feature["properties"]) == shown
    assert set(asked.json()["properties"]) >= shown
    assert asked.json()["$id"] == f"http://testserver{base}/queryables"
    assert all(" / " in told["title"] for told in asked.json()["properties"].values())


def test_a_queryable_is_a_parameter(client: TestClient) -> None:
    """`name=value` means equality, for each kind of value, and goes together with everything else."""
    assert names(client, category="hotel", region="371503") == numbered(15, 18, 21, 24, 27)
    assert names(client, foreign_card_visa="yes", bbox="116,36,116.02,36.2") == numbered(0, 1)
    for day in ("2026-03-01", "2026/03/01", "20260301"):
        assert names(client, foreign_card_observed_at=day, category="hospital") == numbered(2, 5)
    assert names(client, updated_at="2026-03-05T08:00:00+08:00") == numbered(8, 9)
    assert names(client, foreign_card_stale="true") == set()
    assert names(client, category="hotel", filter="foreign_card = 'unknown' AND region = '371502'") == numbered(9, 12)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        # basic CQL2
        ("category = 'hotel' AND foreign_card = 'yes'", (0, 3, 6)),
        ("NOT (category = 'hotel' OR category = 'mall') AND region = '371502'", (2, 5, 8, 11, 14)),
        ("category <> 'hotel' AND foreign_card <> 'unknown'", (1, 2, 4, 5)),
        ("'2' <= name AND name_zh = '酒店3'", (3,)),
        ("foreign_card_observed_at = DATE('2026-03-01') AND foreign_card_stale = FALSE", (0, 1, 2, 3, 4, 5, 6)),
        ("updated_at >= TIMESTAMP('2026-03-15T00:00:00Z')", (28, 29)),
        ("updated_at < TIMESTAMP('2026-03-01T08:00:01+08:00')", (0, 1)),
        ("name_en IS NULL AND category = 'mall'", (4, 10, 16, 22, 28)),
        ("name_en IS NOT NULL AND foreign_card = 'yes'", (1, 3)),
        # what is null decides nothing, either way
        ("name_en = 'Place 1' OR name_zh = '酒店0'", (0, 1)),
        ("NOT name_en = 'Place 1' AND foreign_card = 'yes'", (3,)),
        ("NOT (name_en = 'Place 1' AND category = 'nothing') AND foreign_card = 'yes'", (0, 1, 2, 3, 4, 6)),
        # advanced comparison operators
        ("name LIKE '酒店1_'", (12, 15, 18)),
        ("name NOT LIKE '%0' AND foreign_card IN ('yes', 'no')", (1, 2, 3, 4, 5, 6)),
        ("category NOT IN ('hotel', 'mall') AND foreign_card IN ('no')", (5,)),
        ("name BETWEEN '酒店1' AND '酒店13'", (12,)),
        # case-insensitive comparison
        ("CASEI(name_en) = CASEI('pLACE 1')", (1,)),
        ("CASEI(name_en) LIKE casei('%LACE 2_')", (21, 23, 25, 27, 29)),
        # property-property comparison
        ("name = name_zh AND foreign_card = foreign_card_visa", (0, 1, 2, 3, 4, 5, *range(7, 30))),
        # spatial functions, with all their literals
        ("S_INTERSECTS(geometry, BBOX(116, 36, 116.02, 36.2))", (0, 1)),
        ("S_INTERSECTS(geometry, POINT(116.005 36.1))", (0,)),
        ("S_WITHIN(geometry, POLYGON((116 36, 116.03 36, 116.03 36.2, 116 36.2, 116 36)))", (0, 1, 2)),
        ("S_INTERSECTS(geometry, MULTIPOINT((116.005 36.1), (116.015 36.1)))", (0, 1)),
        ("S_INTERSECTS(geometry, LINESTRING(116 36.1, 116.01 36.1))", (0,)),
        ("S_EQUALS(geometry, POINT(116.005 36.1)) OR S_TOUCHES(geometry, LINESTRING(116.015 36.1, 117 37))", (0, 1)),
        ("S_DISJOINT(geometry, BBOX(116, 36, 116.29, 36.2))", ()),
        ("NOT S_INTERSECTS(geometry, BBOX(116, 36, 116.28, 36.2))", (28,)),
        ("S_CROSSES(geometry, BBOX(116, 36, 117, 37)) OR S_OVERLAPS(geometry, BBOX(116, 36, 117, 37))", ()),
        ("S_CONTAINS(BBOX(116, 36, 116.02, 36.2), geometry)", (0, 1)),
        ("geometry IS NULL AND region = '371502'", (5, 11)),
        # temporal functions
        ("T_AFTER(updated_at, TIMESTAMP('2026-03-14T00:00:00Z'))", (28, 29)),
        ("T_BEFORE(updated_at, TIMESTAMP('2026-03-02T00:00:00Z'))", (0, 1)),
        ("T_EQUALS(updated_at, TIMESTAMP('2026-03-02T00:00:00Z'))", (2, 3)),
        ("T_DURING(updated_at, INTERVAL('2026-03-01T12:00:00Z', '2026-03-02T12:00:00Z'))", (2, 3)),
        ("T_INTERSECTS(updated_at, INTERVAL('..', '2026-03-01T00:00:00Z'))", (0, 1)),
        ("T_INTERSECTS(updated_at, INTERVAL('2026-03-15T00:00:00Z', '..'))", (28, 29)),
        ("NOT T_DISJOINT(updated_at, INTERVAL('2026-03-15T00:00:00Z', '2026-03-16T00:00:00Z'))", (28, 29)),
        ("T_AFTER(foreign_card_observed_at, DATE('2026-02-28'))", (0, 1, 2, 3, 4, 5, 6)),
        # aspects: a refusal of the whole denies each, one refused aspect denies nothing else
        ("foreign_card_visa = 'no'", (5, 6)),
        ("foreign_card_jcb = 'yes' AND foreign_card_visa = 'no'", (6,)),
        ("foreign_card_schemes LIKE '%visa%'", (0, 1, 2, 3, 4)),
        # what contradicts itself, or names a word that there is not, finds nothing
        ("category = 'hotel' AND category = 'mall'", ()),
        ("foreign_card = 'sometimes'", ()),
        ("region = '371500'", ()),
        ("TRUE AND category = 'hotel' AND foreign_card = 'yes'", (0, 3, 6)),
    ],
)  # fmt: skip
def test_a_filter_finds_what_it_says(client: TestClient, asked: str, found: tuple[int, ...]) -> None:
    """Each operator that the conformance page claims."""
    asked_for = {"filter": asked, "filter-lang": "cql2-text",
                 "filter-crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}  # fmt: skip
    assert names(client, **asked_for) == numbered(*found)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("category =", "from character 11 on, at the end"),
        ("category == 'hotel'", "from character 11 on, before"),
        ("(category = 'hotel'", "from character 20 on, at the end"),
        ("category = 'hotel'\nAND (", "from character 25 on"),
        ("category = 'hotel' AND colour = 'red'", "'colour' at character 24 is not among the queryables"),
        ("category", "is a value, not a condition"),
        ("category = 5", "compares a string with a number"),
        ("updated_at > '2026-03-01T00:00:00Z'", "write TIMESTAMP('2026-11-23T14:00:00Z')"),
        ("updated_at > TIMESTAMP('soon')", "'soon' at character 25 is not a time"),
        ("foreign_card_observed_at > DATE('2026-02-30')", "is not a time"),
        ("S_INTERSECTS(geometry, 'here')", "needs a geometry, not a string"),
        ("S_INTERSECTS(geometry, BBOX(170, 30, -170, 40))", "use the parameter bbox"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))", "is not a valid geometry"),
        ("S_DWITHIN(geometry, POINT(1 1), 5)", "S_DWITHIN"),
        ("nearest(category)", "NEAREST at character 1"),
        ("T_DURING(category, INTERVAL('..', '2026-03-01'))", "T_DURING"),
        ("geometry = geometry", "cannot compare a geometry"),
        ("T_AFTER(updated_at)", "T_AFTER at character 1 takes 2, not 1"),
        ("CASEI(name, name) = 'x'", "CASEI at character 1 takes 1, not 2"),
        ("location_error_m = " + "1+" * 60 + "1", "more than 50 operations inside each other"),
        ("location_error_m = " + "-" * 5000 + "1", "characters of names and operators, at character"),
        ("(" * 11 + "category = 'hotel'" + ")" * 11, "more than 10 parentheses inside each other, at character 11"),
    ],
)
def test_a_filter_that_makes_no_sense_is_400_with_the_place(client: TestClient, asked: str, told: str) -> None:
    """The problem says where and what instead."""
    answer = client.get(ITEMS, params={"filter": asked})
    assert (answer.status_code, answer.json().get("parameter")) == (400, "filter")
    assert told in answer.json()["detail"]


# the small collections


def test_regions_filter_and_page_like_venues(client: TestClient) -> None:
    """The city, two counties and a zone; a zone has no border and is in every box."""
    base = "/ogc/collections/regions/items"
    found = client.get(base, params={"filter": "level = 'county' AND S_INTERSECTS(geometry, POINT(116.2 36.1))"}).json()
    assert [feature["id"] for feature in found["features"]] == ["371503"]
    boxed = client.get(base, params={"bbox": "116.2,36.1,116.21,36.2"}).json()["features"]
    assert [feature["id"] for feature in boxed] == ["371500", "371500-z", "371503"]
    page = client.get(base, params={"limit": 3}).json()
    assert [f["id"] for f in client.get(links(page)["next"]).json()["features"]] == ["371503"]
    assert client.get(f"{base}/371500-z").json()["geometry"] is None


def test_gaps_are_of_the_capability_asked_for(client: TestClient) -> None:
    """Each with the contract's id and properties; one by its id, whatever its capability."""
    base = "/ogc/collections/gaps/items"
    every = client.get(base).json()["features"]
    some = client.get(base, params={"capability": "cash"}).json()["features"]
    contract = client.get("/api/v1/gaps", params={"capability": "cash"}).json()["features"]
    assert {gap["id"] for gap in some} == {gap["id"] for gap in contract} < {gap["id"] for gap in every}
    assert {gap["properties"]["certainty"] for gap in every} == {"possible"}
    assert client.get(f"{base}/{some[0]['id']}").json()["properties"] == some[0]["properties"]
    large = client.get(base, params={"filter": "capability IN ('cash') AND area_km2 > 1e6"}).json()
    assert large["numberMatched"] == 0


def test_every_queryable_is_documented() -> None:
    """docs/ogc.md names each field, those of a capability by the pattern that it shows for foreign cards."""
    told = (ROOT / "docs" / "ogc.md").read_text("utf-8")
    own = [name for name in VENUE_FIELDS.of if not any(name.startswith(capability) for capability in CAPABILITIES)]
    pattern = [f"foreign_card{end}" for end in ("", "_schemes", "_observed_at", "_source", "_stale", "_visa")]
    lists = [name for name in VENUE_FIELDS.of if name.endswith(("_wallets", "_currencies", "_directions"))]
    every = [*own, *pattern, *lists, *REGION_FIELDS.of, *GAP_FIELDS.of]
    assert [name for name in every if f"`{name}`" not in told] == []
