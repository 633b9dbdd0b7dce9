"""What the staff's pages call roles, and what was done."""

from types import MappingProxyType

from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.permissions import Action, Role

ROLES = MappingProxyType(
    {
        Role.BANK: N_("Bank"),
        Role.DEPARTMENT: N_("City department"),
        Role.COUNTY: N_("County or zone"),
        Role.REGULATOR: N_("Regulator"),
        Role.ADMIN: N_("Admin"),
    }
)
ROLE_REACH = MappingProxyType(
    {
        Role.BANK: N_("its own places, devices, change packs"),
        Role.DEPARTMENT: N_("the classes of places that it leads"),
        Role.COUNTY: N_("its own territory"),
        Role.REGULATOR: N_("every place, and confirms lists"),
        Role.ADMIN: N_("every place, and manages people"),
    }
)
"""What a role is for, in a few words."""
DONE = MappingProxyType(
    {
        "sign_in": N_("Sign-in"),
        "sign_out": N_("Sign-out"),
        "sign_in_ended": N_("Sign-in ended"),
        "sign_ins_ended": N_("All sign-ins ended"),
        "password_set": N_("Password set"),
        "link_made": N_("Password link made"),
        "linked": N_("Linked to the organisation's account"),
        "person_added": N_("Person added"),
        "person_changed": N_("Person changed"),
        "person_deactivated": N_("Person deactivated"),
        "person_reactivated": N_("Person let in again"),
        "token_made": N_("Token made"),
        "token_revoked": N_("Token revoked"),
        "write": N_("A write"),
        Action.SEE_PRIVATE: N_("See what is not public"),
        Action.EDIT_VENUE: N_("Edit a place"),
        Action.RECORD: N_("Record what was seen"),
        Action.IMPORT: N_("Import"),
        Action.UNDO_IMPORT: N_("Undo an import"),
        Action.REVIEW: N_("Review"),
        Action.INSPECT: N_("Inspect"),
        Action.COUNT_CHANGE_PACKS: N_("Count change packs"),
        Action.KEEP_DEVICES: N_("Keep POS devices"),
        Action.KEEP_LICENCES: N_("Keep licences"),
        Action.LOG_ACTIVITY: N_("Log an activity"),
        Action.DRAFT_LIST: N_("Draft a key list"),
        Action.CONFIRM_LIST: N_("Confirm a key list"),
        Action.MANAGE_PEOPLE: N_("Manage people"),
        Action.SEE_AUDIT: N_("See the trail"),
    }
)
"""What a line of the trail is about; another action is shown by its code."""
OUTCOMES = MappingProxyType(
    {"done": N_("done"), "failed": N_("failed"), "locked": N_("failed, locked"), "refused": N_("not allowed")}
)
TONES = MappingProxyType({"done": "quiet", "failed": "warn", "locked": "bad", "refused": "bad"})
FACTS = MappingProxyType(
    {
        "way": N_("by"),
        "locked_s": N_("locked, seconds"),
        "scopes": N_("may"),
        "days": N_("days"),
        "method": N_("request"),
        "path": N_("address"),
        "why": N_("why"),
        "name": N_("name"),
        "role": N_("role"),
        "institution": N_("institution"),
        "region": N_("county or zone"),
        "before": N_("before"),
        "after": N_("after"),
        "reason": N_("reason"),
        "rows": N_("rows"),
        "venue": N_("venue"),
        "version": N_("version"),
        "import_id": N_("number of the import"),
        "recorded_at": N_("recorded at"),
        "recorded_by": N_("recorded by"),
    }
)
"""What a fact of a line is called; another one is shown by its code."""
WAYS = MappingProxyType(
    {
        "password": N_("password"),
        "oidc": N_("the organisation's sign-in"),
        "link": N_("one-time link"),
        "own page": N_("own page"),
        "read": N_("read"),
        "write": N_("write"),
        **ROLES,
    }
)
"""The words among the facts that have names."""
