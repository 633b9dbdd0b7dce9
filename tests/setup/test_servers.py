"""The databases that the tests run on are what they say."""

from sqlalchemy import text

from app.db import make_engine
from servers.postgis import Cluster


def ask(url: str, question: str) -> object:
    """The one value that the database of `url` answers."""
    engine = make_engine(url)
    with engine.connect() as connection:
        answer = connection.execute(text(question)).scalar()
    engine.dispose()
    return answer


def test_postgis_answers_in_metres(postgis_url: str) -> None:
    """The PostGIS database measures on the ellipsoid: a degree of latitude at the equator is 110.574 km."""
    question = "SELECT round(ST_Distance('POINT(0 0)'::geography, 'POINT(0 1)'::geography))"
    assert ask(postgis_url, question) == 110574


def test_two_databases_do_not_see_each_other(postgis: Cluster) -> None:
    """A table made in one fresh database is not in the next."""
    first, second = postgis.fresh(), postgis.fresh()
    postgis.run("CREATE TABLE mine (id int)", first.split("@/")[1].split("?")[0])
    assert ask(first, "SELECT count(*) FROM pg_tables WHERE tablename = 'mine'") == 1
    assert ask(second, "SELECT count(*) FROM pg_tables WHERE tablename = 'mine'") == 0
    postgis.drop(first)
    postgis.drop(second)


def test_every_database_starts_without_a_row(database_url: str) -> None:
    """Both databases answer, and neither has a venue table yet."""
    assert ask(database_url, "SELECT 1") == 1
