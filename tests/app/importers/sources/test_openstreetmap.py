"""OpenStreetMap files: objects of our categories, and what their tags say."""

from datetime import date
from pathlib import Path

import osmium
import pytest

from app.errors import BadFile
from app.importers.ledger import read_ledger
from app.importers.record import Record, Said
from app.importers.sources import read_table
from app.importers.sources.osm_tags import CATEGORY_OF, category_of, said_of, seen_on
from app.vocabulary import CAPABILITIES, CATEGORIES

EDITED = "2024-05-01T00:00:00Z"
CORNERS = [(115.98, 36.45), (115.99, 36.45), (115.99, 36.46), (115.98, 36.46)]


def node(number: int, at: tuple[float, float], **tags: str) -> osmium.osm.mutable.Node:
    """A node as osmium writes one; `__` in a name of a tag stands for a colon."""
    return osmium.osm.mutable.Node(id=number, location=at, version=1, timestamp=EDITED, tags=tagged(tags))


def tagged(tags: dict[str, str]) -> dict[str, str]:
    """Tags by their real names."""
    return {key.replace("__", ":"): value for key, value in tags.items()}


@pytest.fixture(params=["osm", "osm.pbf"])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Nodes, a closed way, a multipolygon, and things that are none of ours, in both forms."""
    path = tmp_path / f"city.{request.param}"
    with osmium.SimpleWriter(str(path)) as writer:
        writer.add_node(node(1, (115.97, 36.44), amenity="restaurant", name="示例餐厅", name__en="Sample",
                             payment__visa="yes",
                             payment__unionpay="yes", payment__cash="no", payment__alipay="yes", addr__street="示例路",
                             addr__housenumber="8", opening_hours="Mo-Su 10:00-22:00",
                             phone="+86 635 0000000"))  # fmt: skip
        writer.add_node(node(2, (115.97, 36.45), amenity="atm", operator="示例银行",
                             cash_withdrawal__foreign_cards="yes",
                             cash_withdrawal__jcb="no", payment__visa="yes", check_date="2024-06-30"))  # fmt: skip
        writer.add_node(
            node(
                3,
                (115.97, 36.45),
                amenity="bureau_de_change",
                name="示例兑换点",
                currency__USD="yes",
                currency__CNY="yes",
            )
        )
        writer.add_node(node(4, (115.97, 36.45), amenity="bench", name="示例长椅"))
        writer.add_node(node(5, (115.97, 36.45), shop="supermarket"))
        writer.add_node(node(6, (115.97, 36.45), shop="convenience", name="示例旧店", disused="yes"))
        for number, corner in enumerate(CORNERS, 10):
            writer.add_node(node(number, corner))
        ring = [10, 11, 12, 13, 10]
        mutable = osmium.osm.mutable
        writer.add_way(mutable.Way(id=7, nodes=ring, version=1, timestamp=EDITED,
                                   tags={"tourism": "hotel", "name": "示例酒店", "name:zh": "示例大酒店",
                                         "stars": "4", "survey:date": "2024-04-01"}))  # fmt: skip
        writer.add_way(mutable.Way(id=8, nodes=ring, version=1, timestamp=EDITED, tags={}))
        writer.add_relation(mutable.Relation(id=9, version=1, timestamp=EDITED, members=[("w", 8, "outer")],
                                             tags={"type": "multipolygon", "shop": "mall", "name": "示例商场",
                                                   "payment:credit_cards": "yes"}))  # fmt: skip
    return path


def records(path: Path) -> dict[str, Record]:
    """The file's records by external id."""
    ledger = read_ledger(path, path.name, regions={}, today=date(2026, 11, 24))
    return {r.values["external_id"]: r for r in ledger.records}


def test_nodes_ways_and_multipolygons_become_venues(city: Path) -> None:
    """Those of our categories that have a name; the rest is left out, nameless ones with a remark."""
    found = records(city)
    assert {key: r.values["category"] for key, r in found.items()} == {
        "node/1": "restaurant", "node/2": "atm", "node/3": "exchange_agent", "way/7": "hotel", "relation/9": "mall",
    }  # fmt: skip
    assert [r.faults for r in found.values()] == [[]] * 5
    assert (found["node/1"].lon, found["node/1"].lat, found["node/1"].datum) == (115.97, 36.44, "wgs84")
    for key in ("way/7", "relation/9"):
        assert (found[key].lon, found[key].lat) == pytest.approx((115.985, 36.455), abs=1e-6)
    assert read_table(city, city.name).remarks[0][1] == "1 objects without a name were left out."


def test_attributes_come_from_their_tags(city: Path) -> None:
    """Names in both languages, address, hours, telephone, operator, stars."""
    found = records(city)
    assert found["node/1"].values == {
        "external_id": "node/1", "name_zh": "示例餐厅", "name_en": "Sample", "category": "restaurant",
        "address_zh": "示例路8号",
        "phone": "+86 635 0000000", "opening_hours": "Mo-Su 10:00-22:00", "source": "OpenStreetMap contributors, ODbL",
    }  # fmt: skip
    assert (found["way/7"].values["name_zh"], found["way/7"].values["level"]) == ("示例大酒店", "4_star")
    assert (found["node/2"].values["name_zh"], found["node/2"].values["operator"]) == ("示例银行 ATM", "示例银行")
    assert {r.extra["source_kind"] for r in found.values()} == {"openstreetmap"}


def test_payment_tags_become_statements(city: Path) -> None:
    """Aspect by aspect; 银联 and credit cards alone leave the whole unsaid; a bureau changes money."""
    found = records(city)
    assert found["node/1"].said == {
        "foreign_card": Said(None, {"visa": "yes", "unionpay": "yes"}), "cash": Said("no"),
        "mobile_pay": Said(None, {"alipay": "yes"}),
    }  # fmt: skip
    assert found["node/2"].said == {"foreign_card_atm": Said("yes", {"jcb": "no"})}
    assert found["node/3"].said == {"currency_exchange": Said("yes", {"USD": "yes"})}
    assert found["relation/9"].said == {}


def test_the_day_is_when_somebody_looked(city: Path) -> None:
    """As the tags say, else the day of the last edit."""
    found = records(city)
    assert [found[k].observed_at for k in ("node/1", "node/2", "way/7")] == [
        date(2024, 5, 1),
        date(2024, 6, 30),
        date(2024, 4, 1),
    ]
    assert seen_on({"check_date:payment": "2024-03-01", "check_date": "soon"}, date(2024, 5, 1)) == date(2024, 3, 1)


@pytest.mark.parametrize("word", ["unionpay", "credit_cards", "debit_cards", "cards"])
@pytest.mark.parametrize("value", ["yes", "no"])
def test_cards_in_general_say_nothing_of_foreign_ones(word: str, value: str) -> None:
    """At most that UnionPay works."""
    said = said_of({f"payment:{word}": value}, "restaurant")
    assert set(said) <= {"foreign_card:unionpay"}


def test_currencies_count_only_where_money_is_changed() -> None:
    """A shop that takes dollars does not change them; a bank that says so does."""
    assert said_of({"currency:USD": "yes"}, "restaurant") == {}
    assert said_of({"currency:USD": "yes", "currency_exchange": "yes"}, "bank_branch") == {
        "currency_exchange": "yes", "currency_exchange:USD": "yes",
    }  # fmt: skip


def test_what_tags_say_is_in_our_vocabulary() -> None:
    """Categories, capabilities and aspects."""
    assert set(CATEGORY_OF.values()) == set(CATEGORIES) - {"business_district", "exchange_machine"}
    assert category_of({"amenity": "bureau_de_change", "automated": "yes"}) == "exchange_machine"
    assert category_of({"railway": "station", "station": "subway"}) is None
    keys = [
        f"{s}:{w}"
        for s in ("payment", "cash_withdrawal")
        for w in ("visa", "amex", "jcb", "discover_card", "wechat", "e_cny", "cash", "foreign_cards")
    ]
    for field in said_of(dict.fromkeys(keys, "yes"), "restaurant"):
        capability, _, aspect = field.partition(":")
        assert aspect in {"", *CAPABILITIES[capability].aspects}


def refusal(path: Path) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(BadFile) as caught:
        read_table(path, "city.osm")
    return str(caught.value)


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    """Before anything is expanded."""
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "aaaaaaaaaa"}">' for i in range(10))
    path = tmp_path / "a"
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE osm [{entities}]><osm version="0.6"><node id="1" lat="1" lon="1">'
                    '<tag k="name" v="&e9;"/></node></osm>', encoding="utf-8")  # fmt: skip
    assert "is no complete OpenStreetMap file" in refusal(path)


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """Or holds nothing of ours."""
    path = tmp_path / "a"
    path.write_text(
        '<?xml version="1.0"?><osm version="0.6"><node id="1" lat="36" lon="115"><tag k="amenity"', encoding="utf-8"
    )
    assert "is no complete OpenStreetMap file" in refusal(path)
    path.write_text('<?xml version="1.0"?><osm version="0.6"></osm>', encoding="utf-8")
    assert "holds no object of our categories" in refusal(path)
