"""The locating queue over the small register, in which two branches of a bank and one of another have no position."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.main import create_app
from app.register import places
from app.settings import Settings
from app.tables import Institution

BANK, OTHER_BANK = "boc", "abc"
KEYS = {
    name: f"0000000{n}-0000-4000-8000-000000000000" for n, name in enumerate(("沙镇支行", "甲酒店支行", "别家支行"), 1)
}


def branches(engine: Engine) -> None:
    """Put the three branches into the small register."""
    with Session(engine) as session:
        for code, name in ((BANK, "中国银行"), (OTHER_BANK, "中国农业银行")):
            session.add(Institution(code=code, kind="bank", name_zh=name, source="-"))
        session.flush()
        common = {"category": "bank_branch", "region": "371502", "source": "a test"}
        owners = (BANK, BANK, OTHER_BANK)
        rows = [
            {**common, "id": key, "name_zh": name, "institution": owner}
            for (name, key), owner in zip(KEYS.items(), owners, strict=True)
        ]
        places.add(session, rows, SYSTEM)
        session.commit()


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client of the whole application that follows no redirect."""
    branches(engine)
    with TestClient(create_app(settings), follow_redirects=False) as made:
        yield made
