"""One small class per error, and one table from error to HTTP status (RFC 9457 problems)."""

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


class BadFile(PaymapError):
    """A file that cannot be loaded; the message names the file, the row and the mend."""


class NotFound(PaymapError):
    """There is no such thing."""


class NotSignedIn(PaymapError):
    """Nobody has signed in, and this is not for everybody."""


class NotAllowed(PaymapError):
    """Somebody wants to do what the role does not allow, or to what is not theirs."""

    def __init__(self, who: str, role: str, action: str, subject: str = "") -> None:
        super().__init__(f"{action}: the role {role} may not do this" + (f" to {subject}" if subject else ""))
        self.who, self.role, self.action, self.subject = who, role, action, subject


class Overtaken(PaymapError):
    """Somebody else has changed the thing since it was read; nothing was written."""


class TooLarge(PaymapError):
    """More than we take in at once; the message says how much that is."""


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
    BadFile: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Overtaken: HTTPStatus.PRECONDITION_FAILED,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NotReady: HTTPStatus.SERVICE_UNAVAILABLE,
    DatabaseUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
