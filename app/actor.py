"""Who does a thing: every write takes an Actor, and its name stays in the record."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a visitor or the system itself, with the bounds of the role."""

    name: str
    role: str
    institution: str | None = None
    region: str | None = None


SYSTEM = Actor("system", "admin")
