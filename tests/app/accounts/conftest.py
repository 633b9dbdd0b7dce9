"""An application over the small register, with addresses to read and to write."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from staff import with_addresses


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client that follows no redirect."""
    del engine
    with TestClient(with_addresses(create_app(settings)), follow_redirects=False) as made:
        yield made
