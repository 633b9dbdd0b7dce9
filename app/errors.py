"""One small class per error, and one table from error to HTTP status (RFC 9457 problems)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus


class PaymapError(Exception):
    """A thing that went wrong in a way that the caller can understand and mend."""


class BadParameter(PaymapError):
    """A query parameter is malformed, unknown or out of range."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(f"{parameter}: {reason}")
        self.parameter = parameter


class BadStatement(PaymapError):
    """A statement says something that the vocabulary does not know, or contradicts itself."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field: a sentence of the catalogs (in English), and what it fills in."""

    text: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.facts


class BadFields(PaymapError):
    """Some fields of a form or a body cannot be taken; each says why."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        super().__init__("; ".join(f"{name}: {fault}" for name, fault in faults.items()))
        self.faults = faults


class BadFile(PaymapError):
    """A file that cannot be loaded; the message names the file, the row and the mend, `zh` says the same in Chinese."""

    def __init__(self, message: str, zh: str = "") -> None:
        super().__init__(message)
        self.zh = zh or message


class NotFound(PaymapError):
    """There is no such thing."""


class NotSignedIn(PaymapError):
    """Nobody has signed in, and this is not for everybody."""


class NotAllowed(PaymapError):
    """Somebody wants to do what the role does not allow, or to what is not theirs."""

    def __init__(self, who: str, role: str, action: str, subject: str = "") -> None:
        super().__init__(f"{action}: the role {role} may not do this" + (f" to {subject}" if subject else ""))
        self.who, self.role, self.action, self.subject = who, role, action, subject


class BadPerson(PaymapError):
    """Something about a person, a password or a token that cannot be so; `sentence` with its `facts` says why."""

    def __init__(self, field: str, sentence: str, **facts: object) -> None:
        super().__init__(f"{field}: {sentence % facts}")
        self.field, self.sentence, self.facts = field, sentence, facts


class NotTrusted(PaymapError):
    """A write that no page of ours sent for this person, or that a token is too narrow for."""


class Overtaken(PaymapError):
    """Somebody else has changed the thing since it was read; nothing was written."""


class Unconditional(PaymapError):
    """A change that does not say which version it is made from."""


class TooLarge(PaymapError):
    """More than we take in at once; the message says how much that is."""


class Busy(PaymapError):
    """Too many ask for the same at once; after a moment it will do."""


class NotReady(PaymapError):
    """The read index is not loaded yet."""


class DatabaseUnavailable(PaymapError):
    """The database does not answer."""


class SchemaMismatch(PaymapError):
    """The database is missing, older or newer than the code."""


class StartRefused(PaymapError):
    """The settings do not allow the server to start."""


STATUS_OF: dict[type[PaymapError], HTTPStatus] = {
    BadParameter: HTTPStatus.BAD_REQUEST,
    BadStatement: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadFields: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadFile: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotTrusted: HTTPStatus.FORBIDDEN,
    BadPerson: HTTPStatus.UNPROCESSABLE_ENTITY,
    Overtaken: HTTPStatus.PRECONDITION_FAILED,
    Unconditional: HTTPStatus.PRECONDITION_REQUIRED,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    NotReady: HTTPStatus.SERVICE_UNAVAILABLE,
    DatabaseUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
