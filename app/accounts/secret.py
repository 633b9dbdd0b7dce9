"""Secrets that a person or a program carries: made by chance, kept as their hash only."""

import hashlib
import hmac
import re
import secrets

_FRESH = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def fresh() -> str:
    """A new secret of 256 bits, fit for a cookie or an address."""
    return secrets.token_urlsafe(32)


def looks_fresh(said: str) -> bool:
    """Whether it may be one of ours; what is not need not be looked up."""
    return _FRESH.fullmatch(said) is not None


def digest(secret: str) -> str:
    """What is kept of a secret: who reads the database cannot sign in with it.

    A plain hash is enough, for nobody can try 2^256 secrets (a password is another matter: `app.accounts.passwords`).
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def derived(secret: str, purpose: str) -> str:
    """A second secret that only who has the first can make, and that does not tell the first."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def same(said: str, true: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell how much of them is."""
    return hmac.compare_digest(said.encode("utf-8", "surrogatepass"), true.encode())
