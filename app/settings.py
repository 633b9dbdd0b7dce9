"""Every setting, read once at the edge and passed in; nothing else reads the environment."""

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, DirectoryPath, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent

PREFIX = "PAYMAP_"
Basemap = Literal["outline", "tianditu", "amap", "osm", "pmtiles"]


def _database(url: str | None) -> str | None:
    try:
        known = url is None or make_url(url).get_backend_name() in {"sqlite", "postgresql"}
    except ArgumentError:
        known = False
    if not known:
        msg = "is no database address: give sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
        raise ValueError(msg)
    return url


def _prefecture(adcode: str) -> str:
    if not re.fullmatch(r"[1-9]\d{3}00", adcode):
        msg = f"{adcode!r} is no prefecture: give an adcode such as 371500"
        raise ValueError(msg)
    return adcode


def _prefix(path: str) -> str:
    bare = path.strip("/")
    return f"/{bare}" if bare else ""


def _apart(given: object) -> object:
    return given.split(",") if isinstance(given, str) else given


def _clock(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = f"{name!r} is no time zone: give a name such as Asia/Shanghai"
        raise ValueError(msg) from None
    return name


def _provider(address: str | None) -> str | None:
    if address is None:
        return None
    parts = urlsplit(address)
    here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not (parts.hostname and (parts.scheme == "https" or (here and parts.scheme == "http"))):
        msg = f"{address!r} is no address of an identity provider: give the issuer, such as https://id.city.example"
        raise ValueError(msg)
    return address


IdentityProvider = Annotated[str | None, AfterValidator(_provider)]
DatabaseUrl = Annotated[str | None, AfterValidator(_database)]
Kilometres = Annotated[float, Field(gt=0)]


class Settings(BaseSettings):
    """One frozen object; each field is the environment variable `PAYMAP_<NAME>` (docs/configuration.md)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    var_dir: Path = Field(ROOT / "var", description="Where the embedded database and the read index live.")
    data_dir: DirectoryPath = Field(ROOT / "data", description="City folders.")
    static_dir: DirectoryPath = Field(ROOT / "static", description="CSS, JavaScript and static/vendor.")
    database_url: DatabaseUrl = Field(None, description="SQLAlchemy URL; unset means SQLite in var_dir.")
    city: Annotated[str, AfterValidator(_prefecture)] = Field("371500", description="Adcode of the prefecture.")
    demo: bool = Field(default=False, description="Serve the sandbox under /demo.")
    demo_database_url: DatabaseUrl = Field(None, description="The sandbox's own database; unset means SQLite.")
    sandbox: bool = Field(default=False, description="This instance is a sandbox: simulated data, watermarked.")
    root_path: Annotated[str, AfterValidator(_prefix)] = Field("", description="Path prefix of a reverse proxy.")
    stale_after_days: int = Field(365, ge=1, description="Age at which an observation is called stale.")
    poll_seconds: float = Field(0.5, gt=0, le=60, description="How often a worker asks for new changes.")
    timezone: Annotated[str, AfterValidator(_clock)] = Field(
        "Asia/Shanghai", description="The city's clock, for hours and stale."
    )
    ring_km: Annotated[tuple[Kilometres, ...], NoDecode, BeforeValidator(_apart)] = Field(
        (1.0, 2.0, 5.0), description="Reach rings, kilometres, with commas."
    )
    cell_m: int = Field(1000, ge=100, le=5000, description="Side of the cells figures are computed on, metres.")
    counting_start: date = Field(date(2024, 7, 3), description="From when new agents and change packs count.")
    basemap: Basemap = Field("outline", description="What is drawn under the maps.")
    tianditu_key: SecretStr | None = Field(None, description="Key of the 天地图 tiles.")
    pmtiles_file: Path | None = Field(None, description="A PMTiles file for basemap=pmtiles.")
    public_cn: bool = Field(default=False, description="Public deployment in China: checked at start.")
    map_approval: str | None = Field(None, description="审图号 shown on every map.")
    boundaries_approved: bool = Field(default=False, description="The boundaries loaded are approved for publication.")
    survey_licence: str | None = Field(None, description="测绘资质 of the operator.")
    icp_number: str | None = Field(None, description="ICP filing number.")
    session_hours: int = Field(12, ge=1, le=24 * 30, description="How long a sign-in lasts.")
    reset_hours: int = Field(24, ge=1, le=24 * 14, description="How long a one-time password link can be used.")
    oidc_issuer: IdentityProvider = Field(None, description="Address of an OpenID Connect provider to sign in by.")
    oidc_client_id: str | None = Field(None, description="What the identity provider knows this Paymap by.")
    oidc_client_secret: SecretStr | None = Field(None, description="The secret shared with the identity provider.")
    oidc_login_claim: str = Field("preferred_username", description="The provider's claim that is the login here.")
    conflict_days: int = Field(90, ge=0, description="Claims seen at most this far apart can contradict each other.")
    inspect_within_days: int = Field(30, ge=1, description="How long an inspection that is asked for has time.")
    reports_kept_days: int = Field(365, ge=1, description="Visitor reports and their addresses are purged after this.")

    @property
    def engine_url(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.var_dir / 'paymap.sqlite'}"

    @property
    def city_dir(self) -> Path | None:
        """The city's folder under `data_dir`, or None where the city has none."""
        found = (p.parent for p in self.data_dir.glob("*/city.toml") if f'"{self.city}"' in p.read_text("utf-8"))
        return next(found, None)

    def for_sandbox(self) -> "Settings":
        """The sandbox's own settings: other database, other folder, other prefix, same city."""
        own = self.var_dir / "demo"
        return self.model_copy(
            update={
                "sandbox": True,
                "demo": False,
                "var_dir": own,
                "database_url": self.demo_database_url,
                "oidc_issuer": None,
                "root_path": f"{self.root_path}/demo",
            }
        )


def misspelt(environment: Mapping[str, str]) -> dict[str, str | None]:
    """Each `PAYMAP_` variable that is no setting, with the one that is probably meant.

    A setting that is silently ignored may be the one that makes a deployment lawful.

    >>> misspelt({"PAYMAP_PUBLC_CN": "1", "PAYMAP_CITY": "371500"})
    {'PAYMAP_PUBLC_CN': 'PAYMAP_PUBLIC_CN'}
    """
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    strange = [name for name in environment if name.startswith(PREFIX) and name not in known]
    return {name: next(iter(get_close_matches(name, known, 1)), None) for name in strange}
