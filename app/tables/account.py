"""People who may write: accounts, their sign-ins and their tokens. Only hashes of secrets are kept."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.base import Base, BigId, By, Instant, Json, Moment, Word


class Account(Base):
    """A person with a role, and the institution or region that the role is bounded to."""

    __tablename__ = "account"

    id: Mapped[BigId]
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    role: Mapped[Word]
    institution: Mapped[str | None] = mapped_column(ForeignKey("institution.code"))
    region: Mapped[str | None] = mapped_column(ForeignKey("region.adcode"))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    oidc_subject: Mapped[str | None] = mapped_column(String(200), unique=True, index=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]


class SignInLock(Base):
    """How often a login was tried in vain, whether or not there is such an account: a lock must not tell."""

    __tablename__ = "sign_in_lock"

    login_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    tried_at: Mapped[datetime] = mapped_column(Instant, index=True)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)


class SignIn(Base):
    """A session of an account: revocable, expiring, known by the hash of its token."""

    __tablename__ = "sign_in"

    id: Mapped[BigId]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[Moment]
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class ApiToken(Base):
    """A personal token for programs: hashed, scoped, expiring."""

    __tablename__ = "api_token"

    id: Mapped[BigId]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[Json]
    created_at: Mapped[Moment]
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class PasswordReset(Base):
    """A link that an admin made for somebody to set a password with, once."""

    __tablename__ = "password_reset"

    id: Mapped[BigId]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Moment]
    created_by: Mapped[By]
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class AuditLine(Base):
    """What somebody did, or was refused, that leaves no other record; append-only."""

    __tablename__ = "audit_line"

    id: Mapped[BigId]
    at: Mapped[Moment]
    by: Mapped[By]
    role: Mapped[Word]
    action: Mapped[Word]
    outcome: Mapped[Word]
    subject: Mapped[str] = mapped_column(String(200), default="")
    facts: Mapped[Json]
