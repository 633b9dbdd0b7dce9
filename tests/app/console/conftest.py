"""The staff's pages over the small register, in which a bank runs venue A, another bank B, and C lies by a border."""

from collections.abc import Callable, Iterator

import pytest
import shapely
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.tables import Institution, Region, Venue
from small_register import venue_id
from staff import sign_in

BANK, OTHER_BANK = "boc", "abc"
HERE, BESIDE = "371502", "371503"


def own_and_other(engine: Engine) -> None:
    """Give venues A and B to two banks, and the small register a second county."""
    with Session(engine) as session:
        for code, name in ((BANK, "中国银行"), (OTHER_BANK, "中国农业银行")):
            session.add(Institution(code=code, kind="bank", name_zh=name, source="-"))
        border = shapely.MultiPolygon([shapely.box(116.1, 36.4, 116.3, 36.6)])
        session.add(
            Region(adcode=BESIDE, level="county", name_zh="茌平区", name_en="Chiping", geometry=border, source="-")
        )
        session.add(Region(adcode="371500", level="city", name_zh="聊城市", name_en="Liaocheng", source="-"))
        session.flush()
        for letter, code in (("a", BANK), ("b", OTHER_BANK)):
            session.execute(update(Venue).where(Venue.id == venue_id(letter)).values(institution=code))
        session.commit()


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client of the whole application that follows no redirect."""
    own_and_other(engine)
    with TestClient(create_app(settings), follow_redirects=False) as made:
        yield made


@pytest.fixture
def post(client: TestClient) -> Callable:
    """A function that signs somebody in, and gives one that sends forms as that person."""

    def as_(role: str, **bounds: str) -> Callable:
        headers = sign_in(client, role, **bounds)
        return lambda path, **fields: client.post(path, data={"csrf": headers["x-csrf-token"], **fields})

    return as_


@pytest.fixture
def bank(client: TestClient) -> dict[str, str]:
    """The headers of a write by the bank that runs venue A, who is signed in on the client."""
    return sign_in(client, "bank", institution=BANK)


@pytest.fixture
def regulator(client: TestClient) -> dict[str, str]:
    """The headers of a write by a regulator, who is signed in on the client."""
    return sign_in(client, "regulator")
