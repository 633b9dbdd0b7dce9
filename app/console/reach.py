"""What is a person's own, as the database and the list are asked for it."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.orm import Session

from app.actor import Actor
from app.permissions import ANY, TABLE, Action, Role
from app.policy import Policy
from app.tables import Institution, Venue


def own_venues(actor: Actor, action: Action, policy: Policy) -> ColumnElement[bool]:
    """The venues to which the actor may do this: the same as `permissions.may` says of each."""
    reach = TABLE[action].get(Role(actor.role)) if actor.role in set(Role) else None
    if reach is None:
        return false()
    return true() if reach == ANY else _own(actor, policy)


def own_query(session: Session, actor: Actor, policy: Policy) -> Mapping[str, str]:
    """The filters of the list that come nearest to what is the actor's own; none for whoever sees to all."""
    match actor.role:
        case Role.BANK if actor.institution:
            bank = session.get(Institution, actor.institution)
            return {"q": bank.name_zh} if bank else {}
        case Role.DEPARTMENT if led(actor, policy):
            return {"category": ",".join(led(actor, policy))}
        case Role.COUNTY if actor.region:
            return {"region": actor.region}
        case _:
            return {}


def led(actor: Actor, policy: Policy) -> list[str]:
    """The classes that the actor's department leads."""
    return sorted(category for category, lead in policy.class_lead.items() if lead == actor.institution)


def _own(actor: Actor, policy: Policy) -> ColumnElement[bool]:
    match actor.role:
        case Role.BANK if actor.institution:
            return Venue.institution == actor.institution
        case Role.DEPARTMENT if actor.institution:
            return or_(Venue.institution == actor.institution, Venue.category.in_(led(actor, policy)))
        case Role.COUNTY if actor.region:
            return or_(Venue.region == actor.region, Venue.zone == actor.region)
        case _:
            return false()
