"""Signing in by the organisation's own identity provider (OpenID Connect: code flow with state, nonce and PKCE).

Nobody gets an account so: the provider says who it is, and the account must be there.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from authlib.integrations.base_client import OpenIDMixin  # type: ignore[import-untyped]  # ships no types
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.asking import actor_of
from app.accounts.people import settled_login
from app.accounts.secret import derived
from app.accounts.trail import note
from app.errors import NotTrusted, PaymapError
from app.settings import Settings
from app.tables import Account

log = logging.getLogger("paymap")

SCOPE = "openid profile email"
PATIENCE_S = 10
SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures that only the provider can make; a shared secret, or none at all, would let others make them too."""
Claims = Mapping[str, Any]


class ProviderFailed(PaymapError):
    """The identity provider is away, or what it said cannot be trusted."""


class Provider(OpenIDMixin):  # type: ignore[misc]  # the library is not typed
    """The identity provider of the settings, asked anew each time: its addresses and keys may change."""

    def __init__(self, settings: Settings, redirect: str) -> None:
        self.client_id = settings.oidc_client_id
        self._issuer = settings.oidc_issuer or ""
        self._secret = settings.oidc_client_secret
        self._redirect = redirect
        self.server_metadata: dict[str, Any] = {}

    def leave(self, flow: str) -> str:
        """Where to send the browser, with what only the holder of the flow's secret can bring back.

        Raises:
            ProviderFailed: it is away, or is another provider than the settings name.
        """
        with _trusted():
            place = self.load_server_metadata()["authorization_endpoint"]
            tied = {"state": derived(flow, "state"), "nonce": derived(flow, "nonce")}
            with self._get_session() as asking:
                address, _ = asking.create_authorization_url(place, code_verifier=derived(flow, "verifier"), **tied)
            return str(address)

    def come_back(self, flow: str, code: str) -> Claims:
        """Who the provider says it is.

        Raises:
            ProviderFailed: it is away, or its token is not signed by it, for us, in time, and for this flow.
        """
        with _trusted():
            place, proof = self.load_server_metadata()["token_endpoint"], derived(flow, "verifier")
            with self._get_session() as asking:
                token = asking.fetch_token(place, grant_type="authorization_code", code=code, code_verifier=proof)
            wanted = {"iss": {"values": [self._issuer]}, "aud": {"values": [self.client_id]}}
            claims = self.parse_id_token(token, derived(flow, "nonce"), claims_options=wanted)
            if not claims:
                msg = "no id_token"
                raise ValueError(msg)
            return dict(claims)

    def load_server_metadata(self) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery)."""
        if not self.server_metadata:
            with self._get_session() as asked:
                address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
                said = asked.request("GET", address, withhold_token=True).raise_for_status().json()
            if said["issuer"] != self._issuer:
                msg = f"it calls itself {said['issuer']!r}, not {self._issuer!r}"
                raise ValueError(msg)
            self.server_metadata = {**said, "id_token_signing_alg_values_supported": SIGNED_BY}
        return self.server_metadata

    def _get_session(self) -> OAuth2Client:
        ways = self.server_metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
        return OAuth2Client(
            self.client_id,
            self._secret.get_secret_value() if self._secret else None,
            token_endpoint_auth_method=way if self._secret else "none",
            scope=SCOPE,
            redirect_uri=self._redirect,
            code_challenge_method="S256",
            timeout=PATIENCE_S,
        )


def account_of(session: Session, claims: Claims, settings: Settings) -> Account:
    """The account of whom the provider named: the one linked to it, else the one of that login, linked from now on.

    Raises:
        NotTrusted: there is no such account, it is put out, or it is somebody else's at the provider.
    """
    subject = str(claims["sub"])
    account = session.scalar(select(Account).where(Account.oidc_subject == subject))
    if account is None and (login := _login(claims, settings.oidc_login_claim)):
        account = session.scalar(select(Account).where(Account.login == login, Account.oidc_subject.is_(None)))
    if account is None or not account.active:
        msg = "the identity provider knows you, this register does not: ask for an account"
        raise NotTrusted(msg)
    if account.oidc_subject is None:
        account.oidc_subject = subject
        note(session, actor_of(account), "linked", "done", account.login)
    return account


def _login(claims: Claims, name: str) -> str | None:
    """The login in a claim; an address that nobody verified may be anybody's."""
    said = claims.get(name)
    if not isinstance(said, str) or (name == "email" and claims.get("email_verified") is not True):
        return None
    return settled_login(said) or None


@contextmanager
def _trusted() -> Iterator[None]:
    """Whatever goes wrong on the way to the provider and back is one error, and its kind is in the log."""
    try:
        yield
    except Exception as error:  # its client, its signatures and its grammar each have errors of their own
        log.warning("the identity provider failed: %s: %s", type(error).__name__, error)
        msg = "the identity provider does not answer as it should; sign in by password, or try later"
        raise ProviderFailed(msg) from error
