"""A file is judged row by row, and nothing is written."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.errors import NotAllowed
from app.imports.staging import Staged
from app.register import places
from app.register.changes import latest
from app.tables import Institution, Venue
from geo.datum import from_wgs84
from small_imports import BANK, HOTEL, KNOWN, SYSTEM, counted
from small_register import venue_id

Stage = Callable[..., Staged]


def changed(row: tuple, **cells: object) -> tuple:
    """A row with some cells changed, by place."""
    return tuple(cells.get(f"c{i}", cell) for i, cell in enumerate(row))


def codes(staged: Staged, at: int = 0) -> list[str]:
    """What is remarked on a row."""
    return [remark.code for remark in staged.outcomes[at].remarks]


def test_nothing_is_written(session: Session, stage: Stage) -> None:
    """Not a venue, not a statement, not the number of a change."""
    before = counted(session), latest(session)
    staged = stage(HOTEL, KNOWN)
    session.commit()
    assert [(o.row, o.outcome) for o in staged.outcomes] == [(3, "new"), (4, "same")]
    assert (counted(session), latest(session)) == before


def test_what_would_change_is_told_field_by_field(stage: Stage) -> None:
    """The register's value, then the file's; and each new statement."""
    told = stage(KNOWN).outcomes[0]
    assert told.venue_id == venue_id("a")
    assert told.cells["change"] == {"phone": [None, "0635-8412000"]}
    assert told.cells["say"] == [("foreign_card", "", "no", date(2026, 3, 5), "台账", {})]


def test_unknown_says_nothing(stage: Stage) -> None:
    """A cell that reads 未知 records no statement."""
    assert stage(changed(HOTEL, c7="未知", c8="", c9="")).outcomes[0].cells["say"] == []


def test_a_status_needs_a_day(stage: Stage) -> None:
    """Without one it is not recorded, and a remark says so; the user may state the day of all."""
    row = changed(HOTEL, c10=None)
    staged = stage(row)
    assert (staged.outcomes[0].outcome, staged.outcomes[0].cells["say"]) == ("new", [])
    assert "no_day" in codes(staged)
    said = stage(row, observed_on=date(2026, 2, 1)).outcomes[0].cells["say"]
    assert {s[3] for s in said} == {date(2026, 2, 1)}


@pytest.mark.parametrize(("cells", "code"), [({"c1": ""}, "name_missing"), ({"c2": ""}, "no_category")])
def test_a_new_venue_needs_name_and_category(stage: Stage, cells: dict, code: str) -> None:
    """Otherwise the row is refused, with the reason."""
    staged = stage(HOTEL, changed(HOTEL, c0="H2", c4=116.0, **cells))
    assert staged.outcomes[1].outcome == "refuse"
    assert code in codes(staged, 1)


def test_a_position_outside_the_city_is_refused(stage: Stage) -> None:
    """The row says where it is, and is not taken."""
    staged = stage(changed(HOTEL, c4=120.0))
    assert staged.outcomes[0].outcome == "refuse"
    assert codes(staged) == ["outside_city"]
    assert staged.outcomes[0].cells["lon"] == 120.0


def test_a_datum_is_never_assumed(stage: Stage) -> None:
    """A position without one is refused until its user states it; then it lands where the map says."""
    lon, lat = (round(float(v[0]), 7) for v in from_wgs84([115.97], [36.47], "gcj02"))
    row = changed(HOTEL, c4=lon, c5=lat, c6="")
    refused = stage(row)
    assert (refused.choice.how, refused.outcomes[0].outcome, codes(refused)) == ("none", "refuse", ["no_datum"])
    told = stage(row, datum="高德")
    cells = told.outcomes[0].cells
    assert told.choice.how == "stated"
    assert (round(cells["lon"], 6), round(cells["lat"], 6)) == (115.97, 36.47)
    assert (cells["add"]["original_lon"], cells["add"]["original_datum"]) == (lon, "gcj02")


def test_the_datum_is_guessed_from_known_places_and_has_to_be_accepted(session: Session, stage: Stage) -> None:
    """The evidence names the datum; nothing is taken until somebody accepts it."""
    spots = [(115.91 + n / 50, 36.42 + n / 60) for n in range(8)]
    made = [
        {"id": venue_id(str(n)), "name_zh": f"{word}家楼饭店", "category": "restaurant", "region": "371502",
         "source": "-", **places.position(*spot)}
        for n, (word, spot) in enumerate(zip("赵钱孙李周吴郑王", spots, strict=True))
    ]  # fmt: skip
    places.add(session, made, SYSTEM)
    session.commit()
    lon, lat = from_wgs84(*zip(*spots, strict=True), "bd09")
    rows = [
        ("", row["name_zh"], "餐饮", "东昌府区", float(x), float(y), "", "是", "", "", "2026-03-05", "")
        for row, x, y in zip(made, lon, lat, strict=True)
    ]
    shown = stage(*rows)
    assert (shown.choice.datum, shown.choice.guess) == (None, "bd09")
    assert {e["datum"] for e in shown.choice.evidence} == {"wgs84", "gcj02", "bd09"}
    assert {o.outcome for o in shown.outcomes} == {"refuse"}
    taken = stage(*rows, accept_guessed=True)
    assert (taken.choice.how, {o.outcome for o in taken.outcomes}) == ("guessed", {"same"})
    assert not any(o.cells["change"] for o in taken.outcomes)


def test_what_is_of_others_is_refused(session: Session, stage: Stage) -> None:
    """A bank's row that is another bank's venue; a file of nothing else is refused as a whole."""
    session.get_one(Venue, venue_id("a")).institution = "icbc"
    session.commit()
    staged = stage(HOTEL, KNOWN, actor=BANK, institution="boc")
    assert [o.outcome for o in staged.outcomes] == ["new", "refuse"]
    assert (codes(staged, 1), staged.denied) == (["not_yours"], ["甲酒店"])
    with pytest.raises(NotAllowed):
        stage(KNOWN, actor=BANK, institution="boc")
    with pytest.raises(NotAllowed):
        stage(HOTEL, actor=BANK, institution="icbc")


def test_an_operator_that_is_another_bank_is_refused(session: Session, stage: Stage) -> None:
    """Whoever the file is of, a row under another bank's name is that bank's."""
    header = ("名称", "类别", "县区", "机构")
    staged = stage(("己饭店", "餐饮", "东昌府区", "中国银行"), ("庚饭店", "餐饮", "东昌府区", "中国工商银行"),
                   header=header, actor=BANK, institution="boc")  # fmt: skip
    assert [o.outcome for o in staged.outcomes] == ["new", "refuse"]
    assert session.get_one(Institution, "icbc").name_zh == "中国工商银行"


def test_a_number_stands_for_one_venue(stage: Stage) -> None:
    """The same number under another name is refused."""
    staged = stage(HOTEL, changed(HOTEL, c1="辛饭店", c4=116.05))
    assert (staged.outcomes[1].outcome, codes(staged, 1)) == ("refuse", ["number_twice"])


def test_what_was_set_by_hand_after_the_ledger_stays(session: Session, stage: Stage) -> None:
    """A person's later value is not overwritten; a remark tells both."""
    places.change(session, {venue_id("a"): {"phone": "0635-1111111"}}, BANK)
    session.commit()
    staged = stage(KNOWN)
    assert (staged.outcomes[0].cells["change"], codes(staged)) == ({}, ["by_hand"])
    assert "0635-1111111" in staged.outcomes[0].remarks[0].zh


def test_a_venue_is_not_moved_to_another_bank(session: Session, stage: Stage) -> None:
    """A bank's own venue under another bank's name is refused: what it would become is not the bank's any more."""
    session.get_one(Venue, venue_id("a")).institution = "boc"
    session.commit()
    header = ("id", "名称", "类别", "县区", "机构")
    rows = (venue_id("a"), "甲酒店", "酒店", "东昌府区", "中国工商银行"), ("", "己饭店", "餐饮", "东昌府区", "中国银行")
    staged = stage(*rows, header=header, actor=BANK, institution="boc")
    assert [o.outcome for o in staged.outcomes] == ["refuse", "new"]
    assert not staged.outcomes[0].cells.get("change")


def test_another_banks_removed_venue_does_not_come_back_as_ones_own(session: Session, stage: Stage) -> None:
    """Its id in a file is no way to it."""
    session.get_one(Venue, venue_id("a")).institution = "icbc"
    places.remove(session, [venue_id("a")], BANK, "gone")
    session.commit()
    header = ("id", "名称", "类别", "县区")
    rows = (venue_id("a"), "甲酒店", "酒店", "东昌府区"), ("", "己饭店", "餐饮", "东昌府区")
    staged = stage(*rows, header=header, actor=BANK, institution="boc")
    assert [o.outcome for o in staged.outcomes] == ["refuse", "new"]
