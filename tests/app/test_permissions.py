"""Who may do what, cell by cell, as it was decided and not as the code says."""

from itertools import product

import pytest

from app.actor import Actor
from app.errors import NotAllowed
from app.permissions import Action, Role, Subject, may, require

#                       bank    dept.   county  regulator admin     N nothing, O what is one's own, A anything
DECIDED = """
    see_private         O       O       O       A         A
    edit_venue          O       O       O       A         A
    record              O       O       O       A         A
    import              O       O       O       A         A
    undo_import         O       O       O       A         A
    review              N       O       O       A         A
    inspect             O       O       O       A         A
    count_change_packs  O       N       N       A         A
    keep_devices        O       N       N       A         A
    keep_licences       N       N       N       A         A
    log_activity        O       O       O       A         A
    draft_list          N       O       N       A         A
    confirm_list        N       N       N       A         N
    manage_people       N       N       N       N         A
    see_audit           N       N       N       A         A
"""
ROLES = ("bank", "department", "county", "regulator", "admin")
CELLS = [
    (role, row.split()[0], cell)
    for row in DECIDED.strip().splitlines()
    for role, cell in zip(ROLES, row.split()[1:], strict=True)
]
ACTORS = {
    "bank": Actor("b", "bank", institution="icbc"),
    "department": Actor("d", "department", institution="W"),
    "county": Actor("c", "county", region="371502"),
    "regulator": Actor("r", "regulator", institution="P"),
    "admin": Actor("a", "admin"),
}
OWN = {
    "bank": [Subject(institution="icbc"), Subject(institution="icbc", lead="H", region="371503")],
    "department": [Subject(lead="W"), Subject(institution="W"), Subject(lead="W", institution="boc", region="371503")],
    "county": [Subject(region="371502"), Subject(zone="371502"), Subject(region="371502", institution="boc")],
}
OTHERS = {
    "bank": [Subject(), Subject(institution="boc"), Subject(lead="icbc", region="icbc")],
    "department": [Subject(), Subject(lead="H"), Subject(institution="icbc", lead="H"), Subject(region="W")],
    "county": [
        Subject(),
        Subject(region="371503"),
        Subject(region="371503", zone="371500-kfq"),
        Subject(lead="371502"),
    ],
}


def test_the_table_has_every_cell() -> None:
    """No role and no action is missing here."""
    assert {(role, action) for role, action, _ in CELLS} == set(product(map(str, Role), map(str, Action)))


@pytest.mark.parametrize(("role", "action", "cell"), CELLS)
def test_a_cell_is_as_decided(role: str, action: str, cell: str) -> None:
    """To what is one's own, to what is another's, and to anything at all."""
    actor, what = ACTORS[role], Action(action)
    own, others = OWN.get(role, [Subject(institution="icbc")]), OTHERS.get(role, [Subject(region="371503")])
    assert [may(actor, what, subject) for subject in own] == [cell != "N"] * len(own)
    assert [may(actor, what, subject) for subject in others] == [cell == "A"] * len(others)
    assert may(actor, what) == (cell != "N")


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("actor", [Actor("x", "visitor"), Actor("x", ""), Actor("x", "BANK", institution="icbc")])
def test_a_role_that_is_none_may_nothing(actor: Actor, action: Action) -> None:
    """Roles are words, written so and not otherwise."""
    assert not may(actor, action)
    assert not may(actor, action, Subject(institution="icbc"))


@pytest.mark.parametrize(("role", "subject"), [(r, Subject()) for r in ("bank", "department", "county")])
def test_what_is_nobody_s_is_not_one_s_own(role: str, subject: Subject) -> None:
    """An account without an institution or region does not own all that has none."""
    assert not may(Actor("x", role), Action.EDIT_VENUE, subject)


def test_a_refusal_names_who_what_and_which() -> None:
    """So that the line in the trail can be understood."""
    with pytest.raises(NotAllowed, match="edit_venue: the role bank may not do this to 丙商场") as refused:
        require(ACTORS["bank"], Action.EDIT_VENUE, Subject(name="丙商场", institution="boc"))
    assert (refused.value.who, refused.value.subject) == ("b", "丙商场")
    require(ACTORS["bank"], Action.EDIT_VENUE, Subject(institution="icbc"))
