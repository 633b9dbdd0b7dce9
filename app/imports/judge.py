"""What becomes of each row: the same venue, a new one, a question, or refused; and what would be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row

from app.importers.directory import venue_key
from app.importers.kinds import ASK, NEW, REFUSE, SAME, Outcome, Remark
from app.importers.ledger import Ledger
from app.importers.record import Fault, Record
from app.importers.sources.table import letter
from app.imports import differences
from app.imports.asked import Asked
from app.imports.held import Held, Known
from app.imports.places import Placed
from app.imports.words import REASONS, remark
from app.permissions import TABLE, Action, Reach, Role, Subject, may
from app.policy import Policy
from app.register.keys import fresh_key
from app.register.places import POSITION
from app.tables.base import now
from app.vocabulary import CAPABILITIES, LocationQuality

MOVED_BY_M = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """What matching said of a row: the venue, the reason, the candidates (best first), the row that is its twin."""

    outcome: str
    venue: str | None = None
    reason: str = ""
    score: float = 0.0
    candidates: tuple[str, ...] = ()
    twin: int | None = None


@dataclass
class Judge:
    """Everything that a row is judged by.

    source: where statements are from that do not say it themselves.
    before: the id that an earlier staging of this import gave to each row's new venue.
    denied: the names of what was not the actor's, for the trail.
    """

    asked: Asked
    ledger: Ledger
    held: Held
    known: Known
    policy: Policy
    city: str
    source: str
    before: Mapping[int, str] = field(default_factory=dict)
    today: date = field(default_factory=lambda: now().date())
    denied: list[str] = field(default_factory=list)
    _taken: dict[str, int] = field(default_factory=dict)
    _anybodys: bool = False
    _names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Ask once what need not be asked of each row."""
        self._anybodys = TABLE[Action.IMPORT].get(Role(self.asked.actor.role)) == Reach.ANY

    def outcome(self, record: Record, house: str | None, placed: Placed, found: Found) -> Outcome:
        """One row's outcome.

        Args:
            record: the row as read.
            house: the institution whose venue it is, by its operator or the file's.
            placed: its position and region.
            found: what matching said.
        """
        remarks = [*map(_of_fault, record.faults), *self._placing(placed)]
        made = Outcome(record.row, found.outcome, _shown(record, placed), remarks)
        if any(r.level == "error" for r in remarks):
            made.outcome = REFUSE
        elif found.outcome == ASK:
            self._ask(made, record, house, placed, found)
        elif found.outcome == SAME and found.venue is not None:
            self._same(made, record, house, placed, found)
        else:
            self._new(made, record, house, placed)
        return made

    def _placing(self, placed: Placed) -> list[Remark]:
        return [self.remark(code, name, **facts) for code, name, facts in placed.remarks]

    def remark(self, code: str, on: str = "", **facts: object) -> Remark:
        """A remark on a field of the row, under the name and letter that the file gives it."""
        index = self.ledger.columns.get(on)
        if index is None:
            return remark(code, ("", ""), **facts)
        return remark(code, (self.ledger.names[index].replace("//", " / "), letter(index)), **facts)

    def _ask(self, made: Outcome, record: Record, house: str | None, placed: Placed, found: Found) -> None:
        made.cells["match"] = {
            "reason": found.reason,
            "score": found.score,
            "candidates": list(found.candidates),
            "twin": found.twin,
        }
        made.cells["record"] = _kept(record, house, placed)
        made.remarks.append(remark("ask", why=REASONS.get(found.reason, (found.reason, found.reason))))

    def _same(self, made: Outcome, record: Record, house: str | None, placed: Placed, found: Found) -> None:
        key = found.venue or ""
        row = self.known.rows[key]
        made.cells |= {"matched_external_id": row.external_id, "matched_name": row.name_zh, "reason": found.reason}
        if not self._is_own(self._subject(row)):
            self._deny(made, row.name_zh)
            return
        own = found.reason in {"id", "external_id"}
        first = self._taken.setdefault(key, record.row)
        if first == record.row:
            self._change(made, record, house, placed, row, own=own)
            if not self._is_own(self._subject(row, made.cells["change"])):
                del made.cells["change"]
                self._deny(made, row.name_zh)
                return
        else:
            made.remarks.append(remark("same_as_row", row=first))
        made.venue_id = key
        known = self.known
        self._say(made, record, known.said.get(key, set()), known.force.get(key, {}), licence=known.licences.get(key))

    def _change(
        self, made: Outcome, record: Record, house: str | None, placed: Placed, row: Row[Any], *, own: bool
    ) -> None:
        values = record.values | ({"institution": house} if house else {}) | placed.region_values
        wanted = differences.attributes(values, row, own=own)
        if not own and record.values.get("name_zh") not in {None, row.name_zh}:
            made.remarks.append(self.remark("called", "name_zh", held=row.name_zh))
        change = {name: [getattr(row, name), value] for name, value in wanted.items()}
        change |= self._moved(made, record, placed, row)
        made.cells["change"] = {n: pair for n, pair in change.items() if self._may_change(made, record, row, n, pair)}
        made.cells["seen"] = row.version
        if made.cells["change"]:
            named = self._columns(made.cells["change"])
            made.remarks.append(remark("changes", what=named))

    def _moved(self, made: Outcome, record: Record, placed: Placed, row: Row[Any]) -> dict[str, list[Any]]:
        """The position as one change, where the file's lies elsewhere and may be taken."""
        if placed.lon is None or placed.lat is None:
            return {}
        far = differences.metres(row, placed.lon, placed.lat)
        if far is not None and far <= MOVED_BY_M:
            return {}
        told = record.values.get("location_quality", LocationQuality.SOURCED.value)
        if row.location_quality == LocationQuality.SURVEYED and told != LocationQuality.SURVEYED:
            made.remarks.append(self.remark("surveyed", "lon", metres=f"{far:.0f}"))
            return {}
        given = (record.lon, record.lat, placed.datum, told, record.values.get("location_error_m"))
        here = [getattr(row, name) for name in POSITION]
        point = None if row.geometry is None else [row.geometry.x, row.geometry.y]
        return {"position": [[*here, point], [*given, [placed.lon, placed.lat]]]}

    def _may_change(self, made: Outcome, record: Record, row: Row[Any], name: str, pair: list[Any]) -> bool:
        """Whether nobody has set this by hand since the day of the file."""
        at = self.known.by_people.get(row.id, {}).get(POSITION[0] if name == "position" else name)
        day = record.observed_at or self.asked.observed_on
        if at is None or (day is not None and at.date() <= day):
            return True
        held, told = (p[:2] if name == "position" else p for p in pair)
        column = "lon" if name == "position" else name
        what = self._columns([name])
        made.remarks.append(self.remark("by_hand", column, what=what, held=held, told=told, day=at.date()))
        return False

    def _new(self, made: Outcome, record: Record, house: str | None, placed: Placed) -> None:
        values = record.values
        made.remarks += [self.remark(f"no_{n}", f) for n, f in (("name", "name_zh"), ("category", "category"))
                         if not values.get(f)]  # fmt: skip
        region = placed.region_values.get("region", self.city)
        if any(r.level == "error" for r in made.remarks):
            made.outcome = REFUSE
            return
        subject = Subject(values["name_zh"], house, self._lead(values["category"]), region, values.get("zone"))
        if not self._is_own(subject):
            self._deny(made, values["name_zh"])
            return
        key = self._key(record, house)
        gone = self.held.removed.get(key)
        if gone is not None and not self._is_own(self._subject(gone)):
            self._deny(made, gone.name_zh)
            return
        first = self._taken.setdefault(key, record.row)
        if first == record.row:
            made.outcome = NEW
            made.cells |= {"id": key, "add": self._row(record, house, placed, region)}
            self._names[key] = values["name_zh"]
        elif self._names.get(key) != values["name_zh"]:
            made.outcome = REFUSE
            made.remarks.append(self.remark("number_twice", "external_id", row=first))
            return
        else:
            made.outcome, made.cells["id"] = SAME, key
            made.remarks.append(remark("same_as_row", row=first))
        self._say(made, record, set(), {}, licence=None)

    def _row(self, record: Record, house: str | None, placed: Placed, region: str) -> dict[str, Any]:
        """The columns of a new venue, but for its geometry, which follows from `lon` and `lat`."""
        row = {n: v for n, v in record.values.items() if n not in {"id", *POSITION}}
        row |= {"institution": house, "region": region, "source": record.values.get("source") or self.source}
        if placed.lon is not None:
            quality = record.values.get("location_quality", LocationQuality.SOURCED.value)
            given = (record.lon, record.lat, placed.datum, quality, record.values.get("location_error_m"))
            row |= dict(zip(POSITION, given, strict=True))
        return row

    def _key(self, record: Record, house: str | None) -> str:
        number = record.values.get("external_id")
        if "id" in record.values:
            return str(record.values["id"])
        if number is not None:
            return self.held.numbered.get((house, number)) or venue_key(f"{self.city}:{house or ''}:{number}")
        return self.before.get(record.row) or fresh_key()

    def _say(
        self, made: Outcome, record: Record, known: set[Any], force: Mapping[Any, Any], *, licence: bool | None
    ) -> None:
        said: list[differences.Saying] = []
        source = record.values.get("source") or self.source
        for capability, told, day, where in differences.sayings(record, self.asked.observed_on, source):
            what = (CAPABILITIES[capability].zh, CAPABILITIES[capability].en)
            if day is None:
                if told.status not in {None, "unknown"} or told.aspects:
                    made.remarks.append(self.remark("no_day", capability, what=what))
            elif not differences.is_day(day, self.today):
                made.remarks.append(self.remark("bad_day", "observed_at", what=what, day=day))
            else:
                said += differences.news(capability, told, day, where, known, force)
        made.cells["say"] = said
        self._license(made, record, licence=licence)

    def _license(self, made: Outcome, record: Record, *, licence: bool | None) -> None:
        held = record.extra.get("fx_licence")
        if held is None or held == licence:
            return
        day = record.observed_at or self.asked.observed_on
        what = ("对私结售汇资质", "the licence for personal foreign exchange")
        if not may(self.asked.actor, Action.KEEP_LICENCES):
            made.remarks.append(self.remark("licence_kept", "fx_licence"))
        elif day is None:
            made.remarks.append(self.remark("no_day", "fx_licence", what=what))
        else:
            made.cells["licence"] = [held, day, record.values.get("source") or self.source]

    def _lead(self, category: str) -> str | None:
        return self.policy.class_lead.get(category)

    def _subject(self, row: Row[Any], change: Mapping[str, Sequence[Any]] = MappingProxyType({})) -> Subject:
        """Whose a venue is, as it stands or once it is changed."""

        def then(name: str) -> Any:  # noqa: ANN401 - any column's value
            return change[name][-1] if name in change else getattr(row, name)

        lead = self._lead(then("category"))
        return Subject(row.name_zh, then("institution"), lead, then("region"), then("zone"))

    def _is_own(self, subject: Subject) -> bool:
        return self._anybodys or may(self.asked.actor, Action.IMPORT, subject)

    def _deny(self, made: Outcome, name: str) -> None:
        made.outcome = REFUSE
        self.denied.append(name)
        made.remarks.append(self.remark("not_yours", "name_zh", name=name))

    def _columns(self, names: Sequence[str] | Mapping[str, Any]) -> tuple[str, str]:
        zh, en = zip(*(COLUMN_NAMES.get(name, (name, name)) for name in names), strict=True)
        return "、".join(zh), ", ".join(en)


COLUMN_NAMES: Mapping[str, tuple[str, str]] = {
    "name_zh": ("名称", "name"), "name_en": ("英文名称", "English name"), "category": ("类别", "category"),
    "level": ("等级", "level"), "address_zh": ("地址", "address"), "address_en": ("英文地址", "English address"),
    "region": ("县区", "county"), "zone": ("功能区", "zone"), "phone": ("电话", "phone"),
    "opening_hours": ("营业时间", "opening hours"), "operator": ("机构", "operator"),
    "institution": ("所属单位", "institution"), "external_id": ("编号", "number"), "position": ("坐标", "position"),
    "opened_on": ("开业日期", "opening date"), "closed_on": ("停业日期", "closing date"),
    "serves_public": ("对外营业", "open to the public"), "notes": ("备注", "notes"),
}  # fmt: skip


def _of_fault(fault: Fault) -> Remark:
    level = "error" if fault.refuses else "warning"
    return Remark(fault.column, fault.code, fault.message_zh, fault.message_en, level, fault.letter)


def _shown(record: Record, placed: Placed) -> dict[str, Any]:
    """What lists and reports tell of a row whatever becomes of it."""
    lon, lat = placed.told or (placed.lon, placed.lat)
    shown: dict[str, Any] = {"name": record.values.get("name_zh"), "lon": lon, "lat": lat}
    if (day := record.observed_at) is not None:
        shown["observed_at"] = day
    told = {capability: said.status for capability, said in record.said.items() if said.status}
    works = [aspect for said in record.said.values() for aspect, status in said.aspects.items() if status == "yes"]
    return {**shown, "told": told, "aspects": works}


def _kept(record: Record, house: str | None, placed: Placed) -> dict[str, Any]:
    """A row that asks, whole, so that it can be judged when somebody has decided."""
    said = {c: [s.status, s.aspects, s.details, s.observed_at, s.source] for c, s in record.said.items()}
    return {
        "values": record.values, "said": said, "extra": record.extra, "observed_at": record.observed_at,
        "lon": record.lon, "lat": record.lat, "datum": placed.datum, "house": house,
        "region": placed.region_values,
    }  # fmt: skip
