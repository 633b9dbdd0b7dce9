"""Passwords: what may be one, what is kept of it, and whether one is right."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.secret import fresh
from app.errors import BadPerson, NotReady
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.tables import Account

SHORTEST, LONGEST = 10, 200
FEWEST_SIGNS = 4
HASHER = PasswordHasher()
"""Argon2id as RFC 9106 advises where memory is short: 64 MiB and three passes."""
_AT_ONCE = BoundedSemaphore(2)
"""More at once would take the machine's memory, whoever asks for it."""
_PATIENCE_S = 10


def check(password: str, login: str) -> None:
    """Nothing where it may be a password.

    Raises:
        BadPerson: too short, too long, the login itself, or one sign over and over.
    """
    said = _settled(password)
    if len(said) < SHORTEST:
        raise BadPerson("password", N_("at least %(least)s characters"), least=SHORTEST)
    if len(password) > LONGEST:
        raise BadPerson("password", N_("at most %(most)s characters"), most=LONGEST)
    if said.casefold().strip() == login.casefold():
        raise BadPerson("password", N_("not the login itself"))
    if len(set(said)) < FEWEST_SIGNS:
        raise BadPerson("password", N_("at least %(least)s different characters"), least=FEWEST_SIGNS)


def give(account: Account, password: str) -> None:
    """Make this the password of an account.

    Raises:
        BadPerson: as `check` says.
    """
    check(password, account.login)
    account.password_hash = hashed(password)


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _slot():
        return HASHER.hash(_settled(password))


def is_right(kept: str | None, said: str) -> bool:
    """Whether a password is the one that is kept; it takes as long where there is none to compare with."""
    with _slot():
        right = _fits(kept or _nobody_s(), _settled(said[:LONGEST]))
    return right and kept is not None and len(said) <= LONGEST


def is_old(kept: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


def _settled(password: str) -> str:
    """The same password from whichever keyboard: one form of each character (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def _fits(kept: str, said: str) -> bool:
    try:
        return HASHER.verify(kept, said)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody_s() -> str:
    return HASHER.hash(fresh())


@contextmanager
def _slot() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_PATIENCE_S):
        msg = "many people sign in just now: try again"
        raise NotReady(msg)
    try:
        yield
    finally:
        _AT_ONCE.release()
