"""Signing in by an identity provider: a small real one, with signed tokens, that the test starts itself."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import Engine, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.tables import Account, AuditLine
from staff import person

SECRET = "shared with the provider"  # noqa: S105 - of the test's own provider
START, BACK = "/console/oidc/start", "/console/oidc/back"


@cache
def key(name: str) -> RSAKey:
    """A key of the provider; made once, for it takes a while."""
    return RSAKey.generate_key(2048, {"kid": name.partition(" ")[0]})


@dataclass
class Provider:
    """An identity provider: whom it knows next, and what it does wrong."""

    key: RSAKey = field(default_factory=lambda: key("one"))
    issuer: str = ""
    calls_itself: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, str] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    signed_by: RSAKey | OctKey | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Starlette:
        """It, as an application."""
        return Starlette(routes=[
            Route("/.well-known/openid-configuration", self.describe),
            Route("/keys", lambda _: JSONResponse({"keys": [self.key.as_dict(private=False)]})),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
        ])  # fmt: skip

    def describe(self, _request: Request) -> Response:
        """What it says of itself."""
        places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        said = {name: self.issuer + path for name, path in places.items()}
        return JSONResponse({"issuer": self.calls_itself or self.issuer, **said})

    def authorize(self, request: Request) -> Response:
        """Ask nobody anything: send back a code."""
        code = f"code{len(self.asked)}"
        self.asked[code] = dict(request.query_params)
        query = urlencode({"code": code, "state": request.query_params["state"], "iss": self.issuer})
        return RedirectResponse(f"{request.query_params['redirect_uri']}?{query}")

    async def token(self, request: Request) -> Response:
        """A signed token for a code, once, to the client that asked for it and can prove so."""
        form = await request.form()
        asked = self.asked.pop(str(form["code"]), None)
        given = base64.b64encode(f"paymap:{SECRET.replace(' ', '+')}".encode()).decode()
        client = request.headers["authorization"].removeprefix("Basic ")
        verifier = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        proof = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if asked is None or proof != asked["code_challenge"] or asked["code_challenge_method"] != "S256":
            return JSONResponse({"error": "invalid_grant"}, 400)
        if client not in {given, base64.b64encode(f"paymap:{SECRET}".encode()).decode()}:
            return JSONResponse({"error": "invalid_client"}, 401)
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": "paymap", "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        claims = {name: value for name, value in {**usual, **self.claims}.items() if value is not None}
        id_token = self.signed(claims)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": id_token})

    def signed(self, claims: dict[str, Any]) -> str:
        """A token, signed as it should be or as the test wants it."""
        if self.header["alg"] == "none":
            parts = (base64.urlsafe_b64encode(str(p).replace("'", '"').encode()).decode().rstrip("=")
                     for p in (self.header, claims))  # fmt: skip
            return ".".join(parts) + "."
        return jwt.encode(self.header, claims, self.signed_by or self.key, algorithms=[self.header["alg"]])


@pytest.fixture
def provider(serve: Callable[[Any], str]) -> Provider:
    """A provider that knows `wang`."""
    made = Provider(claims={"sub": "subject-1", "preferred_username": "Wang"})
    made.issuer = serve(made.app())
    return made


@pytest.fixture
def client(engine: Engine, settings: Settings, provider: Provider) -> Iterator[TestClient]:
    """An application that trusts the provider; `wang` is a regulator there."""
    del engine
    by_provider = {"oidc_issuer": provider.issuer, "oidc_client_id": "paymap", "oidc_client_secret": SECRET}
    known = Settings(var_dir=settings.var_dir, _env_file=None, **by_provider)
    with TestClient(create_app(known), follow_redirects=False) as made:
        person(made.app.state.sessions, "regulator", login="wang")
        yield made


def through(client: TestClient, provider: Provider, wanted: str = "") -> Any:  # noqa: ANN401 - the client's own answer
    """Off to the provider and back; the last answer."""
    left = client.get(START, params={"next": wanted})
    assert left.status_code == HTTPStatus.SEE_OTHER
    asked = {k: v[0] for k, v in parse_qs(urlsplit(left.headers["location"]).query).items()}
    assert left.headers["location"].startswith(f"{provider.issuer}/authorize?")
    assert (asked["client_id"], asked["code_challenge_method"], asked["redirect_uri"]) == (
        "paymap", "S256", f"http://testserver{BACK}",
    )  # fmt: skip
    code = f"code{len(provider.asked)}"
    provider.asked[code] = asked
    return client.get(BACK, params={"code": code, "state": asked["state"]})


def accounts(client: TestClient) -> dict[str, str | None]:
    """Each login with the subject that it is linked to."""
    with client.app.state.sessions() as session:
        return {a.login: a.oidc_subject for a in session.scalars(select(Account))}


def test_whom_the_provider_knows_comes_in(client: TestClient, provider: Provider) -> None:
    """Found by login at first and linked, and from then on by the link, whatever the login claim says."""
    back = through(client, provider, "/console/trail")
    assert (back.status_code, back.headers["location"]) == (HTTPStatus.SEE_OTHER, "/console/trail")
    assert client.get("/console/trail").status_code == 200
    assert accounts(client) == {"wang": "subject-1"}
    client.cookies.clear()
    provider.claims["preferred_username"] = "renamed"
    assert through(client, provider).status_code == HTTPStatus.SEE_OTHER
    assert client.get("/console/me").status_code == 200


def test_nobody_is_created_by_the_provider(client: TestClient, provider: Provider) -> None:
    """Who has no account stays out, and it is written down."""
    provider.claims = {"sub": "subject-2", "preferred_username": "li"}
    back = through(client, provider)
    assert (back.status_code, "paymap_session" in client.cookies) == (HTTPStatus.FORBIDDEN, False)
    assert accounts(client) == {"wang": None}
    with client.app.state.sessions() as session:
        (line,) = session.scalars(select(AuditLine))
        assert (line.action, line.outcome, line.facts) == ("sign_in", "failed", {"way": "oidc"})


def test_a_linked_account_is_not_given_to_another(client: TestClient, provider: Provider) -> None:
    """Whoever calls themselves `wang` at the provider later is somebody else."""
    assert through(client, provider).status_code == HTTPStatus.SEE_OTHER
    client.cookies.clear()
    provider.claims["sub"] = "subject-2"
    assert through(client, provider).status_code == HTTPStatus.FORBIDDEN


def test_whoever_is_put_out_stays_out(client: TestClient, provider: Provider) -> None:
    """Whatever the provider says."""
    with client.app.state.sessions.begin() as session:
        session.scalars(select(Account)).one().active = False
    assert through(client, provider).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("wrong", [
    {"aud": "another"}, {"aud": ["paymap", "another"]}, {"iss": "https://evil.example"}, {"nonce": "another"},
    {"nonce": None}, {"exp": 1}, {"exp": None}, {"sub": None}, {"azp": "another"}, {"at_hash": "x"},
])  # fmt: skip
def test_a_token_for_something_else_lets_nobody_in(client: TestClient, provider: Provider, wrong: dict) -> None:
    """For another client, from another issuer, for another flow, too old, or of nobody."""
    provider.claims |= wrong
    assert through(client, provider).status_code == HTTPStatus.FORBIDDEN
    assert "paymap_session" not in client.cookies


@pytest.mark.parametrize("how", ["stranger", "none", "shared"])
def test_a_signature_that_is_not_the_provider_s_lets_nobody_in(
    client: TestClient, provider: Provider, how: str
) -> None:
    """Of another key, of nobody, of the secret that two share."""
    if how == "stranger":
        provider.signed_by = key("one of a stranger")
    else:
        provider.header = {"alg": "none" if how == "none" else "HS256", "kid": "one"}
        provider.signed_by = OctKey.import_key(SECRET)
    assert through(client, provider).status_code == HTTPStatus.FORBIDDEN


def test_a_new_key_of_the_provider_is_taken(client: TestClient, provider: Provider) -> None:
    """Providers change their keys; nobody need start Paymap again."""
    assert through(client, provider).status_code == HTTPStatus.SEE_OTHER
    provider.key = key("two")
    provider.header["kid"] = "two"
    assert through(client, provider).status_code == HTTPStatus.SEE_OTHER


def test_an_answer_to_another_browser_lets_nobody_in(client: TestClient, provider: Provider) -> None:
    """A stolen or planted answer: another state, no flow, no code, another issuer, an answer twice."""
    assert client.get(BACK, params={"code": "x", "state": "y"}).status_code == HTTPStatus.FORBIDDEN
    left = client.get(START)
    asked = {k: v[0] for k, v in parse_qs(urlsplit(left.headers["location"]).query).items()}
    provider.asked["code"] = asked
    for sent in ({"state": "y"}, {"state": asked["state"], "error": "access_denied"}, {}):
        with TestClient(client.app, follow_redirects=False, cookies=dict(client.cookies)) as other:
            assert other.get(BACK, params=sent).status_code == HTTPStatus.FORBIDDEN
    flow = dict(client.cookies)
    right = {"code": "code", "state": asked["state"]}
    assert client.get(BACK, params=right | {"iss": "https://evil.example"}).status_code == HTTPStatus.FORBIDDEN
    assert not [name for name in client.cookies if name.endswith("_flow")]
    client.cookies.update(flow)
    assert client.get(BACK, params=right).status_code == HTTPStatus.SEE_OTHER
    client.cookies.update(flow)
    assert client.get(BACK, params=right).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("claim", ["email", "upn"])
def test_the_login_is_a_claim_of_one_s_choice(client: TestClient, provider: Provider, claim: str) -> None:
    """By setting; an address only if the provider has verified it."""
    settings = client.app.state.settings.model_copy(update={"oidc_login_claim": claim})
    client.app.state.settings = settings
    person(client.app.state.sessions, "admin", login="li@city.example")
    provider.claims = {"sub": "subject-3", claim: "Li@City.example", "email_verified": False}
    assert through(client, provider).status_code == (HTTPStatus.FORBIDDEN if claim == "email" else HTTPStatus.SEE_OTHER)
    client.cookies.clear()
    provider.claims["email_verified"] = True
    assert through(client, provider).status_code == HTTPStatus.SEE_OTHER


def test_a_provider_that_is_away_is_said_so(client: TestClient, provider: Provider) -> None:
    """The page offers the password; a provider that calls itself something else is none."""
    provider.calls_itself = "https://evil.example"
    said = client.get(START)
    assert (said.status_code, "set-cookie" in said.headers) == (HTTPStatus.BAD_GATEWAY, False)
    client.app.state.settings = client.app.state.settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    assert client.get(START).status_code == HTTPStatus.BAD_GATEWAY


def test_without_a_provider_there_is_no_way_to_it(settings: Settings, engine: Engine, provider: Provider) -> None:
    """No button, and 404; the sandbox never has one."""
    del engine
    with TestClient(create_app(settings)) as client:
        assert "oidc" not in client.get("/console/sign-in").text
        assert client.get(START).status_code == 404
    known = Settings(_env_file=None, oidc_issuer=provider.issuer)
    assert known.for_sandbox().oidc_issuer is None


@pytest.mark.parametrize("address", ["city.example", "http://city.example", "ftp://127.0.0.1", ""])
def test_an_address_that_is_no_provider_s_is_refused(address: str) -> None:
    """Only https, but for this machine's own."""
    with pytest.raises(ValueError, match="identity provider"):
        Settings(_env_file=None, oidc_issuer=address)
