"""All tables, so that importing this package is enough for the metadata to be whole."""

from app.tables.account import Account, ApiToken, AuditLine, PasswordReset, SignIn, SignInLock
from app.tables.base import Base
from app.tables.case import Case, CaseEvent
from app.tables.change import Change, ChangeCounter, Register
from app.tables.imports import Import, ImportRow
from app.tables.job import Job
from app.tables.key_list import KeyList, KeyListEntry, KeyListVersion
from app.tables.ledger import Activity, ChangePackCount, Inspection, PosDevice
from app.tables.observation import CapabilitySummary, CurrentStatus, Decision, Observation
from app.tables.region import Population, PopulationCell, Region
from app.tables.venue import Attachment, Institution, Licence, Venue, VenueHistory

__all__ = [
    "Account",
    "Activity",
    "ApiToken",
    "Attachment",
    "AuditLine",
    "Base",
    "CapabilitySummary",
    "Case",
    "CaseEvent",
    "Change",
    "ChangeCounter",
    "ChangePackCount",
    "CurrentStatus",
    "Decision",
    "Import",
    "ImportRow",
    "Inspection",
    "Institution",
    "Job",
    "KeyList",
    "KeyListEntry",
    "KeyListVersion",
    "Licence",
    "Observation",
    "PasswordReset",
    "Population",
    "PopulationCell",
    "PosDevice",
    "Region",
    "Register",
    "SignIn",
    "SignInLock",
    "Venue",
    "VenueHistory",
]
