"""Who may do what: one table, role by action, and the one question that every write asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.actor import Actor
from app.errors import NotAllowed


class Role(StrEnum):
    """What a person is to the register."""

    BANK = "bank"
    DEPARTMENT = "department"
    COUNTY = "county"
    REGULATOR = "regulator"
    ADMIN = "admin"


class Action(StrEnum):
    """What can be done to a thing, or seen of it."""

    SEE_PRIVATE = "see_private"
    EDIT_VENUE = "edit_venue"
    RECORD = "record"
    IMPORT = "import"
    UNDO_IMPORT = "undo_import"
    REVIEW = "review"
    INSPECT = "inspect"
    COUNT_CHANGE_PACKS = "count_change_packs"
    KEEP_DEVICES = "keep_devices"
    KEEP_LICENCES = "keep_licences"
    LOG_ACTIVITY = "log_activity"
    DRAFT_LIST = "draft_list"
    CONFIRM_LIST = "confirm_list"
    MANAGE_PEOPLE = "manage_people"
    SEE_AUDIT = "see_audit"


class Reach(StrEnum):
    """How far a permission goes: to what is one's own, or to everything."""

    OWN = "own"
    ANY = "any"


OWN, ANY = Reach.OWN, Reach.ANY
BANK, DEPARTMENT, COUNTY, REGULATOR, ADMIN = Role

TABLE: Mapping[Action, Mapping[Role, Reach]] = MappingProxyType(
    {
        Action.SEE_PRIVATE: {BANK: OWN, DEPARTMENT: OWN, COUNTY: OWN, REGULATOR: ANY, ADMIN: ANY},
        Action.EDIT_VENUE: {BANK: OWN, DEPARTMENT: OWN, COUNTY: OWN, REGULATOR: ANY, ADMIN: ANY},
        Action.RECORD: {BANK: OWN, DEPARTMENT: OWN, COUNTY: OWN, REGULATOR: ANY, ADMIN: ANY},
        Action.IMPORT: {BANK: OWN, DEPARTMENT: OWN, COUNTY: OWN, REGULATOR: ANY, ADMIN: ANY},
        Action.UNDO_IMPORT: {BANK: OWN, DEPARTMENT: OWN, COUNTY: OWN, REGULATOR: ANY, ADMIN: ANY},
        Action.REVIEW: {DEPARTMENT: OWN, COUNTY: OWN, REGULATOR: ANY, ADMIN: ANY},
        Action.INSPECT: {BANK: OWN, DEPARTMENT: OWN, COUNTY: OWN, REGULATOR: ANY, ADMIN: ANY},
        Action.COUNT_CHANGE_PACKS: {BANK: OWN, REGULATOR: ANY, ADMIN: ANY},
        Action.KEEP_DEVICES: {BANK: OWN, REGULATOR: ANY, ADMIN: ANY},
        Action.KEEP_LICENCES: {REGULATOR: ANY, ADMIN: ANY},
        Action.LOG_ACTIVITY: {BANK: OWN, DEPARTMENT: OWN, COUNTY: OWN, REGULATOR: ANY, ADMIN: ANY},
        Action.DRAFT_LIST: {DEPARTMENT: OWN, REGULATOR: ANY, ADMIN: ANY},
        Action.CONFIRM_LIST: {REGULATOR: ANY},
        Action.MANAGE_PEOPLE: {ADMIN: ANY},
        Action.SEE_AUDIT: {REGULATOR: ANY, ADMIN: ANY},
    }
)
"""A role that an action does not name may not do it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose a thing is: the institution that runs it, the unit that leads its class, where it lies.

    `name` is what a refusal calls it.
    """

    name: str = ""
    institution: str | None = None
    lead: str | None = None
    region: str | None = None
    zone: str | None = None


def is_own(actor: Actor, subject: Subject) -> bool:
    """Whether a thing belongs to the actor: to its bank, its department, its county or zone."""
    match actor.role:
        case Role.BANK:
            return actor.institution is not None and subject.institution == actor.institution
        case Role.DEPARTMENT:
            return actor.institution is not None and actor.institution in {subject.lead, subject.institution}
        case Role.COUNTY:
            return actor.region is not None and actor.region in {subject.region, subject.zone}
        case _:
            return False


def may(actor: Actor, action: Action, subject: Subject | None = None) -> bool:
    """Whether the actor may do this to the subject; without a subject, whether it may do it to anything at all."""
    reach = TABLE[action].get(Role(actor.role)) if actor.role in set(Role) else None
    return reach is not None and (reach == ANY or subject is None or is_own(actor, subject))


def require(actor: Actor, action: Action, subject: Subject | None = None) -> None:
    """Nothing where it is allowed.

    Raises:
        NotAllowed: naming the role and the action; the edge answers 403 and leaves a line in the trail.
    """
    if not may(actor, action, subject):
        raise NotAllowed(actor.name, actor.role, action, subject.name if subject else "")
